"""The sample that ships: made anew it is the same, it reads cleanly, and it looks like a healthy team."""

from datetime import date, timedelta
from pathlib import Path

import pandas as pd
import pytest

from crm.rulebook import Tables, evaluate, load
from crm.sample import sample_path
from crm.sample.build import build_sample
from crm.workbook.read import read_workbook
from crm.workbook.write import write_workbook

FIRST, LAST = date(2026, 10, 1), date(2026, 10, 31)


@pytest.fixture(scope="module")
def tables() -> Tables:
    return read_workbook(sample_path()).tables


@pytest.fixture(scope="module")
def entries(tables: Tables) -> pd.DataFrame:
    return evaluate(tables, load(), FIRST, LAST)


def test_making_it_anew_gives_the_very_files_that_ship(tmp_path: Path) -> None:
    write_workbook(build_sample(), tmp_path / "data")
    made = {path.name: path.read_bytes() for path in (tmp_path / "data").iterdir()}
    assert made == {path.name: path.read_bytes() for path in sample_path().iterdir()}


def test_it_reads_without_a_fault_or_a_warning() -> None:
    assert read_workbook(sample_path()).warnings == []


def test_it_is_small_enough_to_ship() -> None:
    assert sum(path.stat().st_size for path in sample_path().iterdir()) < 400_000


@pytest.mark.parametrize(("table", "least", "most"), [("customers", 220, 280), ("contacts", 1900, 2800)])
def test_it_is_the_size_of_a_real_team(tables: Tables, table: str, least: int, most: int) -> None:
    assert least <= len(tables[table]) <= most


def test_its_month_has_some_dozens_of_entries(entries: pd.DataFrame) -> None:
    assert 40 <= len(entries) <= 90


@pytest.mark.parametrize(
    "rule",
    [
        "two-deposits-day",
        "two-deposits-3-days",
        "six-groups-no-deposit",
        "holding-drought",
        "subscription-drought",
        "followup-missed",
        "report-false",
        "report-untracked",
        "quota-missed",
        "training-notice",
        "early-confirmation",
        "severe-warning",
        "resignation-deduction",
    ],
)
def test_its_month_shows_the_rule(entries: pd.DataFrame, rule: str) -> None:
    assert (entries["rule"] == rule).any()


def test_most_follow_ups_are_in_time(entries: pd.DataFrame, tables: Tables) -> None:
    missed = entries["rule"].isin(["followup-missed", "callin-missed"]).sum()
    assert missed * 30 < len(tables["contacts"])


@pytest.mark.parametrize(
    "table", ["calendar", "roster", "transfers", "waivers", "shares", "cases", "resignations"]
)
def test_no_table_of_it_is_empty(tables: Tables, table: str) -> None:
    assert len(tables[table])


@pytest.mark.parametrize("month", [date(2026, 6, 1), date(2025, 12, 1), date(2026, 2, 1)])
def test_another_month_can_be_made_and_reads_without_a_fault(tmp_path: Path, month: date) -> None:
    write_workbook(build_sample(month), tmp_path / "data")
    book = read_workbook(tmp_path / "data")
    last = (month + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    assert len(evaluate(book.tables, load(), month, last)) > 20


def test_its_phones_are_all_of_the_made_up_block(tables: Tables) -> None:
    phones = ";".join(tables["customers"]["phone"]).split(";")
    assert all(phone.startswith("1380000") and len(phone) == 11 for phone in phones)
