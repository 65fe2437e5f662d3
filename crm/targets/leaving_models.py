"""Applications to leave, and the end of a hand-over."""

import datetime as dt

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from crm.store.base import Base, RowId

ASKED, ACCEPTED, WITHDRAWN = "asked", "accepted", "withdrawn"


class Leaving(Base):
    """An application to leave. Accepted, it sets the last day and has a row of `resignations` (same key)."""

    __tablename__ = "leavings"
    __table_args__ = (Index(None, "staff_id"), Index(None, "state"))

    leaving_id: Mapped[RowId]
    staff_id: Mapped[str] = mapped_column(ForeignKey("staff.staff_id"))
    applied_on: Mapped[dt.date]
    wished_on: Mapped[dt.date]
    reason: Mapped[str]
    entered_by: Mapped[str]
    entered_at: Mapped[dt.datetime]
    state: Mapped[str] = mapped_column(default=ASKED)
    last_on: Mapped[dt.date | None]
    answered_by: Mapped[str | None]
    answered_at: Mapped[dt.datetime | None]
    answer: Mapped[str | None]


class HandOverEnd(Base):
    """Somebody found that nothing of a leaver's is without an owner."""

    __tablename__ = "hand_over_ends"

    staff_id: Mapped[str] = mapped_column(ForeignKey("staff.staff_id"), primary_key=True)
    finished_by: Mapped[str]
    finished_at: Mapped[dt.datetime]
