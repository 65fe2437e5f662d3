"""Frames with exactly the columns and dtypes that `crm.rulebook.tables` promises, built from values.

Ids that name rows of other tables, and everything with few values, are categories in order of first
appearance; choices are categories in the schema's order; a table's own single key and text are pandas `str`.
Every reader builds its frames here, so that they come out equal.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from crm.rulebook.tables import NO_DAY, NO_TIME, Tables
from crm.workbook.cells import parse
from crm.workbook.schema import BY_NAME, TABLES, Column, Kind, Table

_DAYS = (Kind.DATE, Kind.MONTH)


def is_plain_text(table: Table, column: Column) -> bool:
    """Whether the column is kept as text: free text, phones, and the table's own single key."""
    return column.kind in (Kind.TEXT, Kind.PHONES) or (table.key == (column.name,) and column.kind is Kind.ID)


def missing_value(column: Column) -> Any:
    """What an empty cell of the column becomes in the frame's array: the default, or "not known"."""
    if column.kind in _DAYS:
        return NO_DAY
    if column.kind is Kind.TIMESTAMP:
        return NO_TIME
    if column.kind is Kind.BOOLEAN:
        return bool(column.default)
    if column.kind is Kind.INTEGER:
        return int(column.default or 0)
    if column.kind is Kind.DECIMAL and column.default is not None:
        return parse(column, str(column.default))
    return None


def series(table: Table, column: Column, values: Sequence[Any]) -> pd.Series[Any]:
    """A column of parsed values (None: an empty cell) with its dtype."""
    if is_plain_text(table, column):
        return pd.Series(list(values), dtype="str")
    if column.kind in (Kind.ID, Kind.CHOICE):
        return pd.Series(_category(column, values))
    empty = missing_value(column)
    filled = [empty if value is None else value for value in values]
    return pd.Series(_array(column, filled))


def _array(column: Column, filled: list[Any]) -> np.ndarray[Any, Any]:
    if column.kind in (Kind.DECIMAL, Kind.MONEY):
        array = np.empty(len(filled), dtype=object)
        array[:] = filled
        return array
    return np.array(filled, dtype=array_dtype(column))


def array_dtype(column: Column) -> Any:
    """The numpy dtype of a column that is neither text nor category."""
    if column.kind in _DAYS:
        return np.int32
    if column.kind in (Kind.TIMESTAMP, Kind.INTEGER):
        return np.int64
    return bool if column.kind is Kind.BOOLEAN else object


def _category(column: Column, values: Sequence[Any]) -> pd.Categorical:
    places = {name: place for place, name in enumerate(column.choices)}
    codes = [-1 if value is None else places.setdefault(value, len(places)) for value in values]
    return category(codes, list(places))


def category(codes: Any, names: Sequence[str]) -> pd.Categorical:
    """A categorical of strings from codes (-1: missing) and the names that they number."""
    index = pd.Index(list(names), dtype="str")
    return pd.Categorical.from_codes(np.asarray(codes, dtype=np.int32), categories=index)


def frame_of(table: Table, columns: Mapping[str, pd.Series[Any]], length: int) -> pd.DataFrame:
    """The table's frame from the columns at hand; the others are filled with "not known"."""
    whole = {
        column.name: columns[column.name] if column.name in columns else _unknown(table, column, length)
        for column in table.columns
    }
    return pd.DataFrame(whole, index=pd.RangeIndex(length), copy=False)


def _unknown(table: Table, column: Column, length: int) -> pd.Series[Any]:
    """A column that the file has not: the default, or "not known", in every row."""
    if is_plain_text(table, column):
        return pd.Series(np.nan, index=pd.RangeIndex(length), dtype="str")
    if column.kind in (Kind.ID, Kind.CHOICE):
        return pd.Series(category(np.full(length, -1), list(column.choices)))
    return pd.Series(np.full(length, missing_value(column), dtype=array_dtype(column)))


def empty_frame(table: Table | str) -> pd.DataFrame:
    """A frame of the table with all its columns and no rows."""
    return frame_of(BY_NAME[table] if isinstance(table, str) else table, {}, 0)


def frame_from_rows(table: Table | str, rows: Iterable[Mapping[str, Any]]) -> pd.DataFrame:
    """A frame from plain Python rows: str, date, datetime, Decimal, int, bool or None by column name.

    What is left out or None is an empty cell. KeyError for a column that the table has not, BadCell for a
    value that a workbook could not hold either.
    """
    schema = BY_NAME[table] if isinstance(table, str) else table
    listed = list(rows)
    names = {column.name for column in schema.columns}
    for row in listed:
        if unknown := set(row) - names:
            raise KeyError(f"{schema.name}.{sorted(unknown)[0]}")
    columns = {
        column.name: series(schema, column, [parse(column, row.get(column.name)) for row in listed])
        for column in schema.columns
    }
    return frame_of(schema, columns, len(listed))


def tables_of(frames: Mapping[str, pd.DataFrame]) -> Tables:
    """All tables: those at hand, and an empty frame for each of the others."""
    return Tables(
        {table.name: frames[table.name] if table.name in frames else empty_frame(table) for table in TABLES}
    )
