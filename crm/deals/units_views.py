"""The board of units, one unit, and placing a deposit on it."""

from flask import redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response
from wtforms import SelectChoice

from crm.clock import now, today
from crm.deals import stock_words as words
from crm.deals import units_queries, units_services
from crm.deals.amounts import parse_yuan
from crm.deals.queries import choosable_customers
from crm.deals.services import Draft
from crm.deals.stock_blueprint import APPROVE, READ, WRITE, Page, blueprint
from crm.deals.stock_forms import PlaceForm
from crm.deals.units import STATUSES, label_of, unanswered
from crm.deals.units_models import StockUnit
from crm.errors import Conflict, Invalid
from crm.extensions import db
from crm.leads.models import Customer
from crm.leads.page_queries import consultants
from crm.people.forms import put_back
from crm.people.signed_in import me
from crm.permissions import reach, requires
from crm.store.once import once
from crm.web import say
from crm.web.i18n import current_lang
from crm.workbook.check_stock import units_in
from crm.workbook.schema import UNIT_KINDS

LONGEST_SEARCH = 60


@blueprint.get("/stock")
@requires(*READ)
def board() -> str:
    """The units by building and floor."""
    chosen = units_queries.Filter(
        request.args.get("building", ""), request.args.get("kind", ""), request.args.get("status", "")
    )
    if chosen.status not in STATUSES:
        chosen = units_queries.Filter(chosen.building, chosen.unit_kind)
    return render_template(
        "deals/stock.html",
        board=units_queries.stock_board(me(), chosen),
        chosen=chosen,
        words=words.STATUS_WORDS,
        kinds=words.STATUS_KINDS,
        unit_kinds=list(UNIT_KINDS),
        approves=me().may(APPROVE),
    )


@blueprint.get("/stock/<unit_id>")
@requires(*READ)
def unit(unit_id: str) -> str:
    """One unit, and the form to place a deposit on it while it is for sale."""
    row = units_services.unit_by_id(me(), unit_id)
    form = PlaceForm(formdata=None, on=today(), customer_id=request.args.get("customer"))
    return _unit_page(row, form)


def _unit_page(row: StockUnit, form: PlaceForm) -> str:
    cell = units_queries.cells_of(db.session(), [row])[0]
    writes = me().may(WRITE[0]) or me().may(WRITE[1])
    chooses = reach(me(), "deals:write") == "project"
    form.staff_id.choices = (
        [SelectChoice(key, name) for key, name in consultants(me(), today())] if chooses else []
    )
    found = _found(form.q.data, form.customer_id.data) if writes else []
    form.customer_id.choices = [SelectChoice(one.customer_id, one.name) for one in found]
    return render_template(
        "deals/unit.html",
        unit=row,
        label=label_of(row),
        status_key=cell.status,
        words=words.STATUS_WORDS,
        kinds=words.STATUS_KINDS,
        deal=units_queries.deal_with(me(), row.unit_id),
        customers={one.customer_id: one for one in found},
        form=form if writes and (cell.status == "on_sale" or form.errors) else None,
        chooses=chooses,
        blocked=bool(unanswered(db.session(), [row])),
        approves=me().may(APPROVE),
    )


def _found(q: str | None, chosen: str | None) -> list[Customer]:
    return choosable_customers(me(), today(), q or "", chosen or "")


@blueprint.post("/stock/customers")
@requires(*WRITE)
def customers_found() -> str:
    """The customers that the form to place a deposit offers, as one types; no number ever stands in an address."""
    chosen = request.form.get("customer_id", "")
    found = _found(request.form.get("q", "")[:LONGEST_SEARCH], chosen)
    return render_template("deals/_customers_found.html", found=found, chosen=chosen, errors=[])


@blueprint.post("/stock/<unit_id>/place")
@requires(*WRITE)
def place(unit_id: str) -> Page:
    """Place a deposit: of two at the same moment one gets the unit, the other a clear sentence."""
    row = units_services.unit_by_id(me(), unit_id)
    form = PlaceForm()
    form.staff_id.choices = form.customer_id.choices = []
    if not form.validate_on_submit():
        return _unit_page(row, form), 422
    try:
        answer = once(me().actor, request.form, now(), lambda: {"deal_id": _placed(unit_id, form)})
    except Invalid as problem:
        put_back(form, problem)
        return _unit_page(units_services.unit_by_id(me(), unit_id), form), 422
    except Conflict as problem:
        form.form_errors.append(problem.sentence(current_lang()))
        return _unit_page(units_services.unit_by_id(me(), unit_id), form), 409
    say(_("已落订。"))
    return redirect(url_for("stock.way", deal_id=answer["deal_id"]), 303)


def _placed(unit_id: str, form: PlaceForm) -> str:
    draft = Draft(
        form.customer_id.data or "",
        form.stage.data,
        form.on.data,
        "residential",
        1,
        parse_yuan(form.amount.data),
        form.staff_id.data,
    )
    more = units_in((form.more.data or "").replace("，", ";").replace(",", ";"))
    return units_services.place(me(), draft, [unit_id, *more], now()).deal_id


@blueprint.post("/stock/<unit_id>/withhold")
@requires(APPROVE)
def withhold(unit_id: str) -> Response:
    """Take a unit off sale, or put it back."""
    withheld = request.form.get("withheld") == "1"
    version = request.form.get("version", 0, type=int)
    try:
        units_services.set_withheld(me(), unit_id, withheld, version, now())
    except Conflict as problem:
        say(problem.sentence(current_lang()), kind="bad")
    else:
        say(_("已销控。") if withheld else _("已放出。"))
    return redirect(url_for("stock.unit", unit_id=unit_id), 303)


@blueprint.post("/stock/permit")
@requires(APPROVE)
def answer_permit() -> Response:
    """A manager answers for a building without a presale permit."""
    building = request.form.get("building", "")
    try:
        units_services.answer_for_permit(me(), building, request.form.get("reason", ""), now())
    except Invalid as problem:
        say(problem.sentence(current_lang()), kind="bad")
    else:
        say(_("已记录由您担责。"))
    return redirect(url_for("stock.board", building=building), 303)
