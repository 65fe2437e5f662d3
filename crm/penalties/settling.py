"""Settling: computed entries go to the ledger, once, up to yesterday (rulebook 11).

All months are computed anew each time, the open ones with the rulebook in force and the closed ones with theirs
(`crm.penalties.fixed`), and held against what the ledger says so far; only the difference is written, into months that are open. So settling
twice posts nothing the second time. What a record can still undo is kept as provisional.
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from sqlalchemy import select

from crm.exchange.services import parameters_in_force
from crm.exchange.stored import stored_tables
from crm.penalties.bags import KEYS
from crm.penalties.fixed import Fixed, calendar_by_month, fixed_months, parameters_by_month
from crm.penalties.models import Settlement
from crm.penalties.posting import Run, Settled, post
from crm.penalties.reading import Computed, compute, span_begins
from crm.penalties.turns import one_settlement_at_a_time
from crm.rulebook.parameters import Parameters
from crm.rulebook.tables import Tables
from crm.transactions import atomic, snapshot

Told = Callable[[int, int, str], None]
STEPS = ("reading", "computing", "posting", "settled")
_DAY = dt.timedelta(days=1)

__all__ = ["Basis", "Settled", "settle_in_turn", "settle_open"]


@dataclass(frozen=True)
class Basis:
    """What is settled on, as one moment saw it: the stored rows, the rulebook in force, the closed months,
    and up to which day was settled last.

    On the days of closed months the calendar of `tables` and the numbers of `ruling` are those they were closed with.
    """

    tables: Tables
    parameters: Parameters
    ruling: Parameters
    months: list[Fixed]
    settled: dt.date | None


def settle_open(at: dt.datetime, actor: str, told: Told | None = None) -> Settled:
    """Post what should stand to the ledger, up to the day before `at`; whole or not at all.

    May be called twice, or by two at once: the ledger gets one set of entries.
    """
    with one_settlement_at_a_time():
        return settle_in_turn(at, actor, told)[0]


def settle_in_turn(at: dt.datetime, actor: str, told: Told | None = None) -> tuple[Settled, Basis]:
    """The same for whoever has the turn already; also on what basis it settled."""
    tell = told or (lambda done, total, step: None)
    tell(0, len(STEPS) - 1, STEPS[0])
    basis = _basis()
    until = _until(at.date(), basis.settled)
    since = span_begins(basis.tables, basis.ruling)
    tell(1, len(STEPS) - 1, STEPS[1])
    if since is None or since > until:
        since, computed = until + _DAY, _nothing()
    else:
        computed = compute(basis.tables, basis.ruling, since, until)
    tell(2, len(STEPS) - 1, STEPS[2])
    with atomic() as session:
        done = post(session, computed, Run(at, actor, since, until, basis.parameters, basis.months))
    tell(3, len(STEPS) - 1, STEPS[3])
    return done, basis


def _basis() -> Basis:
    with snapshot() as session:
        tables, parameters = stored_tables(session.connection()), parameters_in_force(session)
        months = fixed_months(session)
        settled = session.scalar(
            select(Settlement.until_on).order_by(Settlement.settlement_id.desc()).limit(1)
        )
    return Basis(
        calendar_by_month(months, tables),
        parameters,
        parameters_by_month(months, parameters),
        months,
        settled,
    )


def _until(today: dt.date, settled: dt.date | None) -> dt.date:
    """Yesterday; but who began before midnight and waited for one that began after it goes as far as that one."""
    yesterday = today - _DAY
    return settled if settled is not None and yesterday < settled <= today else yesterday


def _nothing() -> Computed:
    names = [*KEYS, "evidence", "evidence_en"]
    return Computed(pd.DataFrame({name: pd.Series(dtype=object) for name in names}), np.empty(0, bool))
