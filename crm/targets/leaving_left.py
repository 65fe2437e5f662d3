"""What somebody leaves behind: customers, deals that are not done, and what only that person can still answer."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session, aliased

from crm.deals.aftersales import TITLE
from crm.deals.disputes_models import DisputeStatement
from crm.deals.keepers import DealKeeper, kept_by
from crm.deals.models import Deal
from crm.deals.units_models import DealStep
from crm.errors import Conflict
from crm.extensions import db
from crm.leads.models import Customer, Transfer, held_by
from crm.leads.pool_words import HANDED_OVER
from crm.leads.registration import consultants_of
from crm.people.accounts import Account
from crm.people.models import Staff
from crm.permissions import reach
from crm.targets.leaving_models import HandOverEnd
from crm.targets.staffing_reach import MANAGERS, staff_within

DECIDE = "leaving:decide"
LOOK_BACK_DAYS = 90
"""How long after the last day something left behind is still shown."""
_DAY = dt.timedelta(days=1)
_GRADES = "ABCD"


@dataclass(frozen=True)
class Left:
    """What is without a new owner from the date `on`, and what was `given` from that date on, by its id.

    `statements` are asked for and not given; `last_manager` says that nobody else manages the project.
    """

    person: Staff
    on: dt.date
    customers: Sequence[Customer]
    deals: Sequence[Deal]
    statements: int
    last_manager: bool
    given: Mapping[str, tuple[Customer, str | None]]
    given_deals: Mapping[str, tuple[Deal, str]]
    ended: HandOverEnd | None

    @property
    def open(self) -> int:
        """How many things stand in the way of finishing."""
        return len(self.customers) + len(self.deals) + self.last_manager

    @property
    def finished(self) -> bool:
        """Somebody found it complete, and nothing has come to the leaver since."""
        return self.ended is not None and not self.open


def left_of(person: Staff, today: dt.date) -> Left:
    """What that person leaves behind from the day after the last one; Conflict where no last day is set."""
    if person.left_on is None:
        raise Conflict("还没有定下最后工作日。", "No last day is set yet.")
    on = max(person.left_on + _DAY, today)
    session = db.session()
    return Left(
        person,
        on,
        _customers(session, person, on),
        _deals(session, person, on),
        _statements(session, person),
        _is_last_manager(session, person, on),
        _given(session, person, on),
        _given_deals(session, person, on),
        session.get(HandOverEnd, person.staff_id),
    )


def _customers(session: Session, person: Staff, on: dt.date) -> list[Customer]:
    held = select(Customer).where(held_by(person.staff_id, on), Customer.erased_at.is_(None))
    return sorted(session.scalars(held).all(), key=_first_things)


def _first_things(row: Customer) -> tuple[int, str, str]:
    """The warmest first, households together."""
    place = _GRADES.find(row.intent_grade) if row.intent_grade else -1
    return (place if place >= 0 else len(_GRADES), row.household or "", row.customer_id)


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
        Staff.left_on.is_(None) | (Staff.left_on >= on),
    )
    return session.scalar(others.limit(1)) is None


def _given(session: Session, person: Staff, on: dt.date) -> dict[str, tuple[Customer, str | None]]:
    """The customers handed over from that date on, which may still be given to somebody else."""
    moved = (Transfer.on == on) & (Transfer.reason == HANDED_OVER)
    query = (
        select(Customer, Transfer.to)
        .join(Transfer, Transfer.customer_id == Customer.customer_id)
        .where(moved, held_by(person.staff_id, on - _DAY), Customer.erased_at.is_(None))
    )
    return {row.customer_id: (row, to) for row, to in session.execute(query.order_by(Customer.customer_id))}


def _given_deals(session: Session, person: Staff, on: dt.date) -> dict[str, tuple[Deal, str]]:
    kept = kept_by(person.staff_id, on - _DAY, Deal.deal_id, Deal.staff_id)
    new = aliased(DealKeeper)
    query = (
        select(Deal, new.staff_id)
        .join(new, new.deal_id == Deal.deal_id)
        .where(new.from_on == on, kept, Deal.cancelled_on.is_(None))
    )
    return {row.deal_id: (row, to) for row, to in session.execute(query.order_by(Deal.deal_id))}


def successors(person: Staff, on: dt.date) -> list[Staff]:
    """The consultants of the project who are there on that date."""
    return list(
        db.session.scalars(consultants_of(person.project, on).where(Staff.staff_id != person.staff_id))
    )


def not_for_pool(session: Session, customer_ids: Sequence[str]) -> set[str]:
    """Those of them whom the pool does not take: with a deal that was not cancelled, or not to be contacted."""
    sold = select(Deal.customer_id).where(Deal.customer_id.in_(customer_ids), Deal.cancelled_on.is_(None))
    silent = select(Customer.customer_id).where(
        Customer.customer_id.in_(customer_ids), Customer.opted_out_on.is_not(None)
    )
    return {*session.scalars(sold), *session.scalars(silent)}


def unfinished(user: Account, today: dt.date) -> list[Left]:
    """Those whose last day is set and whose hand-over is not finished, the first to go first."""
    if reach(user, DECIDE) is None:
        return []
    recent = staff_within(user, DECIDE).where(Staff.left_on >= today - LOOK_BACK_DAYS * _DAY)
    people = db.session.scalars(recent.order_by(Staff.left_on, Staff.staff_id)).all()
    found = [left_of(person, today) for person in people]
    return [one for one in found if one.open or (one.ended is None and one.on > today)]
