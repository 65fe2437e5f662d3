"""Registering a caller or visitor, and who arrived today."""

from flask import current_app, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from crm.clock import now, today
from crm.errors import Invalid
from crm.leads import lookups, page_queries, registration
from crm.leads.blueprint import blueprint
from crm.leads.forms import CHANNELS, PURPOSE, ArrivalForm
from crm.people.forms import put_back
from crm.people.signed_in import me
from crm.permissions import Permission as P
from crm.permissions import requires
from crm.web import say

Page = str | Response | tuple[str, int]


@blueprint.get("/customers/new")
@requires(P.OWN_CUSTOMERS_REGISTER, P.PROJECT_CUSTOMERS_REGISTER)
def new_customer() -> Page:
    """The form for a caller or visitor."""
    return _form_page(_form())


@blueprint.post("/customers/new")
@requires(P.OWN_CUSTOMERS_REGISTER, P.PROJECT_CUSTOMERS_REGISTER)
def register() -> Page:
    """Register; then straight to the customer's page, after a visit with what was shown there."""
    form = _form()
    if not form.validate_on_submit():
        return _form_page(form, 422)
    try:
        made = registration.register(me(), form.arrival(now()), request.form, now(), _secret())
    except Invalid as problem:
        put_back(form, problem)
        return _form_page(form, 422)
    say(_("已登记。"))
    if not me().may(P.OWN_CUSTOMERS_READ):
        return redirect(url_for("leads.arrivals"), 303)
    return redirect(_after(made, form.kind.data), 303)


@blueprint.post("/customers/new/phone")
@requires(P.OWN_CUSTOMERS_REGISTER, P.PROJECT_CUSTOMERS_REGISTER)
def check_phone() -> Page:
    """What the number is to the company, in one word, while it is typed."""
    standing = lookups.look_up(request.form.get("phone", ""), me().actor, now(), _secret())
    return render_template("leads/_standing.html", standing=standing.value)


@blueprint.get("/arrivals")
@requires(P.PROJECT_ARRIVALS_READ)
def arrivals() -> Page:
    """Who came or called today, masked."""
    rows = page_queries.arrivals(me(), today())
    return render_template("leads/arrivals.html", rows=rows)


def _form() -> ArrivalForm:
    form = ArrivalForm(consent_purpose=str(PURPOSE)) if request.method == "GET" else ArrivalForm()
    consultants = [] if me().may(P.OWN_CUSTOMERS_REGISTER) else page_queries.consultants(me(), today())
    form.offer(consultants, now())
    return form


def _form_page(form: ArrivalForm, status: int = 200) -> tuple[str, int]:
    chooses = not me().may(P.OWN_CUSTOMERS_REGISTER)
    page = render_template("leads/new.html", form=form, channels=CHANNELS, chooses=chooses)
    return page, status


def _after(made: dict[str, str], kind: str) -> str:
    customer = url_for("leads.customer", customer_id=made["customer_id"])
    return f"{customer}?viewing={made['contact_id']}" if kind == "visit" else customer


def _secret() -> str:
    return str(current_app.config["SECRET_KEY"])
