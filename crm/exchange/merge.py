"""A workbook held against what is stored: which rows are new, which say something else, which the same."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from crm.workbook.loaded import Ints, Loaded, Mask
from crm.workbook.schema import Kind, Table


@dataclass(frozen=True)
class Merge:
    """One table of a workbook against the stored one.

    `at` is for each row of the file its place among the stored rows, -1 for a new one; `changed` marks rows
    that say something else in a column that the file has. `given` are those columns.
    """

    loaded: Loaded
    stored: pd.DataFrame
    at: Ints
    changed: Mask
    given: tuple[str, ...]

    @property
    def table(self) -> Table:
        """Which table."""
        return self.loaded.table

    @property
    def new(self) -> Mask:
        """Rows whose key is not stored."""
        return self.at < 0

    @property
    def touched(self) -> bool:
        """Whether anything would be written."""
        return bool(self.new.any() or self.changed.any())

    def merged(self) -> Loaded:
        """The table as it would be after the import: the file's rows, then the stored ones it has not."""
        ours = self.file_frame()
        rest = np.ones(len(self.stored), dtype=bool)
        rest[self.at[self.at >= 0]] = False
        frame = _joined(ours, self.stored[rest])
        numbers = self.loaded.rows if self.loaded.rows is not None else np.arange(len(ours)) + 2
        rows = np.concatenate([numbers, np.zeros(int(rest.sum()), dtype=np.int64)])
        return Loaded(self.table, frame, rows, None, self.loaded.sheet, self.loaded.headers)

    def file_frame(self) -> pd.DataFrame:
        """The file's rows; what the file has no column for is as it is stored."""
        frame = self.loaded.frame
        missing = [column.name for column in self.table.columns if column.name not in self.given]
        if not missing or not len(self.stored) or self.new.all():
            return frame
        frame = frame.copy()
        for name in missing:
            frame[name] = _taken(self.stored[name], frame[name], self.at)
        return frame


def compare(loaded: Loaded, stored: pd.DataFrame, sealed: set[tuple[Any, ...]]) -> Merge:
    """Hold a table of the file against the stored one; rows with a `sealed` key are left out altogether."""
    loaded = _without(loaded, sealed)
    table, frame = loaded.table, loaded.frame
    given = tuple(c.name for c in table.columns if not loaded.headers or c.name in loaded.headers)
    if not len(frame) or not len(stored):
        at = np.full(len(frame), -1, dtype=np.int64)
        return Merge(loaded, stored, at, np.zeros(len(frame), dtype=bool), given)
    at = _index(table, stored).get_indexer(_index(table, frame))
    known = np.flatnonzero(at >= 0)
    changed = np.zeros(len(frame), dtype=bool)
    for name in given:
        if name not in table.key:
            ours, theirs = frame[name].iloc[known], stored[name].iloc[at[known]]
            changed[known] |= _differs(ours, theirs)
    return Merge(loaded, stored, at, changed, given)


def _without(loaded: Loaded, sealed: set[tuple[Any, ...]]) -> Loaded:
    if not sealed or not len(loaded):
        return loaded
    keys = zip(*(loaded.frame[name] for name in loaded.table.key), strict=True)
    kept = np.array([key not in sealed for key in keys], dtype=bool)
    numbers = loaded.rows if loaded.rows is not None else np.arange(len(loaded)) + 2
    frame = loaded.frame[kept].reset_index(drop=True)
    return Loaded(loaded.table, frame, numbers[kept], None, loaded.sheet, loaded.headers)


def _index(table: Table, frame: pd.DataFrame) -> pd.Index:
    columns = [_plain(frame[name]) for name in table.key]
    return pd.Index(columns[0]) if len(columns) == 1 else pd.MultiIndex.from_arrays(columns)


def _plain(values: "pd.Series[Any]") -> np.ndarray[Any, Any]:
    """The column as an array whose cells compare by ==, None where nothing is known."""
    if isinstance(values.dtype, pd.CategoricalDtype | pd.StringDtype):
        cells = np.array(values.astype(object), dtype=object)
        cells[values.isna().to_numpy()] = None
        return cells
    return values.to_numpy()


def _differs(ours: "pd.Series[Any]", theirs: "pd.Series[Any]") -> Mask:
    differs: Mask = _plain(ours) != _plain(theirs)
    return np.asarray(differs, dtype=bool)


def _taken(stored: "pd.Series[Any]", ours: "pd.Series[Any]", at: Ints) -> "pd.Series[Any]":
    """The stored value of each row, and for a new one what the reader filled in."""
    values = _plain(ours).copy()
    values[at >= 0] = _plain(stored)[at[at >= 0]]
    return _like(values, ours)


def _joined(first: pd.DataFrame, second: pd.DataFrame) -> pd.DataFrame:
    columns = {
        name: _like(np.concatenate([_plain(first[name]), _plain(second[name])]), first[name])
        for name in first.columns
    }
    return pd.DataFrame(columns, index=pd.RangeIndex(len(first) + len(second)), copy=False)


def _like(values: np.ndarray[Any, Any], pattern: "pd.Series[Any]") -> "pd.Series[Any]":
    """The values with the kind of dtype that the column has."""
    if isinstance(pattern.dtype, pd.CategoricalDtype):
        codes, names = pd.factorize(values)
        index = pd.Index(list(names), dtype="str")
        return pd.Series(pd.Categorical.from_codes(codes, categories=index))
    if isinstance(pattern.dtype, pd.StringDtype):
        return pd.Series(values, dtype="str")
    return pd.Series(values)


def is_day(table: Table, name: str) -> bool:
    """Whether the column holds days."""
    return table.column(name).kind in (Kind.DATE, Kind.MONTH)


def counts(merges: Mapping[str, Merge]) -> dict[str, tuple[int, int, int]]:
    """By table: how many rows are new, changed, and the same."""
    return {
        name: (int(m.new.sum()), int(m.changed.sum()), int(len(m.at) - m.new.sum() - m.changed.sum()))
        for name, m in merges.items()
        if len(m.at)
    }
