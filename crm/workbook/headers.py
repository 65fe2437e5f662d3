"""Which table a sheet is and which column a header names: English or Chinese, however it is spaced."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from unicodedata import normalize

from crm.workbook.faults import FaultLog, Words
from crm.workbook.schema import TABLES, Table

EXPLANATION_SHEET = "说明"
_LOOSE = re.compile(r"[\s_*]+")
_UNKNOWN_COLUMN = Words("是不认识的列，没有读取", "is an unknown column and was not read")
_UNNAMED_COLUMN = Words("列没有表头，没有读取", "column without a header was not read")
_TWICE = Words("列出现了两次", "column is there twice")
_EXPECTED_ONCE = Words("只出现一次", "one such column only")
_NO_COLUMN = Words("缺少必填的列", "required column is missing")
_SEPARATOR = Words("没有用逗号分隔各列", "columns are not separated by commas")


def normal(name: str) -> str:
    """The name without what people add or change: case, spaces, underscores, full-width signs, `*`."""
    return _LOOSE.sub("", normalize("NFKC", name).replace("\ufeff", "")).casefold()


_TABLES = {normal(word): table for table in TABLES for word in (table.name, table.zh)}
_COLUMNS = {
    table.name: {normal(word): column.name for column in table.columns for word in (column.name, column.zh)}
    for table in TABLES
}


def table_called(sheet: str) -> Table | None:
    """The table of a sheet or file name; None where it is none."""
    return _TABLES.get(normal(sheet))


def is_ignored(sheet: str) -> bool:
    """Whether a sheet is meant to be passed over without a word: the template's explanations and `_…`."""
    return sheet.strip() == EXPLANATION_SHEET or sheet.startswith("_")


@dataclass(frozen=True)
class Layout:
    """Where the columns of a table are in its sheet."""

    table: Table
    header: tuple[str, ...]
    places: dict[str, int]
    """Column name → position in the row."""

    @property
    def unnamed(self) -> tuple[int, ...]:
        """Positions without a header."""
        return tuple(place for place, name in enumerate(self.header) if not name)


def read_header(
    table: Table, sheet: str, cells: Sequence[object], row: int
) -> tuple[Layout, FaultLog, FaultLog]:
    """The layout, with the faults and the warnings of the header row (numbered `row`)."""
    header = tuple(str(cell).replace("\ufeff", "").strip() for cell in cells)
    known = _COLUMNS[table.name]
    places: dict[str, int] = {}
    faults, warnings = FaultLog(), FaultLog()
    faults.call(table.name, sheet, {})
    warnings.call(table.name, sheet, {})
    for place, name in enumerate(header):
        column = known.get(normal(name)) if name else None
        if column is None and name:
            warnings.add(table.name, row, None, name, _UNKNOWN_COLUMN)
        elif column in places:
            faults.add(table.name, row, column, name, _TWICE, _EXPECTED_ONCE)
        elif column is not None:
            places[column] = place
    _refuse_missing(table, header, places, faults, row)
    return Layout(table, header, places), faults, warnings


def _refuse_missing(
    table: Table, header: tuple[str, ...], places: dict[str, int], faults: FaultLog, row: int
) -> None:
    if len(header) == 1 and not places and re.search("[;\t]", header[0]):
        faults.add(table.name, row, None, header[0], _SEPARATOR)
        return
    for column in table.columns:
        if column.required and column.name not in places:
            expected = Words(
                f"表头里有「{column.zh}」或 {column.name}", f"a header {column.name} or {column.zh}"
            )
            faults.add(table.name, row, column.name, None, _NO_COLUMN, expected)


def warn_of_unnamed(warnings: FaultLog, table: Table, place: int, row: int) -> None:
    """A column without a header has a value in `row`."""
    warnings.add(table.name, row, None, f"第 {place + 1} 列 / column {place + 1}", _UNNAMED_COLUMN)
