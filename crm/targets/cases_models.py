"""Misconduct on the way to a decision: the report, its evidence, the hearing, the decision and the second word.

The decided case itself is a row of `cases` (`crm.targets.models`), which is what the rulebook reads. Ids are random,
so that no gap in a sequence tells anybody that there is a report.
"""

import datetime as dt
import secrets

from sqlalchemy import ForeignKey, Index, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from crm.store.base import Base

SERIOUS, ESPECIALLY, DROPPED = "serious", "especially_serious", "dropped"


def random_id() -> str:
    """An id that tells nothing, of 128 bits."""
    return secrets.token_hex(16)


class MisconductReport(Base):
    """What somebody is said to have done; `dispute_id` is the ruled dispute it came up in."""

    __tablename__ = "misconduct_reports"
    __table_args__ = (Index(None, "staff_id"),)

    report_id: Mapped[str] = mapped_column(primary_key=True, default=random_id)
    staff_id: Mapped[str] = mapped_column(ForeignKey("staff.staff_id"))
    kind: Mapped[str]
    happened_on: Mapped[dt.date]
    facts: Mapped[str]
    dispute_id: Mapped[str | None] = mapped_column(ForeignKey("disputes.dispute_id"))
    reported_by: Mapped[str]
    reported_at: Mapped[dt.datetime]


class MisconductEvidence(Base):
    """A file of a report, kept in the database so that a backup holds it; `name` is only what it is called."""

    __tablename__ = "misconduct_evidence"
    __table_args__ = (Index(None, "report_id"),)

    evidence_id: Mapped[str] = mapped_column(primary_key=True, default=random_id)
    report_id: Mapped[str] = mapped_column(ForeignKey("misconduct_reports.report_id"))
    name: Mapped[str]
    kind: Mapped[str]
    size: Mapped[int]
    sha256: Mapped[str]
    content: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    added_by: Mapped[str]
    added_at: Mapped[dt.datetime]


class MisconductHearing(Base):
    """What the person concerned was asked, and answered, once; or that an answer was refused, and who saw it."""

    __tablename__ = "misconduct_hearings"
    __table_args__ = (Index(None, "report_id"),)

    hearing_id: Mapped[str] = mapped_column(primary_key=True, default=random_id)
    report_id: Mapped[str] = mapped_column(ForeignKey("misconduct_reports.report_id"))
    question: Mapped[str]
    asked_by: Mapped[str]
    asked_at: Mapped[dt.datetime]
    answer: Mapped[str | None]
    answered_at: Mapped[dt.datetime | None]
    refusal: Mapped[str | None]
    witness: Mapped[str | None] = mapped_column(ForeignKey("staff.staff_id"))
    refusal_noted_by: Mapped[str | None]
    refusal_noted_at: Mapped[dt.datetime | None]

    @property
    def over(self) -> bool:
        """The person said something, or refused to before a witness."""
        return self.answered_at is not None or self.refusal is not None


class MisconductDecision(Base):
    """The first person's decision: serious, especially_serious (with the last day, if any) or dropped."""

    __tablename__ = "misconduct_decisions"
    __table_args__ = (Index(None, "report_id"),)

    decision_id: Mapped[str] = mapped_column(primary_key=True, default=random_id)
    report_id: Mapped[str] = mapped_column(ForeignKey("misconduct_reports.report_id"))
    verdict: Mapped[str]
    on: Mapped[dt.date]
    last_on: Mapped[dt.date | None]
    union_told_on: Mapped[dt.date | None]
    reason: Mapped[str]
    decided_by: Mapped[str]
    decided_at: Mapped[dt.datetime]


class MisconductSecond(Base):
    """The second person's word on a decision."""

    __tablename__ = "misconduct_seconds"

    decision_id: Mapped[str] = mapped_column(ForeignKey("misconduct_decisions.decision_id"), primary_key=True)
    agreed: Mapped[bool]
    answer: Mapped[str]
    second_by: Mapped[str]
    second_at: Mapped[dt.datetime]
