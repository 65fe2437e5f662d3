"""The fast reading without pyarrow: pandas' own C reader with explicit types."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pandas as pd

from crm.rulebook.tables import NO_TIME
from crm.workbook.cells import LONGEST_TEXT
from crm.workbook.csvtext import stream
from crm.workbook.fast import Doubt, Raw, are_plain_ids, is_coded
from crm.workbook.headers import Layout
from crm.workbook.loaded import Ints, texts
from crm.workbook.scan import Plain
from crm.workbook.schema import Column, Kind
from crm.workbook.stamps import seconds_of

# One byte more than `2026-10-31T09:05:00` needs: where the last is used, something was silently cut.
_STAMP = 20


def read_pandas(scanned: Plain, layout: Layout) -> Raw:
    """The columns as pandas reads them; Doubt where it stumbles or a value is not plain."""
    frame = _read(scanned, layout)
    raw = Raw(len(frame))
    for name, place in layout.places.items():
        column = layout.table.column(name)
        values = frame[str(place)]
        if is_coded(layout.table, column):
            codes, names = pd.factorize(values.to_numpy())
            raw.coded[name] = (codes.astype(np.int32), texts(names))
        elif column.kind is Kind.TIMESTAMP:
            raw.seconds[name] = _seconds(values.to_numpy())
        else:
            raw.texts[name] = _text(values, column)
    return raw


def _read(scanned: Plain, layout: Layout) -> pd.DataFrame:
    types: dict[str, Any] = {str(place): "str" for place in range(len(layout.header))}
    for name, place in layout.places.items():
        column = layout.table.column(name)
        if is_coded(layout.table, column):
            # Not "category", which would make numbers of ids like 007; the C reader shares equal texts anyway.
            types[str(place)] = object
        elif column.kind is Kind.TIMESTAMP:
            types[str(place)] = f"S{_STAMP}"
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            return pd.read_csv(
                stream(scanned.data),
                header=None,
                names=list(types),
                skiprows=1,
                index_col=False,
                dtype=types,
                keep_default_na=False,
                na_values=[""],
                skip_blank_lines=False,
                engine="c",
                encoding="utf-8",
                low_memory=True,
            )
    except (ValueError, OverflowError, Warning):
        raise Doubt from None


def _text(values: pd.Series[Any], column: Column) -> pd.Series[Any]:
    given = texts(values.dropna())
    if any(map(str.isspace, given)) or max(map(len, given), default=0) > LONGEST_TEXT:
        raise Doubt
    if column.kind is Kind.ID and not are_plain_ids("".join(given)):
        raise Doubt
    return values


def _seconds(stamps: Any) -> Ints:
    letters = np.frombuffer(np.ascontiguousarray(stamps).data, dtype=np.uint8).reshape(len(stamps), -1)
    if letters.shape[1] != _STAMP or letters[:, -1].any():
        raise Doubt
    seconds = np.full(len(stamps), NO_TIME, dtype=np.int64)
    given = letters[:, 0] != 0
    width = 19 if letters[given, 18].all() else 16
    if letters[given, width:].any():
        raise Doubt
    parsed = seconds_of(letters[given, :width])
    if parsed is None:
        raise Doubt
    seconds[given] = parsed
    return seconds
