"""The deal's way: the kanban, the steps of one deal, its price and its hold."""

import datetime as dt
from collections.abc import Callable

from flask import redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import select
from werkzeug.wrappers import Response
from wtforms import SelectChoice

from crm.clock import now
from crm.deals import aftersales, approvals, paper_files, units_services
from crm.deals import stock_words as words
from crm.deals.amounts import parse_yuan
from crm.deals.models import Deal, deals_visible_to
from crm.deals.queries import deal_of
from crm.deals.stock_blueprint import APPROVE, READ, WRITE, Page, blueprint
from crm.deals.stock_forms import PaperForm, StepForm
from crm.deals.units import label_of, list_price_of, unanswered, units_of
from crm.deals.units_models import DealStep, Hold
from crm.errors import Conflict, Invalid
from crm.extensions import db
from crm.leads.models import Customer
from crm.leads.page_queries import names_of
from crm.people.forms import put_back
from crm.people.signed_in import me
from crm.permissions import requires
from crm.store.once import once
from crm.web import say
from crm.web.i18n import current_lang

MOST_CARDS = 60
"""Cards a column: what a person can still look through; the list of deals has the rest."""


@blueprint.get("/way")
@requires(*READ)
def kanban() -> str:
    """The live deals with units, a column for each stage."""
    query = (
        deals_visible_to(me())
        .where(Deal.cancelled_on.is_(None), Deal.stock_units.is_not(None))
        .join(Customer, Customer.customer_id == Deal.customer_id)
        .add_columns(Customer.name)
        .order_by(Deal.deal_id.desc())
    )
    found = [(deal, name) for deal, name in db.session.execute(query)]
    rows: dict[str, list[DealStep]] = {}
    for row in db.session.scalars(
        select(DealStep).where(DealStep.deal_id.in_([deal.deal_id for deal, _name in found]))
    ):
        rows.setdefault(row.deal_id, []).append(row)
    columns: dict[str, list[tuple[Deal, str, aftersales.Standing | None]]] = {
        key: [] for key in aftersales.KANBAN
    }
    for deal, name in found:
        steps = aftersales.standing_of(deal, rows.get(deal.deal_id, []))
        columns[aftersales.stage_of(deal, steps)].append((deal, name, aftersales.next_step(steps)))
    return render_template(
        "deals/kanban.html",
        columns=columns,
        words=words.STEP_WORDS,
        most=MOST_CARDS,
        moves=me().may(WRITE[0]) or me().may(WRITE[1]),
    )


@blueprint.post("/way/<deal_id>/move")
@requires(*WRITE)
def move(deal_id: str) -> Response:
    """Take a card to the next column; the rules decide, not the page."""
    to, version = request.form.get("to", ""), request.form.get("version", 0, type=int)

    def act() -> dict[str, str]:
        aftersales.move(me(), deal_id, to, version, now())
        return {}

    try:
        once(me().actor, request.form, now(), act)
    except (Conflict, Invalid) as problem:
        say(problem.sentence(current_lang()), kind="bad")
    else:
        say(_("已登记：%(stage)s。", stage=words.STEP_WORDS[to]))
    return redirect(url_for("stock.kanban"), 303)


@blueprint.get("/way/<deal_id>")
@requires(*READ)
def way(deal_id: str) -> str:
    """One deal: its units, its price, its steps with lists and days."""
    return way_page(deal_of(me(), deal_id))


def way_page(
    deal: Deal,
    failed: tuple[str, StepForm] | None = None,
    unkept: tuple[str, PaperForm] | None = None,
) -> str:
    """The page, with what was typed about a step, or the papers that were not kept, beside their sentences."""
    session = db.session()
    steps = aftersales.steps_of_deal(deal)
    forms = {step.kind: _step_form(step) for step in steps}
    if failed:
        forms[failed[0]] = failed[1]
    units, papers = units_of(session, deal), paper_files.papers_of(deal)
    return render_template(
        "deals/way.html",
        deal=deal,
        customer=session.get_one(Customer, deal.customer_id),
        units=[(unit, label_of(unit)) for unit in units],
        list_price=list_price_of(units),
        below=approvals.below_list(session, deal),
        approved=approvals.is_approved(session, deal),
        asked=approvals.approvals_of(session, deal.deal_id),
        hold=session.get(Hold, deal.deal_id),
        steps=steps,
        present=aftersales.next_step(steps),
        forms=forms,
        papers=papers,
        names=_names_on(papers),
        unkept=unkept or ("", None),
        largest=paper_files.LARGEST_MB,
        blocked=unanswered(session, units) if not deal.cancelled_on else [],
        lists=aftersales.LISTS,
        words=words.STEP_WORDS,
        list_words=words.LIST_WORDS,
        writes=me().may(WRITE[0]) or me().may(WRITE[1]),
        approves=me().may(APPROVE),
    )


def _names_on(papers: dict[str, list[paper_files.Kept]]) -> dict[str, str]:
    kept = [one for listed in papers.values() for one in listed]
    removed = (one.removal.removed_by for one in kept if one.removal)
    return names_of([*(one.paper.uploaded_by for one in kept), *removed])


def _step_form(step: aftersales.Standing) -> StepForm:
    form = StepForm(
        formdata=None,
        version=step.version,
        ticked=list(step.ticked),
        due_on=step.due_on,
        not_needed=step.not_needed,
        note=step.note,
    )
    _list_choices(form, step.kind)
    return form


def _list_choices(form: StepForm, kind: str) -> None:
    form.ticked.choices = [SelectChoice(key, words.LIST_WORDS[key]) for key in aftersales.LISTS.get(kind, ())]


@blueprint.post("/way/<deal_id>/step/<kind>")
@requires(*WRITE)
def save_step(deal_id: str, kind: str) -> Page:
    """Keep what is ticked off; with a day the step is done."""
    deal = deal_of(me(), deal_id)
    form = StepForm()
    _list_choices(form, kind)
    if not form.validate_on_submit():
        return way_page(deal, (kind, form)), 422
    saved = aftersales.Saved(
        tuple(form.ticked.data or ()),
        int(form.version.data) if (form.version.data or "").isdigit() else 0,
        form.due_on.data,
        form.done_on.data,
        form.not_needed.data,
        form.note.data or "",
    )
    try:
        aftersales.save_step(me(), deal_id, kind, saved, now())
    except (Invalid, Conflict) as problem:
        db.session.rollback()
        if isinstance(problem, Invalid):
            put_back(form, problem)
        else:
            form.form_errors.append(problem.sentence(current_lang()))
        return way_page(deal_of(me(), deal_id), (kind, form)), problem.status
    say(_("已保存。"))
    return redirect(url_for("stock.way", deal_id=deal_id), 303)


@blueprint.post("/way/<deal_id>/hold")
@requires(APPROVE)
def extend_hold(deal_id: str) -> Response:
    """A manager lets a holding deposit keep its units longer."""
    until = request.form.get("until", "")

    def act() -> None:
        units_services.extend_hold(me(), deal_id, _date(until), now())

    return _tried(act, _("已延期。"), deal_id)


@blueprint.post("/way/<deal_id>/price")
@requires(*WRITE)
def ask_price(deal_id: str) -> Response:
    """Ask for a price below the list."""
    reason = request.form.get("reason", "")

    def act() -> None:
        amount = parse_yuan(request.form.get("amount")) or parse_yuan("0")
        assert amount is not None
        approvals.ask(me(), deal_id, amount, reason, now())

    return _tried(act, _("已提交，等经理答复。"), deal_id)


@blueprint.post("/price/<int:approval_id>")
@requires(APPROVE)
def decide_price(approval_id: int) -> Response:
    """The manager's answer about exactly the amount that was shown."""
    deal_id = approvals.visible(me(), approval_id).deal_id

    def act() -> None:
        amount = parse_yuan(request.form.get("amount")) or parse_yuan("0")
        assert amount is not None
        approved = request.form.get("approved") == "1"
        approvals.decide(me(), approval_id, amount, approved, request.form.get("answer", ""), now())

    return _tried(act, _("已答复。"), deal_id)


def _date(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise Invalid("请选择日期。", "Choose a date.", "until") from None


def _tried(act: Callable[[], None], done: str, deal_id: str) -> Response:
    try:
        act()
    except (Invalid, Conflict) as problem:
        say(problem.sentence(current_lang()), kind="bad")
    else:
        say(done)
    return redirect(url_for("stock.way", deal_id=deal_id), 303)
