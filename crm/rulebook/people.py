"""The staff as columns: sorted by id as text, with their employment, workdays and walks (rulebook 1)."""

from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt
import pandas as pd

from crm.rulebook.calendar import Days, Flags, company_workdays
from crm.rulebook.parameters import Parameters
from crm.rulebook.tables import NO_DAY, Tables, date_of, day_number
from crm.rulebook.terms import FOREVER as FOREVER
from crm.rulebook.terms import Terms, terms_of

Codes = npt.NDArray[np.int64]


@dataclass(frozen=True)
class People:
    """One position a person, in the order of `ids`; days are day numbers.

    `subject`, `workday` and `leave` are (people x days) from `first` to `last`, both included; `subject` marks
    the dates on which a person is a property consultant, to whom sections 3 to 7 apply. `judged` are the people
    whom the sections judge, which may be a part of them.
    """

    ids: list[str]
    terms: Terms
    subject: Flags
    judged: Flags
    hired: Days
    left: Days
    confirmed: Days
    probation_end: Days
    first: int
    last: int
    workday: Flags
    leave: Flags

    def walked(self, since: int, as_of: int) -> Flags:
        """(people x days): the dates of each walk, from a day on; a date without the subject breaks it."""
        days = np.arange(self.first, self.last + 1, dtype=np.int32)
        begin, end = np.maximum(self.hired, np.int32(since)), np.minimum(self.left, np.int32(as_of))
        employed: Flags = (days >= begin[:, None]) & (days <= end[:, None])
        return employed & self.subject & self.judged[:, None]


def texts(column: "pd.Series[str]") -> list[str]:
    """A text column as plain strings, empty where the cell is."""
    return ["" if value is None or value != value else str(value) for value in column.to_list()]


def add_months(day: int, months: int) -> int:
    """The same day of the month so many months on, or that month's last where there is none."""
    on = date_of(day)
    year, month = divmod(on.year * 12 + on.month - 1 + months, 12)
    first = day_number(date(year, month + 1, 1))
    return min(first + on.day - 1, month_end(first))


def month_end(day: int) -> int:
    """The last day of the month that the day lies in."""
    on = date_of(day)
    following = date(on.year + on.month // 12, on.month % 12 + 1, 1)
    return day_number(following) - 1


def codes_in(ids: "list[str] | pd.Index[str]", column: "pd.Series[str]") -> Codes:
    """The position in `ids` of each cell of an id column, -1 where it is empty or unknown.

    Many ids that are looked up more than once come as an index, which remembers how to find them.
    """
    index = ids if isinstance(ids, pd.Index) else pd.Index(ids, dtype=object)
    if isinstance(column.dtype, pd.CategoricalDtype):
        known = index.get_indexer(pd.Index(column.cat.categories, dtype=object))
        positions = column.cat.codes.to_numpy()
        return np.append(known, -1)[positions]
    return index.get_indexer(pd.Index(column, dtype=object))


def people_of(tables: Tables, parameters: Parameters, first: int, last: int) -> People:
    """The staff with their workdays from first to last, both included."""
    staff = tables["staff"]
    unsorted = texts(staff["staff_id"])
    order = sorted(range(len(unsorted)), key=unsorted.__getitem__)
    staff = staff.iloc[order]
    ids = [unsorted[position] for position in order]
    hired = staff["hired_on"].to_numpy()
    left = staff["left_on"].to_numpy()
    terms = terms_of(tables, staff, ids)
    months = staff["probation_months"].to_numpy()
    left = np.where(left == NO_DAY, np.int32(FOREVER), left).astype(np.int32)
    workday, leave = _workdays(tables, ids, hired, left, first, last)
    return People(
        ids=ids,
        terms=terms,
        subject=terms.subject_days(len(ids), first, last),
        judged=np.ones(len(ids), bool),
        hired=hired,
        left=left,
        confirmed=staff["confirmed_on"].to_numpy(),
        probation_end=np.array(
            [add_months(int(h), int(m)) for h, m in zip(hired, months, strict=True)], np.int32
        ),
        first=first,
        last=last,
        workday=workday,
        leave=leave,
    )


def _workdays(
    tables: Tables, ids: list[str], hired: Days, left: Days, first: int, last: int
) -> tuple[Flags, Flags]:
    roster = tables["roster"]
    days = np.arange(first, last + 1, dtype=np.int32)
    company = company_workdays(first, last, tables["calendar"])
    workday = np.repeat(company[None, :], len(ids), axis=0)
    leave = np.zeros_like(workday)
    person = codes_in(ids, roster["staff_id"])
    on = roster["date"].to_numpy()
    inside = (person >= 0) & (on >= first) & (on <= last)
    at = person[inside], on[inside] - first
    workday[at] = (roster["kind"] == "work").to_numpy(bool)[inside]
    leave[at] = (roster["kind"] == "leave").to_numpy(bool)[inside]
    workday &= (days >= hired[:, None]) & (days <= left[:, None])
    return workday, leave


def on_probation(people: People, person: int, day: int) -> bool:
    """Before the end of probation, and not yet confirmed (rulebook 1)."""
    confirmed = people.confirmed[person]
    return bool(day < people.probation_end[person] and (confirmed == NO_DAY or confirmed > day))
