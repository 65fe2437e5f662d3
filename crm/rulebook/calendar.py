"""Company workdays: the official calendar with its moved working weekends, and what overrides it."""

from datetime import date
from functools import lru_cache

import chinese_calendar
import numpy as np
import numpy.typing as npt
import pandas as pd

from crm.rulebook.tables import date_of, day_number

Days = npt.NDArray[np.int32]
Flags = npt.NDArray[np.bool_]

_THURSDAY = 3  # 1970-01-01, with Monday as 0


def weekday(days: Days) -> Days:
    """Monday 0 to Sunday 6."""
    return (days + _THURSDAY) % 7


def company_workdays(first: int, last: int, calendar: pd.DataFrame) -> Flags:
    """For each day from first to last, both included: is it a company workday? (rulebook 1)

    A `calendar` row of the date overrides the official calendar; a year that the latter does not cover is
    Monday to Friday.
    """
    days = np.arange(first, last + 1, dtype=np.int32)
    workdays = weekday(days) < 5
    _mark(workdays, first, chinese_calendar.holidays, False)
    _mark(workdays, first, chinese_calendar.workdays, True)
    on = calendar["date"].to_numpy()
    inside = (on >= first) & (on <= last)
    workdays[on[inside] - first] = calendar["workday"].to_numpy()[inside]
    return workdays


@lru_cache(maxsize=4096)
def is_official_workday(day: int) -> bool:
    """Whether the official calendar has that day as a workday; Monday to Friday where it knows nothing."""
    on = date_of(day)
    if on in chinese_calendar.workdays:
        return True
    return on.weekday() < 5 and on not in chinese_calendar.holidays


def _mark(workdays: Flags, first: int, dates: object, value: bool) -> None:
    numbers = _official(dates)
    inside = (numbers >= first) & (numbers < first + len(workdays))
    workdays[numbers[inside] - first] = value


def _official(dates: object) -> Days:
    assert isinstance(dates, dict)
    return np.array([day_number(on) for on in dates], np.int32)


def uncovered_years(first: int, last: int, calendar: pd.DataFrame) -> list[int]:
    """The years between two days, both included, for which workdays are only a guess.

    A year that has rows in `calendar` is settled by them.
    """
    settled = {date_of(int(on)).year for on in calendar["date"].to_numpy()}
    years = range(date_of(first).year, date_of(last).year + 1)
    return [year for year in years if year not in settled and not _covered(year)]


def _covered(year: int) -> bool:
    try:
        chinese_calendar.is_workday(date(year, 1, 1))
    except NotImplementedError:
        return False
    return True
