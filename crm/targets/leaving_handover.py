"""Handing over what somebody leaves behind: every customer and every deal that is not done gets a new owner.

From the day after the last one: until then the customers are the leaver's, and no date is without an owner. A
customer's deals go with the customer, unless they are given to somebody else; whose deal it is does not change.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from sqlalchemy.orm import Session

from crm.deals.keepers import DealKeeper
from crm.deals.models import Deal
from crm.errors import Conflict, Invalid, NotFound
from crm.leads.handing_over import HandOver, transfer
from crm.leads.models import Customer
from crm.leads.pool_words import HANDED_OVER
from crm.people import audit
from crm.people.accounts import Account
from crm.people.models import Staff
from crm.targets.leaving_left import DECIDE, Left, left_of, not_for_pool, successors
from crm.targets.leaving_models import HandOverEnd
from crm.targets.staffing_reach import person_within
from crm.transactions import atomic

HAND_OVER = "customers:hand_over"
GIVE, POOL = "give", "pool"
CUSTOMERS, DEALS = "customers", "deals"
Row = TypeVar("Row", Customer, Deal)
To = TypeVar("To", bound=str | None)


@dataclass(frozen=True)
class Plan:
    """What to do with what is picked (nothing picked: all that nobody has yet).

    `how` is `give`, to one or shared out evenly among several, or `pool`, for customers only.
    """

    what: str
    how: str
    to: Sequence[str]
    picked: Sequence[str] = ()


@dataclass(frozen=True)
class Given:
    """How many got a new owner, and how many customers the pool does not take."""

    number: int
    kept: int = 0


def assign(user: Account, staff_id: str, plan: Plan, at: dt.datetime) -> Given:
    """Give it to its new owners. NotFound for what is not there to be given, Invalid for nobody to give it to."""
    with atomic() as session:
        person = person_within(user, HAND_OVER, staff_id)
        left = left_of(person, at.date())
        to = _receivers(plan, left)
        if plan.what == DEALS:
            deals = _picked(_by_id(left.deals, "deal_id"), left.given_deals, plan.picked)
            done = Given(_give_deals(session, deals, to, left.on, user, at))
        else:
            customers = _picked(_by_id(left.customers, "customer_id"), left.given, plan.picked)
            done = _give_customers(session, customers, to, left, user, at)
        audit.record(user.actor, "leaving.handed_over", staff_id, at=at, what=plan.what, rows=done.number)
    return done


def _receivers(plan: Plan, left: Left) -> list[str | None]:
    if plan.how == POOL and plan.what == CUSTOMERS:
        return [None]
    allowed = {row.staff_id for row in successors(left.person, left.on)}
    wanted = list(dict.fromkeys(plan.to))
    if plan.how != GIVE or not wanted or not set(wanted) <= allowed:
        raise Invalid(
            "请选择接手人：本项目届时在职的顾问。",
            "Choose who takes over: consultants of the project who stay.",
            "to",
        )
    return list(wanted)


def _by_id(rows: Sequence[Row], key: str) -> dict[str, Row]:
    return {getattr(row, key): row for row in rows}


def _picked(
    waiting: Mapping[str, Row], given: Mapping[str, tuple[Row, To]], picked: Sequence[str]
) -> list[Row]:
    """Those, also out of what was given already; without any, all that waits."""
    if not picked and waiting:
        return list(waiting.values())
    if not picked:
        raise Invalid("都已安排。要改给别人，请先勾选。", "All is arranged; tick what you want to change.")
    known = {key: row for key, (row, _to) in given.items()} | dict(waiting)
    if not set(picked) <= known.keys():
        raise NotFound
    return [known[key] for key in dict.fromkeys(picked)]


def _give_customers(
    session: Session,
    customers: Sequence[Customer],
    to: Sequence[str | None],
    left: Left,
    user: Account,
    at: dt.datetime,
) -> Given:
    """Households stay together, and each takes its deals along."""
    homes: dict[str, int] = {}
    stay = not_for_pool(session, [row.customer_id for row in customers]) if None in to else set()
    moving = [row for row in customers if row.customer_id not in stay]
    for customer in moving:
        home = homes.setdefault(customer.household or customer.customer_id, len(homes))
        new = to[home % len(to)]
        transfer(user.actor, customer.customer_id, HandOver(new, left.on, HANDED_OVER), at)
        _give_deals(session, _along_with(customer, left), [new], left.on, user, at)
    return Given(len(moving), len(stay))


def _along_with(customer: Customer, left: Left) -> list[Deal]:
    """The customer's deals that nobody has yet, or that went along when the customer was given before."""
    before = left.given.get(customer.customer_id, (customer, None))[1]
    went = [deal for deal, to in left.given_deals.values() if to == before]
    return [deal for deal in (*left.deals, *went) if deal.customer_id == customer.customer_id]


def _give_deals(
    session: Session,
    deals: Sequence[Deal],
    to: Sequence[str | None],
    on: dt.date,
    user: Account,
    at: dt.datetime,
) -> int:
    for number, deal in enumerate(deals):
        new = to[number % len(to)]
        if new is None:
            raise Conflict("公海不能接手成交。", "The pool takes no deals.")
        row = session.get(DealKeeper, (deal.deal_id, on)) or DealKeeper(deal_id=deal.deal_id, from_on=on)
        row.staff_id, row.given_by, row.given_at = new, user.actor, at
        session.add(row)
    session.flush()
    return len(deals)


def leaver(user: Account, staff_id: str) -> Staff:
    """Somebody of the project whose customers the user hands over; else NotFound."""
    return person_within(user, HAND_OVER, staff_id)


def finish(user: Account, staff_id: str, at: dt.datetime) -> None:
    """Note that everything has a new owner; Conflict while something has none."""
    with atomic() as session:
        left = left_of(person_within(user, DECIDE, staff_id), at.date())
        if left.finished:
            raise Conflict("交接已经完成。", "The hand-over is finished already.")
        if left.open:
            raise Conflict(
                f"还有 {left.open} 项没有接手人，不能完成交接。",
                f"{left.open} things have no new owner yet; the hand-over cannot be finished.",
            )
        session.add(HandOverEnd(staff_id=staff_id, finished_by=user.actor, finished_at=at))
        audit.record(user.actor, "leaving.finished", staff_id, at=at)
