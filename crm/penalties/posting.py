"""What should stand is held against what the ledger says, and the difference is written (rulebook 11).

What vanished is reversed by a row that names it, what is new is appended, each with its reason where it is a
correction. A lifted entry still counts as posted: the settlement neither posts it again nor takes it back once more.
"""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from sqlalchemy import BigInteger, delete, insert, or_, select, type_coerce
from sqlalchemy.orm import Session, aliased

from crm.penalties.bags import KEYS, Difference, compare
from crm.penalties.chain import append, append_one, end_of, table_of
from crm.penalties.fixed import Fixed, version_on
from crm.penalties.models import (
    LATE,
    LIFT,
    POSTED,
    REVERSAL,
    LedgerEntry,
    ProvisionalEntry,
    Settlement,
)
from crm.penalties.months import booked_in, last_closed
from crm.penalties.reading import EPOCH, UNDONE_BY_A_RECORD, WITHIN, Computed
from crm.penalties.reasons import Reasons, reasons_since
from crm.penalties.rulebooks import keep_version
from crm.rulebook.entries import NO_MONEY
from crm.rulebook.parameters import Parameters
from crm.rulebook.tables import day_number
from crm.store.base import yuan_of

_CHUNK = 5000


@dataclass(frozen=True)
class Settled:
    """What a settlement did: rows posted (of them late), rows that reverse others, entries still provisional."""

    until: dt.date
    posted: int = 0
    late: int = 0
    reversed: int = 0
    provisional: int = 0


@dataclass(frozen=True)
class Run:
    """One settlement: when, by whom, over which span, with what rulebook, and after which months were closed."""

    at: dt.datetime
    actor: str
    since: dt.date
    until: dt.date
    parameters: Parameters
    months: Sequence[Fixed] = ()


@dataclass(frozen=True)
class _Booking:
    """What the rows of one settlement share."""

    run: Run
    version: str
    closed: str
    reasons: Reasons

    def row(self, source: Mapping[str, Any], kind: str, why: tuple[str, str] = ("", "")) -> dict[str, Any]:
        """A row of the ledger."""
        return {
            **source,
            "month": booked_in(source["on"], self.closed),
            "kind": kind,
            "rulebook": version_on(self.run.months, (source["on"] - EPOCH).days, self.version),
            "why_zh": why[0],
            "why_en": why[1],
            "actor": self.run.actor,
            "posted_at": self.run.at,
        }

    def corrects(self, source: Mapping[str, Any], kind: str) -> dict[str, Any]:
        """The same with what came in since the settlement before, and the closed month that it is about."""
        zh, en = self.reasons.of(source["staff_id"], source["customer_id"])
        month = f"{source['on']:%Y-%m}"
        if self.closed and month <= self.closed:
            zh, en = f"更正已结账的 {month}。{zh}", f"Corrects {month}, which is closed. {en}"
        return self.row(source, kind, (zh, en))


def post(session: Session, computed: Computed, run: Run) -> Settled:
    """Compare and write; inside the act, so that what is compared is what is there."""
    fixed = computed.entries[~computed.open].reset_index(drop=True)
    waiting = computed.entries[computed.open]
    posted = outstanding(session)
    difference = compare(posted, fixed)
    new = fixed.iloc[difference.new]
    closed = last_closed(session)
    late = passed_before(session, new, run.parameters)
    late |= np.array([f"{EPOCH + dt.timedelta(days=int(on)):%Y-%m}" <= closed for on in new["on"]], bool)
    gone = _to_reverse(posted, difference)
    corrects = bool(gone) or bool(late.any())
    booking = _Booking(
        run,
        keep_version(session, run.parameters, run.at),
        closed,
        reasons_since(session, _last_settled_at(session)) if corrects else Reasons(),
    )
    append(session, LedgerEntry, [*_reversals(session, gone, booking), *_appended(new, late, booking)])
    _wait(session, waiting, run.at)
    done = Settled(run.until, len(new), int(late.sum()), len(gone), len(waiting))
    _note(session, done, booking)
    return done


def _note(session: Session, done: Settled, booking: _Booking) -> None:
    rows, digest = end_of(session, table_of(LedgerEntry))
    append_one(
        session,
        Settlement,
        at=booking.run.at,
        actor=booking.run.actor,
        since_on=booking.run.since,
        until_on=booking.run.until,
        rulebook=booking.version,
        posted=done.posted,
        reversed=done.reversed,
        provisional=done.provisional,
        ledger_rows=rows,
        ledger_digest=digest,
    )


def _wait(session: Session, waiting: pd.DataFrame, at: dt.datetime) -> None:
    """Keep what a record can still undo, in the place of what was kept before."""
    session.execute(delete(ProvisionalEntry))
    rows = [row | {"computed_at": at} for row in _rows(waiting)]
    for start in range(0, len(rows), _CHUNK):
        session.execute(insert(ProvisionalEntry), rows[start : start + _CHUNK])


def outstanding(session: Session) -> pd.DataFrame:
    """The posted entries that no settlement has reversed, with the columns of `KEYS`; `lifted` says of which a person lifted.

    The lifted ones come first, so that of several alike they are the last to vanish: a lift goes on counting as long
    as there is anything that it can be about.
    """
    takes_back = aliased(LedgerEntry)
    query = (
        select(
            LedgerEntry.entry_id,
            LedgerEntry.rule,
            LedgerEntry.staff_id,
            LedgerEntry.on,
            type_coerce(LedgerEntry.amount, BigInteger).label("amount"),
            LedgerEntry.absent_days,
            LedgerEntry.customer_id,
            takes_back.entry_id.is_not(None).label("lifted"),
        )
        .outerjoin(takes_back, takes_back.corrects == LedgerEntry.entry_id)
        .where(LedgerEntry.corrects.is_(None))
        .where(or_(takes_back.kind.is_(None), takes_back.kind == LIFT))
        .order_by(takes_back.entry_id.is_(None), LedgerEntry.entry_id)
    )
    names = ["entry_id", *KEYS, "lifted"]
    found = pd.DataFrame([tuple(row) for row in session.execute(query)], columns=names, dtype=object)
    found["on"] = np.array([(day - EPOCH).days for day in found["on"]], np.int64)
    found["amount"] = np.array([NO_MONEY if fen is None else fen for fen in found["amount"]], np.int64)
    return found


def _to_reverse(posted: pd.DataFrame, difference: Difference) -> list[int]:
    """The entries that vanished, without those that a person has lifted already."""
    gone = posted.iloc[difference.vanished]
    kept = ~gone["lifted"].to_numpy(bool)
    return [int(entry_id) for entry_id in gone["entry_id"][kept]]


def passed_before(session: Session, new: pd.DataFrame, parameters: Parameters) -> npt.NDArray[np.bool_]:
    """Which of these entries an earlier settlement would have posted, had it known what is known now."""
    last = session.scalar(select(Settlement.until_on).order_by(Settlement.until_on.desc()).limit(1))
    on = new["on"].to_numpy(np.int32)
    if last is None or not len(on):
        return np.zeros(len(new), bool)
    undone = new["rule"].isin(UNDONE_BY_A_RECORD).to_numpy(bool)
    late: npt.NDArray[np.bool_] = on + np.where(undone, parameters.over(WITHIN, on), 0) <= day_number(last)
    return late


def _last_settled_at(session: Session) -> dt.datetime | None:
    """When the settlement before read the records."""
    return session.scalar(select(Settlement.at).order_by(Settlement.settlement_id.desc()).limit(1))


def _reversals(session: Session, ids: list[int], booking: _Booking) -> Iterator[dict[str, Any]]:
    """For each vanished entry a row with the opposite amount and days that names it."""
    for start in range(0, len(ids), 500):
        some = select(LedgerEntry).where(LedgerEntry.entry_id.in_(ids[start : start + 500]))
        for row in session.scalars(some.order_by(LedgerEntry.entry_id)):
            yield booking.corrects(taken_back(row), REVERSAL)


def taken_back(row: LedgerEntry) -> dict[str, Any]:
    """What a row says that takes another back."""
    return {
        "rule": row.rule,
        "staff_id": row.staff_id,
        "on": row.on,
        "amount": None if row.amount is None else -row.amount,
        "absent_days": f"-{row.absent_days}" if row.absent_days else "",
        "customer_id": row.customer_id,
        "evidence_zh": row.evidence_zh,
        "evidence_en": row.evidence_en,
        "corrects": row.entry_id,
    }


def _appended(new: pd.DataFrame, late: npt.NDArray[np.bool_], booking: _Booking) -> Iterator[dict[str, Any]]:
    for row, is_late in zip(_rows(new), late.tolist(), strict=True):
        yield booking.corrects(row, LATE) if is_late else booking.row(row, POSTED)


def _rows(entries: pd.DataFrame) -> Iterator[dict[str, Any]]:
    """Computed entries as the columns of both tables."""
    columns = (entries[name].astype(object) for name in [*KEYS, "evidence", "evidence_en"])
    for rule, staff_id, on, amount, absent_days, customer_id, zh, en in zip(*columns, strict=True):
        yield {
            "rule": rule,
            "staff_id": staff_id,
            "on": EPOCH + dt.timedelta(days=int(on)),
            "amount": _yuan(amount),
            "absent_days": absent_days,
            "customer_id": customer_id,
            "evidence_zh": zh,
            "evidence_en": en,
        }


def _yuan(fen: int) -> Decimal | None:
    return None if fen == NO_MONEY else yuan_of(int(fen))
