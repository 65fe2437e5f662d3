"""What is done in a dispute: naming readers, asking a party, answering, and ruling (rulebook 9)."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import select

from crm.deals.dispute_opening import note
from crm.deals.disputes_models import (
    RULED,
    Dispute,
    DisputeReader,
    DisputeStatement,
    Ruling,
    disputes_ruled_by,
    statements_visible_to,
)
from crm.deals.evidence import as_kept, gather
from crm.deals.models import Deal, Share
from crm.errors import Conflict, Invalid, NotFound
from crm.extensions import db
from crm.people import audit
from crm.people.accounts import Account, RowChange
from crm.people.models import Staff, ever_a_consultant
from crm.store.history import remember_change, row_key, shown
from crm.transactions import atomic

WHOLE = Decimal(100)
LONGEST = 2000
MOST_SHARES = 6


@dataclass(frozen=True)
class Decision:
    """A ruling as typed: who gets how many percent, and why; `seen` is how many rulings its form showed."""

    shares: Sequence[tuple[str, Decimal]]
    reason: str
    seen: int


class AlreadyRuled(Conflict):
    """Another manager ruled first; the sentence says who, when and how."""

    def __init__(self, ruling: Ruling, who: str, result: str) -> None:
        at = f"{ruling.ruled_at:%Y-%m-%d %H:%M}"
        super().__init__(
            f"{who} 已于 {at} 作出判定：{result}。您的判定没有保存，请看过后再决定。",
            f"{who} ruled at {at}: {result}. Yours was not kept; look at it, then decide.",
        )


def ruled_by(user: Account, dispute_id: str) -> Dispute:
    """The dispute, for who may rule it; else NotFound."""
    row = db.session.scalar(disputes_ruled_by(user).where(Dispute.dispute_id == dispute_id))
    if row is None:
        raise NotFound
    return row


def name_reader(user: Account, dispute_id: str, staff_id: str, at: dt.datetime) -> None:
    """Let another person see the dispute."""
    with atomic() as session:
        ruled_by(user, dispute_id)
        _person(staff_id)
        if session.get(DisputeReader, (dispute_id, staff_id)) is None:
            session.add(
                DisputeReader(dispute_id=dispute_id, staff_id=staff_id, named_by=user.actor, named_at=at)
            )
            note(dispute_id, user.actor, "named", at, staff_id)


def remove_reader(user: Account, dispute_id: str, staff_id: str, at: dt.datetime) -> None:
    """Take that back; the log keeps both."""
    with atomic() as session:
        ruled_by(user, dispute_id)
        row = session.get(DisputeReader, (dispute_id, staff_id))
        if row is None:
            raise NotFound
        session.delete(row)
        note(dispute_id, user.actor, "unnamed", at, staff_id)


def ask(user: Account, dispute_id: str, staff_id: str, question: str, at: dt.datetime) -> None:
    """Ask a party for a statement; the party then sees this question and the own answer, nothing else."""
    if not 0 < len(question.strip()) <= LONGEST:
        raise Invalid("请写明要说明什么。", "Say what the statement should be about.", "question")
    with atomic() as session:
        ruled_by(user, dispute_id)
        if _person(staff_id).role != "consultant":
            raise Invalid("只能请顾问说明。", "Only consultants are asked for a statement.", "staff_id")
        session.add(
            DisputeStatement(
                dispute_id=dispute_id,
                staff_id=staff_id,
                question=question.strip(),
                asked_by=user.actor,
                asked_at=at,
            )
        )
        note(dispute_id, user.actor, "asked", at, staff_id)


def answer(user: Account, statement_id: str, words: str, at: dt.datetime) -> None:
    """Answer one's own request, once, after a ruling too, which may be followed by another. Conflict for a second."""
    if not 0 < len(words.strip()) <= LONGEST:
        raise Invalid("请填写说明。", "Write the statement.", "answer")
    with atomic() as session:
        row = session.scalar(statements_visible_to(user).where(DisputeStatement.statement_id == statement_id))
        if row is None:
            raise NotFound
        if row.answered_at is not None:
            raise Conflict("这份说明已经提交过。", "This statement was sent already.")
        row.answer, row.answered_at = words.strip(), at
        note(row.dispute_id, user.actor, "answered", at)


def _person(staff_id: str) -> Staff:
    row = db.session.get(Staff, staff_id)
    if row is None:
        raise Invalid("请选择一位员工。", "Choose a person.", "staff_id")
    return row


def _ever_a_consultant(staff_id: str) -> bool:
    """Whether the person is a consultant, or was one: the claim of who was promoted stands."""
    _person(staff_id)
    query = select(Staff.staff_id).where(Staff.staff_id == staff_id, ever_a_consultant())
    return db.session.scalar(query) is not None


def _refuse_a_party(user: Account, parties: set[str]) -> None:
    """A manager who was a consultant does not rule on a deal to which they have a claim themselves."""
    if user.staff_id in parties:
        raise Invalid(
            "您自己是这笔成交的当事人，请由另一位经理判定。",
            "You have a claim to this deal yourself; another manager has to rule.",
            "shares",
        )


def rule(user: Account, dispute_id: str, decision: Decision, at: dt.datetime, secret: str) -> Ruling:
    """Decide whose deal it is: writes `shares`, and the deal's `staff_id`. The ledger follows at the next settlement.

    The evidence of that moment is kept with it; `secret` keys the log of compared numbers.
    AlreadyRuled where another ruling came in between, Invalid for percents that do not add up to 100, for people
    who are not consultants, and without a reason. A later ruling follows the earlier one, which stays.
    """
    shares = _checked(decision)
    with atomic() as session:
        dispute = ruled_by(user, dispute_id)
        if dispute.rulings != decision.seen:
            raise _ruled_already(dispute)
        for staff_id, _percent in shares:
            if not _ever_a_consultant(staff_id):
                raise Invalid("成交只能判给顾问。", "Only a consultant can be given a deal.", "shares")
        evidence = gather(session, session.get_one(Deal, dispute.deal_id), secret)
        _refuse_a_party(user, {one["staff_id"] for one in evidence.candidates} | {who for who, _ in shares})
        row = Ruling(
            dispute_id=dispute_id,
            number=dispute.rulings + 1,
            ruled_by=user.actor,
            ruled_at=at,
            reason=decision.reason.strip(),
            shares=[[staff_id, str(percent)] for staff_id, percent in shares],
            suggested=evidence.suggested,
            evidence=as_kept(evidence),
        )
        session.add(row)
        dispute.rulings, dispute.state = row.number, RULED
        _write(dispute.deal_id, shares, user.actor, at)
        note(dispute_id, user.actor, "ruled", at)
        audit.record(user.actor, "deal.ruled", dispute.deal_id, at=at, number=row.number, shares=row.shares)
    return row


def _checked(decision: Decision) -> list[tuple[str, Decimal]]:
    shares = [(staff_id, percent) for staff_id, percent in decision.shares if staff_id]
    if not decision.reason.strip() or len(decision.reason) > LONGEST:
        raise Invalid("请写明判定的理由。", "Give the reason of the ruling.", "reason")
    if not 0 < len(shares) <= MOST_SHARES or len({staff_id for staff_id, _ in shares}) != len(shares):
        raise Invalid(
            "请选择一位或几位不同的顾问。", "Choose one or several different consultants.", "shares"
        )
    if any(not percent.is_finite() or percent <= 0 for _, percent in shares):
        raise Invalid("每个比例都要大于 0。", "Each percent must be above 0.", "shares")
    total = sum((percent for _, percent in shares), Decimal(0))
    if total != WHOLE:
        raise Invalid(
            f"比例合计应为 100，现在是 {total}。", f"The percents must add up to 100, not {total}.", "shares"
        )
    return shares


def _ruled_already(dispute: Dispute) -> AlreadyRuled:
    last = db.session.get_one(Ruling, (dispute.dispute_id, dispute.rulings))
    who = db.session.get(Staff, last.ruled_by)
    names = {row.staff_id: row.name for row in db.session.scalars(select(Staff))}
    result = "、".join(f"{names.get(staff_id, staff_id)} {percent}%" for staff_id, percent in last.shares)
    return AlreadyRuled(last, who.name if who else last.ruled_by, result)


def _write(deal_id: str, shares: list[tuple[str, Decimal]], actor: str, at: dt.datetime) -> None:
    """Put the shares in place of the earlier ones; the deal is then of who has most, of equals the present one."""
    with atomic() as session:
        deal = session.get_one(Deal, deal_id)
        before = session.scalars(select(Share).where(Share.deal_id == deal_id)).all()
        old = {row.staff_id: str(row.percent) for row in before}
        for row in before:
            session.delete(row)
        session.flush()
        session.add_all(
            Share(deal_id=deal_id, staff_id=staff_id, percent=percent) for staff_id, percent in shares
        )
        session.add(
            RowChange(
                table_name=Share.__tablename__,
                row_key=row_key([deal_id]),
                at=at,
                actor=actor,
                via="ruling",
                before=shown(old) if old else None,
                after=shown({staff_id: str(percent) for staff_id, percent in shares}),
            )
        )
        most = max(percent for _, percent in shares)
        leading = sorted(staff_id for staff_id, percent in shares if percent == most)
        if deal.staff_id not in leading:
            deal.staff_id = leading[0]
            remember_change(deal, at, actor, "ruling")
        session.flush()
