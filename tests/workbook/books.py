"""Small workbooks for the reader's tests, as a folder, a zip or an xlsx, from plain rows of text."""

import copy
import csv
import io
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from crm.workbook.faults import Fault, FaultyWorkbook
from crm.workbook.read import Workbook, read_workbook

Rows = Sequence[Mapping[str, Any]]
Book = dict[str, list[dict[str, Any]]]

_GOOD: Book = {
    "staff": [
        {
            "staff_id": "A01",
            "name": "王芳",
            "role": "consultant",
            "project": "滨江",
            "trade": "property",
            "hired_on": "2026-01-05",
        },
        {
            "staff_id": "M1",
            "name": "陈经理",
            "role": "manager",
            "project": "滨江",
            "trade": "property",
            "hired_on": "2020-01-01",
        },
    ],
    "customers": [
        {
            "customer_id": "C1",
            "name": "李先生",
            "phone": "13800138000",
            "owner": "A01",
            "first_contact_at": "2026-10-02T10:30:00",
        },
    ],
    "contacts": [
        {
            "contact_id": "K1",
            "customer_id": "C1",
            "staff_id": "A01",
            "kind": "visit",
            "happened_at": "2026-10-02T10:30:00",
            "recorded_at": "2026-10-02T18:00:00",
        },
    ],
    "deals": [
        {
            "deal_id": "D1",
            "customer_id": "C1",
            "staff_id": "A01",
            "unit_kind": "residential",
            "units": "1",
            "amount": "2860000",
            "holding_deposit_on": "2026-10-03",
        },
    ],
}


def good() -> Book:
    """One consultant, a manager, a customer who visited and placed a deposit: no fault, no warning."""
    return copy.deepcopy(_GOOD)


def changed(table: str, row: int = 0, /, **cells: Any) -> Book:
    """The good book with cells of one row changed."""
    book = good()
    book[table][row].update(cells)
    return book


def added(table: str, *rows: dict[str, Any]) -> Book:
    """The good book with rows added to a table."""
    book = good()
    book.setdefault(table, []).extend(rows)
    return book


def header_of(rows: Rows) -> list[str]:
    """All columns that any of the rows has."""
    return list(dict.fromkeys(name for row in rows for name in row))


def csv_text(rows: Rows) -> str:
    """The rows as a CSV."""
    text = io.StringIO()
    writer = csv.DictWriter(text, header_of(rows), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def folder(path: Path, book: Book) -> Path:
    """The book as a folder of CSV."""
    path.mkdir(exist_ok=True)
    for table, rows in book.items():
        (path / f"{table}.csv").write_text(csv_text(rows), encoding="utf-8", newline="")
    return path


def zipped(path: Path, book: Book, top: str = "") -> Path:
    """The book as a zip of CSV, perhaps inside one folder."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for table, rows in book.items():
            archive.writestr(f"{top}{table}.csv", csv_text(rows))
    return path


def xlsx(path: Path, sheets: Mapping[str, Sequence[Sequence[Any]]]) -> Path:
    """Sheets of cells as they are: text, numbers, booleans, dates and datetimes."""
    with xlsxwriter.Workbook(path, {"default_date_format": "yyyy-mm-dd hh:mm:ss"}) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for number, cells in enumerate(rows):
                for place, cell in enumerate(cells):
                    if isinstance(cell, str):
                        sheet.write_string(number, place, cell)
                    elif cell is not None:
                        sheet.write(number, place, cell)
    return path


def grid(rows: Rows) -> list[list[Any]]:
    """Header and cells of rows, for `xlsx`."""
    header = header_of(rows)
    return [header, *([row.get(name) for name in header] for row in rows)]


def spreadsheet(path: Path, book: Book) -> Path:
    """The book as an xlsx."""
    return xlsx(path, {table: grid(rows) for table, rows in book.items()})


def read(tmp_path: Path, book: Book, **options: Any) -> Workbook:
    """The book read from a folder."""
    return read_workbook(folder(tmp_path / "book", book), **options)


def faults(tmp_path: Path, book: Book, **options: Any) -> list[Fault]:
    """The faults of the book read from a folder; fails where it has none."""
    with pytest.raises(FaultyWorkbook) as caught:
        read(tmp_path, book, **options)
    return caught.value.faults


def fault(tmp_path: Path, book: Book, **options: Any) -> tuple[str, int | None, str | None, str | None]:
    """Table, row, column and value of the only fault."""
    found = faults(tmp_path, book, **options)
    assert len(found) == 1, [one.sentence() for one in found]
    return found[0].table, found[0].row, found[0].column, found[0].value


def warnings(tmp_path: Path, book: Book) -> list[str]:
    """The Chinese sentences of the warnings."""
    return [one.sentence() for one in read(tmp_path, book).warnings]
