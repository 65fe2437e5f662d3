"""Terms in a workbook: what is a fault, what is odd, and what follows from them."""

from pathlib import Path

import pytest

from tests.workbook.books import added, changed, fault, good, read
from tests.workbook.test_read_warnings import warnings

RAISE = {"staff_id": "A01", "from_on": "2026-11-01", "monthly_base_pay": "4800"}


def test_terms_are_read_with_empty_cells_left_open(tmp_path: Path) -> None:
    frame = read(tmp_path, added("terms", RAISE)).tables["terms"]
    assert len(frame) == 1
    assert frame["role"].isna().all()
    assert str(frame["monthly_base_pay"].iloc[0]) == "4800"


def test_a_person_has_one_row_for_a_date(tmp_path: Path) -> None:
    assert fault(tmp_path, added("terms", RAISE, RAISE | {"role": "店长"}))[:2] == ("terms", 3)


def test_terms_of_nobody_are_a_fault(tmp_path: Path) -> None:
    assert fault(tmp_path, added("terms", RAISE | {"staff_id": "Z9"}))[2] == "staff_id"


@pytest.mark.parametrize(("day", "wrong"), [("2026-01-04", True), ("2026-01-05", False)])
def test_terms_cannot_begin_before_the_employment(tmp_path: Path, day: str, wrong: bool) -> None:
    book = added("terms", RAISE | {"from_on": day})
    if wrong:
        assert fault(tmp_path, book) == ("terms", 2, "from_on", day)
    else:
        read(tmp_path, book)


@pytest.mark.parametrize(("day", "warned"), [("2026-10-31", False), ("2026-11-01", True)])
def test_terms_after_the_last_day_are_warned_of(tmp_path: Path, day: str, warned: bool) -> None:
    book = changed("staff", 1, left_on="2026-10-31")
    book["terms"] = [RAISE | {"staff_id": "M1", "from_on": day}]
    assert bool(warnings(tmp_path, book)) is warned


def test_a_row_that_changes_nothing_is_warned_of(tmp_path: Path) -> None:
    assert warnings(tmp_path, added("terms", {"staff_id": "A01", "from_on": "2026-11-01"})) != []
    assert warnings(tmp_path, added("terms", RAISE)) == []


def test_a_consultant_who_became_a_manager_may_sign(tmp_path: Path) -> None:
    waiver = {
        "customer_id": "C1",
        "from_on": "2026-10-08",
        "reason": "special",
        "signed_by": "A01",
        "signed_on": "2026-10-08",
    }
    book = added("waivers", waiver)
    assert fault(tmp_path, book)[2] == "signed_by"
    book["terms"] = [{"staff_id": "A01", "from_on": "2026-10-05", "role": "manager"}]
    read(tmp_path, book)


@pytest.mark.parametrize(("from_on", "missing"), [("2026-10-31", False), ("2026-11-01", True)])
def test_no_quota_is_missed_for_somebody_who_is_no_consultant_at_the_month_s_end(
    tmp_path: Path, from_on: str, missing: bool
) -> None:
    book = added("staff", good()["staff"][0] | {"staff_id": "A02", "hired_on": "2026-10-01"})
    book["quotas"] = [{"staff_id": "A01", "month": "2026-10", "units": "4"}]
    book["terms"] = [{"staff_id": "A02", "from_on": from_on, "role": "hr"}]
    assert bool(warnings(tmp_path, book)) is missing


def test_customers_of_an_owner_who_goes_to_another_post_are_warned_of(tmp_path: Path) -> None:
    book = added("terms", {"staff_id": "A01", "from_on": "2026-11-01", "role": "store_manager"})
    assert warnings(tmp_path, book) == [
        "customers 第 2 行 owner:归属顾问 A01 从 2026-11-01 起不再是房产顾问，此后无人跟踪"
    ]
    book["terms"].append({"staff_id": "A01", "from_on": "2026-12-01", "role": "consultant"})
    assert warnings(tmp_path, book) == []


def test_of_one_who_left_before_going_to_another_post_the_leaving_is_said(tmp_path: Path) -> None:
    book = changed("staff", left_on="2026-10-31")
    book["terms"] = [{"staff_id": "A01", "from_on": "2026-10-30", "role": "hr"}]
    assert "不再是" in " ".join(warnings(tmp_path, book))
    book["terms"][0]["from_on"] = "2026-11-02"
    assert "离职" in " ".join(warnings(tmp_path, book))
    assert "不再是" not in " ".join(warnings(tmp_path, book))
