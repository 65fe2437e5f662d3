"""Training notices (《培训通知书》): what was served, and each step after it. Rows are only ever added.

A notice is never changed; what becomes of it is the sum of its steps, and a mistake is withdrawn by a step. The
database refuses updates and deletes of all three tables.
"""

import datetime as dt
from typing import Any

from sqlalchemy import ForeignKey, Index, LargeBinary, Select, false, or_, select, true
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.sql.elements import ColumnElement

from crm.permissions import User, reach
from crm.store.base import Base, RowId


class TrainingNotice(Base):
    """A notice as it was served: the facts of a month, the help that was given, and the training that follows.

    `year` and `serial` are its number, counted anew each year; `entry_id` is the ledger's `training-notice` that it
    rests on, None where a manager found the facts; `facts` are the figures of `month` (its first date) as they were
    when it was made, by the names of `training_facts.NAMES`; `project` is the one whose managers see it.
    """

    __tablename__ = "training_notices"
    __table_args__ = (
        Index("uq_training_notices_year_serial", "year", "serial", unique=True),
        Index(None, "staff_id"),
        Index(None, "entry_id"),
    )

    notice_id: Mapped[RowId]
    year: Mapped[int]
    serial: Mapped[int]
    staff_id: Mapped[str] = mapped_column(ForeignKey("staff.staff_id"))
    project: Mapped[str]
    month: Mapped[dt.date]
    entry_id: Mapped[int | None] = mapped_column(ForeignKey("ledger.entry_id"))
    reason: Mapped[str]
    facts: Mapped[dict[str, Any]]
    help_given: Mapped[str]
    from_on: Mapped[dt.date]
    to_on: Mapped[dt.date]
    place: Mapped[str]
    trainer: Mapped[str]
    content: Mapped[str]
    made_by: Mapped[str]
    made_at: Mapped[dt.datetime]


class TrainingFile(Base):
    """A signed paper as it was uploaded, kept with the rows so that a backup has it. `digest` is its SHA-256."""

    __tablename__ = "training_files"
    __table_args__ = (Index(None, "notice_id"),)

    file_id: Mapped[RowId]
    notice_id: Mapped[int] = mapped_column(ForeignKey("training_notices.notice_id"))
    name: Mapped[str]
    mime: Mapped[str]
    content: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    digest: Mapped[str]
    kept_by: Mapped[str]
    kept_at: Mapped[dt.datetime]


class TrainingStep(Base):
    """One step: what `kind`, on which date, by whom and when written down; `details` are what this kind needs."""

    __tablename__ = "training_steps"
    __table_args__ = (Index(None, "notice_id"),)

    step_id: Mapped[RowId]
    notice_id: Mapped[int] = mapped_column(ForeignKey("training_notices.notice_id"))
    kind: Mapped[str]
    on: Mapped[dt.date]
    note: Mapped[str]
    details: Mapped[dict[str, Any]]
    file_id: Mapped[int | None] = mapped_column(ForeignKey("training_files.file_id"))
    actor: Mapped[str]
    at: Mapped[dt.datetime]


def notices_written_by(user: User) -> Select[TrainingNotice]:
    """Those whose steps this person takes: the project's for its managers, all for HR."""
    return select(TrainingNotice).where(_written(user))


def notices_visible_to(user: User) -> Select[TrainingNotice]:
    """One's own, and those whose steps one takes."""
    own = TrainingNotice.staff_id == user.staff_id if reach(user, "training:answer") == "own" else false()
    return select(TrainingNotice).where(or_(own, _written(user)))


def _written(user: User) -> ColumnElement[bool]:
    scope = reach(user, "training:write")
    if scope == "all":
        return true()
    return TrainingNotice.project == user.project if scope == "project" else false()
