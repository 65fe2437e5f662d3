"""Settling: computed entries go to the ledger, once, up to yesterday (rulebook 11).

The open span is computed anew each time and held against what the ledger says so far. What vanished is reversed by
a row that names it, what is new is appended; nothing else happens, so settling twice posts nothing the second time.
What a record can still undo is kept as provisional. Until months can be closed, the open span is everything.
"""

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from sqlalchemy import BigInteger, delete, exists, insert, select, type_coerce
from sqlalchemy.orm import Session, aliased

from crm.exchange.services import settlement_basis
from crm.penalties.bags import KEYS, Difference, compare
from crm.penalties.models import LedgerEntry, ProvisionalEntry, Settlement
from crm.penalties.reading import EPOCH, UNDONE_BY_A_RECORD, WITHIN, Computed, compute, span_begins
from crm.penalties.turns import one_settlement_at_a_time
from crm.penalties.version import rulebook_version
from crm.rulebook.entries import NO_MONEY
from crm.rulebook.parameters import Parameters
from crm.rulebook.tables import day_number
from crm.store.base import yuan_of
from crm.transactions import atomic

Told = Callable[[int, int, str], None]
STEPS = ("reading", "computing", "posting", "settled")
_CHUNK = 5000
_DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class Settled:
    """What a settlement did: rows posted (of them late), rows that reverse others, entries still provisional."""

    until: dt.date
    posted: int = 0
    late: int = 0
    reversed: int = 0
    provisional: int = 0


def settle_open(at: dt.datetime, actor: str, told: Told | None = None) -> Settled:
    """Post the open span to the ledger, up to the day before `at`; whole or not at all.

    May be called twice, or by two at once: the ledger gets one set of entries.
    """
    tell = told or (lambda done, total, step: None)
    until = at.date() - _DAY
    with one_settlement_at_a_time():
        tell(0, len(STEPS) - 1, STEPS[0])
        tables, parameters = settlement_basis()
        since = span_begins(tables, parameters)
        if since is None or since > until:
            since = until + _DAY
            computed = Computed(_nothing(), np.empty(0, bool))
        else:
            tell(1, len(STEPS) - 1, STEPS[1])
            computed = compute(tables, parameters, since, until)
        tell(2, len(STEPS) - 1, STEPS[2])
        with atomic() as session:
            done = _post(session, computed, _Run(at, actor, since, until, parameters))
        tell(3, len(STEPS) - 1, STEPS[3])
    return done


@dataclass(frozen=True)
class _Run:
    at: dt.datetime
    actor: str
    since: dt.date
    until: dt.date
    parameters: Parameters


def _nothing() -> pd.DataFrame:
    return pd.DataFrame({name: pd.Series(dtype=object) for name in [*KEYS, "evidence", "evidence_en"]})


def _post(session: Session, computed: Computed, run: _Run) -> Settled:
    """Compare and write; inside the act, so that what is compared is what is there."""
    fixed = computed.entries[~computed.open].reset_index(drop=True)
    waiting = computed.entries[computed.open]
    posted = outstanding(session)
    difference = compare(posted, fixed)
    version = rulebook_version(run.parameters)
    new = fixed.iloc[difference.new]
    late = passed_before(session, new, run.parameters)
    _append(session, _reversals(session, posted, difference, version, run.at))
    _append(session, _appended(new, late, version, run.at))
    session.execute(delete(ProvisionalEntry))
    rows = [row | {"computed_at": run.at} for row in _rows(waiting)]
    for start in range(0, len(rows), _CHUNK):
        session.execute(insert(ProvisionalEntry), rows[start : start + _CHUNK])
    done = Settled(run.until, len(new), int(late.sum()), len(difference.vanished), len(waiting))
    session.add(
        Settlement(
            at=run.at,
            actor=run.actor,
            since_on=run.since,
            until_on=run.until,
            rulebook=version,
            posted=done.posted,
            reversed=done.reversed,
            provisional=done.provisional,
        )
    )
    return done


def outstanding(session: Session) -> pd.DataFrame:
    """The posted entries that no row has reversed, in the order of posting, with the columns of `KEYS`."""
    reversal = aliased(LedgerEntry)
    query = (
        select(
            LedgerEntry.entry_id,
            LedgerEntry.rule,
            LedgerEntry.staff_id,
            LedgerEntry.on,
            type_coerce(LedgerEntry.amount, BigInteger).label("amount"),
            LedgerEntry.absent_days,
            LedgerEntry.customer_id,
        )
        .where(LedgerEntry.corrects.is_(None))
        .where(~exists().where(reversal.corrects == LedgerEntry.entry_id))
        .order_by(LedgerEntry.entry_id)
    )
    found = pd.DataFrame(session.execute(query).all(), columns=["entry_id", *KEYS], dtype=object)
    found["on"] = np.array([(day - EPOCH).days for day in found["on"]], np.int64)
    found["amount"] = np.array([NO_MONEY if fen is None else fen for fen in found["amount"]], np.int64)
    return found


def passed_before(session: Session, new: pd.DataFrame, parameters: Parameters) -> npt.NDArray[np.bool_]:
    """Which of these entries an earlier settlement would have posted, had it known what is known now."""
    last = session.scalar(select(Settlement.until_on).order_by(Settlement.until_on.desc()).limit(1))
    on = new["on"].to_numpy(np.int32)
    if last is None or not len(on):
        return np.zeros(len(new), bool)
    undone = new["rule"].isin(UNDONE_BY_A_RECORD).to_numpy(bool)
    late: npt.NDArray[np.bool_] = on + np.where(undone, parameters.over(WITHIN, on), 0) <= day_number(last)
    return late


def _reversals(
    session: Session, posted: pd.DataFrame, difference: Difference, version: str, at: dt.datetime
) -> Iterator[Mapping[str, Any]]:
    """For each vanished entry a row with the opposite amount and days that names it."""
    ids = [int(entry_id) for entry_id in posted["entry_id"].iloc[difference.vanished]]
    for start in range(0, len(ids), 500):
        some = select(LedgerEntry).where(LedgerEntry.entry_id.in_(ids[start : start + 500]))
        for row in session.scalars(some.order_by(LedgerEntry.entry_id)):
            yield {
                "rule": row.rule,
                "staff_id": row.staff_id,
                "on": row.on,
                "amount": None if row.amount is None else -row.amount,
                "absent_days": f"-{row.absent_days}" if row.absent_days else "",
                "customer_id": row.customer_id,
                "evidence_zh": row.evidence_zh,
                "evidence_en": row.evidence_en,
                "rulebook": version,
                "corrects": row.entry_id,
                "late": False,
                "posted_at": at,
            }


def _appended(
    new: pd.DataFrame, late: npt.NDArray[np.bool_], version: str, at: dt.datetime
) -> Iterator[Mapping[str, Any]]:
    for row, is_late in zip(_rows(new), late.tolist(), strict=True):
        yield row | {"rulebook": version, "corrects": None, "late": is_late, "posted_at": at}


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


def _append(session: Session, rows: Iterator[Mapping[str, Any]]) -> None:
    every = list(rows)
    for start in range(0, len(every), _CHUNK):
        session.execute(insert(LedgerEntry), every[start : start + _CHUNK])
