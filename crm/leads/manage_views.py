"""Households, handing over, and waivers: what a customer's page leads to."""

from flask import redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from crm.clock import now, today
from crm.errors import Conflict, Invalid
from crm.leads import handing_over, households, page_queries
from crm.leads import waivers as waiving
from crm.leads.blueprint import blueprint
from crm.leads.forms import POOL, AnswerForm, HandOverForm, HouseholdForm, ReasonForm, WaiverForm
from crm.leads.list_queries import Wanted, customers_list
from crm.leads.services import of_living
from crm.people.forms import put_back
from crm.people.signed_in import me
from crm.permissions import Permission as P
from crm.permissions import requires
from crm.web import say
from crm.web.i18n import current_lang

Page = str | Response | tuple[str, int]
SHOWN = 8


def _customer_page(customer_id: str) -> Response:
    return redirect(url_for("leads.customer", customer_id=customer_id), 303)


@blueprint.route("/customers/<customer_id>/household", methods=["GET", "POST"])
@requires(P.OWN_CUSTOMERS_WRITE, P.PROJECT_CUSTOMERS_WRITE)
def join_household(customer_id: str) -> Page:
    """Search for the other customer, and join the two with a reason."""
    row = of_living(me(), customer_id, now())
    form = HouseholdForm()
    if not form.validate_on_submit():
        page = render_template("leads/household.html", form=form, customer=row, found=[])
        return page, 422 if form.errors else 200
    try:
        households.join(me(), customer_id, form.other.data, form.reason.data, now())
    except (Invalid, Conflict) as problem:
        form.form_errors.append(problem.sentence(current_lang()))
        return render_template("leads/household.html", form=form, customer=row, found=[]), problem.status
    say(_("已并为一家。"))
    return _customer_page(customer_id)


@blueprint.post("/customers/<customer_id>/household/find")
@requires(P.OWN_CUSTOMERS_WRITE, P.PROJECT_CUSTOMERS_WRITE)
def find_household(customer_id: str) -> Page:
    """The customers of this person who could be of the household."""
    row = of_living(me(), customer_id, now())
    wanted = Wanted.of({"q": request.form.get("q", "")})
    lines = customers_list(me(), wanted, today()).lines if wanted.q.strip() else []
    found = [line.customer for line in lines if line.customer.customer_id != customer_id][:SHOWN]
    return render_template("leads/_household_found.html", customer=row, found=found, asked=wanted.q)


@blueprint.post("/customers/<customer_id>/household/leave")
@requires(P.OWN_CUSTOMERS_WRITE, P.PROJECT_CUSTOMERS_WRITE)
def leave_household(customer_id: str) -> Page:
    """The customer is a household of its own again."""
    form = ReasonForm()
    if form.validate_on_submit():
        households.leave(me(), customer_id, form.reason.data, now())
        say(_("已离开家庭。"))
    else:
        say(_("请写明原因。"), kind="bad")
    return _customer_page(customer_id)


@blueprint.route("/customers/<customer_id>/hand-over", methods=["GET", "POST"])
@requires(P.PROJECT_CUSTOMERS_HAND_OVER)
def hand_over(customer_id: str) -> Page:
    """Hand one customer over."""
    of_living(me(), customer_id, now())
    return _hand_over([customer_id], url_for("leads.customer", customer_id=customer_id))


@blueprint.post("/customers/hand-over")
@requires(P.PROJECT_CUSTOMERS_HAND_OVER)
def hand_over_several() -> Page:
    """Hand several over that were ticked in the list: first to whom and why, then it is done."""
    ticked = request.form.getlist("customer_id")
    if not ticked:
        say(_("请先勾选要移交的客户。"), kind="warn")
        return redirect(url_for("leads.customers"), 303)
    return _hand_over(ticked, url_for("leads.customers"))


def _hand_over(customer_ids: list[str], back: str) -> Page:
    form = HandOverForm(on=today()) if "to" not in request.form else HandOverForm()
    form.offer(page_queries.consultants(me(), today()))
    if "to" not in request.form or not form.validate_on_submit():
        return _hand_over_page(form, customer_ids, back)
    plan = handing_over.HandOver(
        None if form.to.data == POOL else form.to.data, form.on.data, form.reason.data
    )
    try:
        done = handing_over.hand_over(me(), customer_ids, plan, now())
    except Invalid as problem:
        put_back(form, problem)
        return _hand_over_page(form, customer_ids, back)
    if done.changed:
        say(_("已移交 %(num)d 位客户。", num=done.changed))
    if done.same:
        say(_("%(num)d 位客户本来就由该顾问负责，没有变化。", num=done.same), kind="warn")
    return redirect(back, 303)


def _hand_over_page(form: HandOverForm, customer_ids: list[str], back: str) -> Page:
    rows = page_queries.customers_of(me(), customer_ids, today())
    page = render_template("leads/hand_over.html", form=form, customers=rows, back=back)
    return page, 422 if form.errors else 200


@blueprint.route("/customers/<customer_id>/waiver", methods=["GET", "POST"])
@requires(P.OWN_WAIVERS_ASK)
def ask_waiver(customer_id: str) -> Page:
    """Ask the manager to waive the tracking of one's own customer."""
    row = of_living(me(), customer_id, now())
    form = WaiverForm(from_on=today()) if request.method == "GET" else WaiverForm()
    if not form.validate_on_submit():
        page = render_template("leads/waiver.html", form=form, customer=row)
        return page, 422 if form.errors else 200
    wish = waiving.Wish(form.reason.data, form.from_on.data, form.to_on.data, form.note.data)
    try:
        waiving.ask(me(), customer_id, wish, now())
    except Invalid as problem:
        put_back(form, problem)
        return render_template("leads/waiver.html", form=form, customer=row), 422
    except Conflict as problem:
        form.form_errors.append(problem.sentence(current_lang()))
        return render_template("leads/waiver.html", form=form, customer=row), 409
    say(_("已提交，等经理签字。签字前仍要跟进。"))
    return _customer_page(customer_id)


@blueprint.get("/waivers")
@requires(P.OWN_WAIVERS_ASK, P.PROJECT_WAIVERS_SIGN)
def waivers() -> Page:
    """The requests: a manager's of the project to sign, a consultant's own."""
    return _waivers_page(200)


def _waivers_page(status: int) -> tuple[str, int]:
    rows = page_queries.requests_page(me(), today())
    signs = me().may(P.PROJECT_WAIVERS_SIGN)
    return render_template("leads/waivers.html", rows=rows, signs=signs), status


@blueprint.post("/waivers/<int:request_id>/sign")
@requires(P.PROJECT_WAIVERS_SIGN)
def sign_waiver(request_id: int) -> Page:
    """Sign: from now on there is a waiver."""
    form = AnswerForm()
    waiving.sign(me(), request_id, form.answer.data or "", now())
    say(_("已签字。"))
    return redirect(url_for("leads.waivers"), 303)


@blueprint.post("/waivers/<int:request_id>/refuse")
@requires(P.PROJECT_WAIVERS_SIGN)
def refuse_waiver(request_id: int) -> Page:
    """Refuse, with a reason."""
    form = AnswerForm()
    try:
        waiving.refuse(me(), request_id, form.answer.data or "", now())
    except Invalid as problem:
        say(problem.sentence(current_lang()), kind="bad")
    else:
        say(_("已答复不同意。"))
    return redirect(url_for("leads.waivers"), 303)


@blueprint.post("/waivers/<int:request_id>/withdraw")
@requires(P.OWN_WAIVERS_ASK)
def withdraw_waiver(request_id: int) -> Page:
    """Take one's own request back."""
    waiving.withdraw(me(), request_id, now())
    say(_("申请已撤回。"))
    return redirect(url_for("leads.waivers"), 303)
