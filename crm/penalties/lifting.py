"""Lifting an entry: a manager or HR takes it back, with a reason, by a row that names it (rulebook 11).

A lift stands for good. The settlement goes on counting the entry as posted, so that it neither comes again nor is
taken back twice, whatever becomes of the records.
"""

import datetime as dt
import re

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from crm.errors import Conflict, Invalid, NotFound, Refused
from crm.penalties.chain import append_one
from crm.penalties.models import LATE, LIFT, POSTED, LedgerEntry
from crm.penalties.months import booked_in, last_closed
from crm.penalties.posting import taken_back
from crm.people.accounts import Account
from crm.people.models import Staff
from crm.permissions import User, reach
from crm.transactions import atomic

SHORTEST, LONGEST = 2, 500
_LONG_NUMBER = re.compile(r"\d{7,}")


def liftable_by(user: User) -> Select[LedgerEntry]:
    """The entries that this person may lift or answer for: HR all, managers those of the project."""
    query = select(LedgerEntry)
    scope = reach(user, "ledger:lift")
    if scope == "all":
        return query
    if scope != "project":
        return query.where(LedgerEntry.entry_id < 0)
    return query.where(LedgerEntry.staff_id.in_(select(Staff.staff_id).where(Staff.project == user.project)))


def may_decide(user: User, entry_id: int, session: Session) -> bool:
    """Whether this person may lift that entry, or answer an objection to it."""
    query = liftable_by(user).where(LedgerEntry.entry_id == entry_id)
    row = session.scalar(query)
    return row is not None and row.staff_id != user.staff_id


def lift(user: Account, entry_id: int, reason: str, at: dt.datetime) -> int:
    """Take an entry back; the number of the row that does."""
    with atomic() as session:
        row = _liftable(session, user, entry_id)
        return lift_row(session, row, checked_words(reason, "reason"), user.actor, at)


def _liftable(session: Session, user: Account, entry_id: int) -> LedgerEntry:
    row = session.scalar(liftable_by(user).where(LedgerEntry.entry_id == entry_id))
    if row is None:
        raise NotFound
    if row.staff_id == user.staff_id:
        raise Refused("不能撤回自己的奖罚。", "You may not lift an entry of your own.")
    return row


def lift_row(session: Session, row: LedgerEntry, reason: str, actor: str, at: dt.datetime) -> int:
    """Inside the act: the row that lifts this one; `Conflict` where it was taken back already."""
    if row.kind not in (POSTED, LATE):
        raise Conflict("冲销和撤回本身不能再撤回。", "What takes an entry back cannot be lifted itself.")
    if session.scalar(select(LedgerEntry.entry_id).where(LedgerEntry.corrects == row.entry_id)) is not None:
        raise Conflict("这一笔已经冲销或撤回了。", "This entry was taken back already.")
    return append_one(
        session,
        LedgerEntry,
        **taken_back(row),
        month=booked_in(row.on, last_closed(session)),
        kind=LIFT,
        rulebook=row.rulebook,
        why_zh=reason,
        why_en=reason,
        actor=actor,
        posted_at=at,
    )


def checked_words(text: str, field: str) -> str:
    """What somebody writes for good: short, and without numbers that could be somebody's telephone or identity card."""
    words = text.strip()
    if len(words) < SHORTEST:
        raise Invalid("请写明理由。", "Say why.", field)
    if len(words) > LONGEST:
        raise Invalid(f"请写在 {LONGEST} 字以内。", f"Keep it within {LONGEST} characters.", field)
    if _LONG_NUMBER.search(words.replace(" ", "").replace("-", "")):
        raise Invalid(
            "这段话会永久保存，请不要写电话号码或身份证号，写客户编号即可。",
            "This is kept for good. Leave out telephone and identity-card numbers; the customer's id will do.",
            field,
        )
    return words
