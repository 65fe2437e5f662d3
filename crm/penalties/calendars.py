"""The calendar that a closed month was computed with, kept day by day, so that no later change of it reaches back.

Kept as text: the first date, a colon, and for each day from it on 1 for a company workday or 0.
"""

import datetime as dt
from dataclasses import dataclass

import numpy as np
import pandas as pd

from crm.rulebook.calendar import Flags, company_workdays
from crm.rulebook.parameters import Parameters
from crm.rulebook.tables import NO_DAY, SECONDS_A_DAY, Tables, date_of, day_number

_EARLIEST = day_number(dt.date(1990, 1, 1))  # nobody's walk begins before


@dataclass(frozen=True)
class Calendar:
    """Company workdays from a day number on."""

    first: int
    workdays: Flags

    @property
    def last(self) -> int:
        """The last day that it knows."""
        return self.first + len(self.workdays) - 1

    def text(self) -> str:
        """As it is kept."""
        return f"{date_of(self.first)}:{''.join('1' if one else '0' for one in self.workdays.tolist())}"


def read_calendar(text: str) -> Calendar:
    """A kept calendar; ValueError where the text is none."""
    day, _, marks = text.partition(":")
    if set(marks) - {"0", "1"}:
        raise ValueError("a calendar is written with 0 and 1")
    return Calendar(
        day_number(dt.date.fromisoformat(day)), np.array([mark == "1" for mark in marks], np.bool_)
    )


def calendar_up_to(tables: Tables, parameters: Parameters, until: dt.date) -> Calendar:
    """Every day that the rules look at for a month that ends on `until`: from the first walk to its last due."""
    days = [day_number(until.replace(day=1))]
    for table, column, scale in (("staff", "hired_on", 1), ("customers", "first_contact_at", SECONDS_A_DAY)):
        values = tables[table][column].to_numpy(np.int64)
        known = values[values > NO_DAY * scale]
        days += [int(known.min()) // scale] if len(known) else []
    last = day_number(until) + parameters.largest("followup_every_days") + 1
    first = max(min(days), _EARLIEST)
    return Calendar(first, company_workdays(first, last, tables["calendar"]))


def with_calendar(tables: Tables, calendar: Calendar) -> Tables:
    """The tables with these workdays; of days that the calendar does not know the present ones stand."""
    now = tables["calendar"]
    on = now["date"].to_numpy()
    outside = now[(on < calendar.first) | (on > calendar.last)]
    kept = pd.DataFrame(
        {
            "date": np.arange(calendar.first, calendar.last + 1, dtype=np.int32),
            "workday": calendar.workdays.astype(bool),
        }
    )
    frame = pd.concat([kept, outside[["date", "workday"]]], ignore_index=True)
    return Tables({**tables.frames, "calendar": frame})
