"""Handing over what somebody leaves behind: every customer and every deal that is not done gets a new owner.

From the last day on: on that day both are there, and no date is without an owner. A customer's deals go with the
customer, unless they are given to somebody else; whose deal it is does not change.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from crm.deals.aftersales import TITLE
from crm.deals.disputes_models import DisputeStatement
from crm.deals.keepers import DealKeeper, kept_by
from crm.deals.models import Deal
from crm.deals.units_models import DealStep
from crm.errors import Conflict, Invalid, NotFound
from crm.extensions import db
from crm.leads.handing_over import HandOver, transfer
from crm.leads.models import Customer, Transfer, held_by
from crm.leads.registration import consultants_of
from crm.people import audit
from crm.people.accounts import Account
from crm.people.models import Staff
from crm.permissions import reach
from crm.targets.leaving_models import HandOverEnd
from crm.targets.staffing_reach import MANAGERS, person_within, staff_within
from crm.transactions import atomic

DECIDE, HAND_OVER = "leaving:decide", "customers:hand_over"
REASON = "离职交接"
TO, SPLIT, POOL = "to", "split", "pool"
_GRADES = "ABCD"
Row = TypeVar("Row", Customer, Deal)
LOOK_BACK_DAYS = 90
"""How long after the last day something left behind is still shown."""


@dataclass(frozen=True)
class Left:
    """What is without a new owner from the date `on`; `statements` are asked for and not given, `last_manager` says
    that nobody else manages the project."""

    person: Staff
    on: dt.date
    customers: Sequence[Customer]
    deals: Sequence[Deal]
    statements: int
    last_manager: bool
    given: int
    ended: HandOverEnd | None

    @property
    def open(self) -> int:
        """How many things stand in the way of finishing."""
        return len(self.customers) + len(self.deals) + self.last_manager


@dataclass(frozen=True)
class Plan:
    """What to do with the picked customers or deals (nothing picked: all): give to one, share out, or to the pool."""

    what: str
    how: str
    to: Sequence[str]
    picked: Sequence[str] = ()


def left_of(person: Staff, today: dt.date) -> Left:
    """What that person leaves behind; Conflict where no last day is set."""
    if person.left_on is None:
        raise Conflict("还没有定下最后工作日。", "No last day is set yet.")
    on = max(person.left_on, today)
    session = db.session()
    return Left(
        person,
        on,
        _customers(session, person, on),
        _deals(session, person, on),
        _statements(session, person),
        _is_last_manager(session, person, on),
        _given(session, person),
        session.get(HandOverEnd, person.staff_id),
    )


def _customers(session: Session, person: Staff, on: dt.date) -> list[Customer]:
    held = select(Customer).where(held_by(person.staff_id, on), Customer.erased_at.is_(None))
    rows = session.scalars(held).all()
    return sorted(rows, key=lambda row: (_rank(row.intent_grade), row.household or "", row.customer_id))


def _rank(grade: str | None) -> int:
    place = _GRADES.find((grade or "").upper()) if grade else -1
    return place if place >= 0 else len(_GRADES)


def _deals(session: Session, person: Staff, on: dt.date) -> list[Deal]:
    """Neither cancelled nor done: before the contract, or sold here with the title certificate still to come."""
    titled = exists().where(
        DealStep.deal_id == Deal.deal_id, DealStep.kind == TITLE, DealStep.done_on.is_not(None)
    )
    waits = Deal.contract_on.is_(None) | (Deal.stock_units.is_not(None) & ~titled)
    kept = kept_by(person.staff_id, on, Deal.deal_id, Deal.staff_id)
    query = select(Deal).where(kept, Deal.cancelled_on.is_(None), waits)
    return list(session.scalars(query.order_by(Deal.deal_id)).all())


def _statements(session: Session, person: Staff) -> int:
    query = select(func.count()).where(
        DisputeStatement.staff_id == person.staff_id, DisputeStatement.answered_at.is_(None)
    )
    return session.scalar(query) or 0


def _is_last_manager(session: Session, person: Staff, on: dt.date) -> bool:
    if person.role not in MANAGERS:
        return False
    others = select(Staff.staff_id).where(
        Staff.project == person.project,
        Staff.role.in_(MANAGERS),
        Staff.staff_id != person.staff_id,
        Staff.left_on.is_(None) | (Staff.left_on > on),
    )
    return session.scalar(others.limit(1)) is None


def _given(session: Session, person: Staff) -> int:
    """How many customers were handed over because of this leaving."""
    if person.left_on is None:
        return 0
    ever = held_by(person.staff_id, person.left_on - dt.timedelta(days=1))
    moved = select(Transfer.customer_id).where(Transfer.reason == REASON, Transfer.on >= person.left_on)
    query = select(func.count()).select_from(Customer).where(ever, Customer.customer_id.in_(moved))
    return session.scalar(query) or 0


def leaver(user: Account, staff_id: str) -> Staff:
    """Somebody whose leaving the user decides on; else NotFound."""
    return person_within(user, DECIDE, staff_id)


def successors(person: Staff, on: dt.date) -> list[Staff]:
    """The consultants of the project who stay beyond that date."""
    query = consultants_of(person.project, on).where(Staff.staff_id != person.staff_id)
    return [row for row in db.session.scalars(query) if row.left_on is None or row.left_on > on]


def assign(user: Account, staff_id: str, plan: Plan, at: dt.datetime) -> int:
    """Give what is picked to its new owners; gives how many. NotFound for what is not there to be given."""
    with atomic() as session:
        person = person_within(user, HAND_OVER, staff_id)
        left = left_of(person, at.date())
        to = _receivers(plan, left)
        if plan.what == "deals":
            done = _give_deals(session, _picked(left.deals, "deal_id", plan.picked), to, left.on, user, at)
        else:
            customers = _picked(left.customers, "customer_id", plan.picked)
            done = _give_customers(session, person, customers, to, left, user, at)
        audit.record(user.actor, "leaving.handed_over", staff_id, at=at, what=plan.what, number=done)
    return done


def _receivers(plan: Plan, left: Left) -> list[str | None]:
    if plan.how == POOL and plan.what == "customers":
        return [None]
    allowed = {row.staff_id for row in successors(left.person, left.on)}
    chosen = list(dict.fromkeys(plan.to))
    wanted = chosen if plan.how == SPLIT else chosen[:1]
    if plan.how not in (TO, SPLIT) or not wanted or not set(wanted) <= allowed:
        raise Invalid("请选择本项目在职的顾问。", "Choose consultants of the project who stay.", "to")
    return list(wanted)


def _picked(rows: Sequence[Row], key: str, picked: Sequence[str]) -> list[Row]:
    if not picked:
        return list(rows)
    chosen = set(picked)
    found = [row for row in rows if getattr(row, key) in chosen]
    if len(found) != len(chosen):
        raise NotFound
    return found


def _give_customers(
    session: Session,
    person: Staff,
    customers: Sequence[Customer],
    to: list[str | None],
    left: Left,
    user: Account,
    at: dt.datetime,
) -> int:
    homes: dict[str, int] = {}
    live = {deal.customer_id for deal in left.deals}
    done = 0
    for customer in customers:
        home = homes.setdefault(customer.household or customer.customer_id, len(homes))
        new = to[home % len(to)]  # a household stays together
        if new is None and customer.customer_id in live:
            continue
        transfer(user.actor, customer.customer_id, HandOver(new, left.on, REASON), at)
        done += 1
        deals = [deal for deal in left.deals if deal.customer_id == customer.customer_id]
        _give_deals(session, deals, [new], left.on, user, at)
    return done


def _give_deals(
    session: Session,
    deals: Sequence[Deal],
    to: Sequence[str | None],
    on: dt.date,
    user: Account,
    at: dt.datetime,
) -> int:
    for number, deal in enumerate(deals):
        row = session.get(DealKeeper, (deal.deal_id, on)) or DealKeeper(deal_id=deal.deal_id, from_on=on)
        row.staff_id, row.given_by, row.given_at = to[number % len(to)] or "", user.actor, at
        session.add(row)
    session.flush()
    return len(deals)


def finish(user: Account, staff_id: str, at: dt.datetime) -> None:
    """Note that everything has a new owner; Conflict while something has none."""
    with atomic() as session:
        left = left_of(leaver(user, staff_id), at.date())
        if left.ended is not None:
            raise Conflict("交接已经完成。", "The hand-over is finished already.")
        if left.open:
            raise Conflict(
                f"还有 {left.open} 项没有接手人，不能完成交接。",
                f"{left.open} things have no new owner yet; the hand-over cannot be finished.",
            )
        session.add(HandOverEnd(staff_id=staff_id, finished_by=user.actor, finished_at=at))
        audit.record(user.actor, "leaving.finished", staff_id, at=at)


def unfinished(user: Account, today: dt.date) -> list[Left]:
    """Those whose last day is set, and who leave something behind, the first to go first."""
    if reach(user, DECIDE) is None:
        return []
    ended = exists().where(HandOverEnd.staff_id == Staff.staff_id)
    query = staff_within(user, DECIDE).where(Staff.left_on.is_not(None), ~ended)
    recent = query.where(Staff.left_on >= today - dt.timedelta(days=LOOK_BACK_DAYS))
    people = db.session.scalars(recent.order_by(Staff.left_on, Staff.staff_id)).all()
    found = [left_of(person, today) for person in people]
    return [one for one in found if one.open or (one.person.left_on or today) >= today]
