"""The empty workbook that a team fills in: one sheet for each table, and a sheet that explains them."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from crm.workbook import template_words as words
from crm.workbook.faults import Words
from crm.workbook.schema import TABLES, Column, Kind, Table
from crm.workbook.write import ALL_CELLS, EPOCH, TEXT_KINDS, new_book
from crm.workbook.write_files import UnwritableFile, put_file

_FONT = {"font_name": "Microsoft YaHei", "font_size": 10}
_NUMBER_FORMATS = {
    Kind.DATE: "yyyy-mm-dd",
    Kind.TIMESTAMP: "yyyy-mm-dd hh:mm",
    Kind.INTEGER: "0",
    Kind.BOOLEAN: "0",
    Kind.MONEY: "#,##0.00",
}
_WIDTHS = {Kind.TEXT: 16, Kind.PHONES: 24, Kind.TIMESTAMP: 18, Kind.DATE: 13, Kind.MONTH: 11, Kind.MONEY: 15}
_WIDE = {"note": 40, "next_step": 22, "need": 28, "id_number": 22, "kind": 18}
_GUIDE_WIDTHS = (20, 22, 9, 30, 34, 11, 30, 54)
_LAST_ROW = 1_048_575
_FIRST_DATE = date(1990, 1, 1)
"""No date of a team's records is older; a typed number or a slip of the year then asks to be checked."""


@dataclass(frozen=True)
class _Styles:
    """The formats of one workbook."""

    required: Format
    optional: Format
    cells: dict[Kind, Format]
    title: Format
    note: Format
    section: Format
    guide_header: Format
    guide_cell: Format
    guide_required: Format


def write_template(path: Path | str, lang: str = "zh") -> None:
    """Write the template as xlsx; sheet names, headers and fixed values are those of `lang`.

    Raises `UnwritableFile` with one sentence where that cannot be done.
    """
    target = Path(path)
    if target.suffix.lower() != ".xlsx":
        wrong = Words("模板的文件名应以 .xlsx 结尾", "the name of a template ends in .xlsx")
        raise UnwritableFile(target, wrong)
    put_file(target, lambda made: _write(made, lang))


def _write(path: Path, lang: str) -> None:
    with new_book(path) as book:
        book.set_properties({"created": EPOCH, "title": words.TITLE.say(lang)})
        styles = _styles(book)
        _write_guide(book.add_worksheet(words.GUIDE_SHEET), lang, styles)
        for table in TABLES:
            _write_table(book.add_worksheet(words.table_name(table, lang)), table, lang, styles)


def _styles(book: xlsxwriter.Workbook) -> _Styles:
    def form(**properties: Any) -> Format:
        return book.add_format({**_FONT, **properties})

    header = {"bold": True, "align": "center", "valign": "vcenter", "border": 1, "border_color": "#B8C4D0"}
    guide = {"text_wrap": True, "valign": "top", "border": 1, "border_color": "#D9E0E7", "num_format": "@"}
    numbers = {kind: "@" if kind in TEXT_KINDS else _NUMBER_FORMATS.get(kind, "General") for kind in Kind}
    return _Styles(
        required=form(**header, bg_color="#F8CBAD", font_color="#7A2E00"),
        optional=form(**header, bg_color="#DDEBF7", font_color="#1F3864"),
        cells={kind: form(num_format=number) for kind, number in numbers.items()},
        title=form(bold=True, font_size=18, font_color="#1F3864"),
        note=form(text_wrap=True, valign="vcenter", font_color="#404040"),
        section=form(bold=True, font_size=12, font_color="#FFFFFF", bg_color="#2F5D8A", valign="vcenter"),
        guide_header=form(**header, bg_color="#E8EEF4"),
        guide_cell=form(**guide),
        guide_required=form(**guide, bold=True, bg_color="#F8CBAD", font_color="#7A2E00", align="center"),
    )


def _write_table(sheet: Worksheet, table: Table, lang: str, styles: _Styles) -> None:
    sheet.freeze_panes(1, len(table.key) if len(table.key) == 1 else 0)
    sheet.set_row(0, 24)
    sheet.set_comments_author("CRM")
    sheet.ignore_errors({"number_stored_as_text": ALL_CELLS})
    for index, column in enumerate(table.columns):
        sheet.set_column(index, index, _width(column), styles.cells[column.kind])
        name = words.header(column, lang)
        sheet.write_string(0, index, name, styles.required if column.required else styles.optional)
        text = words.comment(table, column, lang)
        sheet.write_comment(0, index, text, {"width": 280, "height": 24 + 20 * _lines(text), "font_size": 10})
        _validate(sheet, index, column, lang)


def _width(column: Column) -> float:
    width = _WIDE.get(column.name, _WIDTHS.get(column.kind, 13))
    return max(width, 2 * len(column.zh) + 3, len(column.name) + 3)


def _lines(text: str) -> int:
    """How many lines the comment takes in its box of about 22 Chinese letters a line."""
    return sum(1 + sum(1 if letter.isascii() else 2 for letter in line) // 45 for line in text.split("\n"))


def _validate(sheet: Worksheet, index: int, column: Column, lang: str) -> None:
    """Drop-downs for fixed values stop anything else; dates only ask, as a text that is a date reads too."""
    if values := words.allowed(column, lang):
        sheet.data_validation(1, index, _LAST_ROW, index, _drop_down(values, lang))
    elif column.kind in (Kind.DATE, Kind.TIMESTAMP):
        sheet.data_validation(1, index, _LAST_ROW, index, _date_check(lang))


def _drop_down(values: list[str], lang: str) -> dict[str, Any]:
    # Numbers, so that a 1 typed into a cell and the 1 of the list are the same to the spreadsheet.
    source = [int(value) if value.isdigit() else value for value in values]
    return {
        "validate": "list",
        "source": source,
        "error_title": words.NO_CHOICE_TITLE.say(lang),
        "error_message": words.ALLOWED.say(lang) + (", " if lang == "en" else "、").join(values),
    }


def _date_check(lang: str) -> dict[str, Any]:
    return {
        "validate": "date",
        "criteria": ">=",
        "value": _FIRST_DATE,
        "error_type": "warning",
        "error_title": words.NO_DATE_TITLE.say(lang),
        "error_message": words.NO_DATE.say(lang),
    }


def _write_guide(sheet: Worksheet, lang: str, styles: _Styles) -> None:
    sheet.hide_gridlines(2)
    sheet.ignore_errors({"number_stored_as_text": ALL_CELLS})
    sheet.set_tab_color("#2F5D8A")
    for index, width in enumerate(_GUIDE_WIDTHS):
        sheet.set_column(index, index, width)
    last = len(_GUIDE_WIDTHS) - 1
    sheet.set_row(0, 34)
    sheet.merge_range(0, 0, 0, last, words.TITLE.say(lang), styles.title)
    for row, note in enumerate(words.NOTES, start=1):
        sheet.set_row(row, 20)
        sheet.merge_range(row, 0, row, last, f"{row}. {note.say(lang)}", styles.note)
    row = len(words.NOTES) + 2
    for table in TABLES:
        row = _explain(sheet, row, table, lang, styles)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)


def _explain(sheet: Worksheet, row: int, table: Table, lang: str, styles: _Styles) -> int:
    """The section of one table from `row` on; gives the row of the next."""
    last = len(_GUIDE_WIDTHS) - 1
    sheet.set_row(row, 22)
    other = table.zh if lang == "en" else table.name
    title = f"{words.table_name(table, lang)}({other})  {words.help_of_table(table, lang)}"
    sheet.merge_range(row, 0, row, last, title, styles.section)
    sheet.write_row(row + 1, 0, [name.say(lang) for name in words.GUIDE_HEADERS], styles.guide_header)
    for number, column in enumerate(table.columns, start=row + 2):
        for index, text in enumerate(_explanation(table, column, lang)):
            marked = index == 2 and column.required
            sheet.write_string(number, index, text, styles.guide_required if marked else styles.guide_cell)
    return row + 3 + len(table.columns)


def _explanation(table: Table, column: Column, lang: str) -> tuple[str, ...]:
    return (
        words.header(column, lang),
        column.zh if lang == "en" else column.name,
        (words.REQUIRED if column.required else words.OPTIONAL).say(lang),
        words.wants(table, column, lang),
        (", " if lang == "en" else "、").join(words.allowed(column, lang)),
        words.empty_means(column),
        words.example(column, lang),
        words.help_of(table, column, lang),
    )
