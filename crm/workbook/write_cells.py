"""The columns of a frame as the texts that stand in a workbook's cells, and how CSV keeps formulas out.

A spreadsheet program runs a CSV cell that begins with `=`, `+`, `-`, `@`, a tab or a carriage return as a
formula. Such a cell is written with an apostrophe before it. One rule, in both directions:

* `escape_cell` puts one apostrophe before a text that, apart from leading apostrophes, could be taken for
  a formula;
* `unescape_cell` takes one apostrophe away from such a text.

So `+8613800000000` is written `'+8613800000000` and read back as it was, a text that itself began with
`'=` is written `''=`, and `'tis` is left alone both ways. Only the columns of free text (`is_free`) are
treated, and only in CSV: a cell of an xlsx file carries its type, so that a text is never a formula.
"""

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Literal

import numpy as np
import pandas as pd

from crm.rulebook.tables import NO_DAY, NO_TIME
from crm.workbook.schema import Column, Kind

_INVISIBLE = r"[\s\x00-\x20\u180e\u200b-\u200f\u2060\ufeff]*"
_COULD_BE_A_FORMULA = re.compile(rf"'*(?:[\t\r\n]|{_INVISIBLE}[=+\-@＝＋－﹣−＠﹢﹦﹫])")
_FREE = frozenset({Kind.ID, Kind.TEXT, Kind.PHONES})


def is_free(column: Column) -> bool:
    """Whether people may type anything into the column, so that its CSV cells are escaped."""
    return column.kind in _FREE


def escape_cell(text: str) -> str:
    """The text as a CSV cell that no spreadsheet program takes for a formula."""
    return f"'{text}" if _COULD_BE_A_FORMULA.match(text) else text


def unescape_cell(text: str) -> str:
    """The text that `escape_cell` was given; a text that it never gives comes back unchanged."""
    return text[1:] if text.startswith("'") and _COULD_BE_A_FORMULA.match(text) else text


def cell_texts(column: Column, values: pd.Series, *, chinese: bool = False) -> list[str]:
    """The cells of one column, "" where nothing is known; fixed values as Chinese words with `chinese`."""
    if column.kind in (Kind.DATE, Kind.MONTH):
        return _days(values, "D" if column.kind is Kind.DATE else "M")
    if column.kind is Kind.TIMESTAMP:
        return _moments(values)
    if column.kind is Kind.BOOLEAN:
        return ["1" if value else "0" for value in values.tolist()]
    if column.kind is Kind.INTEGER:
        return [str(value) for value in values.tolist()]
    if column.kind in (Kind.DECIMAL, Kind.MONEY):
        return ["" if value is None else _plain(value) for value in values.tolist()]
    return _strings(values, column.choices if chinese else {})


def _plain(value: Decimal) -> str:
    """Digits without an exponent, as many after the point as the value carries."""
    return format(value, "f")


def _days(values: pd.Series, unit: Literal["D", "M"]) -> list[str]:
    days = values.to_numpy(dtype="int64")
    texts = np.datetime_as_string(days.astype("datetime64[D]"), unit=unit)
    texts[days == NO_DAY] = ""
    return [str(text) for text in texts.tolist()]


def _moments(values: pd.Series) -> list[str]:
    """Local wall-clock time to the second, without an offset (which workbook files take for Shanghai)."""
    seconds = values.to_numpy(dtype="int64")
    known = np.where(seconds == NO_TIME, 0, seconds)
    texts = np.datetime_as_string(known.astype("datetime64[s]"), unit="s")
    texts[seconds == NO_TIME] = ""
    return [str(text) for text in texts.tolist()]


def _strings(values: pd.Series, words: Mapping[str, str]) -> list[str]:
    found = values.astype("object").where(values.notna(), "").tolist()
    return [words.get(text, text) for text in found] if words else [str(text) for text in found]
