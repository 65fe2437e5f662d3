"""Whether a held entry is paid: one person decides with a reason, a second one confirms, both are rows.

`release` lets an entry count in the pay at the rulebook's amount, `withhold` leaves it out. Nothing counts before the
second person; a later decision follows an earlier one and never changes it. Nobody decides about the own pay.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Select, false, select, true
from sqlalchemy.orm import Session, aliased
from sqlalchemy.sql.elements import ColumnElement

from crm.errors import Conflict, Invalid, NotFound, Refused
from crm.extensions import db
from crm.pay.models import PaymentConfirmation, PaymentDecision
from crm.penalties.models import LedgerEntry
from crm.people import audit
from crm.people.accounts import Account
from crm.people.models import Staff
from crm.permissions import Permission, User, reach
from crm.transactions import atomic

RELEASE, WITHHOLD = "release", "withhold"
VERDICTS = (RELEASE, WITHHOLD)
MOST_AT_ONCE = 500


@dataclass(frozen=True)
class Decided:
    """A decision with the second person's answer, which is None while it waits."""

    decision: PaymentDecision
    second: PaymentConfirmation | None

    @property
    def waits(self) -> bool:
        """Nobody has confirmed it yet."""
        return self.second is None

    @property
    def counts(self) -> bool:
        """Both people said so."""
        return self.second is not None and self.second.agreed


def decidable_by(user: User) -> Select[LedgerEntry]:
    """The entries about whose payment the user has a say, as the first or the second person; never the own."""
    return select(LedgerEntry).where(_within(user), LedgerEntry.staff_id != (user.staff_id or ""))


def _within(user: User) -> ColumnElement[bool]:
    scope = reach(user, "pay:confirm")
    if scope == "all":
        return true()
    if scope == "project":
        return LedgerEntry.staff_id.in_(select(Staff.staff_id).where(Staff.project == user.project))
    return false()


def decide(
    user: Account, entry_ids: Sequence[int], verdict: str, reason: str, at: dt.datetime
) -> list[PaymentDecision]:
    """Decide about these entries, with one reason; each waits for a second person. All or none."""
    if not user.may(Permission.ALL_PAY_WRITE):
        raise Refused
    with atomic() as session:
        rows = _entries(session, user, entry_ids)
        if verdict not in VERDICTS:
            raise Invalid("请选择放行还是不计入工资。", "Choose whether it counts in the pay.", "verdict")
        if not reason.strip():
            raise Invalid("请写明理由。", "Give the reason.", "reason")
        _refuse_settled(session, rows)
        decisions = [
            PaymentDecision(
                entry_id=row.entry_id,
                verdict=verdict,
                reason=reason.strip(),
                decided_by=user.actor,
                decided_at=at,
            )
            for row in rows
        ]
        session.add_all(decisions)
        session.flush()
        audit.record(
            user.actor, "payment.decided", at=at, verdict=verdict, entries=[row.entry_id for row in rows]
        )
    return decisions


def _entries(session: Session, user: Account, entry_ids: Sequence[int]) -> Sequence[LedgerEntry]:
    wanted = sorted(set(entry_ids))
    if not wanted:
        raise Invalid("请先勾选要决定的奖罚。", "Choose the entries first.", "entry_id")
    if len(wanted) > MOST_AT_ONCE:
        raise Invalid(f"一次最多 {MOST_AT_ONCE} 笔。", f"At most {MOST_AT_ONCE} entries at once.", "entry_id")
    query = decidable_by(user).where(LedgerEntry.entry_id.in_(wanted))
    rows = session.scalars(query.order_by(LedgerEntry.entry_id)).all()
    if len(rows) < len(wanted):
        raise NotFound
    return rows


def _refuse_settled(session: Session, rows: Sequence[LedgerEntry]) -> None:
    """What was taken back, or takes back, is decided with its entry; and one decision at a time."""
    ids = [row.entry_id for row in rows]
    back = session.scalar(select(LedgerEntry.entry_id).where(LedgerEntry.corrects.in_(ids)).limit(1))
    if back is not None or any(row.corrects is not None for row in rows):
        raise Conflict(
            "其中有奖罚已被冲销，请刷新后再选。",
            "One of the entries was taken back meanwhile; reload the page.",
        )
    if any((row.amount is not None and row.amount > 0) for row in rows):
        raise Invalid("奖励无需决定。", "Rewards need no decision.", "entry_id")
    if any(one.waits for one in decisions_of(session, ids).values()):
        raise Conflict(
            "其中有奖罚正等第二人确认，请刷新后再选。",
            "One of the entries waits for the second person already; reload the page.",
        )


def confirm(
    user: Account, decision_ids: Sequence[int], agreed: bool, answer: str, at: dt.datetime
) -> list[PaymentConfirmation]:
    """The second person's answer to these decisions. All or none; Conflict for one's own decision."""
    if not (user.may(Permission.PROJECT_PAY_CONFIRM) or user.may(Permission.ALL_PAY_CONFIRM)):
        raise Refused
    with atomic() as session:
        decisions = _decisions(session, user, decision_ids)
        if any(row.decided_by == user.actor for row in decisions):
            raise Conflict("须由另一人确认。", "A second person confirms it.")
        if not agreed and not answer.strip():
            raise Invalid("不同意时请写明理由。", "Say why you refuse.", "answer")
        found = [
            PaymentConfirmation(
                decision_id=row.decision_id,
                agreed=agreed,
                answer=answer.strip(),
                second_by=user.actor,
                second_at=at,
            )
            for row in decisions
        ]
        session.add_all(found)
        session.flush()
        ids = [row.decision_id for row in decisions]
        audit.record(user.actor, "payment.confirmed" if agreed else "payment.refused", at=at, decisions=ids)
    return found


def _decisions(session: Session, user: Account, decision_ids: Sequence[int]) -> Sequence[PaymentDecision]:
    wanted = sorted(set(decision_ids))
    if not wanted:
        raise Invalid("请先勾选要确认的决定。", "Choose the decisions first.", "decision_id")
    entries = decidable_by(user).with_only_columns(LedgerEntry.entry_id)
    query = select(PaymentDecision).where(
        PaymentDecision.decision_id.in_(wanted), PaymentDecision.entry_id.in_(entries)
    )
    rows = session.scalars(query.order_by(PaymentDecision.decision_id)).all()
    if len(rows) < len(wanted):
        raise NotFound
    answered = select(PaymentConfirmation.decision_id).where(PaymentConfirmation.decision_id.in_(wanted))
    if session.scalar(answered.limit(1)) is not None:
        raise Conflict("其中有决定已有答复，请刷新。", "One of them was answered already; reload the page.")
    return rows


def decisions_of(session: Session, entry_ids: Sequence[int]) -> dict[int, Decided]:
    """The last decision about each of these entries."""
    found: dict[int, Decided] = {}
    for start in range(0, len(entry_ids), MOST_AT_ONCE):
        for one in history_of(session, entry_ids[start : start + MOST_AT_ONCE]):
            found[one.decision.entry_id] = one
    return found


def history_of(session: Session, entry_ids: Sequence[int]) -> list[Decided]:
    """Every decision about these entries, the oldest first."""
    query = (
        select(PaymentDecision, PaymentConfirmation)
        .outerjoin(PaymentConfirmation, PaymentConfirmation.decision_id == PaymentDecision.decision_id)
        .where(PaymentDecision.entry_id.in_(entry_ids))
        .order_by(PaymentDecision.decision_id)
    )
    return [Decided(decision, second) for decision, second in session.execute(query)]


def open_entries(user: User, month: str) -> Sequence[LedgerEntry]:
    """The deductions booked in a month that nobody took back, of whoever the user may decide about."""
    back = aliased(LedgerEntry)
    query = (
        decidable_by(user)
        .where(LedgerEntry.month == month, LedgerEntry.corrects.is_(None))
        .where(~select(back.entry_id).where(back.corrects == LedgerEntry.entry_id).exists())
        .order_by(LedgerEntry.staff_id, LedgerEntry.on, LedgerEntry.entry_id)
    )
    return [
        row
        for row in db.session.scalars(query)
        if (row.amount is None and row.absent_days) or (row.amount is not None and row.amount < 0)
    ]
