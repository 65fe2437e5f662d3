"""The daily report."""

import datetime as dt
from typing import Any

from sqlalchemy import JSON, Date, ForeignKey, Index, Select, false, select
from sqlalchemy.orm import Mapped, mapped_column

from crm.people.models import Staff
from crm.permissions import User, reach
from crm.store.base import Base, RowId


class Report(Base):
    """One person's report of one date; `false` is set by a manager, with a reason."""

    __tablename__ = "reports"
    __table_args__ = (Index(None, "date"),)

    staff_id: Mapped[str] = mapped_column(ForeignKey("staff.staff_id"), primary_key=True)
    date: Mapped[dt.date] = mapped_column(Date, primary_key=True)
    submitted_at: Mapped[dt.datetime | None]
    corrected_at: Mapped[dt.datetime | None]
    false: Mapped[bool] = mapped_column(default=False)
    decided_by: Mapped[str | None] = mapped_column(ForeignKey("staff.staff_id"))
    remarks: Mapped[str | None]
    figures: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    false_reason: Mapped[str | None]
    decided_at: Mapped[dt.datetime | None]
    version: Mapped[int] = mapped_column(default=1, server_default="1")

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's own way


class ReportMark(Base):
    """A manager's word that a report is false, or that it is not after all; never changed, only followed."""

    __tablename__ = "report_marks"
    __table_args__ = (Index(None, "staff_id", "date"),)

    mark_id: Mapped[RowId]
    staff_id: Mapped[str]
    date: Mapped[dt.date] = mapped_column(Date)
    false: Mapped[bool]
    reason: Mapped[str]
    made_by: Mapped[str] = mapped_column(ForeignKey("staff.staff_id"))
    made_at: Mapped[dt.datetime]


class ReportReading(Base):
    """Who has read a report, and when first."""

    __tablename__ = "report_readings"

    staff_id: Mapped[str] = mapped_column(primary_key=True)
    date: Mapped[dt.date] = mapped_column(Date, primary_key=True)
    read_by: Mapped[str] = mapped_column(primary_key=True)
    read_at: Mapped[dt.datetime]


def reports_visible_to(user: User) -> Select[Report]:
    """One's own; those of the project for a manager."""
    scope = reach(user, "reports:read")
    query = select(Report)
    if scope == "project":
        of_project = select(Staff.staff_id).where(Staff.project == user.project)
        return query.where(Report.staff_id.in_(of_project))
    return query.where(Report.staff_id == user.staff_id if scope == "own" else false())


def reporters_visible_to(user: User) -> Select[Staff]:
    """The people whose days and reports the user may read: oneself, or those of the project."""
    scope = reach(user, "reports:read")
    query = select(Staff)
    if scope == "project":
        return query.where(Staff.project == user.project)
    return query.where(Staff.staff_id == user.staff_id if scope == "own" else false())
