"""Deciding on a probation: confirm, extend or end, by two people; and hiring again who left (§7 四㈠, ㈣)."""

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import Session

from crm.errors import Conflict, Invalid, NotFound
from crm.extensions import db
from crm.people import audit, staff_services
from crm.people.accounts import Account
from crm.people.models import Staff, staff_visible_to
from crm.people.staff_services import Values
from crm.permissions import reach
from crm.rulebook.probation_law import longest_probation
from crm.store.history import remember_change
from crm.targets.probation_models import CONFIRM, END, EXTEND, ProbationAnswer, ProbationDecision
from crm.targets.probation_queries import DECIDE, Decided, decided_visible_to, standing_of
from crm.targets.staffing_reach import decided_person, end_employment, refuse_same_person, said
from crm.transactions import atomic

KINDS = (CONFIRM, EXTEND, END)
VIA = "probation"


@dataclass(frozen=True)
class Wanted:
    """A decision as typed; `on` is the day from which confirmed, or the last day; `months` the whole probation."""

    kind: str
    reason: str
    on: dt.date | None = None
    months: int | None = None
    consent_on: dt.date | None = None


def decide(user: Account, staff_id: str, wanted: Wanted, at: dt.datetime) -> ProbationDecision:
    """The first person's decision. Invalid for what the law or the dates do not allow; Conflict for a second one."""
    with atomic() as session:
        person = decided_person(user, DECIDE, staff_id)
        reason = said(wanted.reason, "reason", "请写明理由。", "Give the reason.")
        _check(person, wanted, at.date())
        _refuse_two(session, staff_id)
        row = ProbationDecision(
            staff_id=staff_id,
            kind=wanted.kind,
            on=wanted.on or at.date(),
            months=wanted.months if wanted.kind == EXTEND else None,
            consent_on=wanted.consent_on if wanted.kind == EXTEND else None,
            reason=reason,
            decided_by=user.actor,
            decided_at=at,
        )
        session.add(row)
        audit.record(user.actor, f"probation.{wanted.kind}", staff_id, at=at)
        session.flush()
    return row


def _check(person: Staff, wanted: Wanted, today: dt.date) -> None:
    if wanted.kind not in KINDS:
        raise Invalid("请选择转正、延长或解除。", "Choose to confirm, extend or end.", "kind")
    standing = standing_of(person, today, "zh")
    if standing is None:
        raise Conflict("此人已不在试用期。", "This person is not on probation any more.")
    if wanted.kind == EXTEND:
        _check_extension(person, wanted, today)
    elif wanted.on is None or not today <= wanted.on <= standing.ends_by:
        raise Invalid(
            f"日期应在今天到试用期最后一天 {standing.ends_by} 之间。",
            f"The date should be from today to the last day of the probation, {standing.ends_by}.",
            "on",
        )


def _check_extension(person: Staff, wanted: Wanted, today: dt.date) -> None:
    most = longest_probation(person.contract_years)
    if wanted.months is None or not person.probation_months < wanted.months <= most:
        raise Invalid(
            f"试用期总长应多于现在的 {person.probation_months} 个月，且不超过法定上限 {most} 个月。",
            f"The whole probation should be more than the present {person.probation_months} and at most "
            f"{most} months.",
            "months",
        )
    if wanted.consent_on is None or not person.hired_on <= wanted.consent_on <= today:
        raise Invalid(
            "延长须本人书面同意，请填写同意书的日期。",
            "An extension needs the person's consent in writing; enter its date.",
            "consent_on",
        )


def _refuse_two(session: Session, staff_id: str) -> None:
    answered = exists().where(ProbationAnswer.decision_id == ProbationDecision.decision_id)
    waiting = select(ProbationDecision.decision_id).where(ProbationDecision.staff_id == staff_id, ~answered)
    if session.scalar(waiting) is not None:
        raise Conflict("已有一个决定在等另一人同意。", "A decision waits for a second person already.")


def second(user: Account, decision_id: int, agreed: bool, answer: str, at: dt.datetime) -> None:
    """The second person's word; agreed, the decision takes effect on the person's row."""
    with atomic() as session:
        person, decided = decided_visible_to(user, decision_id)
        decided_person(user, DECIDE, person.staff_id)
        if decided.answer is not None:
            raise Conflict("这个决定已有人答复。", "This decision was answered already.")
        refuse_same_person(user, decided.decision.decided_by)
        if not agreed and not answer.strip():
            raise Invalid("不同意时请写明原因。", "Say why it is refused.", "answer")
        if agreed:
            _take_effect(person, decided, user.actor, at)
        session.add(
            ProbationAnswer(
                decision_id=decision_id,
                agreed=agreed,
                answer=answer.strip(),
                second_by=user.actor,
                second_at=at,
            )
        )
        audit.record(user.actor, f"probation.{'agreed' if agreed else 'refused'}", person.staff_id, at=at)


def _take_effect(person: Staff, decided: Decided, actor: str, at: dt.datetime) -> None:
    decision, today = decided.decision, at.date()
    if standing_of(person, today, "zh") is None:
        raise Conflict(
            "此人已不在试用期，决定不能再生效。", "The probation is over; this cannot take effect."
        )
    on = max(decision.on, today)
    if decision.kind == CONFIRM:
        person.confirmed_on = on
    elif decision.kind == EXTEND:
        _check_extension(person, Wanted(EXTEND, "", None, decision.months, decision.consent_on), today)
        person.probation_months = decision.months or person.probation_months
    else:
        end_employment(person, on if person.left_on is None else min(on, person.left_on))
    remember_change(person, at, actor, VIA)


def hire_again(
    user: Account, former_id: str, staff_id: str, values: Values, because: str, at: dt.datetime
) -> Staff:
    """A new employment of somebody who left: the same person, nothing carried over, and no probation.

    Invalid with a probation, unless HR says `because` of what it is agreed in spite of the law.
    """
    with atomic() as session:
        former = _former(user, former_id)
        hired_on, months = values["hired_on"], values["probation_months"]
        if former.left_on is None or hired_on <= former.left_on:
            raise Invalid(
                "新的入职日期应晚于上次离职日期。",
                "The new first day should be after the last one.",
                "hired_on",
            )
        _refuse_employed(session, former, hired_on)
        if months and not because.strip():
            raise Invalid(
                "再次入职不能再约定试用期（《劳动合同法》第19条），请填 0；仍要约定的，写明理由。",
                "After a re-hire there is no probation (Labour Contract Law, Art. 19): enter 0, or say why there is one.",
                "because",
            )
        if not former.person_id:
            former.person_id = former.staff_id
            remember_change(former, at, user.actor, "rehire")
        kept = {**values, "person_id": former.person_id, "left_on": None, "confirmed_on": None}
        row = staff_services.take_on(user, staff_id, kept, at)
        audit.record(
            user.actor,
            "staff.hired_again",
            row.staff_id,
            at=at,
            former=former_id,
            months=months,
            because=because.strip() if months else "",
        )
    return row


def _former(user: Account, former_id: str) -> Staff:
    former = db.session.scalar(staff_visible_to(user).where(Staff.staff_id == former_id))
    if former is None or former.role == "admin" or reach(user, "staff:write") != "all":
        raise NotFound
    return former


def _refuse_employed(session: Session, former: Staff, hired_on: dt.date) -> None:
    """One person has one employment at a time."""
    if not former.person_id:
        return
    other = select(Staff.staff_id).where(
        Staff.person_id == former.person_id,
        Staff.staff_id != former.staff_id,
        or_(Staff.left_on.is_(None), Staff.left_on >= hired_on),
    )
    if (found := session.scalar(other)) is not None:
        raise Conflict(f"此人已再次入职（员工编号 {found}）。", f"This person is back already, as {found}.")
