"""Training notices as far as this person may see them, and the ledger's entries that wait for one."""

import datetime as dt
from collections.abc import Sequence

from sqlalchemy import Select, select
from sqlalchemy.orm import aliased

from crm.errors import NotFound
from crm.extensions import db
from crm.penalties.models import LedgerEntry, entries_visible_to
from crm.people.accounts import Account
from crm.permissions import User, reach
from crm.targets.members import Member, members
from crm.targets.training_course import Course
from crm.targets.training_models import (
    TrainingFile,
    TrainingNotice,
    TrainingStep,
    notices_visible_to,
    notices_written_by,
)

RULE = "training-notice"


def course_of(user: User, notice_id: int, *, writes: bool = False) -> Course:
    """A notice with its steps; `NotFound` where the user may not see it, or with `writes` take its steps."""
    query = notices_written_by(user) if writes else notices_visible_to(user)
    row = db.session.scalar(query.where(TrainingNotice.notice_id == notice_id))
    if row is None:
        raise NotFound
    return _courses([row])[0]


def courses(user: User) -> list[Course]:
    """All that the user may see, the newest first."""
    query = notices_visible_to(user).order_by(TrainingNotice.notice_id.desc())
    return _courses(db.session.scalars(query).all())


def waiting_for(user: Account) -> list[Course]:
    """The user's own that wait for an answer: not acknowledged yet, or with a post that was offered."""
    if user.staff_id is None:
        return []
    query = notices_visible_to(user).where(TrainingNotice.staff_id == user.staff_id)
    own = _courses(db.session.scalars(query.order_by(TrainingNotice.notice_id)).all())
    return [one for one in own if one.allows("acknowledged") or one.allows("consented")]


def _courses(notices: Sequence[TrainingNotice]) -> list[Course]:
    steps: dict[int, list[TrainingStep]] = {row.notice_id: [] for row in notices}
    query = select(TrainingStep).where(TrainingStep.notice_id.in_(steps)).order_by(TrainingStep.step_id)
    for step in db.session.scalars(query):
        steps[step.notice_id].append(step)
    return [Course(row, steps[row.notice_id]) for row in notices]


def file_of(user: User, notice_id: int, file_id: int) -> TrainingFile:
    """A paper of a notice that the user may see."""
    course = course_of(user, notice_id)
    row = db.session.get(TrainingFile, file_id)
    if row is None or row.notice_id != course.notice.notice_id:
        raise NotFound
    return row


def files_of(notice_id: int) -> dict[int, TrainingFile]:
    """The papers of a notice by file_id, without their content."""
    query = select(TrainingFile).where(TrainingFile.notice_id == notice_id)
    return {row.file_id: row for row in db.session.scalars(query)}


def waiting_entries(user: User) -> Sequence[LedgerEntry]:
    """The ledger's training notices that stand and have no paper yet, the newest first."""
    return db.session.scalars(_waiting(user).order_by(LedgerEntry.on.desc(), LedgerEntry.staff_id)).all()


def waiting_entry(user: User, entry_id: int) -> LedgerEntry | None:
    """One of them."""
    row: LedgerEntry | None = db.session.scalar(_waiting(user).where(LedgerEntry.entry_id == entry_id))
    return row


def _waiting(user: User) -> Select[LedgerEntry]:
    reversal = aliased(LedgerEntry)
    withdrawn = select(TrainingStep.notice_id).where(TrainingStep.kind == "withdrawn")
    served = select(TrainingNotice.entry_id).where(
        TrainingNotice.entry_id.is_not(None), TrainingNotice.notice_id.not_in(withdrawn)
    )
    return (
        entries_visible_to(user)
        .outerjoin(reversal, reversal.corrects == LedgerEntry.entry_id)
        .where(
            LedgerEntry.rule == RULE,
            LedgerEntry.corrects.is_(None),
            reversal.entry_id.is_(None),
            LedgerEntry.entry_id.not_in(served),
        )
    )


def reversed_by(entry_id: int | None) -> int | None:
    """The ledger's row that reverses that one; None where it stands."""
    if entry_id is None:
        return None
    return db.session.scalar(select(LedgerEntry.entry_id).where(LedgerEntry.corrects == entry_id))


def people_for_notice(user: User, month: dt.date, today: dt.date) -> list[Member]:
    """Everyone still there for whom the user may make a notice of that month; nobody makes one for themselves."""
    scope = reach(user, "training:write")
    if scope is None:
        return []
    found = members(month, today, user.project if scope == "project" else None)
    return [one for one in found if one.staff_id != user.staff_id and one.person.employed_on(today)]


def person_for_notice(user: User, staff_id: str, month: dt.date, today: dt.date) -> Member:
    """One of them; `NotFound` for anybody else."""
    for one in people_for_notice(user, month, today):
        if one.staff_id == staff_id:
            return one
    raise NotFound
