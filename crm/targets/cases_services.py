"""Misconduct: report, evidence, hearing, decision, second word; what is decided becomes a row of `cases` (§7 五1, 2)."""

import datetime as dt
import hashlib
from dataclasses import dataclass

from crm.deals.file_kinds import kind_of, plain_name
from crm.errors import Conflict, Invalid, NotFound
from crm.people import audit
from crm.people.accounts import Account
from crm.targets.cases_models import (
    MisconductEvidence,
    MisconductHearing,
    MisconductReport,
)
from crm.targets.cases_queries import DECIDE, Story, hearing_of, ruled_disputes, story_of, witnesses
from crm.targets.staffing_reach import (
    decided_person,
    said,
)
from crm.transactions import atomic
from crm.workbook.schema import CASE_KINDS

LARGEST_MB = 8
LARGEST = LARGEST_MB * 1024 * 1024
MOST_FILES = 20


@dataclass(frozen=True)
class Told:
    """A report as typed."""

    staff_id: str
    kind: str
    happened_on: dt.date
    facts: str
    dispute_id: str = ""


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
            _check_dispute(user, told.dispute_id)
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


def _check_dispute(user: Account, dispute_id: str) -> None:
    if dispute_id not in dict(ruled_disputes(user)):
        raise Invalid("请选择已判定的判单。", "Choose a dispute that was ruled.", "dispute_id")


def add_evidence(user: Account, report_id: str, name: str, content: bytes, at: dt.datetime) -> None:
    """Add a file, while nothing is decided; it is judged by what is in it."""
    with atomic() as session:
        story = undecided(user, report_id)
        if not content:
            raise Invalid("请选择文件。", "Choose a file.", "file")
        if len(content) > LARGEST:
            raise Invalid(f"文件不能超过 {LARGEST_MB} MB。", f"A file has at most {LARGEST_MB} MB.", "file")
        kind = kind_of(content)
        if kind is None:
            raise Invalid(
                "请上传完整的 PDF、JPG 或 PNG 文件。", "Upload a whole PDF, JPG or PNG file.", "file"
            )
        if len(story.evidence) >= MOST_FILES:
            raise Invalid(f"最多 {MOST_FILES} 个文件。", f"At most {MOST_FILES} files.", "file")
        row = MisconductEvidence(
            report_id=report_id,
            name=plain_name(name, kind),
            kind=kind.media_type,
            size=len(content),
            sha256=hashlib.sha256(content).hexdigest(),
            content=content,
            added_by=user.actor,
            added_at=at,
        )
        session.add(row)
        session.flush()
        audit.record(user.actor, "case.evidence_added", row.evidence_id, at=at)


def open_evidence(
    user: Account, report_id: str, evidence_id: str, at: dt.datetime, address: str
) -> MisconductEvidence:
    """A file with its bytes; who opened it is written down. NotFound for whoever does not decide on the report."""
    with atomic():
        story = story_of(user, report_id)
        found = next((one for one in story.evidence if one.evidence_id == evidence_id), None)
        if found is None:
            raise NotFound
        audit.record(user.actor, "case.evidence_opened", evidence_id, at=at, address=address)
    return found


def ask(user: Account, report_id: str, question: str, at: dt.datetime) -> None:
    """Hear the person concerned: from now on that person sees the facts and this question."""
    words = said(question, "question", "请写明要说明什么。", "Say what the person should answer.")
    with atomic() as session:
        story = undecided(user, report_id)
        if story.open_hearing is not None:
            raise Conflict("已请本人说明，还没有答复。", "The person was asked and has not answered yet.")
        session.add(MisconductHearing(report_id=report_id, question=words, asked_by=user.actor, asked_at=at))
        audit.record(user.actor, "case.asked", report_id, at=at)


def answer(user: Account, hearing_id: str, words: str, at: dt.datetime) -> None:
    """The statement of the person concerned, once, and before the decision; also after a refusal was noted."""
    words = said(words, "answer", "请填写说明。", "Write the statement.")
    with atomic():
        row, story = hearing_of(user, hearing_id)
        if row.answered_at is not None or story.settled:
            raise Conflict("说明已经提交，或已经作出决定。", "It was sent already, or the decision was made.")
        row.answer, row.answered_at = words, at
        audit.record(user.actor, "case.answered", row.report_id, at=at)


def note_refusal(user: Account, report_id: str, how: str, witness: str, at: dt.datetime) -> None:
    """Note that the person would not say anything, with somebody else who saw it."""
    words = said(how, "refusal", "请写明经过。", "Say what happened.")
    with atomic():
        story = undecided(user, report_id)
        row = story.open_hearing
        if row is None:
            raise Conflict("没有等本人答复的说明。", "No question waits for an answer.")
        if witness not in {one.staff_id for one in witnesses(user, story.person, at.date())}:
            raise Invalid(
                "请选择见证人，不能是本人或您自己。",
                "Choose a witness who is neither the person nor you.",
                "witness",
            )
        row.refusal, row.witness = words, witness
        row.refusal_noted_by, row.refusal_noted_at = user.actor, at
        audit.record(user.actor, "case.refusal_noted", report_id, at=at)


def undecided(user: Account, report_id: str) -> Story:
    """A report that the user decides on, and that nobody has decided yet; Conflict else."""
    story = story_of(user, report_id)
    if story.settled or story.waiting is not None:
        raise Conflict("这件事已有决定。", "This was decided already.")
    return story
