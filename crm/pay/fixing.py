"""Keeping the statements of a month that is closed, and who has seen which."""

import datetime as dt

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from crm.errors import Conflict, Refused
from crm.extensions import db
from crm.pay.models import FixedMonth, StatementLine, StatementLook
from crm.pay.statements import Statement, statements
from crm.people.accounts import Account
from crm.store.base import yuan_of
from crm.transactions import atomic

_CHUNK = 2000


def fix_month(session: Session, month: str, at: dt.datetime, actor: str) -> FixedMonth:
    """Keep every statement of the month line by line; called in the act that closes it. Conflict the second time."""
    if session.get(FixedMonth, month) is not None:
        raise Conflict(f"{month} 的工资单已经固定。", f"The statements of {month} are fixed already.")
    every = statements(session, month)
    row = FixedMonth(
        month=month,
        people=len(every),
        total=yuan_of(sum(one.total for one in every)),
        fixed_by=actor,
        fixed_at=at,
    )
    session.add(row)
    session.flush()
    rows = [values for one in every for values in _rows(one)]
    for start in range(0, len(rows), _CHUNK):
        session.execute(insert(StatementLine), rows[start : start + _CHUNK])
    return row


def _rows(statement: Statement) -> list[dict[str, object]]:
    return [
        {
            "month": statement.month,
            "staff_id": statement.staff.staff_id,
            "place": place,
            "kind": line.kind,
            "ref": line.ref,
            "amount": None if line.amount is None else yuan_of(line.amount),
            "counted": yuan_of(line.counted),
            "state": line.state,
            "absent_days": line.absent_days,
            "rule": line.rule,
            "of_month": line.of_month,
            "of_kind": line.of_kind,
            "zh": line.words[0],
            "en": line.words[1],
        }
        for place, line in enumerate(statement.lines)
    ]


def look_of(statement: Statement) -> StatementLook | None:
    """When the person saw the statement as it is now, if they did."""
    query = select(StatementLook).where(
        StatementLook.staff_id == statement.staff.staff_id,
        StatementLook.month == statement.month,
        StatementLook.digest == statement.digest,
    )
    return db.session.scalar(query)


def acknowledge(user: Account, month: str, digest: str, at: dt.datetime) -> StatementLook:
    """The person has seen the own statement; Conflict where it changed since the page was opened."""
    if user.staff_id is None:
        raise Refused
    with atomic() as session:
        statement = statements(session, month, [user.staff_id])[0]
        if statement.digest != digest:
            raise Conflict(
                "工资单刚刚有变化，请重新核对。", "The statement has just changed; look at it again."
            )
        row = look_of(statement)
        if row is None:
            row = StatementLook(staff_id=user.staff_id, month=month, digest=digest, seen_at=at)
            session.add(row)
            session.flush()
    return row
