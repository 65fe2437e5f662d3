"""The forms a workbook comes in, the names it uses and the encodings: all give the same tables."""

from datetime import date, datetime
from pathlib import Path

import pandas as pd
import pytest

from crm.rulebook.tables import Tables
from crm.workbook.faults import FaultyWorkbook
from crm.workbook.read import read_workbook
from crm.workbook.schema import BY_NAME
from tests.workbook.books import Book, csv_text, fault, folder, good, read, spreadsheet, xlsx, zipped


def same(one: Tables, other: Tables) -> None:
    """Every frame is equal, dtypes and categories included."""
    for name in BY_NAME:
        pd.testing.assert_frame_equal(one[name], other[name])


def in_chinese(book: Book) -> Book:
    """The book with Chinese names for sheets, headers and choices."""
    chinese: Book = {}
    for name, rows in book.items():
        table = BY_NAME[name]
        chinese[table.zh] = [
            {
                table.column(column).zh: table.column(column).choices.get(str(cell), cell)
                for column, cell in row.items()
            }
            for row in rows
        ]
    return chinese


@pytest.fixture
def plain(tmp_path: Path) -> Tables:
    """The good book from a folder of English CSV."""
    return read(tmp_path, good()).tables


def test_a_zip_is_read_like_its_folder(tmp_path: Path, plain: Tables) -> None:
    same(read_workbook(zipped(tmp_path / "a.zip", good())).tables, plain)
    same(read_workbook(zipped(tmp_path / "b.zip", good(), top="十月/")).tables, plain)


def test_a_spreadsheet_is_read_like_the_folder(tmp_path: Path, plain: Tables) -> None:
    same(read_workbook(spreadsheet(tmp_path / "book.xlsx", good())).tables, plain)


def test_chinese_names_are_read_like_english_ones(tmp_path: Path, plain: Tables) -> None:
    same(read_workbook(folder(tmp_path / "zh", in_chinese(good()))).tables, plain)
    same(read_workbook(zipped(tmp_path / "zh.zip", in_chinese(good()))).tables, plain)
    same(read_workbook(spreadsheet(tmp_path / "zh.xlsx", in_chinese(good()))).tables, plain)


def test_a_zip_from_chinese_windows_has_names_in_gb18030(tmp_path: Path) -> None:
    warned = zipped(tmp_path / "win.zip", {"AAAA": good()["staff"]})
    warned.write_bytes(warned.read_bytes().replace(b"AAAA.csv", "员工.csv".encode("gb18030")))
    assert len(read_workbook(warned).tables["staff"]) == 2


def test_headers_may_be_spaced_and_capitalised(tmp_path: Path, plain: Tables) -> None:
    book = good()
    book["staff"] = [
        {f" {name.replace('_', ' ').title()} ": cell for name, cell in row.items()} for row in book["staff"]
    ]
    same(read_workbook(folder(tmp_path / "loose", book)).tables, plain)


def test_columns_may_stand_in_any_order(tmp_path: Path, plain: Tables) -> None:
    book = {name: [dict(reversed(row.items())) for row in rows] for name, rows in good().items()}
    same(read_workbook(folder(tmp_path / "turned", book)).tables, plain)


def test_a_column_twice_is_a_fault_in_whatever_language(tmp_path: Path) -> None:
    book = good()
    book["staff"] = [row | {"姓名": "王芳"} for row in book["staff"]]
    assert fault(tmp_path, book) == ("staff", 1, "name", "姓名")


def test_a_table_twice_is_a_fault(tmp_path: Path) -> None:
    assert fault(tmp_path, good() | {"员工": good()["staff"]})[0] == "staff"


def test_the_sentence_uses_the_names_of_the_file(tmp_path: Path) -> None:
    book = in_chinese(good())
    book["接触记录"][0]["发生时间"] = "2026-13-01"
    with pytest.raises(FaultyWorkbook) as caught:
        read_workbook(folder(tmp_path / "zh", book))
    assert (
        "接触记录(contacts) 第 2 行 发生时间(happened_at):「2026-13-01」不是时间" in caught.value.sentence()
    )


def test_the_explanation_sheet_and_private_sheets_are_passed_over(tmp_path: Path) -> None:
    from tests.workbook.books import grid

    sheets = {"staff": grid(good()["staff"]), "说明": [["怎么填"]], "_scratch": [[1.0]]}
    assert read_workbook(xlsx(tmp_path / "book.xlsx", sheets)).warnings == []


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_encodings_and_line_ends_make_no_difference(
    tmp_path: Path, plain: Tables, encoding: str, newline: str
) -> None:
    path = tmp_path / "encoded"
    path.mkdir()
    for table, rows in good().items():
        (path / f"{table}.csv").write_bytes(csv_text(rows).replace("\n", newline).encode(encoding))
    book = read_workbook(path)
    same(book.tables, plain)
    warned = {one.table for one in book.warnings}
    assert warned == ({"staff.csv", "customers.csv"} if encoding == "gb18030" else set())


@pytest.mark.parametrize("content", ["staff_id".encode("utf-16"), b"\xff\xfe\xfa\xff\xff", b"\x00" * 100])
def test_another_encoding_is_a_fault(tmp_path: Path, content: bytes) -> None:
    path = folder(tmp_path / "book", good())
    (path / "contacts.csv").write_bytes(content)
    with pytest.raises(FaultyWorkbook) as caught:
        read_workbook(path)
    assert [one.table for one in caught.value.faults] == ["contacts.csv"]


def test_an_empty_csv_is_a_fault(tmp_path: Path) -> None:
    path = folder(tmp_path / "book", good())
    (path / "quotas.csv").write_bytes(b"")
    with pytest.raises(FaultyWorkbook) as caught:
        read_workbook(path)
    assert [one.table for one in caught.value.faults] == ["quotas"]


def test_a_spreadsheet_of_numbers_and_dates_means_the_same(tmp_path: Path) -> None:
    staff = [
        ["staff_id", "name", "role", "project", "trade", "hired_on", "monthly_base_pay"],
        [7, "王芳", "顾问", "滨江", "房产", date(2026, 1, 5), 4200.0],
    ]
    customers = [
        ["客户编号", "姓名", "电话", "归属顾问", "首次接触时间"],
        [1, "李先生", 13800138000, "7", datetime(2026, 10, 2, 10, 30, 1)],
    ]
    reports = [["staff_id", "date", "submitted_at", "false"], [7, date(2026, 10, 8), None, False]]
    quotas = [["staff_id", "month", "units"], [7, date(2026, 10, 1), 4]]
    sheets = {"staff": staff, "customers": customers, "reports": reports, "quotas": quotas}
    numbers = read_workbook(xlsx(tmp_path / "numbers.xlsx", sheets)).tables
    texts: Book = {
        "staff": [dict(zip(staff[0], ["7", *staff[1][1:5], "2026-01-05", "4200"], strict=True))],
        "customers": [
            dict(zip(customers[0], ["1", "李先生", "13800138000", "7", "2026-10-02T10:30:01"], strict=True))
        ],
        "reports": [{"staff_id": "7", "date": "2026-10-08", "submitted_at": "", "false": "0"}],
        "quotas": [{"staff_id": "7", "month": "2026-10", "units": "4"}],
    }
    same(numbers, read(tmp_path, texts).tables)


def test_progress_goes_up_to_the_whole(tmp_path: Path) -> None:
    heard: list[tuple[int, int, str]] = []
    read(tmp_path, good(), progress=lambda *step: heard.append(step))
    assert [done for done, _, _ in heard] == sorted(done for done, _, _ in heard)
    assert heard[-1][0] == heard[-1][1] > 0
