"""CSV files as records, with the encodings that Excel in China writes."""

import codecs
import csv
import io
from collections.abc import Iterator
from typing import Any

from crm.workbook.sources import Buffer
from crm.workbook.write_cells import unescape_cell

_PIECE = 4 * 1024**2
_PEEK = 4096


class BrokenCsv(ValueError):
    """Quotes that do not add up from this row on; nothing behind it can be trusted."""

    def __init__(self, row: int) -> None:
        super().__init__(f"row {row}")
        self.row = row


def encoding_of(buffer: Buffer) -> str | None:
    """`utf-8-sig`, else `gb18030`, by decoding all of it; None where it is neither."""
    start = bytes(buffer[:_PEEK])
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) or start.count(0) * 10 > len(start):
        return None
    return next((name for name in ("utf-8-sig", "gb18030") if _decodes(buffer, name)), None)


def _decodes(buffer: Buffer, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    try:
        for start in range(0, len(buffer), _PIECE):
            decoder.decode(buffer[start : start + _PIECE])
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def records(buffer: Buffer, encoding: str) -> Iterator[tuple[int, list[str]]]:
    """Rows from 1 on with their cells, blank lines as empty rows; BrokenCsv where quoting breaks.

    The apostrophe that `write_cells` puts before what could be a formula is taken off again.
    """
    text = io.TextIOWrapper(stream(buffer), encoding=encoding, newline="")
    row = 0
    try:
        for row, cells in enumerate(csv.reader(text, strict=True), 1):
            marked = "\n'" in "\n" + "\n".join(cells)
            yield row, [unescape_cell(cell) for cell in cells] if marked else cells
    except csv.Error:
        raise BrokenCsv(row + 1) from None


def stream(buffer: Buffer | memoryview) -> io.BufferedReader:
    """The buffer as a binary file, without copying it."""
    return io.BufferedReader(_View(buffer), _PIECE)


class _View(io.RawIOBase):
    def __init__(self, buffer: Any) -> None:
        self._view = memoryview(buffer)
        self._place = 0

    def readable(self) -> bool:
        return True

    def readinto(self, target: Any) -> int:
        piece = self._view[self._place : self._place + len(target)]
        target[: len(piece)] = piece
        self._place += len(piece)
        return len(piece)

    def close(self) -> None:
        self._view.release()
        super().close()
