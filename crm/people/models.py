"""Staff, their terms and days, and the company's calendar and settings."""

import datetime as dt
from decimal import Decimal
from typing import Any

from sqlalchemy import JSON, Date, ForeignKey, Index, Select, bindparam, false, func, or_, select
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, column_property, mapped_column
from sqlalchemy.sql.elements import ColumnElement

from crm.clock import today
from crm.permissions import User, reach
from crm.store.base import Base, Exact, RowId

DATED = ("project", "role", "trade", "monthly_base_pay", "monthly_variable_pay")
"""What of a person changes from a date on: the columns that `staff` and `terms` both have."""


def _today_s(name: str) -> Any:
    """An attribute that is today's value to whoever reads or compares it, and the first one to whoever sets it."""

    def get(row: "Staff") -> Any:
        value = getattr(row, f"{name}_today")
        return getattr(row, f"first_{name}") if value is None else value

    def put(row: "Staff", value: Any) -> None:
        setattr(row, f"first_{name}", value)

    def compare(rows: type["Staff"]) -> Any:
        return getattr(rows, f"{name}_today")

    return hybrid_property(get, fset=put, expr=compare)


class Staff(Base):
    """A person under one employment; one who is hired again gets a new `staff_id`.

    `project`, `role`, `trade` and the two pays are those in force today, on a row and in a query alike: what
    bounds a right changes with the date and needs nobody to run. `first_project` and so on are what the row
    itself holds, before the first of the person's terms; setting `project` sets that.
    """

    __tablename__ = "staff"
    __table_args__ = (Index(None, "project"), Index(None, "person_id"))

    staff_id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    person_id: Mapped[str | None]
    first_role: Mapped[str] = mapped_column("role")
    first_project: Mapped[str] = mapped_column("project")
    first_trade: Mapped[str] = mapped_column("trade")
    hired_on: Mapped[dt.date]
    left_on: Mapped[dt.date | None]
    probation_months: Mapped[int] = mapped_column(default=6)
    contract_years: Mapped[Exact] = mapped_column(default=Decimal(3))
    confirmed_on: Mapped[dt.date | None]
    first_monthly_base_pay: Mapped[Decimal | None] = mapped_column("monthly_base_pay")
    first_monthly_variable_pay: Mapped[Decimal | None] = mapped_column("monthly_variable_pay")
    version: Mapped[int] = mapped_column(default=1, server_default="1")

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's own way

    role: hybrid_property[str] = _today_s("role")
    project: hybrid_property[str] = _today_s("project")
    trade: hybrid_property[str] = _today_s("trade")
    monthly_base_pay: hybrid_property[Decimal | None] = _today_s("monthly_base_pay")
    monthly_variable_pay: hybrid_property[Decimal | None] = _today_s("monthly_variable_pay")

    def employed_on(self, day: dt.date) -> bool:
        """Whether the employment covers that date, both ends included."""
        return self.hired_on <= day and (self.left_on is None or day <= self.left_on)


class Term(Base):
    """What holds of a person from a date on; a null value is as it was before."""

    __tablename__ = "terms"

    staff_id: Mapped[str] = mapped_column(ForeignKey("staff.staff_id"), primary_key=True)
    from_on: Mapped[dt.date] = mapped_column(Date, primary_key=True)
    project: Mapped[str | None]
    role: Mapped[str | None]
    trade: Mapped[str | None]
    monthly_base_pay: Mapped[Decimal | None]
    monthly_variable_pay: Mapped[Decimal | None]


def in_force(name: str, on: "ColumnElement[dt.date] | dt.date") -> ColumnElement[Any]:
    """The value of one of `DATED` on a date, of the staff row that the query is about.

    One step in the primary key of `terms` a row, whose few terms of one person stand side by side.
    """
    column = getattr(Term, name)
    latest = (
        select(column)
        .where(Term.staff_id == Staff.staff_id, Term.from_on <= on, column.is_not(None))
        .order_by(Term.from_on.desc())
        .limit(1)
        .correlate(Staff)
        .scalar_subquery()
    )
    return func.coalesce(latest, getattr(Staff, f"first_{name}"))


def ever_a_consultant() -> ColumnElement[bool]:
    """Whoever of the staff is or was a consultant; what they did then stays theirs."""
    by_term = select(Term.staff_id).where(Term.role == "consultant")
    return or_(Staff.first_role == "consultant", Staff.staff_id.in_(by_term))


_TODAY = bindparam("crm_today", callable_=today, type_=Date())
"""Asked of the clock each time a query runs."""

for _name in DATED:
    _pay = _name.startswith("monthly_")
    setattr(Staff, f"{_name}_today", column_property(in_force(_name, _TODAY), deferred=_pay))


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
