"""Every entry as it should stand now: open months by the rulebook in force, each closed month by its own (rulebook 11).

A closed month is computed again with the rulebook and the calendar that it was closed with, over the records of today.
Most months were closed with numbers and workdays that still hold for them; those take no run of their own, but come
out of the one run that the open months need anyway.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pandas as pd
from sqlalchemy import select
from sqlalchemy.orm import Session

from crm.penalties.calendars import Calendar, present_calendar, read_calendar, with_calendar
from crm.penalties.models import Closing, RulebookVersion
from crm.penalties.months import first_day, last_day
from crm.penalties.reading import Computed, compute, span_begins
from crm.penalties.rulebooks import alike_up_to, read_parameters
from crm.rulebook.entries import in_order
from crm.rulebook.parameters import Parameters
from crm.rulebook.tables import NO_DAY, Tables, day_number

_DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class Fixed:
    """A closed month: the days it answers for (day numbers, both included), and what it was computed with.

    The first closed month answers for everything before it too.
    """

    first: int
    last: int
    parameters: Parameters
    calendar: Calendar


@dataclass
class _Run:
    """Closed months that one run of the rules serves."""

    months: list[Fixed] = field(default_factory=list)

    def serves(self, month: Fixed) -> bool:
        latest = self.months[0]
        return alike_up_to(latest.parameters, month.parameters, month.last) and latest.calendar.agrees_with(
            month.calendar
        )


def fixed_months(session: Session) -> list[Fixed]:
    """The closed months, the latest first."""
    query = select(Closing.month, Closing.calendar, RulebookVersion.parameters).join(
        RulebookVersion, RulebookVersion.version == Closing.rulebook
    )
    rows = session.execute(query.order_by(Closing.month)).all()
    texts = {text: read_parameters(text) for _, _, text in rows}
    found = [
        Fixed(
            day_number(first_day(month)) if number else NO_DAY,
            day_number(last_day(month)),
            texts[text],
            read_calendar(calendar),
        )
        for number, (month, calendar, text) in enumerate(rows)
    ]
    return found[::-1]


def compute_all(
    tables: Tables, parameters: Parameters, months: Sequence[Fixed], since: dt.date | None, until: dt.date
) -> Computed | None:
    """Every entry up to `until`; None where nothing can have entries yet. `months` as `fixed_months` gives them."""
    as_now, others = _shared_out(tables, parameters, months)
    parts, open_ = [], []
    if since is not None and since <= until:
        present = compute(tables, parameters, since, until)
        days = present.entries["on"].to_numpy(np.int64)
        closed_to = months[0].last if months else NO_DAY
        chosen = (days > closed_to) | _within(days, as_now)
        parts.append(present.entries[chosen])
        open_.append(present.open[chosen] & (days[chosen] > closed_to))
    for run in others:
        again = _again(tables, run.months, until)
        parts += [again] if again is not None else []
        open_ += [np.zeros(len(again), bool)] if again is not None else []
    if not parts:
        return None
    if len(parts) == 1:
        return Computed(parts[0].reset_index(drop=True), open_[0])
    together = pd.concat([_plain(part) for part in parts], ignore_index=True)
    together["open"] = np.concatenate(open_)
    ordered = in_order(together)
    return Computed(ordered.drop(columns="open"), ordered["open"].to_numpy(bool))


def _plain(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.assign(rule=frame["rule"].astype(object))


def _shared_out(
    tables: Tables, parameters: Parameters, months: Sequence[Fixed]
) -> tuple[list[Fixed], list[_Run]]:
    """The closed months that the present run serves, and runs for the others."""
    as_now: list[Fixed] = []
    runs: list[_Run] = []
    for month in months:
        present = present_calendar(tables, month.calendar.first, month.calendar.last)
        if alike_up_to(parameters, month.parameters, month.last) and present.agrees_with(month.calendar):
            as_now.append(month)
            continue
        run = next((run for run in runs if run.serves(month)), None)
        if run is None:
            run = _Run()
            runs.append(run)
        run.months.append(month)
    return as_now, runs


def _within(days: npt.NDArray[np.int64], months: Sequence[Fixed]) -> npt.NDArray[np.bool_]:
    inside = np.zeros(len(days), bool)
    for month in months:
        inside |= (days >= month.first) & (days <= month.last)
    return inside


def _again(tables: Tables, months: Sequence[Fixed], until: dt.date) -> pd.DataFrame | None:
    """The entries of closed months with the numbers and workdays of the latest of them, which hold for all."""
    latest, earliest = months[0], months[-1]
    begins = span_begins(tables, latest.parameters)
    if begins is None:
        return None
    since = max(begins, dt.date.min if earliest.first == NO_DAY else _date(earliest.first))
    if since > until:
        return None
    entries = compute(with_calendar(tables, latest.calendar), latest.parameters, since, until).entries
    return entries[_within(entries["on"].to_numpy(np.int64), months)]


def _date(day: int) -> dt.date:
    return dt.date(1970, 1, 1) + day * _DAY
