"""What the pages of deals show, narrowed to what this person may see."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, and_, func, select
from sqlalchemy.sql.elements import ColumnElement

from crm.deals.models import Deal, Share, deals_visible_to
from crm.deals.services import CORRECTION, REASON, entered_on
from crm.deals.stages import CANCELLED, CONTRACT, HOLDING, STAGES, SUBSCRIPTION, Step, steps_of
from crm.errors import NotFound
from crm.exchange.write_rows import VIA
from crm.extensions import db
from crm.leads.models import Customer, customers_visible_to, holder_on
from crm.leads.page_queries import names_of
from crm.leads.search_queries import matches, words_of
from crm.people.accounts import Account
from crm.store.history import changes_of

PAGE = 50
RECENT = 8
"""Customers offered at once; a search finds the others."""


@dataclass(frozen=True)
class Line:
    """A deal in the list: the furthest stage with its date, the customer, whose it is."""

    deal: Deal
    customer: Customer
    stage: str
    on: dt.date | None
    who: str


@dataclass(frozen=True)
class Page:
    """One page of the list, and how many deals there are at each stage."""

    lines: list[Line]
    counts: dict[str, int]
    total: int
    number: int

    @property
    def pages(self) -> int:
        """How many pages there are."""
        return max(1, -(-self.total // PAGE))


def at_stage(stage: str) -> ColumnElement[bool]:
    """The deals whose furthest stage it is."""
    later = STAGES[STAGES.index(stage) + 1 :]
    column = getattr(Deal, stage)
    return and_(column.is_not(None), *(getattr(Deal, name).is_(None) for name in later))


def deals_page(user: Account, stage: str = "", number: int = 1) -> Page:
    """The newest first, by the day on which they began."""
    visible = deals_visible_to(user)
    counts = {name: _count(visible.where(at_stage(name))) for name in STAGES}
    query = visible.where(at_stage(stage)) if stage in STAGES else visible
    total = _count(query)
    number = min(max(number, 1), max(1, -(-total // PAGE)))
    began = func.coalesce(Deal.holding_deposit_on, Deal.subscription_on, Deal.contract_on, Deal.cancelled_on)
    rows = db.session.execute(
        query.join(Customer, Customer.customer_id == Deal.customer_id)
        .add_columns(Customer)
        .order_by(began.desc(), Deal.deal_id.desc())
        .limit(PAGE)
        .offset((number - 1) * PAGE)
    ).all()
    names = names_of(deal.staff_id for deal, _ in rows)
    lines = [_line(deal, customer, names) for deal, customer in rows]
    return Page(lines, counts, total, number)


def _count(query: Select[Any]) -> int:
    return db.session.scalar(select(func.count()).select_from(query.subquery())) or 0


def _line(deal: Deal, customer: Customer, names: dict[str, str]) -> Line:
    stage = next((name for name in reversed(STAGES) if getattr(deal, name)), "")
    on = getattr(deal, stage) if stage else None
    return Line(deal, customer, stage, on, names.get(deal.staff_id or "", ""))


def deal_of(user: Account, deal_id: str) -> Deal:
    """The deal, if this person may see it; else NotFound."""
    deal = db.session.scalar(deals_visible_to(user).where(Deal.deal_id == deal_id))
    if deal is None:
        raise NotFound
    return deal


@dataclass(frozen=True)
class Happened:
    """A step with the day it was entered, whether its date can still be corrected, and earlier dates of it."""

    step: Step
    correctable: bool
    corrections: list[tuple[str, str, str]]


@dataclass(frozen=True)
class Shown:
    """Everything on the page of one deal."""

    deal: Deal
    customer: Customer
    customer_open: bool
    steps: list[Happened]
    who: str
    shares: list[tuple[str, str]]
    entered_by: str


def shown(user: Account, deal: Deal, today: dt.date) -> Shown:
    """The page of a deal that this person may see."""
    customer = db.session.get_one(Customer, deal.customer_id)
    visible = customers_visible_to(user, today).where(Customer.customer_id == deal.customer_id)
    own_only = user.role == "consultant"
    shares = [
        share
        for share in db.session.scalars(select(Share).where(Share.deal_id == deal.deal_id))
        if not own_only or share.staff_id == user.staff_id
    ]
    names = names_of([deal.staff_id, deal.entered_by, *(share.staff_id for share in shares)])
    return Shown(
        deal,
        customer,
        db.session.scalar(visible) is not None,
        _happened(deal, today),
        names.get(deal.staff_id or "", deal.staff_id or ""),
        [(names.get(share.staff_id, share.staff_id), f"{share.percent.normalize():f}") for share in shares],
        names.get(deal.entered_by or "", ""),
    )


def _happened(deal: Deal, today: dt.date) -> list[Happened]:
    changes = [row for row in changes_of(Deal.__tablename__, [deal.deal_id]) if row.via in (CORRECTION, VIA)]
    found = []
    for step in steps_of(deal):
        earlier = [
            (str(row.before[step.stage]), str(row.after[step.stage]), str(row.after.get(REASON, "")))
            for row in reversed(changes)
            if row.before and row.after and row.before.get(step.stage) and step.stage in row.after
        ]
        found.append(Happened(step, entered_on(deal, step.stage) == today, earlier))
    return found


def choosable_customers(user: Account, today: dt.date, q: str = "", chosen: str = "") -> list[Customer]:
    """The customers of this person whom a deal can begin with: those found by name or the end of the number.

    Without a search those last registered; the one who is `chosen` already stands first.
    """
    mine = customers_visible_to(user, today).where(Customer.erased_at.is_(None))
    query = mine
    for word in words_of(q):
        query = query.where(matches(word))
    newest = query.order_by(Customer.first_contact_at.desc(), Customer.customer_id)
    found = list(db.session.scalars(newest.limit(RECENT)))
    if chosen and all(one.customer_id != chosen for one in found):
        found[:0] = db.session.scalars(mine.where(Customer.customer_id == chosen))
    return found


def customer_for_deal(user: Account, customer_id: str, today: dt.date) -> tuple[Customer, str | None]:
    """The customer of this person, and who has the customer now; else NotFound."""
    found = db.session.execute(
        customers_visible_to(user, today)
        .where(Customer.customer_id == customer_id)
        .add_columns(holder_on(today))
    ).first()
    if found is None:
        raise NotFound
    return found[0], found[1]


STATUS_KINDS = {HOLDING: "waits", SUBSCRIPTION: "way", CONTRACT: "done", CANCELLED: "none"}
