"""The page of one customer, and what can be done there."""

from flask import redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response
from wtforms import SelectChoice

from crm.clock import now, today
from crm.errors import Invalid, Stale
from crm.leads import erasing, page_queries, services
from crm.leads.blueprint import blueprint
from crm.leads.contact_forms import ViewingForm, with_own_ids
from crm.leads.forms import PURPOSE, ConsentForm, CustomerForm, ReasonForm
from crm.leads.identity import numbers_of
from crm.leads.models import Contact, Customer
from crm.leads.opting_in import opt_in as end_opt_out
from crm.leads.reveal import reveal as show_numbers
from crm.leads.services import Change
from crm.leads.timeline import place, timeline
from crm.people.forms import put_back
from crm.people.signed_in import me, visitor
from crm.people.views import proof_first
from crm.permissions import Permission as P
from crm.permissions import requires
from crm.store.history import changes_of
from crm.web import say
from crm.web.formats import phone_mask

Page = str | Response | tuple[str, int]


@blueprint.get("/customers/<customer_id>")
@requires(P.OWN_CUSTOMERS_READ, P.PROJECT_CUSTOMERS_READ)
def customer(customer_id: str) -> Page:
    """Who it is, and everything that happened."""
    row = page_queries.customer_of(me(), customer_id, today())
    story = page_queries.story_of(me(), row, today())
    return render_template(
        "leads/customer.html",
        story=story,
        customer=row,
        phones=numbers_of(row.phone),
        days=timeline(story, me()),
        may=me().may,
        P=P,
        place=place,
        purpose=PURPOSE,
        viewing=_viewing(story),
        viewing_form=with_own_ids(ViewingForm(formdata=None)),
    )


def _viewing(story: page_queries.Story) -> Contact | None:
    """The visit whose details are asked for at once, if the address names one that lacks them."""
    wanted = request.args.get("viewing")
    lacking = (
        row
        for row in story.contacts
        if row.contact_id == wanted and row.kind == "visit" and not row.shown and row.struck_at is None
    )
    return next(lacking, None)


@blueprint.post("/customers/<customer_id>/reveal")
@requires(P.OWN_CUSTOMERS_REVEAL, P.PROJECT_CUSTOMERS_REVEAL)
def reveal(customer_id: str) -> Page:
    """Show the whole numbers, logged."""
    numbers = show_numbers(me(), customer_id, now(), visitor().address)
    if request.headers.get("HX-Request"):
        return render_template("leads/_numbers.html", numbers=numbers)
    return render_template("leads/numbers.html", numbers=numbers, customer_id=customer_id)


@blueprint.route("/customers/<customer_id>/edit", methods=["GET", "POST"])
@requires(P.OWN_CUSTOMERS_WRITE, P.PROJECT_CUSTOMERS_WRITE)
def edit_customer(customer_id: str) -> Page:
    """Change what is known of the customer; a stale form shows both versions."""
    row = services.of_living(me(), customer_id, now())
    form = CustomerForm(obj=row) if request.method == "GET" else CustomerForm()
    _offer_phones(form, row)
    if request.method == "GET":
        form.id_number.data = ""
        return _edit_page(form, row)
    if not form.validate_on_submit():
        return _edit_page(form, row, 422)
    try:
        changed = services.change(me(), customer_id, _change(form), now())
    except Invalid as problem:
        put_back(form, problem)
        return _edit_page(form, row, 422)
    except Stale as problem:
        row = page_queries.customer_of(me(), customer_id, today())
        form.version.data = row.version
        form.version.raw_data = None
        _offer_phones(form, row)
        return _edit_page(form, row, 409, stale=problem)
    say(_("已保存。") if changed else _("没有变化。"))
    return redirect(url_for("leads.customer", customer_id=customer_id), 303)


def _offer_phones(form: CustomerForm, row: Customer) -> None:
    form.drop_phones.choices = [
        SelectChoice(str(place), phone_mask(number)) for place, number in enumerate(numbers_of(row.phone))
    ]


def _change(form: CustomerForm) -> Change:
    return Change(
        version=form.version.data,
        name=form.name.data,
        channel=form.channel.data or "",
        need=form.need.data or "",
        intent_grade=form.intent_grade.data or "",
        add_phone=form.add_phone.data or "",
        drop_phones=[int(place) for place in form.drop_phones.data or ()],
        id_number=form.id_number.data or "",
    )


def _edit_page(
    form: CustomerForm, row: Customer, status: int = 200, stale: Stale | None = None
) -> tuple[str, int]:
    last = next(iter(changes_of("customers", [row.customer_id])), None) if stale else None
    page = render_template("leads/edit.html", form=form, customer=row, stale=stale, last=last)
    return page, status


@blueprint.get("/customers/<customer_id>/history")
@requires(P.OWN_CUSTOMERS_READ, P.PROJECT_CUSTOMERS_READ)
def customer_history(customer_id: str) -> Page:
    """What the row was before, who changed it and when; numbers masked."""
    row = page_queries.customer_of(me(), customer_id, today())
    changes = changes_of("customers", [customer_id])
    names = page_queries.names_of(change.actor for change in changes)
    return render_template("leads/history.html", customer=row, changes=changes, names=names)


@blueprint.post("/customers/<customer_id>/consent")
@requires(P.OWN_CUSTOMERS_WRITE, P.PROJECT_CUSTOMERS_WRITE)
def give_consent(customer_id: str) -> Page:
    """Note a consent with its purpose."""
    form = ConsentForm()
    if _said_faults(form):
        return _back(customer_id)
    services.give_consent(me(), customer_id, form.purpose.data, now())
    say(_("已记下客户的同意。"))
    return _back(customer_id)


@blueprint.post("/customers/<customer_id>/consent/withdraw")
@requires(P.OWN_CUSTOMERS_WRITE, P.PROJECT_CUSTOMERS_WRITE)
def withdraw_consent(customer_id: str) -> Page:
    """Note that the customer took the consent back."""
    services.withdraw_consent(me(), customer_id, now())
    say(_("已记下客户撤回同意。"))
    return _back(customer_id)


@blueprint.post("/customers/<customer_id>/opt-out")
@requires(P.OWN_CUSTOMERS_WRITE, P.PROJECT_CUSTOMERS_WRITE)
def opt_out(customer_id: str) -> Page:
    """The customer asked not to be contacted."""
    form = ReasonForm()
    if _said_faults(form):
        return _back(customer_id)
    services.opt_out(me(), customer_id, form.reason.data, now())
    say(_("已登记，从今天起不再跟进。"))
    return _back(customer_id)


@blueprint.post("/customers/<customer_id>/opt-in")
@requires(P.OWN_CUSTOMERS_WRITE, P.PROJECT_CUSTOMERS_WRITE)
def opt_in(customer_id: str) -> Page:
    """The customer may be contacted again."""
    form = ReasonForm()
    if _said_faults(form):
        return _back(customer_id)
    end_opt_out(me(), customer_id, form.reason.data, now())
    say(_("已恢复联系，从今天起继续跟进。"))
    return _back(customer_id)


@blueprint.route("/customers/<customer_id>/erase", methods=["GET", "POST"])
@requires(P.PROJECT_CUSTOMERS_ERASE)
def erase(customer_id: str) -> Page:
    """Erase on request: asks for the password again, for a reason, and once more whether it is meant."""
    row = services.of_living(me(), customer_id, now())
    if first := proof_first():
        return first
    form = ReasonForm()
    if not form.validate_on_submit():
        return render_template("leads/erase.html", form=form, customer=row), 422 if form.errors else 200
    erasing.erase(me(), customer_id, form.reason.data, now(), visitor().address)
    say(_("已抹除，只留下编号 %(id)s。", id=customer_id))
    return redirect(url_for("leads.customer", customer_id=customer_id), 303)


def _said_faults(form: ConsentForm | ReasonForm) -> bool:
    """Whether a small form was wrong; its sentence is said above the page, whose drafts keep what was typed."""
    if form.validate_on_submit():
        return False
    for sentences in form.errors.values():
        say(" ".join(map(str, sentences)), kind="bad")
    return True


def _back(customer_id: str) -> Response:
    return redirect(url_for("leads.customer", customer_id=customer_id), 303)
