"""The careful reading: cell by cell, every fault with its row. Slow, and always right."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Any

import numpy as np
import pandas as pd

from crm.workbook.cells import MISSING, BadCell, parse
from crm.workbook.faults import FaultLog, Words
from crm.workbook.frames import array_dtype, frame_of, is_plain_text, missing_value, series
from crm.workbook.headers import Layout, read_header, warn_of_unnamed
from crm.workbook.loaded import Loaded, nothing
from crm.workbook.schema import Column, Kind, Table
from crm.workbook.stamps import seconds_of

Record = tuple[int, list[Any]]
"""A row's number in the spreadsheet and its cells."""

_CHUNK = 20_000
_MEMORY = 200_000
_EMPTY = Words("是空表，没有表头", "is empty and has no header")
_NO_ROWS = Words("没有任何员工", "holds no staff")
_TOO_WIDE = Words("比表头多出单元格", "is in a cell beyond the header")
_EXPECTED_WIDTH = Words(
    "与表头一样多的单元格(含逗号的内容要加引号)", "as many cells as the header (quote commas)"
)


def read_careful(
    table: Table,
    sheet: str,
    records: Iterator[Record],
    faults: FaultLog,
    warnings: FaultLog,
    tick: Callable[[int], None],
) -> Loaded:
    """The table from its records, adding to `faults` and `warnings`; `tick` is told the rows read."""
    start = next((record for record in records if not is_blank(record[1])), None)
    if start is None:
        faults.call(table.name, sheet, {})
        faults.add(table.name, None, None, None, _EMPTY)
        return nothing(table, whole=False)
    layout, wrong, odd = read_header(table, sheet, start[1], start[0])
    headers = {name: layout.header[place] for name, place in layout.places.items()}
    for log, found in ((faults, wrong), (warnings, odd)):
        log.call(table.name, sheet, headers)
        log.faults += found.faults
        log.total += found.total
    body = _Body(layout, faults, warnings)
    rows = (record for record in records if not is_blank(record[1]))
    while chunk := list(islice(rows, _CHUNK)):
        body.take(chunk)
        tick(len(body.rows))
    return body.loaded(sheet, headers)


def is_blank(cells: Iterable[Any]) -> bool:
    """Whether a row has nothing in it."""
    for cell in cells:
        if cell is not None and (not isinstance(cell, str) or (cell and not cell.isspace())):
            return False
    return True


class _Body:
    """The rows under a header, gathered chunk by chunk into columns."""

    def __init__(self, layout: Layout, faults: FaultLog, warnings: FaultLog) -> None:
        self.layout, self.faults, self.warnings = layout, faults, warnings
        self.table = layout.table
        self.rows: list[int] = []
        self.bad: set[int] = set()
        self._unnamed = set(layout.unnamed)
        self._columns = [
            (column, layout.places[column.name], _Values(self.table, column))
            for column in self.table.columns
            if column.name in layout.places
        ]

    def take(self, chunk: list[Record]) -> None:
        """Add a chunk of rows that are not blank."""
        first = len(self.rows)
        self.rows += [number for number, _ in chunk]
        self._look_beyond(chunk)
        found: list[tuple[int, int, Column, Any, BadCell | None]] = []
        for order, (column, place, values) in enumerate(self._columns):
            parsed, wrong = values.parse([cells[place] if place < len(cells) else None for _, cells in chunk])
            values.keep(parsed)
            found += [(index, order, column, cell, error) for index, cell, error in wrong]
        for index, _, column, cell, error in sorted(found, key=lambda fault: fault[:2]):
            self.bad.add(first + index)
            self._add_fault(self.rows[first + index], column, cell, error)

    def _add_fault(self, row: int, column: Column, cell: Any, error: BadCell | None) -> None:
        if error is None:
            self.faults.add(self.table.name, row, column.name, None, MISSING)
        else:
            self.faults.add(self.table.name, row, column.name, cell, error.wrong, error.expected)

    def _look_beyond(self, chunk: list[Record]) -> None:
        """Cells to the right of the header are a fault, those under no header a warning."""
        width = len(self.layout.header)
        if not self._unnamed and max(len(cells) for _, cells in chunk) <= width:
            return
        for number, cells in chunk:
            if len(cells) > width and not is_blank(cells[width:]):
                beyond = next(cell for cell in cells[width:] if not is_blank([cell]))
                self.faults.add(self.table.name, number, None, beyond, _TOO_WIDE, _EXPECTED_WIDTH)
            for place in [place for place in self._unnamed if place < len(cells)]:
                if not is_blank([cells[place]]):
                    self._unnamed.discard(place)
                    warn_of_unnamed(self.warnings, self.table, place, number)

    def loaded(self, sheet: str, headers: dict[str, str]) -> Loaded:
        """The frame and the row numbers of all that was taken."""
        length = len(self.rows)
        columns = {column.name: values.series() for column, _, values in self._columns}
        bad = np.zeros(length, dtype=bool)
        bad[list(self.bad)] = True
        if self.table.name == "staff" and not length:
            self.faults.add("staff", None, None, None, _NO_ROWS)
        frame = frame_of(self.table, columns, length)
        return Loaded(
            self.table, frame, np.array(self.rows, dtype=np.int64), bad, sheet, headers, self._whole()
        )

    def _whole(self) -> bool:
        return all(name in self.layout.places for name in self.table.key)


class _Values:
    """The parsed values of one column; what was parsed once is remembered."""

    def __init__(self, table: Table, column: Column) -> None:
        self._table, self._column = table, column
        self._memory: dict[type, dict[Any, Any]] = {}
        self._troubled = False
        self._objects: list[Any] = []
        self._arrays: list[np.ndarray[Any, Any]] = []
        self._as_list = is_plain_text(table, column) or column.kind in (Kind.ID, Kind.CHOICE)

    def parse(self, cells: list[Any]) -> tuple[list[Any], list[tuple[int, Any, BadCell | None]]]:
        """The values of cells (None: empty or faulty), and the faults: index, cell, what is wrong."""
        answers = self._answers(cells)
        if not self._troubled:
            return answers, []
        wrong: list[tuple[int, Any, BadCell | None]] = []
        for index, answer in enumerate(answers):
            if isinstance(answer, BadCell):
                wrong.append((index, cells[index], answer))
                answers[index] = None
            elif answer is None and self._column.required:
                wrong.append((index, cells[index], None))
        return answers, wrong

    def _answers(self, cells: list[Any]) -> list[Any]:
        kinds = set(map(type, cells))
        # 1, 1.0 and True are one key of a dict, so that what is remembered is of one type.
        if len(kinds) != 1:
            return [self._answer(cell) for cell in cells]
        kind = kinds.pop()
        if kind is str and self._column.kind is Kind.TIMESTAMP and (seconds := _plain_seconds(cells)):
            return seconds
        memory = self._memory.setdefault(kind, {})
        if len(memory) > _MEMORY:
            memory.clear()
        for cell in set(cells).difference(memory):
            memory[cell] = self._answer(cell)
        return [memory[cell] for cell in cells]

    def _answer(self, cell: Any) -> Any:
        """The value of a cell, None where it is empty, or the BadCell that it is."""
        try:
            value = parse(self._column, cell)
        except BadCell as error:
            self._troubled = True
            return error.with_traceback(None)
        if value is None and self._column.required:
            self._troubled = True
        return value

    def keep(self, parsed: list[Any]) -> None:
        """Add a chunk of values, numbers packed tight."""
        if self._as_list:
            self._objects += parsed
            return
        empty = missing_value(self._column)
        filled = [empty if value is None else value for value in parsed]
        array = np.empty(len(filled), dtype=array_dtype(self._column))
        array[:] = filled
        self._arrays.append(array)

    def series(self) -> pd.Series[Any]:
        """All values as a column of the frame."""
        if self._as_list or not self._arrays:
            return series(self._table, self._column, self._objects)
        return pd.Series(np.concatenate(self._arrays))


def _plain_seconds(cells: list[str]) -> list[int] | None:
    """The seconds of timestamps that are all of one width and plainly written; None where one is not."""
    joined = "".join(cells)
    if not joined.isascii() or len(set(map(len, cells))) != 1:
        return None
    letters = np.frombuffer(joined.encode("ascii"), dtype=np.uint8)
    if len(letters) == 0:
        return None
    seconds = seconds_of(letters.reshape(len(cells), -1))
    return None if seconds is None else seconds.tolist()
