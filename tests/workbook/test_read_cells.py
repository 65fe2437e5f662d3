"""What a cell may hold, kind by kind, and what it becomes."""

from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest

from crm.rulebook.tables import SECONDS_A_DAY, day_number
from crm.workbook.cells import BadCell, ErrorCell, parse
from crm.workbook.schema import BY_NAME, Column

DATE = BY_NAME["staff"].column("hired_on")
MONTH = BY_NAME["quotas"].column("month")
TIME = BY_NAME["contacts"].column("happened_at")
MONEY = BY_NAME["deals"].column("amount")
PERCENT = BY_NAME["shares"].column("percent")
UNITS = BY_NAME["deals"].column("units")
FLAG = BY_NAME["contacts"].column("effective")
ID = BY_NAME["staff"].column("staff_id")
PHONE = BY_NAME["customers"].column("phone")
NOTE = BY_NAME["contacts"].column("note")
KIND = BY_NAME["contacts"].column("kind")
ID_NUMBER = BY_NAME["customers"].column("id_number")
ROLE = BY_NAME["staff"].column("role")

OCTOBER_31 = day_number(date(2026, 10, 31))
NINE_FIVE = OCTOBER_31 * SECONDS_A_DAY + 9 * 3600 + 5 * 60


@pytest.mark.parametrize(
    "cell",
    ["2026-10-31", "2026/10/31", " 2026-10-31 ", date(2026, 10, 31), datetime(2026, 10, 31)],
)
def test_a_date_is_understood(cell: Any) -> None:
    assert parse(DATE, cell) == OCTOBER_31


def test_a_date_needs_no_leading_zeros() -> None:
    assert parse(DATE, "2026/1/5") == day_number(date(2026, 1, 5))


@pytest.mark.parametrize(
    "cell",
    [
        "2026-13-01",
        "2026-02-29",
        "2026-10/31",
        "31.10.2026",
        "20261031",
        "2026-10-31T09:05:00",
        "昨天",
        "1899-12-31",
        "2200-01-01",
        46326.0,
        True,
        time(9, 5),
        datetime(2026, 10, 31, 0, 1),
        "２０２６-10-31",
    ],
)
def test_what_is_no_date_is_refused(cell: Any) -> None:
    with pytest.raises(BadCell):
        parse(DATE, cell)


@pytest.mark.parametrize("cell", ["2026-10", "2026/10", "2026/10/1", "2026-10-31", date(2026, 10, 17)])
def test_a_month_is_the_day_number_of_its_first_date(cell: Any) -> None:
    assert parse(MONTH, cell) == day_number(date(2026, 10, 1))


@pytest.mark.parametrize("cell", ["2026-13", "2026-0", "0000-10", "2026", 202610.0, "十月"])
def test_what_is_no_month_is_refused(cell: Any) -> None:
    with pytest.raises(BadCell):
        parse(MONTH, cell)


@pytest.mark.parametrize(
    "cell",
    [
        "2026-10-31T09:05:00",
        "2026-10-31 09:05:00",
        "2026-10-31T09:05",
        "2026/10/31 9:05",
        "2026-10-31T09:05:00.999999",
        "2026-10-31T09:05:00+08:00",
        "2026-10-31T01:05:00Z",
        "2026-10-31T01:05:00+0000",
        "2026-10-30T19:05:00-06",
        datetime(2026, 10, 31, 9, 5),
        datetime(2026, 10, 31, 9, 4, 59, 999_800),
        datetime(2026, 10, 31, 1, 5, tzinfo=UTC),
        datetime(2026, 10, 31, 10, 5, tzinfo=timezone(timedelta(hours=9))),
    ],
)
def test_a_timestamp_is_shanghai_time_however_it_is_written(cell: Any) -> None:
    assert parse(TIME, cell) == NINE_FIVE


def test_a_date_cell_as_a_timestamp_is_its_midnight() -> None:
    assert parse(TIME, date(2026, 10, 31)) == OCTOBER_31 * SECONDS_A_DAY


@pytest.mark.parametrize(
    "cell",
    [
        "2026-13-01",
        "2026-10-31",
        "2026-10-31T24:00:00",
        "2026-10-31T09:60:00",
        "2026-10-31T09:05:60",
        "09:05",
        "2026-10-31T09:05:00+99:00",
        "2026-02-29T09:05:00",
        46326.4,
        time(9, 5),
        timedelta(hours=9),
    ],
)
def test_what_is_no_timestamp_is_refused(cell: Any) -> None:
    with pytest.raises(BadCell):
        parse(TIME, cell)


@pytest.mark.parametrize(
    ("cell", "amount"),
    [
        ("4200", "4200"),
        ("4200.50", "4200.50"),
        ("1,234.50", "1234.50"),
        ("12,345,678", "12345678"),
        (4200.0, "4200"),
        (0.1, "0.1"),
        (0.1 + 0.2, "0.3"),
        (Decimal("0.10"), "0.10"),
        ("0", "0"),
    ],
)
def test_money_is_exact(cell: Any, amount: str) -> None:
    assert parse(MONEY, cell) == Decimal(amount)


@pytest.mark.parametrize(
    "cell",
    [
        "nan",
        "inf",
        float("nan"),
        float("inf"),
        Decimal("NaN"),
        "1e3",
        "12,34",
        "1,2345",
        "￥5",
        "-1",
        -1.0,
        *["1.234", "100000000001", True, date(2026, 10, 31), "", "--"][:4],
    ],
)
def test_what_is_no_amount_is_refused(cell: Any) -> None:
    with pytest.raises(BadCell):
        parse(MONEY, cell)


def test_a_percent_may_have_more_decimals_than_money() -> None:
    assert parse(PERCENT, "33.333") == Decimal("33.333")


@pytest.mark.parametrize(("cell", "units"), [("2", 2), (2.0, 2), ("0", 0), ("3.0", 3)])
def test_units_are_whole(cell: Any, units: int) -> None:
    assert parse(UNITS, cell) == units


@pytest.mark.parametrize("cell", ["1.5", 1.5, "-1", "two", "1000001", True, "9" * 40])
def test_units_that_are_not_whole_or_negative_are_refused(cell: Any) -> None:
    with pytest.raises(BadCell):
        parse(UNITS, cell)


@pytest.mark.parametrize(
    ("cell", "flag"),
    [
        ("1", True),
        ("0", False),
        ("是", True),
        ("否", False),
        ("TRUE", True),
        ("false", False),
        (True, True),
        (False, False),
        (1.0, True),
        (0.0, False),
    ],
)
def test_a_boolean_is_understood(cell: Any, flag: bool) -> None:
    assert parse(FLAG, cell) is flag


@pytest.mark.parametrize("cell", ["2", 2.0, "yes", "01"])
def test_what_is_no_boolean_is_refused(cell: Any) -> None:
    with pytest.raises(BadCell):
        parse(FLAG, cell)


@pytest.mark.parametrize(
    ("column", "cell", "text"),
    [
        (ID, 7.0, "7"),
        (ID, "007", "007"),
        (ID, " A01 ", "A01"),
        (ID, "1.0", "1.0"),
        (PHONE, 13800138000.0, "13800138000"),
        (PHONE, "13800138000.0", "13800138000"),
        (PHONE, "021-6;1", "021-6;1"),
        (NOTE, " 两行\n文字 ", " 两行\n文字 "),
        (NOTE, 0.1, "0.1"),
        (NOTE, True, "1"),
    ],
)
def test_text_comes_back_as_it_was_meant(column: Column, cell: Any, text: str) -> None:
    assert parse(column, cell) == text


@pytest.mark.parametrize(
    ("column", "cell"),
    [
        (ID, "A\x00"),
        (ID, "A\n1"),
        (NOTE, chr(0xD800)),
        (NOTE, "\x00"),
        (NOTE, "长" * 32768),
        (ID_NUMBER, 3.1010119900307424e17),
        (PHONE, "1.38001E+10"),
        (ID, float("nan")),
        (NOTE, ErrorCell()),
    ],
)
def test_text_that_cannot_be_stored_or_was_cut_is_refused(column: Column, cell: Any) -> None:
    with pytest.raises(BadCell):
        parse(column, cell)


@pytest.mark.parametrize("cell", ["visit", "Visit", "来访", " 来访 "])
def test_a_choice_is_english_or_chinese(cell: str) -> None:
    assert parse(KIND, cell) == "visit"


def test_a_choice_of_two_words_may_have_a_space() -> None:
    assert parse(ROLE, "Store Manager") == "store_manager"


@pytest.mark.parametrize("cell", ["visits", "路过", 1.0])
def test_what_is_no_choice_is_refused_and_the_choices_are_named(cell: Any) -> None:
    with pytest.raises(BadCell) as caught:
        parse(KIND, cell)
    assert "来访(visit)" in caught.value.expected.zh
    assert "visit" in caught.value.expected.en


@pytest.mark.parametrize("cell", ["", "  ", "\u3000", None])
def test_an_empty_cell_is_none(cell: Any) -> None:
    for table in BY_NAME.values():
        for column in table.columns:
            assert parse(column, cell) is None
