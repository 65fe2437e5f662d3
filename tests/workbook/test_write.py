"""What is written reads back as it was, in every form; and writing either succeeds whole or changes nothing."""

import errno
import os
import subprocess
import sys
import zipfile
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crm.rulebook.tables import Tables
from crm.workbook.frames import frame_from_rows, tables_of
from crm.workbook.read import Way, read_workbook
from crm.workbook.schema import TABLES
from crm.workbook.write import write_workbook
from crm.workbook.write_files import UnwritableFile

FORMS = ["book.xlsx", "book.zip", "book"]


def team(
    *, note: str = "看了样板间", phone: str = "+8613800000001;021-61234567", name: str = "李先生"
) -> Tables:
    """One consultant with one customer, and one row in every other table."""
    on = date(2026, 10, 8)
    rows: dict[str, list[dict[str, object]]] = {
        "staff": [
            _person("007", "consultant", monthly_base_pay=Decimal("4200.50"), contract_years=Decimal("2.5")),
            _person("M1", "manager"),
            _person("1", "consultant", left_on=date(2026, 12, 31), probation_months=3),
        ],
        "calendar": [{"date": on, "workday": False}, {"date": date(2026, 10, 11), "workday": True}],
        "roster": [{"staff_id": "007", "date": on, "kind": "leave"}],
        "customers": [
            {
                "customer_id": "0001",
                "name": name,
                "phone": phone,
                "owner": "007",
                "first_contact_at": _at(9, 5),
            }
            | {"id_number": "990101199003070012"},
        ],
        "contacts": [
            {"contact_id": "01", "customer_id": "0001", "staff_id": "007", "kind": "visit", "note": note}
            | {
                "happened_at": _at(9, 5),
                "recorded_at": _at(23, 59),
                "effective": False,
                "medium": "in_person",
            },
        ],
        "transfers": [{"customer_id": "0001", "on": date(2026, 10, 20), "to": None}],
        "waivers": [
            {"customer_id": "0001", "from_on": on, "reason": "special", "signed_by": "M1", "signed_on": on}
        ],
        "deals": [
            {
                "deal_id": "D1",
                "customer_id": "0001",
                "unit_kind": "shopfront",
                "amount": Decimal("2860000.01"),
            }
            | {"units": 2, "contract_on": on}
        ],
        "shares": [
            {"deal_id": "D1", "staff_id": "007", "percent": Decimal("33.3")},
            {"deal_id": "D1", "staff_id": "1", "percent": Decimal("66.7")},
        ],
        "reports": [{"staff_id": "007", "date": on, "false": True, "decided_by": "M1"}],
        "quotas": [{"staff_id": "007", "month": date(2026, 10, 1), "units": 4}],
        "cases": [
            {
                "staff_id": "007",
                "on": on,
                "kind": "attribution_error",
                "severity": "serious",
                "decided_by": "M1",
            }
        ],
        "resignations": [
            {"staff_id": "1", "applied_on": on, "last_on": date(2026, 12, 31), "loans_cleared": False}
        ],
    }
    return tables_of({table: frame_from_rows(table, listed) for table, listed in rows.items()})


def _at(hour: int, minute: int) -> datetime:
    return datetime(2026, 10, 8, hour, minute, 7)


def _person(staff_id: str, role: str, **rest: object) -> dict[str, object]:
    return {
        "staff_id": staff_id,
        "name": "王芳",
        "role": role,
        "project": "滨江壹号",
        "trade": "property",
        "hired_on": date(2025, 1, 5),
    } | rest


def contents(tables: Tables) -> dict[str, list[tuple[object, ...]]]:
    """Every table as a sorted list of plain rows."""
    return {
        table.name: sorted(
            tables[table.name].astype("object").where(pd.notna, None).itertuples(index=False), key=str
        )
        for table in TABLES
    }


def read(path: Path) -> Tables:
    return read_workbook(path).tables


@pytest.mark.parametrize("name", FORMS)
@pytest.mark.parametrize("headers", ["en", "zh"])
def test_every_form_with_either_headers_reads_back_as_it_was(tmp_path: Path, name: str, headers: str) -> None:
    write_workbook(team(), tmp_path / name, headers=headers)
    assert contents(read(tmp_path / name)) == contents(team())


@pytest.mark.parametrize("name", FORMS)
@pytest.mark.parametrize(
    "note",
    [
        "=1+1",
        "＝HYPERLINK(1)",
        "'=1",
        "'引号",
        "@cmd",
        "-",
        "一行\n两行",
        '带"引号",和逗号',
        " 前后空格 ",
        "_x000D_",
        "007",
        "1e5",
        "2026-10-08",
        "TRUE",
        "😀",
    ],
)
def test_a_note_is_never_a_formula_and_never_changes(tmp_path: Path, name: str, note: str) -> None:
    write_workbook(team(note=note), tmp_path / name)
    assert read(tmp_path / name)["contacts"]["note"].tolist() == [note]


@pytest.mark.slow
@pytest.mark.parametrize("form", FORMS)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=15, deadline=None)
@given(
    note=st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Zl", "Zp"]), min_size=1),
    name=st.text(st.sampled_from("'=+-@＝ a客1"), min_size=1).filter(str.strip),
)
def test_whatever_people_type_survives(tmp_path: Path, form: str, note: str, name: str) -> None:
    tables = team(note=note, name=name)
    target = tmp_path / form
    write_workbook(tables, target)
    assert contents(read(target)) == contents(tables)


@pytest.mark.parametrize("way", ["arrow", "pandas", "careful"])
@pytest.mark.parametrize("note", ["=1+1", "'=1", "'引号", "-1", "@cmd"])
def test_every_reader_takes_the_apostrophe_off_again(tmp_path: Path, way: Way, note: str) -> None:
    write_workbook(team(note=note), tmp_path / "book")
    tables = read_workbook(tmp_path / "book", way=way).tables
    assert contents(tables) == contents(team(note=note))


def test_csv_holds_the_texts_that_the_workbook_page_names(tmp_path: Path) -> None:
    write_workbook(team(), tmp_path / "book")
    raw = (tmp_path / "book" / "contacts.csv").read_bytes()
    assert raw.startswith(b"\xef\xbb\xbfcontact_id,")
    assert (
        "01,0001,007,visit,2026-10-08T09:05:07,2026-10-08T23:59:07,0,in_person,看了样板间,," in raw.decode()
    )
    assert "'+8613800000001;021-61234567" in (tmp_path / "book" / "customers.csv").read_text("utf-8")
    assert "007,2026-10,4," in (tmp_path / "book" / "quotas.csv").read_text("utf-8")


@pytest.mark.parametrize("name", FORMS)
def test_the_same_content_gives_the_same_bytes_in_whatever_order(tmp_path: Path, name: str) -> None:
    first, second = tmp_path / f"a-{name}", tmp_path / f"b-{name}"
    tables = team()
    backwards = tables_of(
        {table.name: tables[table.name].iloc[::-1].reset_index(drop=True) for table in TABLES}
    )
    write_workbook(tables, first)
    write_workbook(backwards, second)
    assert _bytes(first) == _bytes(second)


def _bytes(path: Path) -> list[bytes]:
    files = sorted(path.iterdir()) if path.is_dir() else [path]
    return [file.read_bytes() for file in files]


def test_xlsx_cells_of_formula_like_texts_are_strings(tmp_path: Path) -> None:
    write_workbook(team(note="=1+1"), tmp_path / "book.xlsx")
    with zipfile.ZipFile(tmp_path / "book.xlsx") as archive:
        sheets = [archive.read(name).decode() for name in archive.namelist() if "worksheets/" in name]
    assert any("=1+1" in sheet for sheet in sheets)
    assert not any("<f>" in sheet for sheet in sheets)


def test_an_export_replaces_an_older_export(tmp_path: Path) -> None:
    for name in FORMS:
        write_workbook(team(note="旧"), tmp_path / name)
        write_workbook(team(note="新"), tmp_path / name)
        assert read(tmp_path / name)["contacts"]["note"].tolist() == ["新"]
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(FORMS)


def test_a_folder_with_anything_else_in_it_is_not_touched(tmp_path: Path) -> None:
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "照片.jpg").write_bytes(b"1")
    with pytest.raises(UnwritableFile, match=r"照片\.jpg"):
        write_workbook(team(), tmp_path / "own")
    assert [path.name for path in (tmp_path / "own").iterdir()] == ["照片.jpg"]


def test_a_missing_folder_is_one_sentence_in_both_languages(tmp_path: Path) -> None:
    with pytest.raises(UnwritableFile) as caught:
        write_workbook(team(), tmp_path / "没有" / "book.xlsx")
    assert caught.value.sentence("zh").endswith("所在的文件夹不存在。")
    assert caught.value.sentence("en").endswith("its folder does not exist.")


def test_an_unknown_suffix_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnwritableFile, match=r"\.xls，"):
        write_workbook(team(), tmp_path / "book.xls")


@pytest.mark.parametrize("name", FORMS)
def test_a_full_disk_leaves_the_old_file_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    write_workbook(team(note="旧"), tmp_path / name)
    before = _bytes(tmp_path / name)

    def full(_handle: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(UnwritableFile, match="磁盘空间不足"):
        write_workbook(team(note="新"), tmp_path / name)
    assert _bytes(tmp_path / name) == before
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_a_file_where_a_folder_should_be_is_a_sentence_too(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(UnwritableFile, match="不是文件夹"):
        write_workbook(team(), tmp_path / "file" / "book.xlsx")


OUT_OF_SPACE = """
import resource, sys
from crm.sample.build import build_sample
from crm.workbook.write import write_workbook
from crm.workbook.write_files import UnwritableFile
tables = build_sample()
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]), int(sys.argv[2])))
try:
    write_workbook(tables, sys.argv[1])
except UnwritableFile as error:
    print(error.sentence("en"), end="")
"""


@pytest.mark.slow
@pytest.mark.parametrize("name", FORMS)
@pytest.mark.parametrize("bytes_left", [0, 1000, 20_000])
def test_running_out_of_room_half_way_is_one_sentence_and_leaves_nothing(
    tmp_path: Path, name: str, bytes_left: int
) -> None:
    command = [sys.executable, "-X", "dev", "-c", OUT_OF_SPACE, str(tmp_path / name), str(bytes_left)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)
    assert done.stdout == f"Cannot write {tmp_path / name}: the system says File too large."
    assert "Exception ignored" not in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_text_too_long_for_xlsx_is_refused_but_fits_a_zip(tmp_path: Path) -> None:
    tables = team()
    tables["contacts"]["note"] = pd.Series(["长" * 32_768], dtype="str")
    with pytest.raises(UnwritableFile, match="32767"):
        write_workbook(tables, tmp_path / "book.xlsx")
    write_workbook(tables, tmp_path / "book.zip")
