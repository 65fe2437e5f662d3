"""Writes the tables as a workbook that reads back as the same tables.

The suffix of the path says which: `.xlsx`, `.zip` of CSV files, or (none) a folder of them. The same
tables give the same bytes: rows stand in the order of their keys, and no file carries the time of writing.
"""

import csv
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from io import StringIO
from pathlib import Path

import pandas as pd
import xlsxwriter
from xlsxwriter.exceptions import FileCreateError
from xlsxwriter.format import Format

from crm.rulebook.tables import Tables
from crm.workbook.cells import LONGEST_TEXT
from crm.workbook.faults import Words
from crm.workbook.schema import BY_NAME, TABLES, Kind, Table
from crm.workbook.write_cells import cell_texts, escape_cell, is_free
from crm.workbook.write_files import UnwritableFile, put_file, put_folder

EPOCH = datetime(2026, 1, 1)
"""The creation date in every xlsx file, whenever written: a file tells its content, not its day."""
ALL_CELLS = "A1:XFD1048576"
TEXT_KINDS = frozenset({Kind.ID, Kind.TEXT, Kind.PHONES, Kind.MONTH})
_ZIP_TIME = (1980, 1, 1, 0, 0, 0)
_XLSX_ROWS = 1_048_575


def write_workbook(tables: Tables, path: Path | str, *, headers: str = "en") -> None:
    """Write all tables to `path`; `headers="zh"` gives Chinese headers, sheet names and fixed values.

    Raises `UnwritableFile` with one sentence where that cannot be done; then nothing was changed.
    """
    target, chinese = Path(path), headers == "zh"
    suffix = target.suffix.lower()
    if suffix == ".xlsx":
        _refuse_what_xlsx_cannot_hold(tables, target)
        put_file(target, lambda made: _write_xlsx(tables, made, chinese))
    elif suffix == ".zip":
        put_file(target, lambda made: _write_zip(tables, made, chinese))
    elif not suffix or target.is_dir():
        put_folder(target, lambda made: _write_folder(tables, made, chinese), _is_ours)
    else:
        unknown = Words(
            f"不认识的文件类型 {suffix}，请用 .xlsx、.zip 或不带后缀的文件夹名",
            f"{suffix} is not a kind of workbook; use .xlsx, .zip or the name of a folder",
        )
        raise UnwritableFile(target, unknown)


def _is_ours(name: str) -> bool:
    return name.endswith(".csv") and name.removesuffix(".csv") in BY_NAME


def _headers(table: Table, chinese: bool) -> list[str]:
    return [column.zh if chinese else column.name for column in table.columns]


def _by_key(table: Table, frame: pd.DataFrame) -> pd.DataFrame:
    """The rows in the order of their keys, ids as text and days by number."""
    keys = {}
    for name in table.key:
        is_day = table.column(name).kind in (Kind.DATE, Kind.MONTH)
        keys[name] = frame[name] if is_day else frame[name].astype("str")
    order = pd.DataFrame(keys).sort_values(list(keys), kind="stable").index
    return frame.loc[order]


def _rows(table: Table, frame: pd.DataFrame, chinese: bool, escape: bool) -> Iterator[tuple[str, ...]]:
    in_order = _by_key(table, frame)
    texts = []
    for column in table.columns:
        cells = cell_texts(column, in_order[column.name], chinese=chinese)
        texts.append([escape_cell(cell) for cell in cells] if escape and is_free(column) else cells)
    return zip(*texts, strict=True)


def _csv_bytes(tables: Tables, table: Table, chinese: bool) -> bytes:
    """UTF-8 with a byte-order mark, without which Excel in China takes it for GB18030."""
    text = StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(_headers(table, chinese))
    writer.writerows(_rows(table, tables[table.name], chinese, escape=True))
    return text.getvalue().encode("utf-8-sig")


def _write_folder(tables: Tables, folder: Path, chinese: bool) -> None:
    for table in TABLES:
        (folder / f"{table.name}.csv").write_bytes(_csv_bytes(tables, table, chinese))


def _write_zip(tables: Tables, path: Path, chinese: bool) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for table in TABLES:
            entry = zipfile.ZipInfo(f"{table.name}.csv", _ZIP_TIME)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, _csv_bytes(tables, table, chinese))


def _refuse_what_xlsx_cannot_hold(tables: Tables, path: Path) -> None:
    for table in TABLES:
        frame = tables[table.name]
        if len(frame) > _XLSX_ROWS:
            many = Words(
                f"{table.zh}有 {len(frame)} 行，超过 xlsx 的上限 {_XLSX_ROWS} 行，请改用 .zip",
                f"{table.name} has {len(frame)} rows, more than the {_XLSX_ROWS} of xlsx; use .zip",
            )
            raise UnwritableFile(path, many)
        for column in filter(is_free, table.columns):
            if (frame[column.name].str.len() > LONGEST_TEXT).any():
                long = Words(
                    f"{table.zh}的{column.zh}中有超过 {LONGEST_TEXT} 个字的内容,xlsx 放不下，请改用 .zip",
                    f"{table.name}.{column.name} has a text of more than {LONGEST_TEXT} characters, "
                    "too long for xlsx; use .zip",
                )
                raise UnwritableFile(path, long)


def _write_xlsx(tables: Tables, path: Path, chinese: bool) -> None:
    with new_book(path, constant_memory=True) as book:
        header = book.add_format({"bold": True, "bg_color": "#E8EEF4", "bottom": 1})
        text = book.add_format({"num_format": "@"})
        for table in TABLES:
            _write_sheet(book, table, tables[table.name], chinese, header, text)


@contextmanager
def new_book(path: Path, **options: bool) -> Iterator[xlsxwriter.Workbook]:
    """An xlsx file to fill, with its temporary files beside it; the system's own errors come out."""
    book = xlsxwriter.Workbook(str(path), {"tmpdir": str(path.parent), **options})
    book.set_properties({"created": EPOCH})
    try:
        yield book
        book.close()
    except FileCreateError as error:
        _drop(book)
        cause = error.args[0] if error.args else None
        raise (cause if isinstance(cause, OSError) else OSError(str(error))) from error
    except BaseException:
        _drop(book)
        raise


def _drop(book: xlsxwriter.Workbook) -> None:
    """Close the files that the library leaves open: on a full disk they would complain once more."""
    for sheet in book.worksheets():
        for handle in (getattr(sheet, "row_data_fh", None), getattr(sheet, "fh", None)):
            if handle is not None:
                with suppress(OSError, ValueError):
                    handle.close()


def _write_sheet(
    book: xlsxwriter.Workbook, table: Table, frame: pd.DataFrame, chinese: bool, header: Format, text: Format
) -> None:
    """One sheet of texts: `write_string` never makes a formula, and `@` keeps edited ids as text."""
    sheet = book.add_worksheet(table.zh if chinese else table.name)
    formats = [text if column.kind in TEXT_KINDS else None for column in table.columns]
    for index, form in enumerate(formats):
        sheet.set_column(index, index, 18, form)
    sheet.freeze_panes(1, 0)
    sheet.ignore_errors({"number_stored_as_text": ALL_CELLS})
    for index, name in enumerate(_headers(table, chinese)):
        sheet.write_string(0, index, name, header)
    for number, row in enumerate(_rows(table, frame, chinese, escape=False), start=1):
        for index, cell in enumerate(row):
            if cell:
                sheet.write_string(number, index, cell, formats[index])
