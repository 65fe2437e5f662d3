"""What a settlement computes: every entry of the open span in both languages, and which are still provisional."""

import datetime as dt
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from crm.rulebook.engine import OF_CUSTOMERS, OF_PEOPLE
from crm.rulebook.entries import frame_of, in_order
from crm.rulebook.history import history_of
from crm.rulebook.parameters import Parameters
from crm.rulebook.tables import NO_DAY, SECONDS_A_DAY, Tables, day_number
from crm.workbook.schema import TABLES, Kind

UNDONE_BY_A_RECORD = ("callin-missed", "followup-missed")
WITHIN = "followup_record_within_days"
# Dates of these tables are terms or plans, or long before anything was recorded here.
_NO_RECORDS = frozenset({"staff", "terms", "calendar"})
EPOCH = dt.date(1970, 1, 1)


@dataclass(frozen=True)
class Computed:
    """Entries in their final order; `evidence` is Chinese, `evidence_en` English, `open` marks the provisional."""

    entries: pd.DataFrame
    open: npt.NDArray[np.bool_]


def span_begins(tables: Tables, parameters: Parameters) -> dt.date | None:
    """The first date that can have entries: `records_begin`, or the first month with records; None without any."""
    if parameters.records_begin != NO_DAY:
        return EPOCH + dt.timedelta(days=parameters.records_begin)
    days = [
        day for table in TABLES if table.name not in _NO_RECORDS for day in _first_days(tables, table.name)
    ]
    return (EPOCH + dt.timedelta(days=min(days))).replace(day=1) if days else None


def _first_days(tables: Tables, name: str) -> list[int]:
    """The earliest day of each dated column of a table."""
    found = []
    for column in next(table for table in TABLES if table.name == name).columns:
        if column.kind not in (Kind.DATE, Kind.MONTH, Kind.TIMESTAMP):
            continue
        values = tables[name][column.name].to_numpy(np.int64)
        seconds = column.kind is Kind.TIMESTAMP
        known = values[values > (NO_DAY * SECONDS_A_DAY if seconds else NO_DAY)]
        if len(known):
            found.append(int(known.min()) // (SECONDS_A_DAY if seconds else 1))
    return found


def compute(tables: Tables, parameters: Parameters, since: dt.date, until: dt.date) -> Computed:
    """Every entry from `since` to `until`, the as-of; what a record can still undo is marked as open."""
    first, last = day_number(since), day_number(until)
    history = history_of(tables, parameters, last)
    frames = {}
    for lang in ("zh", "en"):
        findings = (
            finding for section in OF_PEOPLE + OF_CUSTOMERS for finding in section(history, first, lang)
        )
        frames[lang] = frame_of(findings, history.people.ids, history.customers.ids)
    both = frames["zh"].assign(evidence_en=frames["en"]["evidence"].to_numpy(object))
    entries = in_order(both)
    return Computed(entries, still_open(entries, parameters, last))


def still_open(entries: pd.DataFrame, parameters: Parameters, until: int) -> npt.NDArray[np.bool_]:
    """Entries of 4.1 and 4.2 whose date can still get a record after the day `until`, the settlement's as-of."""
    on = entries["on"].to_numpy(np.int32)
    undone = entries["rule"].isin(UNDONE_BY_A_RECORD).to_numpy(bool)
    marked: npt.NDArray[np.bool_] = undone & (on + parameters.over(WITHIN, on) > until)
    return marked
