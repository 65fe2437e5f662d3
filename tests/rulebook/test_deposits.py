"""Rulebook 3: rewards for holding deposits, deductions for droughts."""

from collections.abc import Iterable
from typing import Any

from tests.builders import (
    Record,
    a_consultant,
    a_customer,
    a_deal,
    a_follow_up,
    a_roster_row,
    a_visit,
    history,
)
from tests.rulebook.ask import amounts, dates, entries, found

Told = Record | Iterable[Record]


def team(*told: Told) -> dict[str, list[dict[str, object]]]:
    """A consultant A, new on Monday 2 November, with a customer C; and what else the test tells."""
    return history(a_consultant("A", hired="11-02"), a_customer("C", "A", "11-02"), *told)


def holding(*days: str) -> list[Record]:
    return [a_deal("C", "A", holding=on) for on in days]


def two(*days: str) -> list[Record]:
    return [*holding(*days), *holding(*days)]


def subscriptions(*days: str) -> list[Record]:
    return [a_deal("C", "A", holding=on, subscription=on) for on in days]


# 3.1


def test_one_holding_deposit_on_a_date_earns_nothing() -> None:
    assert dates("two-deposits-day", team(holding("11-03", "11-04"))) == []


def test_two_holding_deposits_on_one_date_earn_ten_yuan() -> None:
    story = team(two("11-03"))
    assert dates("two-deposits-day", story) == ["11-03"]
    assert amounts("two-deposits-day", story) == ["10.00"]


def test_four_holding_deposits_on_one_date_earn_it_once() -> None:
    assert dates("two-deposits-day", team(two("11-03"), two("11-03"))) == ["11-03"]


def test_two_holding_deposits_on_a_rest_day_earn_it_too() -> None:
    assert dates("two-deposits-day", team(two("11-08"))) == ["11-08"]


def test_two_holding_deposits_outside_the_employment_earn_nothing() -> None:
    story = history(
        a_consultant("A", hired="11-03", left="11-05"),
        a_customer("C", "A", "11-02"),
        two("11-02", "11-03", "11-05", "11-06"),
    )
    assert dates("two-deposits-day", story) == ["11-03", "11-05"]


# 3.2


def test_three_workdays_in_a_row_with_two_deposits_earn_fifteen_on_top() -> None:
    story = team(two("11-03", "11-04", "11-05"))
    assert dates("two-deposits-3-days", story) == ["11-05"]
    assert amounts("two-deposits-3-days", story) == ["15.00"]
    assert dates("two-deposits-day", story) == ["11-03", "11-04", "11-05"]


def test_two_such_days_earn_no_run() -> None:
    assert dates("two-deposits-3-days", team(two("11-03", "11-04"))) == []


def test_a_workday_with_one_deposit_breaks_the_run() -> None:
    story = team(two("11-03", "11-04", "11-06"), holding("11-05"))
    assert dates("two-deposits-3-days", story) == []


def test_a_weekend_without_deposits_does_not_break_the_run() -> None:
    assert dates("two-deposits-3-days", team(two("11-05", "11-06", "11-09"))) == ["11-09"]


def test_a_weekend_date_with_two_deposits_adds_to_the_run() -> None:
    assert dates("two-deposits-3-days", team(two("11-05", "11-06", "11-07"))) == ["11-07"]


def test_a_weekend_date_with_one_deposit_changes_nothing() -> None:
    story = team(two("11-05", "11-06", "11-09"), holding("11-07"))
    assert dates("two-deposits-3-days", story) == ["11-09"]


def test_leave_does_not_break_the_run() -> None:
    story = team(two("11-03", "11-04", "11-06"), a_roster_row("A", "11-05", "leave"))
    assert dates("two-deposits-3-days", story) == ["11-06"]


def test_after_a_run_the_count_is_zero_again() -> None:
    five = team(two("11-02", "11-03", "11-04", "11-05", "11-06"))
    six = team(two("11-02", "11-03", "11-04", "11-05", "11-06", "11-09"))
    assert dates("two-deposits-3-days", five) == ["11-04"]
    assert dates("two-deposits-3-days", six) == ["11-04", "11-09"]


# 3.3


def visits(*days: str, name: str = "V") -> list[Record]:
    """One visitor of its own household for each date named; a date named twice has two."""
    told: list[Record] = []
    for number, on in enumerate(days):
        customer_id = f"{name}{number}"
        told += [a_customer(customer_id, "M", on), a_visit(customer_id, "A", on)]
    return told


SIX = ("11-02", "11-02", "11-03", "11-03", "11-04", "11-04")
GROUPS = "six-groups-no-deposit"


def test_six_groups_in_three_workdays_without_a_deposit_cost_thirty() -> None:
    story = team(visits(*SIX))
    assert dates(GROUPS, story, until="11-05") == ["11-04"]
    assert amounts(GROUPS, story, until="11-05") == ["-30.00"]


def test_five_groups_cost_nothing() -> None:
    assert dates(GROUPS, team(visits(*SIX[1:]))) == []


def test_more_than_six_groups_cost_it_once() -> None:
    assert dates(GROUPS, team(visits(*SIX, "11-03", "11-04"))) == ["11-04"]


def test_six_groups_over_four_workdays_cost_nothing() -> None:
    assert dates(GROUPS, team(visits("11-02", "11-02", "11-03", "11-04", "11-05", "11-05"))) == []


def test_a_holding_deposit_on_any_of_the_three_days_saves_it() -> None:
    for on in ("11-02", "11-03", "11-04"):
        assert dates(GROUPS, team(visits(*SIX), holding(on)), until="11-04") == []


def test_a_holding_deposit_the_day_after_does_not_save_it() -> None:
    assert dates(GROUPS, team(visits(*SIX), holding("11-05"))) == ["11-04"]


def test_a_deposit_cancelled_on_its_date_does_not_save_it() -> None:
    cancelled = a_deal("C", "A", holding="11-03", cancelled="11-03")
    assert dates(GROUPS, team(visits(*SIX), cancelled)) == ["11-04"]


def test_groups_of_a_weekend_between_the_workdays_count() -> None:
    story = team(visits("11-05", "11-06", "11-07", "11-07", "11-08", "11-09"))
    assert dates(GROUPS, story) == ["11-09"]


def test_a_deposit_on_a_weekend_between_the_workdays_saves_it() -> None:
    story = team(visits("11-05", "11-06", "11-07", "11-07", "11-08", "11-09"), holding("11-07"))
    assert dates(GROUPS, story) == []


def test_groups_before_the_first_and_after_the_last_of_the_three_do_not_count() -> None:
    story = team(visits("11-07", "11-08", "11-09", "11-10", "11-11", "11-14"))
    assert dates(GROUPS, story) == []


def test_the_entry_is_on_the_first_workday_that_completes_six() -> None:
    story = team(visits("11-03", "11-03", "11-03", "11-04", "11-04", "11-04"))
    assert dates(GROUPS, story) == ["11-04"]


def test_the_three_must_be_workdays_of_the_walk() -> None:
    story = team(visits("11-02", "11-02", "11-02", "11-03", "11-03", "11-03"))
    assert dates(GROUPS, story) == ["11-04"]  # the third workday of the employment


def test_a_workday_used_by_an_entry_is_not_used_again() -> None:
    story = team(visits(*SIX, *["11-05"] * 4))
    assert dates(GROUPS, story) == ["11-04"]


def test_the_next_three_begin_after_an_entry() -> None:
    story = team(visits(*SIX, "11-05", "11-05", "11-06", "11-06", "11-09", "11-09"))
    assert dates(GROUPS, story) == ["11-04", "11-09"]


def test_without_an_entry_the_three_move_on_by_one_workday() -> None:
    story = team(visits("11-03", "11-03", "11-04", "11-04", "11-05", "11-05"))
    assert dates(GROUPS, story) == ["11-05"]


def test_a_rest_day_of_the_person_is_none_of_the_three() -> None:
    story = team(
        visits("11-02", "11-02", "11-03", "11-03", "11-05", "11-05"), a_roster_row("A", "11-04", "rest")
    )
    assert dates(GROUPS, story) == ["11-05"]


def test_two_visits_of_a_household_on_one_date_are_one_group() -> None:
    couple = [
        a_customer("W", "A", "11-04", household="H"),
        a_customer("X", "A", "11-04", household="H"),
        a_visit("W", "A", "11-04 10:00"),
        a_visit("X", "A", "11-04 15:00"),
    ]
    assert dates(GROUPS, team(visits(*SIX[:4]), couple)) == []
    assert dates(GROUPS, team(visits(*SIX[:5]), couple)) == ["11-04"]


def test_two_visits_of_one_customer_on_one_date_are_one_group() -> None:
    again = a_visit("V0", "A", "11-02 16:00")
    assert dates(GROUPS, team(visits(*SIX[:5]), again)) == []


def test_visits_on_two_dates_are_two_groups() -> None:
    again = a_visit("V0", "A", "11-03 16:00")
    assert dates(GROUPS, team(visits(*SIX[:5]), again)) == ["11-04"]


def test_customers_with_an_empty_household_are_not_one() -> None:
    told = [("customers", row | {"household": ""}) if table == "customers" else (table, row)
            for table, row in visits(*SIX)]  # fmt: skip
    assert dates(GROUPS, team(told)) == ["11-04"]


def test_calls_and_follow_ups_are_no_groups() -> None:
    told = [a_follow_up("V0", "A", f"11-04 1{hour}:00") for hour in range(6)]
    assert dates(GROUPS, team(visits(*SIX[:5]), told)) == []


def test_a_visit_received_by_somebody_else_is_not_ones_own_group() -> None:
    other = [a_customer("W", "A", "11-04"), a_visit("W", "M", "11-04")]
    assert dates(GROUPS, team(visits(*SIX[:5]), other)) == []


def test_a_visit_that_reached_nothing_and_was_recorded_late_is_a_group() -> None:
    other = [a_customer("W", "M", "11-04"), a_visit("W", "A", "11-04", recorded="11-09", effective=False)]
    assert dates(GROUPS, team(visits(*SIX[:5]), other)) == ["11-04"]


def buyer(**deal: Any) -> list[Record]:
    """A sixth visitor on 4 November, whose deal is somebody else's."""
    return [a_customer("W", "M", "10-01"), a_visit("W", "A", "11-04"), a_deal("W", "M", **deal)]


def test_a_visit_after_a_deposit_is_service_and_no_group() -> None:
    assert dates(GROUPS, team(visits(*SIX[:5]), buyer(holding="11-03"))) == []
    assert dates(GROUPS, team(visits(*SIX[:5]), buyer(subscription="11-03"))) == []


def test_a_visit_on_the_date_of_the_deposit_is_a_group() -> None:
    assert dates(GROUPS, team(visits(*SIX[:5]), buyer(holding="11-04"))) == ["11-04"]


def test_a_cancelled_deposit_makes_the_visit_service_all_the_same() -> None:
    assert dates(GROUPS, team(visits(*SIX[:5]), buyer(holding="11-02", cancelled="11-02"))) == []


def test_a_deposit_of_another_of_the_household_makes_the_visit_service() -> None:
    spouse = [
        a_customer("W", "M", "10-01", household="H"),
        a_customer("X", "M", "10-01", household="H"),
        a_visit("W", "A", "11-04"),
        a_deal("X", "M", holding="11-03"),
    ]
    assert dates(GROUPS, team(visits(*SIX[:5]), spouse)) == []


# 3.4

HOLDING = "holding-drought"


def test_six_workdays_without_a_holding_deposit_cost_fifty() -> None:
    story = team()
    assert dates(HOLDING, story, until="11-10") == ["11-09"]
    assert amounts(HOLDING, story, until="11-10") == ["-50.00"]
    assert dates(HOLDING, story, until="11-08") == []


def test_after_the_entry_the_drought_begins_anew() -> None:
    assert dates(HOLDING, team(), until="11-17") == ["11-09", "11-17"]


def test_a_holding_deposit_sets_the_drought_to_zero_on_its_date() -> None:
    assert dates(HOLDING, team(holding("11-09")), until="11-17") == ["11-17"]
    assert dates(HOLDING, team(holding("11-06")), until="11-16") == ["11-16"]


def test_a_holding_deposit_on_a_rest_day_ends_the_drought_too() -> None:
    assert dates(HOLDING, team(holding("11-08")), until="11-16") == ["11-16"]


def test_a_rest_day_of_the_roster_does_not_add_to_the_drought() -> None:
    assert dates(HOLDING, team(a_roster_row("A", "11-04", "rest")), until="11-12") == ["11-10"]


def test_a_working_sunday_adds_to_the_drought() -> None:
    assert dates(HOLDING, team(a_roster_row("A", "11-08", "work")), until="11-09") == ["11-08"]


def test_a_deposit_cancelled_on_its_date_does_not_end_the_drought() -> None:
    cancelled = a_deal("C", "A", holding="11-04", cancelled="11-04")
    assert dates(HOLDING, team(cancelled), until="11-10") == ["11-09"]


# 3.5

SUBSCRIPTION = "subscription-drought"


def test_ten_dates_without_a_subscription_cost_forty() -> None:
    story = team()
    assert dates(SUBSCRIPTION, story, until="11-11") == ["11-11"]
    assert amounts(SUBSCRIPTION, story, until="11-11") == ["-40.00"]
    assert dates(SUBSCRIPTION, story, until="11-10") == []


def test_after_the_entry_ten_dates_begin_anew() -> None:
    assert dates(SUBSCRIPTION, team(), until="11-21") == ["11-11", "11-21"]


def test_a_subscription_sets_the_count_to_zero_on_its_date() -> None:
    assert dates(SUBSCRIPTION, team(subscriptions("11-11")), until="11-21") == ["11-21"]
    assert dates(SUBSCRIPTION, team(subscriptions("11-10")), until="11-21") == ["11-20"]


def test_a_date_of_leave_changes_nothing() -> None:
    assert dates(SUBSCRIPTION, team(a_roster_row("A", "11-04", "leave")), until="11-12") == ["11-12"]


def test_leave_on_a_weekend_changes_nothing_either() -> None:
    assert dates(SUBSCRIPTION, team(a_roster_row("A", "11-08", "leave")), until="11-12") == ["11-12"]


def test_a_rest_day_of_the_roster_counts_as_a_date() -> None:
    assert dates(SUBSCRIPTION, team(a_roster_row("A", "11-04", "rest")), until="11-11") == ["11-11"]


def test_a_subscription_during_leave_ends_the_drought() -> None:
    story = team(a_roster_row("A", "11-04", "leave"), subscriptions("11-04"))
    assert dates(SUBSCRIPTION, story, until="11-14") == ["11-14"]


def test_groups_and_both_droughts_can_fall_on_one_date() -> None:
    story = history(a_consultant("A", hired="11-02"), visits(*["11-09"] * 6))
    lines = [line.rule for line in entries(story, "11-11", "11-11", holding_days=8, groups_days=2, groups=6)
             if line.rule != "report-untracked"]  # fmt: skip
    assert lines == [HOLDING, SUBSCRIPTION]
    on_the_date = {line.rule for line in entries(story, "11-09", "11-09", subscription_days=8)}
    assert {GROUPS, HOLDING, SUBSCRIPTION} <= on_the_date


def test_the_rules_of_section_3_name_no_customer_and_no_absence() -> None:
    story = team(visits(*SIX), two("11-09", "11-10", "11-11"))
    rules = {"two-deposits-day", "two-deposits-3-days", GROUPS, HOLDING, SUBSCRIPTION}
    lines = [line for rule in sorted(rules) for line in found(rule, story)]
    assert {line.rule for line in lines} == rules
    assert {(line.customer_id, line.absent_days) for line in lines} == {("", "")}
