"""Customers and what was done with them."""

import datetime as dt
from typing import Any

from sqlalchemy import (
    JSON,
    ForeignKey,
    Index,
    Select,
    false,
    func,
    or_,
    select,
)
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.sql.elements import ColumnElement

from crm.people.models import Staff, Term
from crm.permissions import User, reach
from crm.store.base import Base, RowId
from crm.store.dates import day_of


class Customer(Base):
    """A caller or visitor. `owner` is the first consultant for ever; `held_by` says who has it now.

    `spelling` is the name in pinyin, for sorting; `crm.leads.search_terms` writes it. `place` is the customer's project,
    or without one the first owner's; triggers of the database keep it (migration 0580), nobody else writes it.
    """

    __tablename__ = "customers"
    __table_args__ = (
        Index(None, "owner", "first_contact_at"),
        Index("ix_customers_place_first_contact_at", "place", "first_contact_at", "customer_id", "erased_at"),
        Index(None, "first_contact_at"),
        Index(None, "place", "spelling"),
        Index(None, "household"),
        Index(None, "id_number"),
        Index(None, "registered_by", "registered_at"),
    )

    customer_id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    phone: Mapped[str | None]
    id_number: Mapped[str | None]
    household: Mapped[str | None]
    owner: Mapped[str] = mapped_column(ForeignKey("staff.staff_id"))
    project: Mapped[str | None]
    channel: Mapped[str | None]
    need: Mapped[str | None]
    intent_grade: Mapped[str | None]
    first_contact_at: Mapped[dt.datetime]
    opted_out_on: Mapped[dt.date | None]
    registered_by: Mapped[str | None]
    registered_at: Mapped[dt.datetime | None]
    consent_at: Mapped[dt.datetime | None]
    consent_purpose: Mapped[str | None]
    consent_withdrawn_at: Mapped[dt.datetime | None]
    spelling: Mapped[str] = mapped_column(default="", server_default="")
    erased_at: Mapped[dt.datetime | None]
    place: Mapped[str | None] = mapped_column(deferred=True)
    version: Mapped[int] = mapped_column(default=1, server_default="1")

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's own way


class CustomerTerm(Base):
    """What a customer can be found by, written by `crm.leads.search_terms`.

    `kind` is gram (1 or 2 characters of the name), letters (the name's pinyin initials, and its whole pinyin) or
    tail (a phone number backwards, so that its last digits come first).
    """

    __tablename__ = "customer_terms"
    __table_args__ = (Index(None, "kind", "term", "customer_id"),)

    customer_id: Mapped[str] = mapped_column(ForeignKey("customers.customer_id"), primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    term: Mapped[str] = mapped_column(primary_key=True)


class PhoneClaim(Base):
    """A normalized number taken by a registration; unique, so that two at one moment get one registration."""

    __tablename__ = "phone_claims"

    phone: Mapped[str] = mapped_column(primary_key=True)
    customer_id: Mapped[str] = mapped_column(ForeignKey("customers.customer_id"), index=True)
    claimed_by: Mapped[str]
    claimed_at: Mapped[dt.datetime]


class PhoneLookup(Base):
    """Who compared which number (hashed) with the whole company, and whether it was there."""

    __tablename__ = "phone_lookups"
    __table_args__ = (Index(None, "actor", "at"), Index(None, "phone_hash"))

    lookup_id: Mapped[RowId]
    actor: Mapped[str]
    at: Mapped[dt.datetime]
    phone_hash: Mapped[str]
    found: Mapped[bool]


class Contact(Base):
    """A call, visit or follow-up. A struck one (undone, or replaced by `replaced_by`) counts nowhere."""

    __tablename__ = "contacts"
    __table_args__ = (
        Index(None, "customer_id", "happened_at"),
        Index(None, "staff_id", "happened_at"),
        Index(None, "happened_at"),
    )

    contact_id: Mapped[str] = mapped_column(primary_key=True)
    customer_id: Mapped[str] = mapped_column(ForeignKey("customers.customer_id"))
    staff_id: Mapped[str] = mapped_column(ForeignKey("staff.staff_id"))
    kind: Mapped[str]
    happened_at: Mapped[dt.datetime]
    recorded_at: Mapped[dt.datetime]
    effective: Mapped[bool] = mapped_column(default=True)
    medium: Mapped[str | None]
    note: Mapped[str | None]
    next_step: Mapped[str | None]
    next_on: Mapped[dt.date | None]
    shown: Mapped[str | None]
    liked: Mapped[str | None]
    objected: Mapped[str | None]
    struck_at: Mapped[dt.datetime | None]
    struck_by: Mapped[str | None]
    replaced_by: Mapped[str | None]
    version: Mapped[int] = mapped_column(default=1, server_default="1")

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's own way


class Transfer(Base):
    """From `on` the customer is `to`'s; an empty `to` is the public pool."""

    __tablename__ = "transfers"
    __table_args__ = (Index(None, "to"),)

    customer_id: Mapped[str] = mapped_column(ForeignKey("customers.customer_id"), primary_key=True)
    on: Mapped[dt.date] = mapped_column(primary_key=True)
    to: Mapped[str | None] = mapped_column(ForeignKey("staff.staff_id"))
    reason: Mapped[str | None]
    made_by: Mapped[str | None]
    made_at: Mapped[dt.datetime | None]


FIRST_DAY, LAST_DAY = dt.date(1, 1, 1), dt.date(9999, 12, 31)
"""What a turn without a beginning or an end is kept with."""


class Holding(Base):
    """A customer's turn: with `staff_id` (None: the public pool) from `from_on` to before `to_on`.

    It follows from the first owner and the transfers. Triggers of the database keep it in the statement that changes
    those (migration 0580), so an import or a statement past the session cannot forget it; nobody else writes it.
    """

    __tablename__ = "holdings"
    __table_args__ = (Index("ix_holdings_staff_id_to_on", "staff_id", "to_on", "from_on", "customer_id"),)

    customer_id: Mapped[str] = mapped_column(
        ForeignKey("customers.customer_id", ondelete="CASCADE"), primary_key=True
    )
    from_on: Mapped[dt.date] = mapped_column(primary_key=True)
    to_on: Mapped[dt.date]
    staff_id: Mapped[str | None]


class Waiver(Base):
    """A signed waiver of tracking, both dates included; an empty `to_on` never ends."""

    __tablename__ = "waivers"

    customer_id: Mapped[str] = mapped_column(ForeignKey("customers.customer_id"), primary_key=True)
    from_on: Mapped[dt.date] = mapped_column(primary_key=True)
    to_on: Mapped[dt.date | None]
    reason: Mapped[str]
    signed_by: Mapped[str] = mapped_column(ForeignKey("staff.staff_id"))
    signed_on: Mapped[dt.date]


class WaiverRequest(Base):
    """A waiver asked for by a consultant; `state` is asked, signed, refused or withdrawn."""

    __tablename__ = "waiver_requests"
    __table_args__ = (Index(None, "customer_id"), Index(None, "state"), Index(None, "asked_by"))

    request_id: Mapped[RowId]
    customer_id: Mapped[str] = mapped_column(ForeignKey("customers.customer_id"))
    asked_by: Mapped[str] = mapped_column(ForeignKey("staff.staff_id"))
    asked_at: Mapped[dt.datetime]
    from_on: Mapped[dt.date]
    to_on: Mapped[dt.date | None]
    reason: Mapped[str]
    note: Mapped[str]
    state: Mapped[str] = mapped_column(default="asked")
    decided_by: Mapped[str | None]
    decided_at: Mapped[dt.datetime | None]
    answer: Mapped[str | None]


class CustomerEvent(Base):
    """What happened to a customer beside contacts, transfers and deals: consent, reveals, households, opting out."""

    __tablename__ = "customer_events"
    __table_args__ = (Index(None, "customer_id", "at"),)

    event_id: Mapped[RowId]
    customer_id: Mapped[str] = mapped_column(ForeignKey("customers.customer_id"))
    at: Mapped[dt.datetime]
    actor: Mapped[str]
    kind: Mapped[str]
    text: Mapped[str] = mapped_column(default="")


class SavedView(Base):
    """A list's filters under a name; only its owner sees it."""

    __tablename__ = "saved_views"
    __table_args__ = (
        Index("uq_saved_views_account_id_page_name", "account_id", "page", "name", unique=True),
    )

    view_id: Mapped[RowId]
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.account_id"))
    page: Mapped[str]
    name: Mapped[str]
    query: Mapped[dict[str, Any]] = mapped_column(JSON)


def turn_of(on: dt.date) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """The turn that covers a date; each customer has exactly one."""
    return Holding.from_on <= on, Holding.to_on > on


def held_by(staff_id: str | None, on: dt.date) -> ColumnElement[bool]:
    """The customers whom that person has on that date: not handed over, or handed to the person last."""
    return Customer.customer_id.in_(
        select(Holding.customer_id).where(Holding.staff_id == staff_id, *turn_of(on))
    )


def holder_on(on: dt.date) -> ColumnElement[str | None]:
    """A scalar subquery: who has the customer on that date, null for the public pool."""
    return (
        select(Holding.staff_id)
        .where(Holding.customer_id == Customer.customer_id, *turn_of(on))
        .correlate(Customer)
        .scalar_subquery()
    )


def customer_visible_to(user: User, on: dt.date, customer_id: str | ColumnElement[str]) -> Select[Customer]:
    """One of `customers_visible_to`, asked for by its id without listing the others first."""
    if reach(user, "customers:read") == "own":
        return select(Customer).where(Customer.customer_id == customer_id, holder_on(on) == user.staff_id)
    return customers_visible_to(user, on).where(Customer.customer_id == customer_id)


def customers_visible_to(user: User, on: dt.date, by_row: bool = False) -> Select[Customer]:
    """A consultant's are those held on that date, a manager's those of the project; others see none.

    `by_row`: something rarer finds the customers, and each is only asked whether it is of the project.
    """
    scope = reach(user, "customers:read")
    query = select(Customer)
    if scope == "project":
        return query.where(in_project(user.project, by_row))
    return query.where(held_by(user.staff_id, on) if scope == "own" else false())


def in_project(project: str | None, by_row: bool = False) -> ColumnElement[bool]:
    """The customers of a project: their own word on it, or without one the first owner's at the first contact.

    An owner who goes to another project leaves them behind. With `by_row` no index is used for it, so that a
    database does not walk a project for the sake of its order.
    """
    return (func.coalesce(Customer.place, "") if by_row else Customer.place) == project


def owners_project_then() -> ColumnElement[str]:
    """The project in which the first owner was on the date of the first contact; what `place` falls back on."""
    began = day_of(Customer.first_contact_at)
    theirs = select(Term.project).where(Term.staff_id == Customer.owner, Term.from_on <= began)
    latest = theirs.where(Term.project.is_not(None)).order_by(Term.from_on.desc()).limit(1)
    first = select(Staff.first_project).where(Staff.staff_id == Customer.owner)
    return func.coalesce(
        latest.correlate(Customer).scalar_subquery(), first.correlate(Customer).scalar_subquery()
    )


def arrivals_visible_to(user: User, on: dt.date) -> Select[Customer]:
    """Who came or called today in the project, for the reception; the page masks them."""
    query = select(Customer)
    if reach(user, "arrivals:read") != "project":
        return query.where(false())
    start = dt.datetime.combine(on, dt.time())
    today = select(Contact.customer_id).where(
        Contact.happened_at >= start,
        Contact.happened_at < start + dt.timedelta(days=1),
        Contact.struck_at.is_(None),
        Contact.kind.in_(("call_in", "visit")),
    )
    return query.where(in_project(user.project), Customer.customer_id.in_(today))


def contacts_visible_to(user: User, on: dt.date) -> Select[Contact]:
    """The contacts with customers whom the user may read, and what the user wrote."""
    customers = customers_visible_to(user, on).with_only_columns(Customer.customer_id)
    query = select(Contact)
    if reach(user, "customers:read") == "own":
        return query.where(or_(Contact.staff_id == user.staff_id, Contact.customer_id.in_(customers)))
    return query.where(Contact.customer_id.in_(customers))


def waiver_requests_visible_to(user: User) -> Select[WaiverRequest]:
    """One's own requests, and those of the project for who signs them."""
    query = select(WaiverRequest)
    if reach(user, "waivers:sign") == "project":
        of_project = select(Customer.customer_id).where(in_project(user.project))
        return query.where(WaiverRequest.customer_id.in_(of_project))
    return query.where(WaiverRequest.asked_by == user.staff_id if user.staff_id else false())


def saved_views_visible_to(account_id: int) -> Select[SavedView]:
    """Only the own ones."""
    return select(SavedView).where(SavedView.account_id == account_id)
