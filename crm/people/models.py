"""Staff, their days, and the company's calendar and settings."""

import datetime as dt
from decimal import Decimal
from typing import Any

from sqlalchemy import JSON, Date, ForeignKey, Index, Select, false, or_, select
from sqlalchemy.orm import Mapped, mapped_column

from crm.permissions import User, reach
from crm.store.base import Base, Exact, RowId


class Staff(Base):
    """A person under one employment; one who is hired again gets a new `staff_id`."""

    __tablename__ = "staff"
    __table_args__ = (Index(None, "project"), Index(None, "person_id"))

    staff_id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    person_id: Mapped[str | None]
    role: Mapped[str]
    project: Mapped[str]
    trade: Mapped[str]
    hired_on: Mapped[dt.date]
    left_on: Mapped[dt.date | None]
    probation_months: Mapped[int] = mapped_column(default=6)
    contract_years: Mapped[Exact] = mapped_column(default=Decimal(3))
    confirmed_on: Mapped[dt.date | None]
    monthly_base_pay: Mapped[Decimal | None]
    monthly_variable_pay: Mapped[Decimal | None]
    version: Mapped[int] = mapped_column(default=1, server_default="1")

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's own way

    def employed_on(self, day: dt.date) -> bool:
        """Whether the employment covers that date, both ends included."""
        return self.hired_on <= day and (self.left_on is None or day <= self.left_on)


class CalendarDay(Base):
    """The company's own word on whether a date is a workday."""

    __tablename__ = "calendar"

    date: Mapped[dt.date] = mapped_column(Date, primary_key=True)
    workday: Mapped[bool]


class RosterDay(Base):
    """What one person does on one date."""

    __tablename__ = "roster"
    __table_args__ = (Index(None, "date"),)

    staff_id: Mapped[str] = mapped_column(ForeignKey("staff.staff_id"), primary_key=True)
    date: Mapped[dt.date] = mapped_column(Date, primary_key=True)
    kind: Mapped[str]


class LeaveRequest(Base):
    """Leave asked for; `state` is asked, granted, refused or withdrawn."""

    __tablename__ = "leave_requests"
    __table_args__ = (Index(None, "staff_id"), Index(None, "state"))

    request_id: Mapped[RowId]
    staff_id: Mapped[str] = mapped_column(ForeignKey("staff.staff_id"))
    from_on: Mapped[dt.date]
    to_on: Mapped[dt.date]
    reason: Mapped[str]
    asked_at: Mapped[dt.datetime]
    state: Mapped[str] = mapped_column(default="asked")
    decided_by: Mapped[str | None]
    decided_at: Mapped[dt.datetime | None]
    answer: Mapped[str | None]


class Setting(Base):
    """One setting of the company, by name; `crm.people.settings` knows the names."""

    __tablename__ = "settings"

    name: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[Any] = mapped_column(JSON)


class ParameterValue(Base):
    """A rulebook parameter overridden from a date on; a null `from_on` means always."""

    __tablename__ = "parameters"
    __table_args__ = (Index("uq_parameters_name_from_on", "name", "from_on", unique=True),)

    parameter_id: Mapped[RowId]
    name: Mapped[str]
    from_on: Mapped[dt.date | None]
    value: Mapped[str]
    set_by: Mapped[str]
    set_at: Mapped[dt.datetime]


def staff_visible_to(user: User) -> Select[Staff]:
    """Everyone for HR and the administrator, those of the project for managers, oneself for the others."""
    scope = reach(user, "staff:read")
    query = select(Staff)
    if scope == "all":
        return query
    if scope == "project":
        return query.where(Staff.project == user.project)
    return query.where(Staff.staff_id == user.staff_id if scope == "own" else false())


def leave_requests_visible_to(user: User) -> Select[LeaveRequest]:
    """One's own, and those that one may grant."""
    query = select(LeaveRequest).join(Staff, Staff.staff_id == LeaveRequest.staff_id)
    if reach(user, "roster:write") == "all":
        return query
    own = LeaveRequest.staff_id == user.staff_id
    if reach(user, "roster:write") == "project":
        return query.where(or_(own, Staff.project == user.project))
    return query.where(own)
