"""Every warning of the workbook, with the nearest thing that is none; a warning stops nothing."""

from pathlib import Path

import pytest

from crm.workbook.read import read_workbook
from tests.workbook.books import added, changed, folder, good, warnings


def test_a_contact_outside_the_employment(tmp_path: Path) -> None:
    book = changed("staff", hired_on="2026-10-03")
    del book["deals"]
    assert warnings(tmp_path, book) == ["contacts 第 2 行 happened_at:接触发生在员工的在职期之外"]
    book["staff"][0]["hired_on"] = "2026-10-02"
    assert warnings(tmp_path, book) == []


def test_a_deal_after_the_last_day(tmp_path: Path) -> None:
    book = changed("staff", left_on="2026-10-02")
    book["transfers"] = [{"customer_id": "C1", "on": "2026-10-03", "to": "M1"}]
    assert warnings(tmp_path, book) == ["deals 第 2 行 staff_id:成交日期在员工的在职期之外"]
    book["staff"][0]["left_on"] = "2026-10-03"
    assert warnings(tmp_path, book) == []


def test_a_report_before_the_first_day(tmp_path: Path) -> None:
    rows = [{"staff_id": "A01", "date": day} for day in ("2026-01-04", "2026-01-05")]
    assert warnings(tmp_path, added("reports", *rows)) == ["reports 第 2 行 date:日报日期在员工的在职期之外"]


def test_many_alike_are_one_warning_that_counts_them(tmp_path: Path) -> None:
    rows = [{"staff_id": "A01", "date": f"2025-12-{day}"} for day in range(10, 17)]
    [sentence] = warnings(tmp_path, added("reports", *rows))
    assert sentence.endswith("(共 7 处:第 2、3、4、5、6 行等)")


def test_a_transfer_to_the_one_who_has_the_customer(tmp_path: Path) -> None:
    transfer = {"customer_id": "C1", "on": "2026-10-05", "to": "A01"}
    assert warnings(tmp_path, added("transfers", transfer)) == ["transfers 第 2 行 to:移交给了本来就负责的人"]
    back = [transfer | {"to": "M1"}, transfer | {"on": "2026-10-06"}]
    assert warnings(tmp_path, added("transfers", *back)) == []


def test_a_transfer_back_from_the_public_pool_changes_something(tmp_path: Path) -> None:
    pool = {"customer_id": "C1", "on": "2026-10-05", "to": ""}
    back = {"customer_id": "C1", "on": "2026-10-06", "to": "A01"}
    assert warnings(tmp_path, added("transfers", pool, back)) == []


def test_of_transfers_before_the_first_contact_the_latest_stands(tmp_path: Path) -> None:
    early = {"customer_id": "C1", "on": "2026-09-01", "to": "A01"}
    later = {"customer_id": "C1", "on": "2026-09-02", "to": "M1"}
    assert warnings(tmp_path, added("transfers", early, later)) == []


@pytest.mark.parametrize(("left_on", "warned"), [("2026-10-31", False), ("2026-10-30", True), ("", True)])
def test_a_last_day_that_is_not_the_day_of_leaving(tmp_path: Path, left_on: str, warned: bool) -> None:
    book = changed("staff", 1, left_on=left_on)
    row = {"staff_id": "M1", "applied_on": "2026-10-01", "last_on": "2026-10-31", "loans_cleared": "1"}
    book["resignations"] = [row]
    assert bool(warnings(tmp_path, book)) is warned


def test_a_consultant_without_a_quota_for_a_month_that_others_have(tmp_path: Path) -> None:
    book = added("staff", good()["staff"][0] | {"staff_id": "A02", "hired_on": "2026-10-01"})
    book["quotas"] = [{"staff_id": "A01", "month": "2026-10", "units": "4"}]
    assert warnings(tmp_path, book) == ["staff 第 4 行 staff_id:顾问没有 2026-10 的任务量"]
    book["staff"][2]["hired_on"] = "2026-10-02"
    assert warnings(tmp_path, book) == []


def test_a_contract_after_the_cancellation(tmp_path: Path) -> None:
    book = changed("deals", cancelled_on="2026-10-05", contract_on="2026-10-06")
    assert warnings(tmp_path, book) == ["deals 第 2 行 contract_on:签约日期晚于这笔成交的取消日期"]
    book["deals"][0]["contract_on"] = "2026-10-05"
    assert warnings(tmp_path, book) == []


def test_an_owner_who_left_and_a_customer_nobody_tracks(tmp_path: Path) -> None:
    book = changed("staff", left_on="2026-10-10")
    assert warnings(tmp_path, book) == [
        "customers 第 2 行 owner:归属顾问 A01 于 2026-10-10 离职，之后无人跟踪"
    ]
    book["transfers"] = [{"customer_id": "C1", "on": "2026-10-11", "to": "M1"}]
    assert warnings(tmp_path, book) == []


@pytest.mark.parametrize(
    "cells", [{"deals": {"contract_on": "2026-10-10"}}, {"customers": {"opted_out_on": "2026-10-10"}}]
)
def test_a_customer_sold_to_or_opted_out_by_then_needs_nobody(
    tmp_path: Path, cells: dict[str, dict[str, str]]
) -> None:
    book = changed("staff", left_on="2026-10-10")
    for table, values in cells.items():
        book[table][0].update(values)
    assert warnings(tmp_path, book) == []


def test_a_year_without_an_official_calendar_is_warned_of_once(tmp_path: Path) -> None:
    rows = [{"staff_id": "A01", "date": f"2027-01-0{day}"} for day in (4, 5)]
    [sentence] = warnings(tmp_path, added("reports", *rows))
    assert "2027" in sentence
    book = added("reports", *rows)
    book["calendar"] = [{"date": "2027-01-01", "workday": "0"}]
    assert warnings(tmp_path, book) == []


def test_unknown_columns_and_files_are_warned_of_and_left_alone(tmp_path: Path) -> None:
    path = folder(tmp_path / "book", changed("staff", shoe_size="42"))
    (path / "expected.csv").write_text("a\n")
    (path / "case.toml").write_text("")
    (path / "_notes.csv").write_text("x\n")
    (path / ".hidden.csv").write_text("x\n")
    said = [one.sentence() for one in read_workbook(path).warnings]
    assert len(said) == 3
    assert any("shoe_size" in sentence for sentence in said)
