"""Disputes over deals. Nothing outside these tables says that there is one before a manager has ruled.

Their ids are random and no sequence is shared with other rows, so that no gap gives one away. Who looked at what
is kept in `dispute_looks`, not in the audit log, which the administrator reads.
"""

import datetime as dt
import secrets
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, Select, exists, false, or_, select
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.sql.elements import ColumnElement

from crm.deals.models import Deal
from crm.leads.models import Customer, in_project
from crm.permissions import User, reach
from crm.store.base import Base

OPEN, RULED = "open", "ruled"


def random_id() -> str:
    """An id that tells nothing, of 128 bits."""
    return secrets.token_hex(16)


class Dispute(Base):
    """A deal whose owner is in question; `cause` is suggestion, protected or manager. `rulings` counts them."""

    __tablename__ = "disputes"

    dispute_id: Mapped[str] = mapped_column(primary_key=True, default=random_id)
    deal_id: Mapped[str] = mapped_column(ForeignKey("deals.deal_id"), unique=True)
    cause: Mapped[str]
    opened_at: Mapped[dt.datetime]
    opened_by: Mapped[str | None]
    state: Mapped[str] = mapped_column(default=OPEN)
    rulings: Mapped[int] = mapped_column(default=0)


class DisputeReader(Base):
    """Someone whom a manager lets see the dispute."""

    __tablename__ = "dispute_readers"

    dispute_id: Mapped[str] = mapped_column(ForeignKey("disputes.dispute_id"), primary_key=True)
    staff_id: Mapped[str] = mapped_column(ForeignKey("staff.staff_id"), primary_key=True)
    named_by: Mapped[str]
    named_at: Mapped[dt.datetime]


class DisputeStatement(Base):
    """What a party was asked, and what the party answered, once."""

    __tablename__ = "dispute_statements"
    __table_args__ = (Index(None, "dispute_id"), Index(None, "staff_id"))

    statement_id: Mapped[str] = mapped_column(primary_key=True, default=random_id)
    dispute_id: Mapped[str] = mapped_column(ForeignKey("disputes.dispute_id"))
    staff_id: Mapped[str] = mapped_column(ForeignKey("staff.staff_id"))
    question: Mapped[str]
    asked_by: Mapped[str]
    asked_at: Mapped[dt.datetime]
    answer: Mapped[str | None]
    answered_at: Mapped[dt.datetime | None]


class Ruling(Base):
    """A decision, never changed, only followed by one with a greater number.

    `shares` holds [staff_id, percent]; `evidence` what the manager had before him (`crm.deals.evidence.as_kept`).
    """

    __tablename__ = "rulings"

    dispute_id: Mapped[str] = mapped_column(ForeignKey("disputes.dispute_id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    ruled_by: Mapped[str]
    ruled_at: Mapped[dt.datetime]
    reason: Mapped[str]
    shares: Mapped[list[Any]] = mapped_column(JSON)
    suggested: Mapped[str | None]
    evidence: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))


class DisputeLook(Base):
    """Who looked at a dispute or did something with it, and when."""

    __tablename__ = "dispute_looks"
    __table_args__ = (Index(None, "dispute_id", "at"),)

    look_id: Mapped[str] = mapped_column(primary_key=True, default=random_id)
    dispute_id: Mapped[str] = mapped_column(ForeignKey("disputes.dispute_id"))
    at: Mapped[dt.datetime]
    actor: Mapped[str]
    what: Mapped[str]
    about: Mapped[str] = mapped_column(default="")


def disputes_ruled_by(user: User) -> Select[tuple[Dispute]]:
    """The disputes that this person may rule: those over deals of the own project, for its managers."""
    return select(Dispute).where(_manages(user))


def disputes_visible_to(user: User) -> Select[tuple[Dispute]]:
    """For managers of the deal's project and those they named (rulebook 9)."""
    named = exists().where(
        DisputeReader.dispute_id == Dispute.dispute_id, DisputeReader.staff_id == user.staff_id
    )
    return select(Dispute).where(or_(_manages(user), named))


def case_files_visible_to(user: User) -> Select[tuple[Dispute]]:
    """For HR, once there is a ruling: before, a dispute is not there."""
    reads = reach(user, "disputes:read_ruled") == "all"
    return select(Dispute).where(Dispute.state == RULED if reads else false())


def statements_visible_to(user: User) -> Select[tuple[DisputeStatement]]:
    """What oneself was asked; a party sees nothing else of a dispute."""
    own = DisputeStatement.staff_id == user.staff_id if user.staff_id else false()
    return select(DisputeStatement).where(own)


def _manages(user: User) -> ColumnElement[bool]:
    if reach(user, "disputes:rule") != "project":
        return false()
    customers = select(Customer.customer_id).where(in_project(user.project)).correlate(None)
    return Dispute.deal_id.in_(select(Deal.deal_id).where(Deal.customer_id.in_(customers)).correlate(None))
