"""Terms: what a person's project, role, trade and pay are from a date on (rulebook 1)."""

from bisect import bisect_right
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd

from crm.rulebook.calendar import Days, Flags
from crm.rulebook.tables import NO_DAY, Tables

FOREVER = int(np.iinfo(np.int32).max) // 2
"""A day after every other, small enough to add days to."""
LONG_AGO = -FOREVER
"""A day before every other, from which the staff row holds."""
_SPAN = 1 << 32
_DATED = ("project", "role", "trade", "monthly_base_pay", "monthly_variable_pay")


@dataclass(frozen=True)
class Terms:
    """One position for each person and date from which something holds, by person and then date.

    The first of each person is the staff row, from `LONG_AGO` on. `subject` marks role consultant and trade
    property, to whom sections 3 to 7 apply.
    """

    person: Days
    start: Days
    consultant: Flags
    subject: Flags
    project: list[str]
    base_pay: list[Decimal | None]
    variable_pay: list[Decimal | None]

    def at(self, person: Any, day: Any) -> Any:
        """The position that holds for each person on each day."""
        return np.searchsorted(self._keys, _key(person, day), side="right") - 1

    def one(self, person: int, day: int) -> int:
        """The position that holds for one person on a day."""
        return bisect_right(self._listed, person * _SPAN + day - LONG_AGO) - 1

    @cached_property
    def _keys(self) -> Any:
        return _key(self.person, self.start)

    @cached_property
    def _listed(self) -> list[int]:
        return list(self._keys.tolist())

    def subject_days(self, people: int, first: int, last: int) -> Flags:
        """(people x days): the dates from first to last on which each is a property consultant."""
        flags = np.zeros((people, last - first + 1), bool)
        for person, start, subject in zip(
            self.person.tolist(), self.start.tolist(), self.subject.tolist(), strict=True
        ):
            flags[person, max(start - first, 0) :] = subject
        return flags

    def stretches(self, people: int) -> "Stretches":
        """The unbroken stretches of dates on which each is a property consultant."""
        same = np.append(
            False, (self.person[1:] == self.person[:-1]) & (self.subject[1:] == self.subject[:-1])
        )
        opens = np.flatnonzero(~same)
        person, subject = self.person[opens], self.subject[opens]
        ends = np.full(len(opens), FOREVER, np.int32)
        goes_on = person[1:] == person[:-1]
        ends[:-1][goes_on] = self.start[opens][1:][goes_on] - 1
        count = np.bincount(person[subject], minlength=people)
        return Stretches(
            np.append(0, np.cumsum(count))[:-1], count, self.start[opens][subject], ends[subject]
        )


@dataclass(frozen=True)
class Stretches:
    """By person: `count` of them from position `begin` on; `first` and `last` are both included."""

    begin: Any
    count: Any
    first: Days
    last: Days

    def of(self, person: int) -> list[tuple[int, int]]:
        """The first and last day of each stretch of one person."""
        these = slice(int(self.begin[person]), int(self.begin[person] + self.count[person]))
        return list(zip(self.first[these].tolist(), self.last[these].tolist(), strict=True))


def _key(person: Any, day: Any) -> Any:
    return np.asarray(person, np.int64) * _SPAN + (np.asarray(day, np.int64) - LONG_AGO)


def terms_of(tables: Tables, staff: pd.DataFrame, ids: list[str]) -> Terms:
    """The terms of the staff, whose rows are in the order of `ids`; an empty cell is as it was before."""
    code = {staff_id: position for position, staff_id in enumerate(ids)}
    cells = [list(staff[name].astype(object)) for name in _DATED]
    rows: list[tuple[int, int, list[Any]]] = [
        (person, LONG_AGO, list(values)) for person, values in enumerate(zip(*cells, strict=True))
    ]
    rows += _changes(tables, code)
    rows.sort(key=lambda row: row[:2])
    for before, row in pairwise(rows):
        if before[0] == row[0]:
            row[2][:] = [old if _empty(new) else new for old, new in zip(before[2], row[2], strict=True)]
    consultant = np.array([values[1] == "consultant" for _, _, values in rows], bool)
    property_trade = np.array([values[2] == "property" for _, _, values in rows], bool)
    return Terms(
        person=np.array([person for person, _, _ in rows], np.int32),
        start=np.array([start for _, start, _ in rows], np.int32),
        consultant=consultant,
        subject=consultant & property_trade,
        project=["" if _empty(values[0]) else str(values[0]) for _, _, values in rows],
        base_pay=[values[3] for _, _, values in rows],
        variable_pay=[values[4] for _, _, values in rows],
    )


def _changes(tables: Tables, code: dict[str, int]) -> list[tuple[int, int, list[Any]]]:
    """The rows of `terms`, of people who are there; none where the table was not handed in."""
    frame = tables.frames.get("terms")
    if frame is None or not len(frame):
        return []
    columns = [frame[name].astype(object) for name in ("staff_id", *_DATED)]
    return [
        (code[staff_id], int(start), list(values))
        for start, staff_id, *values in zip(frame["from_on"].tolist(), *columns, strict=True)
        if staff_id in code and start != NO_DAY
    ]


def _empty(cell: object) -> bool:
    return cell is None or cell != cell
