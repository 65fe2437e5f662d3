"""Handing customers over: a manager gives one or several to a colleague or to the public pool (§7 五5)."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select

from crm.errors import Invalid, NotFound
from crm.extensions import db
from crm.leads.models import Customer, Transfer, customers_visible_to, holder_on
from crm.leads.registration import consultants_of
from crm.people import audit
from crm.people.accounts import Account
from crm.people.models import Staff
from crm.store.history import remember_change
from crm.transactions import atomic

AHEAD_DAYS = 31
MOST = 500


@dataclass(frozen=True)
class HandOver:
    """`to` None is the public pool; from `on` the customers are that person's."""

    to: str | None
    on: dt.date
    reason: str


@dataclass(frozen=True)
class HandedOver:
    """How many changed hands, and how many were that person's already."""

    changed: int
    same: int


def hand_over(user: Account, customer_ids: Sequence[str], plan: HandOver, at: dt.datetime) -> HandedOver:
    """Store a transfer for each, all or none; a second one of the same date takes the first one's place.

    NotFound where one of them is not of this manager's project; Invalid for a wrong person, date or number.
    """
    if not 0 < len(set(customer_ids)) <= MOST:
        raise Invalid(f"请选择 1 至 {MOST} 位客户。", f"Choose 1 to {MOST} customers.")
    with atomic():
        _check(user, plan, at.date())
        rows = _customers(user, customer_ids, at.date())
        holders = _holders(list(rows), plan.on)
        changing = [which for which in rows if not _has(holders[which], plan, which)]
        for which in changing:
            transfer(user.actor, which, plan, at)
        audit.record(
            user.actor,
            "customers.handed_over",
            plan.to or "",
            at=at,
            customers=len(changing),
            on=f"{plan.on}",
        )
    return HandedOver(len(changing), len(rows) - len(changing))


def _check(user: Account, plan: HandOver, today: dt.date) -> None:
    if not today <= plan.on <= today + dt.timedelta(days=AHEAD_DAYS):
        raise Invalid(
            f"日期应在今天到 {AHEAD_DAYS} 天以后之间。",
            f"The date should be from today to {AHEAD_DAYS} days ahead.",
            "on",
        )
    if plan.to is None:
        return
    wanted = consultants_of(user.project, plan.on).where(Staff.staff_id == plan.to)
    if db.session.scalar(wanted) is None:
        raise Invalid("请选择本项目当天在职的顾问。", "Choose a consultant of the project.", "to")


def _customers(user: Account, customer_ids: Sequence[str], on: dt.date) -> dict[str, Customer]:
    query = customers_visible_to(user, on).where(
        Customer.customer_id.in_(set(customer_ids)), Customer.erased_at.is_(None)
    )
    rows = {row.customer_id: row for row in db.session.scalars(query)}
    if len(rows) != len(set(customer_ids)):
        raise NotFound
    return rows


def _holders(ids: list[str], on: dt.date) -> dict[str, str | None]:
    query = select(Customer.customer_id, holder_on(on)).where(Customer.customer_id.in_(ids))
    return dict(db.session.execute(query).all())


def _has(holder: str | None, plan: HandOver, customer_id: str) -> bool:
    """Whether that person has the customer then already, and no later transfer is planned that this should replace."""
    return holder == plan.to and db.session.get(Transfer, (customer_id, plan.on)) is None


def transfer(actor: str, customer_id: str, plan: HandOver, at: dt.datetime) -> None:
    """Store one transfer, in place of another of the same date; who may do so is asked before."""
    with atomic() as session:
        stored = session.get(Transfer, (customer_id, plan.on))
        if stored is None:
            stored = Transfer(customer_id=customer_id, on=plan.on)
            session.add(stored)
        stored.to, stored.reason = plan.to, plan.reason.strip()
        stored.made_by, stored.made_at = actor, at
        remember_change(stored, at, actor)


def planned(customer_id: str, after: dt.date) -> dt.date | None:
    """The date of the next transfer that is planned already."""
    query = select(func.min(Transfer.on)).where(Transfer.customer_id == customer_id, Transfer.on > after)
    return db.session.scalar(query)
