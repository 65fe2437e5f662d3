"""A quick look at the bytes of a CSV: whether all readers of CSV would read the same out of it.

Readers differ in blank lines, lone carriage returns, control characters and quotes in odd places. A file
without any of these reads the same everywhere; any other is left to the careful reader.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from crm.workbook.sources import Buffer

_PIECE = 4 * 1024**2
_NEWLINE, _RETURN, _QUOTE, _COMMA = 10, 13, 34, 44
Bytes = np.ndarray[Any, np.dtype[np.uint8]]


@dataclass(frozen=True)
class Plain:
    """A file that reads the same everywhere: its records, header included, and what lies in its quotes."""

    data: memoryview
    records: int
    quoted: bool
    quoted_newlines: bool


def plain(buffer: Buffer) -> Plain | None:
    """What the file is like, without newlines at its end; None where readers could differ."""
    data = _trimmed(memoryview(buffer))
    array = np.frombuffer(data, dtype=np.uint8)
    newlines = returns = quotes = 0
    for start in range(0, len(array), _PIECE):
        piece = array[start : start + _PIECE]
        small = piece[piece < 32]
        lines, carriages = int(np.count_nonzero(small == _NEWLINE)), int(np.count_nonzero(small == _RETURN))
        if lines + carriages != len(small):
            return None
        newlines, returns = newlines + lines, returns + carriages
        quotes += int(np.count_nonzero(piece == _QUOTE))
    if returns and not _only_before_newlines(array, returns):
        return None
    inside = _quoted_newlines(array, newlines) if quotes else 0
    if inside is None:
        return None
    return Plain(data, newlines - inside + 1, quotes > 0, inside > 0)


def _trimmed(view: memoryview) -> memoryview:
    end = len(view)
    while end and view[end - 1] in (_NEWLINE, _RETURN):
        end -= 1
    return view[:end]


def _only_before_newlines(array: Bytes, returns: int) -> bool:
    pairs = 0
    for start in range(0, len(array), _PIECE):
        piece = array[start : start + _PIECE + 1]
        pairs += int(np.count_nonzero((piece[:-1] == _RETURN) & (piece[1:] == _NEWLINE)))
    return pairs == returns


def _quoted_newlines(array: Bytes, newlines: int) -> int | None:
    """How many newlines lie within quotes; None where a quote stands in an odd place.

    Quotes in turn open and close. One that opens must follow a separator or, doubled, the one that closed;
    one that closes must be followed by a separator or, doubled, by the one that opens.
    """
    quotes = np.flatnonzero(array == _QUOTE)
    if len(quotes) % 2:
        return None
    separators = np.zeros(256, dtype=bool)
    separators[[_NEWLINE, _COMMA, _QUOTE]] = True
    opening, closing = quotes[::2], quotes[1::2]
    before = array[opening[opening > 0] - 1]
    after = array[closing[closing < len(array) - 1] + 1]
    # A quote before an opening one is the one that closed just before: anything else was ruled out by turns.
    if not separators[before].all():
        return None
    separators[_RETURN] = True
    if not separators[after].all():
        return None
    places = np.flatnonzero(array == _NEWLINE)
    return int(np.count_nonzero(np.searchsorted(quotes, places) % 2)) if newlines else 0
