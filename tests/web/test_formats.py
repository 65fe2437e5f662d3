"""How money, days, times and telephones are said, with the days on either side of each boundary."""

import datetime as dt
from decimal import Decimal

import pytest

from crm.web import formats

TODAY = dt.date(2026, 11, 23)  # a Monday


def on(days: int) -> dt.date:
    return TODAY + dt.timedelta(days=days)


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (0, "¥0"),
        (1200, "¥1,200"),
        (Decimal("1200.00"), "¥1,200"),
        (Decimal("1200.5"), "¥1,200.50"),
        (-50, "\u2212¥50"),
        (None, "—"),
    ],
)
def test_money_has_thousands_and_fen_only_where_there_are_any(value: Decimal | int | None, said: str) -> None:
    assert formats.money(value) == said


def test_money_with_a_sign_shows_the_plus_of_a_reward_but_none_of_zero() -> None:
    assert formats.money(50, sign=True) == "+¥50"
    assert formats.money(0, sign=True) == "¥0"


def test_large_sums_are_in_wan_in_chinese_and_in_thousands_in_english() -> None:
    assert formats.money_wan(186_000, "zh") == "¥18.6万"
    assert formats.money_wan(-186_000, "zh") == "\u2212¥18.6万"
    assert formats.money_wan(100_000, "zh") == "¥10万"
    assert formats.money_wan(186_000, "en") == "¥186,000"
    assert formats.money_wan(None, "zh") == "—"


def test_a_share_is_said_in_percent_and_a_missing_one_is_a_dash() -> None:
    assert formats.percent(Decimal("0.675")) == "68%"
    assert formats.percent(Decimal("0.675"), 1) == "67.5%"
    assert formats.percent(None) == "—"


def test_numbers_lose_needless_zeros_only() -> None:
    assert formats.number(Decimal("12.50")) == "12.5"
    assert formats.number(1_000_000) == "1,000,000"
    assert formats.number(100) == "100"
    assert formats.number(Decimal("-3")) == "\u22123"


@pytest.mark.parametrize(
    ("days", "zh", "en"),
    [
        (-2, "11月21日 周六", "Sat 21 Nov"),
        (-1, "昨天", "yesterday"),
        (0, "今天", "today"),
        (1, "明天", "tomorrow"),
        (2, "11月25日 周三", "Wed 25 Nov"),
        (38, "12月31日 周四", "Thu 31 Dec"),
        (39, "2027年1月1日 周五", "Fri 1 Jan 2027"),
    ],
)
def test_days_near_today_have_names_and_other_years_are_named(days: int, zh: str, en: str) -> None:
    assert formats.day_words(on(days), TODAY, "zh") == zh
    assert formats.day_words(on(days), TODAY, "en") == en


@pytest.mark.parametrize(
    ("days", "zh", "en"),
    [
        (-3, "逾期 3 天", "3 days overdue"),
        (-1, "逾期 1 天", "1 day overdue"),
        (0, "今天到期", "due today"),
        (1, "明天到期", "due tomorrow"),
        (2, "11月25日到期", "due 25 Nov"),
    ],
)
def test_the_due_day_itself_is_not_overdue(days: int, zh: str, en: str) -> None:
    assert formats.due_words(on(days), TODAY, "zh") == zh
    assert formats.due_words(on(days), TODAY, "en") == en


@pytest.mark.parametrize(
    ("at", "zh", "en"),
    [
        (dt.datetime(2026, 11, 23, 18, 30), "今天 18:30", "today 18:30"),
        (dt.datetime(2026, 11, 23, 0, 0), "今天 00:00", "today 00:00"),
        (dt.datetime(2026, 11, 22, 23, 59), "昨天 23:59", "yesterday 23:59"),
        (dt.datetime(2026, 11, 20, 9, 5), "11月20日 09:05", "20 Nov 09:05"),
        (dt.datetime(2025, 12, 31, 9, 5), "2025年12月31日", "31 Dec 2025"),
    ],
)
def test_moments_are_said_as_people_say_them(at: dt.datetime, zh: str, en: str) -> None:
    assert formats.moment(at, TODAY, "zh") == zh
    assert formats.moment(at, TODAY, "en") == en


def test_yesterday_of_new_year_still_has_its_time() -> None:
    assert formats.moment(dt.datetime(2026, 12, 31, 20, 0), dt.date(2027, 1, 1), "zh") == "昨天 20:00"


def test_months_are_named_from_a_day_and_from_the_workbooks_text() -> None:
    assert formats.month_words("2026-10", "zh") == "2026年10月"
    assert formats.month_words(dt.date(2026, 10, 31), "en") == "Oct 2026"


@pytest.mark.parametrize(
    ("phone", "masked"),
    [
        ("13812345678", "138****5678"),
        ("+86 138 1234 5678", "138****5678"),
        ("008613812345678", "138****5678"),
        ("021-62345678", "021-****5678"),
        ("0512-6234567", "0512-****4567"),
        ("138****5678", "138****5678"),
        ("12345", "***45"),
        ("", "—"),
        (None, "—"),
    ],
)
def test_a_masked_phone_never_shows_its_middle(phone: str | None, masked: str) -> None:
    assert formats.phone_mask(phone) == masked


def test_a_whole_number_is_grouped_for_reading_aloud() -> None:
    assert formats.phone_groups("13812345678") == "138 1234 5678"
    assert formats.phone_groups("021-62345678") == "021-62345678"


def test_file_sizes_are_round() -> None:
    assert formats.file_size(10) == "1 kB"
    assert formats.file_size(12_345) == "12 kB"
    assert formats.file_size(3_400_000) == "3.4 MB"
