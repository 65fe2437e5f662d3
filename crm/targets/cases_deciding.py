"""Deciding on misconduct: the first person's decision, the second's word, and the row of `cases` (§7 五1, 2)."""

import datetime as dt
from dataclasses import dataclass

from sqlalchemy.orm import Session

from crm.errors import Conflict, Invalid, Refused
from crm.people import audit
from crm.people.accounts import Account
from crm.people.models import Staff
from crm.store.history import remember_change
from crm.targets.cases_models import (
    DROPPED,
    ESPECIALLY,
    SERIOUS,
    MisconductDecision,
    MisconductReport,
    MisconductSecond,
)
from crm.targets.cases_queries import Story, story_of
from crm.targets.cases_services import undecided
from crm.targets.models import Case
from crm.targets.staffing_reach import end_employment, is_manager, refuse_same_person, said
from crm.transactions import atomic

VERDICTS = (SERIOUS, ESPECIALLY, DROPPED)
VIA = "case"


@dataclass(frozen=True)
class Wanted:
    """A decision as typed; `last_on` is the last day of a dismissal, `union_told_on` when the union was told."""

    verdict: str
    reason: str
    last_on: dt.date | None = None
    union_told_on: dt.date | None = None


def decide(user: Account, report_id: str, wanted: Wanted, at: dt.datetime) -> None:
    """The first person's decision. It stands at once, or waits for a second person where `needs_second`.

    Conflict before the person was heard, or refused to be before a witness. A report may be dropped without hearing
    anybody.
    """
    with atomic() as session:
        story = undecided(user, report_id)
        _employee(user)
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


def _employee(user: Account) -> None:
    """A case names the people who decided it by their staff ids (docs/workbook.md)."""
    if user.staff_id is None:
        raise Refused(
            "您的账号没有对应的员工，不能决定。", "Your account has no staff row, so it cannot decide."
        )


def needs_second(user: Account, verdict: str) -> bool:
    """A dismissal does, and a case that no manager decided: `cases.decided_by` is a manager's."""
    return verdict == ESPECIALLY or (verdict == SERIOUS and not is_manager(user.staff_id))


def _check(story: Story, wanted: Wanted, at: dt.datetime) -> None:
    if wanted.verdict not in VERDICTS:
        raise Invalid("请选择处理结果。", "Choose the outcome.", "verdict")
    if wanted.verdict == DROPPED:
        return
    if not story.heard:
        raise Conflict(
            "作出决定前须先听取本人说明；本人拒绝说明的，先记下经过和见证人。",
            "Hear the person first; if the person refuses, note it with a witness.",
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
        _employee(user)
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
        last_on = max(decision.last_on, at.date())
        if person.left_on is None or person.left_on > last_on:
            end_employment(person, last_on)
            remember_change(person, at, decision.decided_by, VIA)
    session.flush()
