"""Households: customers who buy together have one follow-up record and are received as one group (rulebook 1)."""

import datetime as dt
from collections.abc import Sequence

from sqlalchemy import func, select

from crm.errors import Conflict, Invalid
from crm.extensions import db
from crm.leads.events import Happening, note
from crm.leads.ids import new_id
from crm.leads.models import Customer, customers_visible_to
from crm.leads.services import of_living
from crm.people import audit
from crm.people.accounts import Account
from crm.store.history import remember_change
from crm.transactions import atomic

MOST_MEMBERS = 20


def join(user: Account, customer_id: str, other_id: str, reason: str, at: dt.datetime) -> None:
    """Make two customers, and whoever is of their households, one household.

    Both must be this person's to write, and so must all who change their household with them: others are
    joined by the manager.
    """
    if customer_id == other_id:
        raise Invalid("请选择另一位客户。", "Choose another customer.", "other")
    with atomic():
        one, two = (of_living(user, which, at) for which in (customer_id, other_id))
        if one.household and one.household == two.household:
            raise Conflict("他们已经是一家。", "They are one household already.")
        name = one.household or two.household or new_id("H", at.date())
        moving = [row for row in (*_household(one), *_household(two)) if row.household != name]
        _refuse_unseen(user, moving, at.date())
        if len(_household(one)) + len(_household(two)) > MOST_MEMBERS:
            raise Conflict(
                f"一个家庭最多 {MOST_MEMBERS} 人。", f"A household has at most {MOST_MEMBERS} members."
            )
        for row in moving:
            row.household = name
            remember_change(row, at, user.actor)
        for row in (one, two):
            note(row.customer_id, Happening.HOUSEHOLD_JOINED, user.actor, at, reason.strip())
        audit.record(user.actor, "household.joined", customer_id, at=at, other=other_id)


def leave(user: Account, customer_id: str, reason: str, at: dt.datetime) -> None:
    """The customer is a household of its own again."""
    with atomic():
        customer = of_living(user, customer_id, at)
        if not customer.household:
            raise Conflict("这位客户没有家庭。", "The customer is of no household.")
        former, customer.household = customer.household, None
        remember_change(customer, at, user.actor)
        note(customer_id, Happening.HOUSEHOLD_LEFT, user.actor, at, reason.strip())
        audit.record(user.actor, "household.left", customer_id, at=at, household=former)


def _household(customer: Customer) -> Sequence[Customer]:
    if not customer.household:
        return [customer]
    query = select(Customer).where(Customer.household == customer.household)
    return db.session.scalars(query.order_by(Customer.customer_id)).all()


def _refuse_unseen(user: Account, moving: Sequence[Customer], on: dt.date) -> None:
    ids = [row.customer_id for row in moving]
    seen = customers_visible_to(user, on).where(Customer.customer_id.in_(ids)).subquery()
    if db.session.scalar(select(func.count()).select_from(seen)) != len(set(ids)):
        raise Conflict(
            "其中有不归您的客户，请经理合并。", "Some of them are not yours: ask your manager to join them."
        )
