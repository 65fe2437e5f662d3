"""The fast reading of a CSV: it either gives the frame of a clean file or says nothing at all.

Columns are read by a library with explicit types: few-valued ones as codes, whose values are then parsed once
each by `crm.workbook.cells`, timestamps by `crm.workbook.stamps`, text as it is. On any doubt (a fault, odd
quoting, a blank line) the answer is None, and the careful reader finds out what it was.
"""

from __future__ import annotations

import csv
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from crm.workbook.cells import LONGEST_TEXT, BadCell, parse
from crm.workbook.faults import FaultLog
from crm.workbook.frames import array_dtype, category, frame_of, is_plain_text, missing_value
from crm.workbook.headers import Layout, read_header
from crm.workbook.loaded import Ints, Loaded
from crm.workbook.scan import Plain, plain
from crm.workbook.schema import Column, Kind, Table
from crm.workbook.sources import Buffer
from crm.workbook.write_cells import unescape_cell

_LONGEST_HEADER = 64 * 1024
_PHONE_LETTERS = frozenset("0123456789;+-")


class Doubt(Exception):
    """Something that the fast reading does not want to decide."""


@dataclass
class Raw:
    """The columns of a file as a library read them, by column name."""

    length: int
    coded: dict[str, tuple[Ints, list[str]]] = field(default_factory=dict)
    texts: dict[str, pd.Series[Any]] = field(default_factory=dict)
    seconds: dict[str, Ints] = field(default_factory=dict)
    different: set[str] = field(default_factory=set)
    """Columns that the library knows to hold no value twice."""


Engine = Callable[[Plain, Layout], Raw]


def read_fast(table: Table, sheet: str, buffer: Buffer, engine: Engine) -> tuple[Loaded, FaultLog] | None:
    """The table and the warnings of its header; None on any doubt."""
    try:
        scanned = plain(buffer)
        if scanned is None or not scanned.newlines:
            return None
        layout, faults, warnings = read_header(table, sheet, _header(scanned), 1)
        if faults.faults or layout.unnamed:
            return None
        raw = engine(scanned, layout)
        if not scanned.has_rows(raw.length):
            return None
        columns = {name: _series(table.column(name), raw) for name in layout.places}
    except (Doubt, BadCell):
        return None
    headers = {name: layout.header[place] for name, place in layout.places.items()}
    frame, different = frame_of(table, columns, raw.length), frozenset(raw.different)
    return Loaded(table, frame, sheet=sheet, headers=headers, different=different), warnings


def _header(scanned: Plain) -> list[str]:
    start = bytes(scanned.data[:_LONGEST_HEADER])
    line, newline, _ = start.partition(b"\n")
    if not newline or line.count(b'"') % 2:
        raise Doubt
    try:
        return next(csv.reader([line.decode("utf-8-sig").rstrip("\r")], strict=True), [])
    except (UnicodeDecodeError, csv.Error):
        raise Doubt from None


def is_coded(table: Table, column: Column) -> bool:
    """Whether the column is read as codes: all but text, timestamps and the table's own key."""
    return column.kind is Kind.PHONES or (
        not is_plain_text(table, column) and column.kind is not Kind.TIMESTAMP
    )


def _series(column: Column, raw: Raw) -> pd.Series[Any]:
    if column.name in raw.seconds:
        seconds = raw.seconds[column.name]
        if column.required and (seconds == missing_value(column)).any():
            raise Doubt
        return pd.Series(seconds)
    if column.name in raw.texts:
        if column.required and raw.texts[column.name].isna().any():
            raise Doubt
        return _unescaped(column, raw.texts[column.name])
    return _decoded(column, *raw.coded[column.name])


def _unescaped(column: Column, values: pd.Series[Any]) -> pd.Series[Any]:
    """Text without the apostrophes that `write_cells` puts before what could be a formula."""
    marked = values.str.startswith("'", na=False).to_numpy(dtype=bool)
    if not marked.any():
        return values
    plain_texts = [unescape_cell(text) for text in values[marked]]
    if column.kind is Kind.ID or any(map(str.isspace, plain_texts)):
        raise Doubt
    values = values.copy()
    values[marked] = plain_texts
    return values


def _all_plain(column: Column, names: list[str]) -> bool:
    """Whether all are ids or phone numbers without a sign that `parse` would look twice at."""
    if column.kind not in (Kind.ID, Kind.PHONES):
        return False
    joined = "".join(names)
    if column.kind is Kind.PHONES:
        return _PHONE_LETTERS.issuperset(joined)
    return are_plain_ids(joined) and max(map(len, names), default=0) <= LONGEST_TEXT


def are_plain_ids(joined: str) -> bool:
    """Whether ids, joined to one text, have no spaces, no apostrophes and nothing unprintable."""
    return joined.isprintable() and " " not in joined and "'" not in joined


def _decoded(column: Column, codes: Ints, names: list[str]) -> pd.Series[Any]:
    """Parse each distinct value once and spread the results over the rows."""
    alike = _all_plain(column, names)
    order = pd.unique(codes)
    if alike and column.kind is Kind.ID and len(order) - bool((order < 0).any()) == len(names):
        if column.required and len(order) != len(names):
            raise Doubt
        return pd.Series(category(codes, names))
    names = [unescape_cell(name) for name in names]
    used = [int(code) for code in order if code >= 0]
    parsed: list[Any] = [None] * (len(names) + 1)
    for code in used:
        parsed[code] = names[code] if alike else parse(column, names[code])
    if column.required and (any(parsed[code] is None for code in used) or len(used) < len(order)):
        raise Doubt
    if column.kind in (Kind.ID, Kind.CHOICE):
        places = {name: place for place, name in enumerate(column.choices)}
        remap = np.full(len(parsed), -1, dtype=np.int32)
        for code in used:
            if parsed[code] is not None:
                remap[code] = places.setdefault(parsed[code], len(places))
        return pd.Series(category(remap[codes], list(places)))
    if column.kind is Kind.PHONES:
        return pd.Series(np.array(parsed, dtype=object)[codes], dtype="str")
    empty = missing_value(column)
    values = np.empty(len(parsed), dtype=array_dtype(column))
    values[:] = [empty if value is None else value for value in parsed]
    return pd.Series(values[codes])
