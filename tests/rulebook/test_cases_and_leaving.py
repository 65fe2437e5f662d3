"""Rulebook 8: cases and leaving; for everyone of the staff."""

from typing import Any

import pytest

from tests.builders import Record, a_case, a_consultant, a_person, a_resignation, history
from tests.rulebook.ask import amounts, dates, entries, found

LEAVING = "resignation-deduction"
KINDS = ["foreign_product", "attribution_error", "attribution_fraud"]


def of_cases(*told: Record, until: str = "11-30") -> list[tuple[str, str]]:
    """What the cases of a person to whom sections 3 to 7 do not apply gave."""
    story = history(a_person("A", "front_desk"), *told)
    lines = entries(story, until=until)
    assert {(line.amount, line.absent_days, line.customer_id) for line in lines} <= {("", "", "")}
    return [(line.rule, line.on[5:]) for line in lines]


# 8.1


@pytest.mark.parametrize("kind", KINDS)
def test_a_case_gives_a_severe_warning_and_no_award_on_its_date(kind: str) -> None:
    assert of_cases(a_case("A", "11-10", kind)) == [
        ("award-ineligible", "11-10"),
        ("severe-warning", "11-10"),
    ]


@pytest.mark.parametrize("kind", KINDS)
def test_an_especially_serious_one_also_gives_dismissal(kind: str) -> None:
    assert of_cases(a_case("A", "11-10", kind, "especially_serious")) == [
        ("award-ineligible", "11-10"),
        ("dismissal", "11-10"),
        ("severe-warning", "11-10"),
    ]


def test_two_cases_on_one_date_give_two_of_each() -> None:
    told = [a_case("A", "11-10", "foreign_product"), a_case("A", "11-10", "attribution_error")]
    assert [rule for rule, _ in of_cases(*told)] == ["award-ineligible"] * 2 + ["severe-warning"] * 2


def test_a_case_of_a_later_date_is_not_looked_at() -> None:
    assert of_cases(a_case("A", "11-10"), until="11-09") == []
    assert len(of_cases(a_case("A", "11-10"), until="11-10")) == 2


# 8.2


def leaving(*told: Record, **parameters: Any) -> list[tuple[str, str]]:
    story = history(a_person("A", "hr"), *told)
    return [(line.on, line.amount) for line in found(LEAVING, story, until="2027-03-31", **parameters)]


def test_thirty_dates_of_notice_are_enough_and_twenty_nine_are_not() -> None:
    assert leaving(a_resignation("A", "11-01", "12-01")) == []
    assert leaving(a_resignation("A", "11-01", "11-30")) == [("2026-11-30", "-9500.00")]


def test_loans_that_are_not_cleared_cost_the_same() -> None:
    told = a_resignation("A", "10-01", "11-30", loans_cleared=False)
    assert leaving(told) == [("2026-11-30", "-9500.00")]


def test_both_faults_together_cost_it_once() -> None:
    assert len(leaving(a_resignation("A", "11-20", "11-30", loans_cleared=False))) == 1


def test_it_is_half_the_attendance_pay_and_all_of_the_bonus() -> None:
    assert leaving(a_resignation("A", "11-20", "11-30", attendance_pay="1000", sales_bonus="1")) == [
        ("2026-11-30", "-501.00")
    ]


def test_half_a_fen_is_rounded_up_in_magnitude() -> None:
    told = a_resignation("A", "11-20", "11-30", attendance_pay="0.01", sales_bonus="0")
    assert leaving(told) == [("2026-11-30", "-0.01")]


@pytest.mark.parametrize("unknown", ["attendance_pay", "sales_bonus"])
def test_if_either_is_not_known_the_amount_is_empty(unknown: str) -> None:
    assert leaving(a_resignation("A", "11-20", "11-30", **{unknown: None})) == [("2026-11-30", "")]


def test_known_pays_of_zero_make_zero() -> None:
    told = a_resignation("A", "11-20", "11-30", attendance_pay=0, sales_bonus=0)
    assert leaving(told) == [("2026-11-30", "0.00")]


def test_it_is_dated_on_the_last_day_and_not_looked_at_before() -> None:
    story = history(a_person("A", "hr"), a_resignation("A", "11-10", "11-20"))
    assert dates(LEAVING, story, until="11-19") == []
    assert dates(LEAVING, story, until="11-20") == ["11-20"]


def test_two_resignations_that_end_on_one_date_each_count_ordered_by_amount() -> None:
    told = [a_resignation("A", "11-20", "11-30"), a_resignation("A", "11-21", "11-30", sales_bonus=9000)]
    unknown = a_resignation("A", "11-22", "11-30", sales_bonus=None)
    assert [amount for _, amount in leaving(*told, unknown)] == ["", "-10500.00", "-9500.00"]


def test_notice_days_is_the_number_that_counts() -> None:
    assert leaving(a_resignation("A", "11-20", "11-30"), notice_days=10) == []
    assert len(leaving(a_resignation("A", "11-20", "11-30"), notice_days=11)) == 1


def test_it_applies_to_consultants_as_to_everyone() -> None:
    story = history(a_consultant("A"), a_resignation("A", "11-10", "11-20"), a_case("A", "11-10"))
    assert amounts(LEAVING, story) == ["-9500.00"]
    assert dates("severe-warning", story) == ["11-10"]
