"""A table as it was read: its frame, and where each row stands in the file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from crm.rulebook.tables import SECONDS_A_DAY, date_of
from crm.workbook.faults import FaultLog, Words
from crm.workbook.frames import empty_frame
from crm.workbook.schema import Kind, Table

Mask = np.ndarray[Any, np.dtype[np.bool_]]
Ints = np.ndarray[Any, np.dtype[Any]]


@dataclass
class Loaded:
    """One table of the workbook.

    `rows` are the spreadsheet's row numbers (None: row i of the frame is row i + 2), `bad` marks rows with a
    faulty cell, of which nothing more should be concluded (None: no row is). `whole` is false where rows or
    the key itself could not be read, so that nobody can say what the table does not hold. `different` names
    columns that are known to hold no value twice.
    """

    table: Table
    frame: pd.DataFrame
    rows: Ints | None = None
    bad: Mask | None = None
    sheet: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    whole: bool = True
    different: frozenset[str] = frozenset()
    _named: dict[str, Ints] = field(default_factory=dict, repr=False)

    def __len__(self) -> int:
        return len(self.frame)

    def __getitem__(self, column: str) -> Any:
        """The column as a numpy array; for categories and text use `codes`."""
        return self.frame[column].to_numpy()

    def row(self, place: int | np.integer[Any]) -> int:
        """The spreadsheet's number of a row of the frame."""
        return int(place) + 2 if self.rows is None else int(self.rows[place])

    def sound(self) -> Mask:
        """Rows without a faulty cell."""
        return np.ones(len(self), dtype=bool) if self.bad is None else ~self.bad

    def codes(self, column: str) -> tuple[Ints, list[str]]:
        """Each row's place in the list of the column's distinct values, -1 where it is empty."""
        values = self.frame[column]
        if isinstance(values.dtype, pd.CategoricalDtype):
            return values.cat.codes.to_numpy().astype(np.int64), texts(values.cat.categories)
        codes, names = pd.factorize(values)
        return codes.astype(np.int64), texts(names)

    @cached_property
    def _places(self) -> dict[str, int]:
        """The first row of the frame with each key, for a table whose key is one column."""
        keys = texts(self.frame[self.table.key[0]])
        return dict(zip(reversed(keys), range(len(keys) - 1, -1, -1), strict=True))

    def places(self, keys: Iterable[str]) -> Ints:
        """The row of the frame with each of these keys, -1 where there is none."""
        known = self._places
        return np.array([known.get(key, -1) for key in keys], dtype=np.int64)

    def rows_in(self, target: Loaded, column: str) -> Ints:
        """For each row the row of `target` that the id in `column` names, -1 where there is none."""
        if column not in self._named:
            codes, names = self.codes(column)
            self._named[column] = look_up(codes, target.places(names), -1)
        return self._named[column]

    def shown(self, column: str, place: int | np.integer[Any]) -> str:
        """A cell as a person would write it; "" where it is empty."""
        value = self.frame[column].iloc[int(place)]
        kind = self.table.column(column).kind
        if value is None or value is pd.NA or value != value:
            return ""
        if kind in (Kind.DATE, Kind.MONTH):
            return shown_day(value)
        return shown_time(value) if kind is Kind.TIMESTAMP else str(value)

    def add_faults(
        self, log: FaultLog, mask: Mask, column: str, wrong: Words, expected: Words | None = None
    ) -> None:
        """A fault for each marked row, showing its value of `column`."""
        for place in np.flatnonzero(mask):
            value = self.shown(column, place) or None
            log.add(self.table.name, self.row(place), column, value, wrong, expected)

    def warn(self, log: FaultLog, mask: Mask, column: str | None, wrong: Words) -> None:
        """One warning for all marked rows, the first of them named."""
        log.add_many(self.table.name, (self.row(place) for place in np.flatnonzero(mask)), column, wrong)


def shown_day(day: int | np.integer[Any]) -> str:
    """A day number as 2026-10-31; "" where there is none."""
    try:
        return date_of(int(day)).isoformat()
    except ValueError:
        return ""


def shown_time(seconds: int | np.integer[Any]) -> str:
    """Shanghai seconds as 2026-10-31T09:05:00; "" where there are none."""
    day, clock = divmod(int(seconds), SECONDS_A_DAY)
    on = shown_day(day)
    return f"{on}T{clock // 3600:02}:{clock // 60 % 60:02}:{clock % 60:02}" if on else ""


def nothing(table: Table, *, whole: bool = True) -> Loaded:
    """A table that was not handed in, or with `whole` false one that could not be read."""
    return Loaded(table, empty_frame(table), whole=whole)


def texts(values: Any) -> list[Any]:
    """An index or column of text as a list; going through it element by element is many times slower."""
    listed: list[Any] = np.asarray(values, dtype=object).tolist()
    return listed


def look_up(codes: Ints, table: Ints, missing: int) -> Ints:
    """`table[codes]`, with `missing` where the code is -1, which numpy would take for the last row."""
    return np.append(table, missing)[codes]
