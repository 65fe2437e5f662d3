"""Rulebook 7: early confirmation."""

from typing import Any

from tests.builders import Record, a_consultant, a_customer, a_deal, a_person, a_share, history
from tests.rulebook.ask import dates, found

EARLY = "early-confirmation"


def sold(units: int, on: str, **deal: Any) -> Record:
    return a_deal("C", "A", contract=on, units=units, **deal)


def early(*deals: Record, hired: str = "07-15", **person: Any) -> list[str]:
    story = history(a_consultant("A", hired=hired, **person), a_customer("C", "A", hired), *deals)
    return dates(EARLY, story, until="2027-03-31")


def test_twelve_units_in_one_month_reach_it_on_the_date_of_the_twelfth() -> None:
    assert early(sold(11, "09-03"), sold(1, "09-20")) == ["09-20"]


def test_eleven_do_not() -> None:
    assert early(sold(11, "09-03")) == []


def test_the_entry_moves_no_money_and_names_no_customer() -> None:
    story = history(a_consultant("A", hired="07-15"), a_customer("C", "A", "07-15"), sold(12, "09-03"))
    assert [line[:6] for line in found(EARLY, story)] == [(EARLY, "A", "2026-09-03", "", "", "")]


def test_units_of_two_months_do_not_reach_it_before_three_months_have_passed() -> None:
    assert early(sold(6, "08-31"), sold(6, "09-01")) == ["10-15"]


def test_units_since_the_hiring_reach_it_on_the_date_three_months_after_it() -> None:
    assert early(sold(6, "08-31"), sold(6, "10-14")) == ["10-15"]
    assert early(sold(6, "08-31"), sold(6, "10-15")) == ["10-15"]
    assert early(sold(6, "08-31"), sold(6, "10-16")) == ["10-16"]


def test_the_month_is_the_calendar_month_from_its_first_to_its_last_date() -> None:
    assert early(sold(6, "09-01"), sold(6, "09-30")) == ["09-30"]
    assert early(sold(6, "09-01"), sold(6, "10-01")) == ["10-15"]


def test_units_before_the_hiring_do_not_count() -> None:
    assert early(sold(6, "07-14"), sold(6, "07-15")) == []
    assert early(sold(6, "07-15"), sold(6, "07-16")) == ["07-16"]


def test_it_is_one_entry_only_and_the_first_date() -> None:
    assert early(sold(12, "08-10"), sold(12, "09-10")) == ["08-10"]


def test_homes_and_shopfronts_count_and_parking_does_not() -> None:
    assert early(sold(6, "08-10"), sold(6, "08-11", unit_kind="shopfront")) == ["08-11"]
    assert early(sold(11, "08-10"), sold(1, "08-11", unit_kind="parking")) == []


def test_a_deal_counts_until_the_date_it_is_cancelled() -> None:
    assert early(sold(11, "08-10", cancelled="08-21"), sold(1, "08-20")) == ["08-20"]
    assert early(sold(11, "08-10", cancelled="08-20"), sold(1, "08-20")) == []


def test_units_count_by_percent() -> None:
    share = [a_share("D", "A", 50), a_share("D", "M", 50)]
    assert early(sold(24, "08-10", deal_id="D"), *share) == ["08-10"]
    assert early(sold(23, "08-10", deal_id="D"), *share) == []


def test_it_comes_before_the_end_of_probation_and_not_on_it() -> None:
    assert early(sold(12, "2027-01-14")) == ["2027-01-14"]
    assert early(sold(12, "2027-01-15")) == []
    assert early(sold(12, "09-14"), probation_months=2) == ["09-14"]
    assert early(sold(12, "09-15"), probation_months=2) == []


def test_it_does_not_come_after_the_confirmation() -> None:
    assert early(sold(12, "09-10"), confirmed="09-10") == ["09-10"]
    assert early(sold(12, "09-10"), confirmed="09-09") == []


def test_it_is_a_date_of_the_employment() -> None:
    assert early(sold(12, "09-10"), left="09-10") == ["09-10"]
    assert early(sold(12, "09-10"), left="09-09") == []


def test_three_months_after_the_hiring_are_the_months_last_date_where_there_is_no_such_day() -> None:
    # three months after 30 November 2025 is 28 February 2026
    units = [sold(6, "2025-12-31"), sold(6, "2026-01-31")]
    assert early(*units, hired="2025-11-30") == ["02-28"]


def test_where_the_records_begin_does_not_matter_to_it() -> None:
    story = history(a_consultant("A", hired="07-15"), a_customer("C", "A", "07-15"), sold(12, "09-03"))
    assert dates(EARLY, story, records_begin="10-01") == ["09-03"]


def test_it_is_for_consultants_of_the_property_trade() -> None:
    def early_for(person: Record) -> list[str]:
        return dates(EARLY, history(person, a_customer("C", "A", "07-15"), sold(12, "09-10")))

    assert early_for(a_consultant("A", hired="07-15")) == ["09-10"]
    assert early_for(a_consultant("A", hired="07-15", trade="auto")) == []
    assert early_for(a_person("A", "store_manager", hired="07-15")) == []
