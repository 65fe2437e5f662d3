"""Quotas, cases and resignations."""

import datetime as dt
from decimal import Decimal

from sqlalchemy import ForeignKey, Index, Select, false, select, true
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.sql.elements import ColumnElement

from crm.people.models import Staff
from crm.permissions import User, reach
from crm.store.base import Base


class Quota(Base):
    """What a person should sell in a month; `month` is its first date."""

    __tablename__ = "quotas"
    __table_args__ = (Index(None, "month"),)

    staff_id: Mapped[str] = mapped_column(ForeignKey("staff.staff_id"), primary_key=True)
    month: Mapped[dt.date] = mapped_column(primary_key=True)
    units: Mapped[int]
    amount: Mapped[Decimal | None]


class Case(Base):
    """A decision on misconduct."""

    __tablename__ = "cases"

    staff_id: Mapped[str] = mapped_column(ForeignKey("staff.staff_id"), primary_key=True)
    on: Mapped[dt.date] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    severity: Mapped[str]
    decided_by: Mapped[str] = mapped_column(ForeignKey("staff.staff_id"))
    second_by: Mapped[str | None] = mapped_column(ForeignKey("staff.staff_id"))


class Resignation(Base):
    """An application to leave, and how the leaving was settled."""

    __tablename__ = "resignations"

    staff_id: Mapped[str] = mapped_column(ForeignKey("staff.staff_id"), primary_key=True)
    applied_on: Mapped[dt.date] = mapped_column(primary_key=True)
    last_on: Mapped[dt.date]
    loans_cleared: Mapped[bool]
    attendance_pay: Mapped[Decimal | None]
    sales_bonus: Mapped[Decimal | None]


def quotas_visible_to(user: User) -> Select[Quota]:
    """As far as the user may read staff."""
    return select(Quota).where(_within(user, "staff:read", Quota.staff_id))


def cases_visible_to(user: User) -> Select[Case]:
    """One's own, the project's, or all."""
    return select(Case).where(_within(user, "cases:read", Case.staff_id))


def resignations_visible_to(user: User) -> Select[Resignation]:
    """One's own, the project's, or all."""
    return select(Resignation).where(_within(user, "cases:read", Resignation.staff_id))


def _within(user: User, about: str, staff_id: Mapped[str]) -> ColumnElement[bool]:
    scope = reach(user, about)
    if scope == "all":
        return true()
    if scope == "project":
        return staff_id.in_(select(Staff.staff_id).where(Staff.project == user.project))
    return staff_id == user.staff_id if scope == "own" else false()
