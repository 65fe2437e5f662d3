"""The hand-over as a wizard: customers, then deals, then the end, which waits for everything to have an owner."""

from typing import Any

from flask import redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import Select, func, select
from werkzeug.wrappers import Response

from crm.clock import now, today
from crm.errors import Conflict, Invalid
from crm.extensions import db
from crm.leads.models import Customer, Holding, turn_of
from crm.leads.page_queries import names_of
from crm.leads.worklist import is_rolled, roll_if_needed
from crm.leads.worklist_models import KeptDuty, duties_visible_to
from crm.people.signed_in import me
from crm.permissions import Permission, requires
from crm.store.once import once
from crm.targets import leaving_handover as acts
from crm.targets.leaving_handover import Given, Plan
from crm.targets.leaving_left import Left, left_of, successors
from crm.targets.leaving_views import blueprint
from crm.transactions import atomic
from crm.web import say
from crm.web.i18n import current_lang

Page = str | Response | tuple[str, int]
HAND_OVER = Permission.PROJECT_CUSTOMERS_HAND_OVER


@blueprint.get("/leaving/hand-over/<staff_id>")
@requires(HAND_OVER)
def hand_over(staff_id: str) -> str:
    """What that person leaves behind, and to whom it goes."""
    return _wizard(staff_id)


def _wizard(
    staff_id: str, problem: str = "", picked: tuple[str, ...] = (), chosen: tuple[str, ...] = ()
) -> str:
    """The page; with what was ticked and a sentence where it could not be done."""
    person = acts.leaver(me(), staff_id)
    if person.left_on is None:
        return render_template("targets/leaving_hand_over.html", person=person, left=None)
    due = _due(staff_id)
    left = left_of(person, today())
    takers = successors(person, left.on)
    return render_template(
        "targets/leaving_hand_over.html",
        person=person,
        left=left,
        takers=takers,
        held=_held([one.staff_id for one in takers], left),
        due=due,
        buyers=_buyers(left),
        names=names_of(
            [to for _row, to in left.given.values()]
            + [to for _row, to in left.given_deals.values()]
            + ([left.ended.finished_by] if left.ended else [])
        ),
        problem=problem,
        picked=picked,
        chosen=chosen,
    )


def _held(staff_ids: list[str], left: Left) -> dict[str, int]:
    """How many customers each of these has on the date of the hand-over."""
    query = (
        select(Holding.staff_id, func.count())
        .where(Holding.staff_id.in_(staff_ids), *turn_of(left.on))
        .group_by(Holding.staff_id)
    )
    return {whose: number for whose, number in db.session.execute(query) if whose}


def _due(staff_id: str) -> dict[str, KeptDuty]:
    """The duty of each customer by the customer's id, brought to today where the night has not done it."""
    if not is_rolled(db.session(), staff_id, today()):
        with atomic() as session:
            roll_if_needed(session, staff_id, today())
    mine: Select[Any] = duties_visible_to(me()).where(KeptDuty.staff_id == staff_id)
    return {row.customer_id: row for row in db.session.scalars(mine)}


def _buyers(left: Left) -> dict[str, str]:
    """The names of the customers of these deals."""
    deals = [*left.deals, *(deal for deal, _to in left.given_deals.values())]
    query = select(Customer.customer_id, Customer.name).where(
        Customer.customer_id.in_({deal.customer_id for deal in deals})
    )
    return {key: name or "" for key, name in db.session.execute(query)}


@blueprint.post("/leaving/hand-over/<staff_id>")
@requires(HAND_OVER)
def assign(staff_id: str) -> Page:
    """Give what is ticked, or all that has nobody yet, to its new owners."""
    acts.leaver(me(), staff_id)
    typed = request.form
    what = acts.DEALS if typed.get("what") == acts.DEALS else acts.CUSTOMERS
    plan = Plan(what, typed.get("how", ""), typed.getlist("to"), typed.getlist("picked"))

    def act() -> dict[str, int]:
        done = acts.assign(me(), staff_id, plan, now())
        return {"number": done.number, "kept": done.kept}

    try:
        done = Given(**once(me().actor, request.form, now(), act))
    except (Invalid, Conflict) as problem:
        sentence = problem.sentence(current_lang())
        return _wizard(staff_id, sentence, tuple(plan.picked), tuple(plan.to)), problem.status
    _tell(done, what)
    return redirect(url_for("leaving.hand_over", staff_id=staff_id), 303)


def _tell(done: Given, what: str) -> None:
    if what == acts.DEALS:
        text = ngettext("%(num)d 单成交已有接手人。", "%(num)d 单成交已有接手人。", done.number)
    else:
        text = ngettext("%(num)d 位客户已安排。", "%(num)d 位客户已安排。", done.number)
    if done.kept:
        text += _("另有 %(count)s 位有成交或不再联系，公海不收，请交给顾问。", count=done.kept)
    say(text, kind="warn" if done.kept else "done")


@blueprint.post("/leaving/hand-over/<staff_id>/finish")
@requires(HAND_OVER)
def finish(staff_id: str) -> Page:
    """Note that everything has a new owner."""
    acts.leaver(me(), staff_id)
    try:
        acts.finish(me(), staff_id, now())
    except Conflict as problem:
        return _wizard(staff_id, problem.sentence(current_lang())), problem.status
    say(_("交接已完成。"))
    return redirect(url_for("leaving.hand_over", staff_id=staff_id), 303)
