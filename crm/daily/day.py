"""A person's day as the records tell it: each figure is the number of its rows."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from crm.deals.models import Deal, Share, deals_visible_to
from crm.leads.models import Contact, Customer, contacts_visible_to
from crm.permissions import User

FIGURES = ("calls", "received", "followups", "holding", "subscriptions", "contracts")


@dataclass(frozen=True)
class ContactRow:
    """A contact with the customer's name."""

    contact: Contact
    name: str


@dataclass(frozen=True)
class DealRow:
    """A deal with the customer's name."""

    deal: Deal
    name: str


@dataclass
class Day:
    """What one person did on one date.

    `received` are groups (one visit for each household; rulebook 1), `service` visits of households that had
    placed a deposit before, `late` the calls and visits that were not written down on the date itself.
    """

    calls: list[ContactRow] = field(default_factory=list)
    received: list[ContactRow] = field(default_factory=list)
    service: list[ContactRow] = field(default_factory=list)
    followups: list[ContactRow] = field(default_factory=list)
    holding: list[DealRow] = field(default_factory=list)
    subscriptions: list[DealRow] = field(default_factory=list)
    contracts: list[DealRow] = field(default_factory=list)
    late: list[ContactRow] = field(default_factory=list)

    def figures(self) -> dict[str, int]:
        """How many rows each figure has."""
        return {name: len(getattr(self, name)) for name in FIGURES}


def days_of_people(session: Session, user: User, staff_ids: Sequence[str], on: dt.date) -> dict[str, Day]:
    """What these people did on a date, as far as the user may read its records."""
    found = {staff_id: Day() for staff_id in staff_ids}
    _add_contacts(session, user, found, on)
    _add_deals(session, user, found, on)
    return found


def _add_contacts(session: Session, user: User, found: dict[str, Day], on: dt.date) -> None:
    start = dt.datetime.combine(on, dt.time())
    query = (
        select(Contact, Customer.name, Customer.household)
        .join(Customer, Customer.customer_id == Contact.customer_id)
        .where(
            Contact.staff_id.in_(found),
            Contact.happened_at >= start,
            Contact.happened_at < start + dt.timedelta(days=1),
            Contact.struck_at.is_(None),
            Contact.contact_id.in_(contacts_visible_to(user, on).with_only_columns(Contact.contact_id)),
        )
        .order_by(Contact.happened_at, Contact.contact_id)
    )
    rows = session.execute(query).all()
    homes = {contact.customer_id: household for contact, _, household in rows if contact.kind == "visit"}
    served = _with_earlier_deposit(session, homes, on)
    seen: set[tuple[str, str]] = set()
    for contact, name, household in rows:
        day, row = found[contact.staff_id], ContactRow(contact, name)
        if contact.kind != "follow_up" and contact.recorded_at.date() > on:
            day.late.append(row)
        if contact.kind != "visit":
            (day.calls if contact.kind == "call_in" else day.followups).append(row)
            continue
        home = _home(contact.customer_id, household)
        if home in served:
            day.service.append(row)
        elif (contact.staff_id, home) not in seen:
            seen.add((contact.staff_id, home))
            day.received.append(row)


def _home(customer_id: str, household: str | None) -> str:
    return f"household {household}" if household else f"customer {customer_id}"


def _with_earlier_deposit(session: Session, homes: dict[str, str | None], on: dt.date) -> set[str]:
    """The households of which a member placed a deposit on an earlier date, cancelled or not."""
    if not homes:
        return set()
    named = {household for household in homes.values() if household}
    deposit = or_(Deal.holding_deposit_on < on, Deal.subscription_on < on)
    query = (
        select(Customer.customer_id, Customer.household)
        .join(Deal, Deal.customer_id == Customer.customer_id)
        .where(deposit, or_(Customer.customer_id.in_(homes), Customer.household.in_(named)))
    )
    return {_home(customer_id, household) for customer_id, household in session.execute(query)}


def _add_deals(session: Session, user: User, found: dict[str, Day], on: dt.date) -> None:
    dated = or_(Deal.holding_deposit_on == on, Deal.subscription_on == on, Deal.contract_on == on)
    query = (
        select(Deal, Customer.name)
        .join(Customer, Customer.customer_id == Deal.customer_id)
        .where(dated, Deal.deal_id.in_(deals_visible_to(user).with_only_columns(Deal.deal_id)))
        .order_by(Deal.deal_id)
    )
    rows = session.execute(query).all()
    owners = _whose(session, [deal for deal, _ in rows])
    for deal, name in rows:
        for staff_id in owners[deal.deal_id] & found.keys():
            _take_deal(found[staff_id], DealRow(deal, name), on)


def _whose(session: Session, deals: Iterable[Deal]) -> dict[str, set[str]]:
    """Whose each deal is: the people in its shares, or without any its own (rulebook 1)."""
    deals = list(deals)
    query = select(Share.deal_id, Share.staff_id).where(Share.deal_id.in_([deal.deal_id for deal in deals]))
    shared: dict[str, set[str]] = {}
    for deal_id, staff_id in session.execute(query):
        shared.setdefault(deal_id, set()).add(staff_id)
    alone = {deal.deal_id: {deal.staff_id} if deal.staff_id else set() for deal in deals}
    return {**alone, **shared}


def _take_deal(day: Day, row: DealRow, on: dt.date) -> None:
    deal = row.deal
    void = deal.cancelled_on is not None and deal.cancelled_on <= on
    if (deal.holding_deposit_on or deal.subscription_on) == on and not void:
        day.holding.append(row)
    if deal.subscription_on == on and not void:
        day.subscriptions.append(row)
    if deal.contract_on == on and not void:
        day.contracts.append(row)
