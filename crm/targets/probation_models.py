"""What was decided on somebody's probation, and what the second person said to it. Rows that never change."""

import datetime as dt

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from crm.store.base import Base, RowId

CONFIRM, EXTEND, END = "confirm", "extend", "end"


class ProbationDecision(Base):
    """The first person's decision; it takes effect when a second person agrees.

    `kind` is confirm (`on`: confirmed from that date), extend (`months`: the whole probation, `consent_on`: when the
    person agreed in writing) or end (`on`: the last day of the employment).
    """

    __tablename__ = "probation_decisions"
    __table_args__ = (Index(None, "staff_id"),)

    decision_id: Mapped[RowId]
    staff_id: Mapped[str] = mapped_column(ForeignKey("staff.staff_id"))
    kind: Mapped[str]
    on: Mapped[dt.date]
    months: Mapped[int | None]
    consent_on: Mapped[dt.date | None]
    reason: Mapped[str]
    decided_by: Mapped[str]
    decided_at: Mapped[dt.datetime]


class ProbationAnswer(Base):
    """The second person's word on a decision."""

    __tablename__ = "probation_answers"

    decision_id: Mapped[int] = mapped_column(
        ForeignKey("probation_decisions.decision_id"), primary_key=True, autoincrement=False
    )
    agreed: Mapped[bool]
    answer: Mapped[str]
    second_by: Mapped[str]
    second_at: Mapped[dt.datetime]
