"""Misconduct: report, evidence, hearing, decision, second word; what is decided becomes a row of `cases` (§7 五1, 2)."""

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from crm.deals.disputes_models import RULED, Dispute, disputes_visible_to
from crm.errors import Conflict, Invalid, Refused
from crm.people import audit
from crm.people.accounts import Account
from crm.people.models import Staff
from crm.permissions import Permission
from crm.store.history import remember_change
from crm.targets import evidence
from crm.targets.cases_models import (
    DROPPED,
    ESPECIALLY,
    SERIOUS,
    MisconductDecision,
    MisconductEvidence,
    MisconductHearing,
    MisconductReport,
    MisconductSecond,
)
from crm.targets.cases_queries import DECIDE, Story, hearing_of, story_of
from crm.targets.models import Case
from crm.targets.staffing_reach import (
    decided_person,
    end_employment,
    is_manager,
    refuse_same_person,
    said,
)
from crm.transactions import atomic
from crm.workbook.schema import CASE_KINDS

HEARING_DAYS = 3
"""How many days somebody has to answer before it may be decided without an answer."""
VERDICTS = (SERIOUS, ESPECIALLY, DROPPED)
VIA = "case"


@dataclass(frozen=True)
class Told:
    """A report as typed."""

    staff_id: str
    kind: str
    happened_on: dt.date
    facts: str
    dispute_id: str = ""


@dataclass(frozen=True)
class Wanted:
    """A decision as typed; `last_on` is the last day of a dismissal, `union_told_on` when the union was told."""

    verdict: str
    reason: str
    last_on: dt.date | None = None
    union_told_on: dt.date | None = None


def report(user: Account, told: Told, at: dt.datetime) -> MisconductReport:
    """Report somebody within reach; from a dispute only once it is ruled."""
    with atomic() as session:
        person = decided_person(user, DECIDE, told.staff_id)
        if told.kind not in CASE_KINDS:
            raise Invalid("请选择情形。", "Choose what it is about.", "kind")
        if not person.hired_on <= told.happened_on <= at.date():
            raise Invalid(
                "日期应在入职之后、不晚于今天。",
                "The day lies ahead, or before the first day.",
                "happened_on",
            )
        if told.dispute_id:
            _ruled(session, user, told.dispute_id)
        row = MisconductReport(
            staff_id=person.staff_id,
            kind=told.kind,
            happened_on=told.happened_on,
            facts=said(told.facts, "facts", "请写明经过。", "Say what happened."),
            dispute_id=told.dispute_id or None,
            reported_by=user.actor,
            reported_at=at,
        )
        session.add(row)
        session.flush()
        audit.record(user.actor, "case.reported", row.report_id, at=at)
    return row


def _ruled(session: Session, user: Account, dispute_id: str) -> None:
    query = disputes_visible_to(user).where(Dispute.dispute_id == dispute_id, Dispute.state == RULED)
    if session.scalar(query) is None:
        raise Invalid("请选择已判定的判单。", "Choose a dispute that was ruled.", "dispute_id")


def add_evidence(user: Account, report_id: str, name: str, content: bytes, at: dt.datetime) -> None:
    """Add a file, while nothing is decided."""
    file = evidence.checked(name, content)
    with atomic() as session:
        story = _undecided(user, report_id)
        number = select(func.count()).where(MisconductEvidence.report_id == report_id)
        if (session.scalar(number) or 0) >= evidence.MOST_FILES:
            raise Invalid(
                f"最多 {evidence.MOST_FILES} 个文件。", f"At most {evidence.MOST_FILES} files.", "file"
            )
        session.add(
            MisconductEvidence(
                report_id=story.report.report_id,
                name=file.name,
                kind=file.kind,
                size=len(file.content),
                sha256=file.sha256,
                content=file.content,
                added_by=user.actor,
                added_at=at,
            )
        )
        audit.record(user.actor, "case.evidence_added", report_id, at=at, sha256=file.sha256)


def ask(user: Account, report_id: str, question: str, at: dt.datetime) -> None:
    """Hear the person concerned: from now on that person sees the facts and this question."""
    words = said(question, "question", "请写明要说明什么。", "Say what the person should answer.")
    with atomic() as session:
        story = _undecided(user, report_id)
        if any(one.answered_at is None for one in story.hearings):
            raise Conflict("已请本人说明，还没有答复。", "The person was asked and has not answered yet.")
        session.add(MisconductHearing(report_id=report_id, question=words, asked_by=user.actor, asked_at=at))
        audit.record(user.actor, "case.heard", report_id, at=at)


def answer(user: Account, hearing_id: str, words: str, at: dt.datetime) -> None:
    """The statement of the person concerned, once, and before the decision."""
    words = said(words, "answer", "请填写说明。", "Write the statement.")
    if not user.may(Permission.OWN_CASES_READ):
        raise Refused
    with atomic():
        row, story = hearing_of(user, hearing_id)
        if row.answered_at is not None or story.settled:
            raise Conflict("说明已经提交，或已经作出决定。", "It was sent already, or the decision was made.")
        row.answer, row.answered_at = words, at


def decide(user: Account, report_id: str, wanted: Wanted, at: dt.datetime) -> None:
    """The first person's decision. It stands at once, or waits for a second person where `needs_second`.

    Conflict before the person was heard: answered, or `HEARING_DAYS` after being asked. A report may be dropped
    without hearing anybody.
    """
    with atomic() as session:
        story = _undecided(user, report_id)
        reason = said(wanted.reason, "reason", "请写明理由。", "Give the reason.")
        _check(story, wanted, at)
        row = MisconductDecision(
            report_id=report_id,
            verdict=wanted.verdict,
            on=at.date(),
            last_on=wanted.last_on if wanted.verdict == ESPECIALLY else None,
            union_told_on=wanted.union_told_on if wanted.verdict == ESPECIALLY else None,
            reason=reason,
            decided_by=user.actor,
            decided_at=at,
        )
        session.add(row)
        session.flush()
        if wanted.verdict == SERIOUS and not needs_second(user, wanted.verdict):
            _publish(session, story.person, story.report, row, None, at)
        audit.record(user.actor, f"case.{wanted.verdict}", report_id, at=at)


def needs_second(user: Account, verdict: str) -> bool:
    """A dismissal does, and a case that no manager decided: `cases.decided_by` is a manager's."""
    return verdict == ESPECIALLY or (verdict == SERIOUS and not is_manager(user.staff_id))


def _check(story: Story, wanted: Wanted, at: dt.datetime) -> None:
    if wanted.verdict not in VERDICTS:
        raise Invalid("请选择处理结果。", "Choose the outcome.", "verdict")
    if wanted.verdict == DROPPED:
        return
    asked = [one.asked_at for one in story.hearings]
    answered = any(one.answered_at is not None for one in story.hearings)
    if not answered and (not asked or at < min(asked) + dt.timedelta(days=HEARING_DAYS)):
        raise Conflict(
            f"作出决定前须先听取本人说明；已请说明而 {HEARING_DAYS} 天未答复的，可以决定。",
            f"Hear the person first; {HEARING_DAYS} days after asking it may be decided without an answer.",
        )
    if wanted.verdict == ESPECIALLY:
        _check_dismissal(story.person, wanted, at.date())


def _check_dismissal(person: Staff, wanted: Wanted, today: dt.date) -> None:
    if wanted.last_on is None or wanted.last_on < today:
        raise Invalid("请填写今天或以后的最后工作日。", "Enter the last day, today or later.", "last_on")
    if person.left_on is not None and person.left_on < wanted.last_on:
        raise Invalid(
            f"此人 {person.left_on} 已离职。", f"This person leaves on {person.left_on} already.", "last_on"
        )
    if wanted.union_told_on is None or wanted.union_told_on > today:
        raise Invalid(
            "辞退前应将理由通知工会（《劳动合同法》第43条），请填写通知日期。",
            "The union is told the reason beforehand (Labour Contract Law, Art. 43); enter that day.",
            "union_told_on",
        )


def second(user: Account, report_id: str, agreed: bool, words: str, at: dt.datetime) -> None:
    """The second person's word; agreed, the case is written, and a dismissal sets the last day."""
    with atomic() as session:
        story = story_of(user, report_id)
        decided_person(user, DECIDE, story.person.staff_id)
        waiting = story.waiting
        if waiting is None:
            raise Conflict("没有等您同意的决定。", "No decision waits for you.")
        refuse_same_person(user, waiting.decided_by)
        if not agreed and not words.strip():
            raise Invalid("不同意时请写明原因。", "Say why it is refused.", "answer")
        session.add(
            MisconductSecond(
                decision_id=waiting.decision_id,
                agreed=agreed,
                answer=words.strip(),
                second_by=user.actor,
                second_at=at,
            )
        )
        if agreed:
            _publish(session, story.person, story.report, waiting, user.actor, at)
        audit.record(user.actor, f"case.{'agreed' if agreed else 'refused'}", report_id, at=at)


def _publish(
    session: Session,
    person: Staff,
    told: MisconductReport,
    decision: MisconductDecision,
    second_by: str | None,
    at: dt.datetime,
) -> None:
    """Write the row that the rulebook reads, dated today; of the two people the manager is the one who decided."""
    first, other = decision.decided_by, second_by
    if not is_manager(first):
        first, other = second_by or first, decision.decided_by
    if not is_manager(first):
        raise Conflict("两人中须有一位经理或店长。", "One of the two has to be a manager or store manager.")
    if session.get(Case, (person.staff_id, at.date(), told.kind)) is not None:
        raise Conflict("今天已有同一情形的一条记录。", "There is such a case of today already.")
    session.add(
        Case(
            staff_id=person.staff_id,
            on=at.date(),
            kind=told.kind,
            severity=decision.verdict,
            decided_by=first,
            second_by=other,
        )
    )
    if decision.verdict == ESPECIALLY and decision.last_on is not None:
        end_employment(person, max(decision.last_on, at.date()))
        remember_change(person, at, decision.decided_by, VIA)
    session.flush()


def _undecided(user: Account, report_id: str) -> Story:
    story = story_of(user, report_id)
    decided_person(user, DECIDE, story.person.staff_id)
    if story.settled or story.waiting is not None:
        raise Conflict("这件事已有决定。", "This was decided already.")
    return story
