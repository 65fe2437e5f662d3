"""Serving a training notice and taking its steps; each is a row of its own, and none is ever changed."""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from crm.errors import Conflict, Invalid, NotFound
from crm.extensions import db
from crm.people import audit
from crm.people.accounts import Account
from crm.people.models import Staff
from crm.people.roster_queries import dates_of
from crm.permissions import reach
from crm.targets.training_course import BY_MANAGER, BY_PERSON, Course
from crm.targets.training_facts import facts_of
from crm.targets.training_models import TrainingNotice, TrainingStep
from crm.targets.training_papers import Paper, keep_paper
from crm.targets.training_queries import course_of, person_for_notice, waiting_entry
from crm.transactions import atomic

LONGEST_TRAINING = dt.timedelta(days=180)
MAY_LIE_AHEAD = ("offered",)
Act = Callable[[Account, int, "Taken", dt.datetime], TrainingStep]


@dataclass(frozen=True)
class Plan:
    """What a manager types into a notice; the figures come from the records."""

    reason: str
    help_given: str
    from_on: dt.date
    to_on: dt.date
    place: str
    trainer: str
    content: str


@dataclass(frozen=True)
class Taken:
    """A step as it is typed. `details` are by name: witness, evidence, post, change, hours."""

    kind: str
    on: dt.date
    note: str = ""
    details: Mapping[str, Any] = field(default_factory=dict)
    paper: Paper | None = None


def serve(
    user: Account, staff_id: str, month: dt.date, entry_id: int | None, plan: Plan, at: dt.datetime
) -> TrainingNotice:
    """Make a notice for somebody's month, from a ledger entry or by hand; `NotFound` for whom one may not."""
    _check_plan(plan, at.date())
    if month > at.date():
        raise Invalid("这个月还没有开始。", "This month has not begun.", "month")
    with atomic() as session:
        member = person_for_notice(user, staff_id, month, at.date())
        if entry_id is not None:
            _check_entry(user, entry_id, staff_id, month)
        row = TrainingNotice(
            year=at.year,
            serial=_next_serial(session, at.year),
            staff_id=staff_id,
            project=member.project,
            month=month,
            entry_id=entry_id,
            reason=plan.reason.strip(),
            facts=facts_of(staff_id, member.project, month, at.date()),
            help_given=plan.help_given.strip(),
            from_on=plan.from_on,
            to_on=plan.to_on,
            place=plan.place.strip(),
            trainer=plan.trainer.strip(),
            content=plan.content.strip(),
            made_by=user.actor,
            made_at=at,
        )
        session.add(row)
        session.flush()
        audit.record(user.actor, "training.served", staff_id, at=at, notice=row.notice_id)
    return row


def _check_plan(plan: Plan, today: dt.date) -> None:
    for name in ("reason", "help_given", "place", "trainer", "content"):
        if not getattr(plan, name).strip():
            raise Invalid("请填写。", "This is needed.", name)
    if plan.from_on < today:
        raise Invalid("培训不能早于今天开始。", "The training cannot begin before today.", "from_on")
    if not plan.from_on <= plan.to_on <= plan.from_on + LONGEST_TRAINING:
        raise Invalid(
            "结束日期应在开始日期之后 180 天以内。",
            "The training ends within 180 days after it begins.",
            "to_on",
        )


def _check_entry(user: Account, entry_id: int, staff_id: str, month: dt.date) -> None:
    """The ledger's word stands, is about this person and month, and has no notice yet."""
    entry = waiting_entry(user, entry_id)
    if entry is None or (entry.staff_id, entry.on) != (staff_id, dates_of(month)[-1]):
        raise Conflict(
            "这条账目已有通知书，或已冲销。",
            "This entry has a notice already, or was reversed.",
        )


def _next_serial(session: Session, year: int) -> int:
    query = select(func.max(TrainingNotice.serial)).where(TrainingNotice.year == year)
    return (session.scalar(query) or 0) + 1


def answer(user: Account, notice_id: int, taken: Taken, at: dt.datetime) -> TrainingStep:
    """A step of the person whom the notice is about: acknowledged, consented or declined."""
    with atomic() as session:
        course = course_of(user, notice_id)
        if course.notice.staff_id != user.staff_id or reach(user, "training:answer") is None:
            raise NotFound
        if taken.kind not in BY_PERSON:
            raise NotFound
        return _take(session, user, course, Taken(taken.kind, at.date(), taken.note, {"by": "person"}), at)


def take(user: Account, notice_id: int, taken: Taken, at: dt.datetime) -> TrainingStep:
    """A step of a manager or HR; consent and refusal of a post only with the paper that the person signed."""
    with atomic() as session:
        course = course_of(user, notice_id, writes=True)
        if taken.kind not in BY_MANAGER or course.notice.staff_id == user.staff_id:
            raise NotFound
        _check_taken(course, taken, at.date())
        return _take(session, user, course, taken, at)


def _take(session: Session, user: Account, course: Course, taken: Taken, at: dt.datetime) -> TrainingStep:
    if not course.allows(taken.kind):
        raise Conflict(
            "现在还不能（或不能再）做这一步，请看下面的记录。",
            "This step cannot be taken now; look at the steps below.",
        )
    notice_id = course.notice.notice_id
    file_id = keep_paper(session, notice_id, taken.paper, user.actor, at) if taken.paper else None
    row = TrainingStep(
        notice_id=notice_id,
        kind=taken.kind,
        on=taken.on,
        note=taken.note.strip(),
        details=dict(taken.details),
        file_id=file_id,
        actor=user.actor,
        at=at,
    )
    session.add(row)
    session.flush()
    audit.record(user.actor, f"training.{taken.kind}", course.notice.staff_id, at=at, notice=notice_id)
    return row


NEEDED = {
    "refused": ("witness", "note"),
    "trained": ("note",),
    "passed": ("evidence",),
    "failed": ("evidence",),
    "offered": ("post", "note"),
    "withdrawn": ("note",),
}


def _check_taken(course: Course, taken: Taken, today: dt.date) -> None:
    for name in NEEDED.get(taken.kind, ()):
        text = taken.note if name == "note" else str(taken.details.get(name, ""))
        if not text.strip():
            raise Invalid("请填写。", "This is needed.", name)
    if taken.on > today and taken.kind not in MAY_LIE_AHEAD:
        raise Invalid("日期不能晚于今天。", "The date lies in the future.", "on")
    earliest = _earliest(course, taken.kind, today)
    if taken.on < earliest:
        raise Invalid(f"日期不能早于 {earliest}。", f"The date cannot lie before {earliest}.", "on")
    if taken.kind in ("consented", "declined") and taken.paper is None:
        raise Invalid("请上传本人签字的书面答复。", "Upload the answer that the person signed.", "paper")
    if taken.kind == "refused":
        _check_witness(course, str(taken.details["witness"]))


def _earliest(course: Course, kind: str, today: dt.date) -> dt.date:
    """A step cannot lie before what it answers to; a new post begins today or later."""
    served, offer, answer = course.notice.made_at.date(), course.offer, course.answer
    if kind == "offered":
        return today
    if kind in ("passed", "failed"):
        return max([served, *course.trained_on])
    if kind in ("consented", "declined") and offer:
        return offer.at.date()
    return answer.on if kind == "moved" and answer else served


def _check_witness(course: Course, witness: str) -> None:
    """Somebody of the staff, neither the person nor whoever made the notice."""
    known = db.session.get(Staff, witness)
    if known is None or witness in (course.notice.staff_id, course.notice.made_by):
        raise Invalid(
            "见证人须是另一位员工，不能是本人或出具通知书的人。",
            "The witness is another of the staff, neither the person nor whoever made the notice.",
            "witness",
        )
