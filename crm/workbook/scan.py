"""A quick look at the bytes of a CSV: whether all readers of CSV would read the same out of it.

Readers differ in blank lines, lone carriage returns, control characters and quotes in odd places. A file
without any of these reads the same everywhere; any other is left to the careful reader.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from crm.workbook.sources import Buffer

# A piece stays in the processor's cache, where several looks at it cost what one does in memory.
_PIECE = 512 * 1024
_NEWLINE, _RETURN, _QUOTE, _COMMA = 10, 13, 34, 44
Bytes = np.ndarray[Any, np.dtype[np.uint8]]
Places = np.ndarray[Any, np.dtype[np.int64]]


@dataclass(frozen=True)
class Plain:
    """A file that reads the same everywhere. Its last record has no newline; `quotes` are their places."""

    data: memoryview
    newlines: int
    quotes: Places

    @cached_property
    def quoted_newlines(self) -> int:
        """How many newlines lie within quotes; counted only where somebody asks, for it takes its time."""
        newlines = np.flatnonzero(np.frombuffer(self.data, dtype=np.uint8) == _NEWLINE)
        before = np.searchsorted(newlines, self.quotes)
        return int((before[1::2] - before[::2]).sum())

    def has_rows(self, count: int) -> bool:
        """Whether there are so many records after the header; every newline ends one, but for quoted ones."""
        return count == self.newlines or count == self.newlines - self.quoted_newlines


def plain(buffer: Buffer) -> Plain | None:
    """What the file is like, without newlines at its end; None where readers could differ."""
    data = _trimmed(memoryview(buffer))
    array = np.frombuffer(data, dtype=np.uint8)
    newlines = returns = 0
    quotes = []
    for start in range(0, len(array), _PIECE):
        piece = array[start : start + _PIECE]
        small = piece[piece < 32]
        lines, carriages = int(np.count_nonzero(small == _NEWLINE)), int(np.count_nonzero(small == _RETURN))
        if lines + carriages != len(small):
            return None
        newlines, returns = newlines + lines, returns + carriages
        quotes.append(np.flatnonzero(piece == _QUOTE) + start)
    if returns and not _only_before_newlines(array, returns):
        return None
    found = np.concatenate(quotes) if quotes else np.empty(0, np.int64)
    return Plain(data, newlines, found) if _quotes_alternate(array, found) else None


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


def _quotes_alternate(array: Bytes, quotes: Places) -> bool:
    """Whether quotes stand nowhere but around values and, doubled, within them.

    Quotes in turn open and close. One that opens must follow a separator or, doubled, the one that closed;
    one that closes must be followed by a separator or, doubled, by the one that opens.
    """
    if len(quotes) % 2:
        return False
    separators = np.zeros(256, dtype=bool)
    separators[[_NEWLINE, _COMMA, _QUOTE]] = True
    opening, closing = quotes[::2], quotes[1::2]
    before = array[opening[opening > 0] - 1]
    after = array[closing[closing < len(array) - 1] + 1]
    # A quote before an opening one is the one that closed just before: anything else was ruled out by turns.
    if not separators[before].all():
        return False
    separators[_RETURN] = True
    return bool(separators[after].all())
