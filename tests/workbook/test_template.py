"""The template: what a team fills in has the names that the reader knows, and nothing in it is imported."""

from pathlib import Path
from typing import Any

import openpyxl
import pytest

from crm.workbook import template_english
from crm.workbook.faults import FaultyWorkbook
from crm.workbook.read import read_workbook
from crm.workbook.schema import TABLES, Kind, Table
from crm.workbook.template import write_template
from crm.workbook.write_files import UnwritableFile

LAST_ROW = 1_048_576


@pytest.fixture(scope="module")
def books(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    folder = tmp_path_factory.mktemp("template")
    made = {}
    for lang in ("zh", "en"):
        write_template(folder / f"{lang}.xlsx", lang)
        made[lang] = openpyxl.load_workbook(folder / f"{lang}.xlsx")
    return made


def test_the_guide_comes_first_and_then_one_sheet_a_table(books: dict[str, Any]) -> None:
    assert books["zh"].sheetnames == ["说明", *(table.zh for table in TABLES)]
    assert books["en"].sheetnames == ["说明", *(table.name for table in TABLES)]


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_headers_are_the_schemas_words_and_unique(books: dict[str, Any], table: Table) -> None:
    chinese = [cell.value for cell in books["zh"][table.zh][1]]
    assert chinese == [column.zh for column in table.columns]
    assert len(set(chinese)) == len(chinese)
    assert [cell.value for cell in books["en"][table.name][1]] == [column.name for column in table.columns]


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_a_sheet_holds_nothing_but_its_header(books: dict[str, Any], table: Table) -> None:
    assert books["zh"][table.zh].max_row == 1


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_each_header_has_a_comment_with_need_and_example(
    books: dict[str, Any], table: Table, lang: str
) -> None:
    sheet = books[lang][table.zh if lang == "zh" else table.name]
    for cell, column in zip(sheet[1], table.columns, strict=True):
        text = cell.comment.text
        assert ("★" in text) is column.required
        assert ("示例:" if lang == "zh" else "Example: ") in text
        assert lang == "en" or column.help_zh in text


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_required_headers_have_a_colour_of_their_own(books: dict[str, Any], table: Table) -> None:
    cells = zip(books["zh"][table.zh][1], table.columns, strict=True)
    colours = {(cell.fill.fgColor.rgb, column.required) for cell, column in cells}
    assert colours <= {("FFF8CBAD", True), ("FFDDEBF7", False)}


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_ids_phones_and_months_are_text_and_dates_are_dates(books: dict[str, Any], table: Table) -> None:
    # Neighbours of one format share an entry, which openpyxl keeps under the first of them.
    groups = books["zh"][table.zh].column_dimensions.values()
    for index, column in enumerate(table.columns, start=1):
        number = next(group.number_format for group in groups if group.min <= index <= group.max)
        if column.kind in (Kind.ID, Kind.TEXT, Kind.PHONES, Kind.MONTH):
            assert number == "@"
        elif column.kind in (Kind.DATE, Kind.TIMESTAMP):
            assert number.startswith("yyyy-mm-dd")


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_fixed_values_and_booleans_have_a_drop_down_over_the_whole_column(
    books: dict[str, Any], table: Table, lang: str
) -> None:
    sheet = books[lang][table.zh if lang == "zh" else table.name]
    lists = {
        str(check.sqref): check.formula1.strip('"').split(",")
        for check in sheet.data_validations.dataValidation
        if check.type == "list"
    }
    expected = {}
    for index, column in enumerate(table.columns, start=1):
        letter = openpyxl.utils.get_column_letter(index)
        if column.kind is Kind.CHOICE:
            words = column.choices.values() if lang == "zh" else column.choices
            expected[f"{letter}2:{letter}{LAST_ROW}"] = list(words)
        elif column.kind is Kind.BOOLEAN:
            expected[f"{letter}2:{letter}{LAST_ROW}"] = ["1", "0"]
    assert lists == expected


def test_date_checks_only_ask(books: dict[str, Any]) -> None:
    checks = [c for sheet in books["zh"] for c in sheet.data_validations.dataValidation if c.type == "date"]
    assert checks
    assert {check.errorStyle for check in checks} == {"warning"}


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_guide_explains_every_column_with_an_example(books: dict[str, Any], lang: str) -> None:
    guide = [row for row in books[lang]["说明"].iter_rows(values_only=True) if row[1]]
    told = {(row[0], row[1]) for row in guide}
    for table in TABLES:
        for column in table.columns:
            pair = (column.zh, column.name)
            assert (pair if lang == "zh" else pair[::-1]) in told
            assert column.example


def test_the_english_help_names_exactly_the_schemas_columns() -> None:
    columns = [f"{table.name}.{column.name}" for table in TABLES for column in table.columns]
    assert sorted(template_english.COLUMNS) == sorted(columns)
    assert sorted(template_english.TABLES) == sorted(table.name for table in TABLES)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_an_empty_template_lacks_only_the_staff(tmp_path: Path, lang: str) -> None:
    write_template(tmp_path / "t.xlsx", lang)
    with pytest.raises(FaultyWorkbook) as caught:
        read_workbook(tmp_path / "t.xlsx")
    assert [fault.table for fault in caught.value.faults] == ["staff"]


def test_the_template_is_the_same_whenever_it_is_written(tmp_path: Path) -> None:
    for name in ("a.xlsx", "b.xlsx"):
        write_template(tmp_path / name)
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()


def test_a_name_that_is_not_xlsx_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnwritableFile, match=r"\.xlsx 结尾"):
        write_template(tmp_path / "t.csv")
    assert list(tmp_path.iterdir()) == []
