"""Rulebook 1: the words, each seen through a rule that rests on it."""

from typing import Any

import pytest

from tests.builders import (
    Record,
    a_calendar_row,
    a_call,
    a_consultant,
    a_customer,
    a_deal,
    a_follow_up,
    a_manager,
    a_person,
    a_quota,
    a_report,
    a_roster_row,
    a_share,
    a_visit,
    a_waiver,
    history,
)
from tests.rulebook.ask import dates, entries, found, walked, workdays

# date


def test_a_visit_a_second_before_midnight_is_of_that_date() -> None:
    story = history(
        a_consultant(), a_customer("C", "A", "11-02 23:59:59"), a_visit("C", "A", "11-02 23:59:59")
    )
    assert dates("followup-missed", story, until="11-05") == ["11-05"]


def test_a_visit_at_midnight_is_of_the_new_date() -> None:
    story = history(a_consultant(), a_customer("C", "A", "11-03 00:00"), a_visit("C", "A", "11-03 00:00"))
    assert dates("followup-missed", story, until="11-08") == ["11-06"]


# as-of


def test_what_happened_after_the_as_of_is_not_looked_at() -> None:
    call = [a_customer("C", "A", "11-02"), a_call("C", "A", "11-02")]
    story = history(a_consultant(), call, a_visit("C", "A", "11-06"))
    without = history(a_consultant(), call)
    assert entries(story, until="11-05") == entries(without, until="11-05")
    assert dates("callin-missed", story, until="11-06") == ["11-03", "11-04", "11-05"]


def test_a_contact_on_the_as_of_is_looked_at() -> None:
    story = history(a_consultant(), a_customer("C", "A", "11-02"), a_follow_up("C", "A", "11-05"))
    assert dates("followup-missed", story, until="11-05") == []


def test_a_record_written_down_after_the_as_of_still_counts() -> None:
    follow_up = a_follow_up("C", "A", "11-05", recorded="11-06 09:00")
    story = history(a_consultant(), a_customer("C", "A", "11-02"), follow_up)
    assert dates("followup-missed", story, until="11-05") == []


def test_a_waiver_signed_after_the_as_of_still_counts() -> None:
    waiver = a_waiver("C", "11-05", "11-05", signed="11-20")
    story = history(a_consultant(), a_customer("C", "A", "11-02"), waiver)
    assert dates("followup-missed", story, until="11-05") == []


def test_a_report_submitted_after_the_as_of_is_known_to_be_late() -> None:
    story = history(a_consultant(hired="11-05"), a_report("A", "11-05", submitted="11-06 00:00"))
    assert dates("report-untracked", story, until="11-05") == ["11-05"]


# company workday


def test_the_national_holiday_is_no_workday() -> None:
    story = history(a_consultant(hired="09-28"))
    assert workdays(story, "09-28", "10-09") == ["09-28", "09-29", "09-30", "10-08", "10-09"]


def test_a_moved_working_saturday_is_a_workday_and_the_sunday_after_it_is_not() -> None:
    assert workdays(history(a_consultant(hired="10-09")), "10-09", "10-12") == ["10-09", "10-10", "10-12"]


def test_a_calendar_row_overrides_the_holiday_and_the_working_day() -> None:
    story = history(
        a_consultant(hired="10-01"),
        a_calendar_row("10-02", True),
        a_calendar_row("10-08", False),
        a_calendar_row("10-10", False),
    )
    assert workdays(story, "10-01", "10-12") == ["10-02", "10-09", "10-12"]


@pytest.mark.filterwarnings("default")
def test_in_a_year_without_a_published_calendar_monday_to_friday_are_workdays() -> None:
    story = history(a_consultant(hired="2027-09-30"))
    days = workdays(story, "2027-09-30", "2027-10-05")
    assert days == ["2027-09-30", "2027-10-01", "2027-10-04", "2027-10-05"]


@pytest.mark.filterwarnings("default")
def test_a_calendar_row_settles_a_date_of_such_a_year() -> None:
    rows = [a_calendar_row("2027-10-01", False), a_calendar_row("2027-10-02", True)]
    story = history(a_consultant(hired="2027-09-30"), rows)
    assert workdays(story, "2027-09-30", "2027-10-04") == ["2027-09-30", "2027-10-02", "2027-10-04"]


# employed, workday of a person, walk


def test_employment_includes_its_first_and_its_last_date() -> None:
    story = history(a_consultant(hired="11-03", left="11-05"))
    assert workdays(story, "11-02", "11-06") == ["11-03", "11-04", "11-05"]


def test_a_roster_row_work_makes_a_sunday_a_workday() -> None:
    story = history(a_consultant(hired="11-06"), a_roster_row("A", "11-08", "work"))
    assert workdays(story, "11-06", "11-09") == ["11-06", "11-08", "11-09"]


@pytest.mark.parametrize("kind", ["rest", "leave"])
def test_a_roster_row_rest_or_leave_makes_a_monday_none(kind: str) -> None:
    story = history(a_consultant(hired="11-06"), a_roster_row("A", "11-09", kind))
    assert workdays(story, "11-06", "11-10") == ["11-06", "11-10"]


def test_a_roster_row_of_somebody_else_changes_nothing() -> None:
    story = history(a_consultant(hired="11-06"), a_roster_row("M", "11-09", "rest"))
    assert workdays(story, "11-06", "11-09") == ["11-06", "11-09"]


def test_a_roster_row_outside_the_employment_makes_no_workday() -> None:
    rows = [a_roster_row("A", "11-02", "work"), a_roster_row("A", "11-06", "work")]
    story = history(a_consultant(hired="11-03", left="11-05"), rows)
    assert workdays(story, "11-01", "11-09") == ["11-03", "11-04", "11-05"]


def test_a_roster_row_goes_before_a_calendar_row() -> None:
    story = history(
        a_consultant(hired="11-03"),
        a_calendar_row("11-04", False),
        a_roster_row("A", "11-04", "work"),
        a_calendar_row("11-07", True),
        a_roster_row("A", "11-07", "rest"),
    )
    assert workdays(story, "11-03", "11-08") == ["11-03", "11-04", "11-05", "11-06"]


def test_a_walk_begins_on_the_first_date_of_the_employment() -> None:
    assert walked(history(a_consultant(hired="11-03")), "11-01", "11-04") == ["11-03", "11-04"]


def test_a_walk_begins_with_the_records_if_that_is_later() -> None:
    story = history(a_consultant(hired="11-03"))
    assert walked(story, "11-01", "11-06", records_begin="11-05") == ["11-05", "11-06"]
    assert walked(story, "11-01", "11-04", records_begin="11-02") == ["11-03", "11-04"]


def test_before_the_records_begin_there_is_no_walk() -> None:
    story = history(a_consultant(hired="11-03"))
    assert walked(story, "11-01", "11-05", records_begin="11-05") == ["11-05"]
    assert walked(story, "11-01", "11-04", records_begin="11-05") == []


def test_a_count_starts_afresh_where_the_records_begin() -> None:
    story = history(a_consultant(hired="09-01"))
    assert dates("holding-drought", story, until="11-13", records_begin="11-04") == ["11-11"]


def test_a_walk_ends_with_the_employment_or_the_as_of() -> None:
    story = history(a_consultant(hired="11-03", left="11-05"))
    assert walked(story, "11-01", "11-04") == ["11-03", "11-04"]
    assert walked(story, "11-01", "11-30") == ["11-03", "11-04", "11-05"]


# whose deal


def deposits(*records: Record | list[Record]) -> list[Record | list[Record]]:
    people = [
        a_consultant("A", hired="11-02"),
        a_consultant("B", hired="11-02"),
        a_customer("C", "A", "11-02"),
    ]
    return [*people, *records]


def days_with_a_deposit(story: list[Record | list[Record]]) -> list[tuple[str, str]]:
    """Who had a deposit when: with a reward for a single one."""
    lines = found("two-deposits-day", history(*story), deposits_a_day=1)
    return [(line.staff_id, line.on[5:]) for line in lines]


def test_a_deal_without_shares_is_its_staff_ids() -> None:
    assert days_with_a_deposit(deposits(a_deal("C", "B", holding="11-04"))) == [("B", "11-04")]


def test_with_shares_a_deal_is_no_longer_its_staff_ids() -> None:
    story = deposits(a_deal("C", "A", holding="11-04", deal_id="D"), a_share("D", "B", 100))
    assert days_with_a_deposit(story) == [("B", "11-04")]


def test_a_deposit_counts_whole_for_each_who_shares_the_deal() -> None:
    shares = [a_share("D", "A", 1), a_share("D", "B", 99)]
    story = deposits(a_deal("C", "A", holding="11-04", deal_id="D"), shares)
    assert days_with_a_deposit(story) == [("A", "11-04"), ("B", "11-04")]


def test_a_disputed_deal_counts_for_nobody() -> None:
    assert days_with_a_deposit(deposits(a_deal("C", None, holding="11-04"))) == []


def test_a_deal_of_several_units_is_one_deposit() -> None:
    story = deposits(a_deal("C", "A", holding="11-04", units=2))
    assert found("two-deposits-day", history(*story)) == []


def test_a_deposit_for_a_parking_space_is_a_deposit() -> None:
    story = deposits(a_deal("C", "A", holding="11-04", unit_kind="parking"))
    assert days_with_a_deposit(story) == [("A", "11-04")]


# holding deposit


def test_a_holding_deposit_counts_on_its_own_date_and_not_again_on_the_subscription() -> None:
    story = deposits(a_deal("C", "A", holding="11-04", subscription="11-06"))
    assert days_with_a_deposit(story) == [("A", "11-04")]


def test_a_deal_that_goes_straight_to_a_subscription_counts_on_that_date() -> None:
    story = deposits(a_deal("C", "A", subscription="11-06", contract="11-09"))
    assert days_with_a_deposit(story) == [("A", "11-06")]


def test_a_deal_that_goes_straight_to_a_contract_has_no_deposit() -> None:
    assert days_with_a_deposit(deposits(a_deal("C", "A", contract="11-06"))) == []


def test_a_holding_deposit_cancelled_on_its_date_does_not_count() -> None:
    assert days_with_a_deposit(deposits(a_deal("C", "A", holding="11-04", cancelled="11-04"))) == []


def test_a_holding_deposit_cancelled_on_the_next_date_counts() -> None:
    story = deposits(a_deal("C", "A", holding="11-04", cancelled="11-05"))
    assert days_with_a_deposit(story) == [("A", "11-04")]


def test_a_straight_subscription_cancelled_on_its_date_is_no_holding_deposit() -> None:
    assert days_with_a_deposit(deposits(a_deal("C", "A", subscription="11-04", cancelled="11-04"))) == []


# subscription


def after_a_subscription(**deal: Any) -> list[str]:
    """When droughts of three dates end, from 2 November on."""
    story = history(*deposits(a_deal("C", "A", **deal)))
    lines = found("subscription-drought", story, until="11-08", subscription_days=3)
    return [line.on[5:] for line in lines if line.staff_id == "A"]


def test_a_subscription_counts_on_its_date() -> None:
    assert after_a_subscription(subscription="11-03") == ["11-06"]


def test_a_subscription_cancelled_on_its_date_does_not_count() -> None:
    assert after_a_subscription(subscription="11-03", cancelled="11-03") == ["11-04", "11-07"]


def test_a_subscription_cancelled_on_the_next_date_counts() -> None:
    assert after_a_subscription(subscription="11-03", cancelled="11-04") == ["11-06"]


def test_a_subscription_cancelled_before_its_date_does_not_count() -> None:
    dates_of = after_a_subscription(holding="11-02", cancelled="11-02", subscription="11-03")
    assert dates_of == ["11-04", "11-07"]


def test_a_holding_deposit_is_no_subscription() -> None:
    assert after_a_subscription(holding="11-03") == ["11-04", "11-07"]


# recorded in time (seen through 5.2)


def late_visits(recorded: str, **parameters: Any) -> list[str]:
    story = history(
        a_consultant(hired="11-04"),
        a_customer("C", "A", "11-04"),
        a_visit("C", "A", "11-04 20:00", recorded=recorded),
        a_report("A", "11-04"),
    )
    return dates("report-untracked", story, until="11-04", **parameters)


def test_a_visit_recorded_at_the_end_of_its_date_is_recorded_in_time() -> None:
    assert late_visits("11-04 23:59:59") == []


def test_a_visit_recorded_at_the_first_second_of_the_next_date_is_not() -> None:
    assert late_visits("11-05 00:00:00") == ["11-04"]


def test_record_within_days_gives_it_that_many_dates_more() -> None:
    assert late_visits("11-05 23:59:59", record_within_days=1) == []
    assert late_visits("11-06 00:00:00", record_within_days=1) == ["11-04"]


# units sold, on probation (more of them with the quotas)


def test_probation_ends_on_the_last_day_of_a_month_that_has_no_such_day() -> None:
    def notice_of_november(hired: str) -> list[str]:
        story = history(
            a_consultant("A", hired=hired, probation_months=3),
            a_consultant("B"),
            a_customer("C", "B", "11-02"),
            a_deal("C", "B", contract="11-20"),
            [a_quota("A", "2026-11", 1), a_quota("B", "2026-11", 1)],
        )
        return [line.staff_id for line in found("training-notice", story)]

    assert notice_of_november("08-30") == ["A"]  # until 29 November
    assert notice_of_november("08-31") == ["A"]  # November has no 31st: until 29 November too
    assert notice_of_november("09-01") == []


# whom sections 3 to 7 and 8 are about


@pytest.mark.parametrize(
    "other", [a_person("A", "front_desk"), a_manager("A"), a_consultant("A", trade="furniture")]
)
def test_sections_3_to_7_are_for_consultants_of_the_property_trade(
    other: Record,
) -> None:
    story = history(
        other,
        a_customer("C", "A", "11-02"),
        a_visit("C", "A", "11-02"),
        a_deal("C", "A", holding="11-03", contract="11-05", units=12),
        a_deal("C", "A", holding="11-03"),
        a_report("A", "11-04", false=True),
        a_quota("A", "2026-11", 20),
    )
    assert entries(story) == []


def test_history_before_the_period_counts_but_is_not_given_out() -> None:
    story = history(a_consultant(hired="11-02"))
    assert dates("holding-drought", story, since="11-09", until="11-20") == ["11-09", "11-17"]
    assert dates("holding-drought", story, since="11-10", until="11-16") == []


def test_only_entries_up_to_the_last_date_of_the_period_are_given_out() -> None:
    story = history(a_consultant(hired="11-02"))
    assert dates("holding-drought", story, since="11-02", until="11-08") == []
    assert dates("holding-drought", story, since="11-02", until="11-09") == ["11-09"]


def test_ids_compare_as_text() -> None:
    story = history(a_consultant("9", hired="11-02"), a_consultant("10", hired="11-02"))
    lines = found("holding-drought", story, until="11-10")
    assert [line.staff_id for line in lines] == ["10", "9"]
