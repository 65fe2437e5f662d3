"""Rulebook 5: the daily report."""

from collections.abc import Iterable
from typing import Any

from tests.builders import (
    Record,
    Rows,
    a_calendar_row,
    a_call,
    a_consultant,
    a_customer,
    a_follow_up,
    a_report,
    a_roster_row,
    a_visit,
    history,
)
from tests.rulebook.ask import dates, found

FALSE = "report-false"
UNTRACKED = "report-untracked"


def a_week(*told: Record | Iterable[Record], base_pay: str | None = "4200", **person: Any) -> Rows:
    """A, from Monday 2 to Friday 6 November, with what is told of reports."""
    return history(a_consultant("A", hired="11-02", left="11-06", base_pay=base_pay, **person), *told)


def reported(*days: str) -> list[Record]:
    return [a_report("A", on) for on in days]


ALL = ("11-02", "11-03", "11-04", "11-05", "11-06")


# 5.1


def test_a_report_found_untrue_counts_as_a_day_absent() -> None:
    story = a_week(reported("11-02", "11-03", "11-05", "11-06"), a_report("A", "11-04", false=True))
    assert [(line.on[5:], line.amount, line.absent_days) for line in found(FALSE, story)] == [
        ("11-04", "-193.10", "1")
    ]
    assert dates(UNTRACKED, story) == []


def test_a_false_report_of_a_rest_day_counts_too() -> None:
    story = history(a_consultant("A", hired="11-02"), a_report("A", "11-08", false=True))
    assert dates(FALSE, story) == ["11-08"]


def test_a_false_report_outside_the_employment_does_not_count() -> None:
    told = [a_report("A", "11-01", false=True), a_report("A", "11-02", false=True)]
    told += [a_report("A", "11-06", false=True), a_report("A", "11-07", false=True)]
    assert dates(FALSE, a_week(told)) == ["11-02", "11-06"]


def test_a_false_report_before_the_records_begin_does_not_count() -> None:
    told = [a_report("A", "11-03", false=True), a_report("A", "11-04", false=True)]
    assert dates(FALSE, a_week(told), records_begin="11-04") == ["11-04"]


def test_a_report_that_is_not_false_costs_nothing() -> None:
    assert dates(FALSE, a_week(reported(*ALL))) == []


# 5.2


def test_a_workday_without_a_report_counts_as_half_a_day_absent() -> None:
    story = a_week(reported("11-02", "11-03", "11-05", "11-06"))
    assert [(line.on[5:], line.amount, line.absent_days) for line in found(UNTRACKED, story)] == [
        ("11-04", "-96.55", "0.5")
    ]


def test_a_report_submitted_at_the_end_of_its_date_is_in_time() -> None:
    story = a_week(reported(*ALL[1:]), a_report("A", "11-02", submitted="11-02 23:59:59"))
    assert dates(UNTRACKED, story) == []


def test_a_report_submitted_at_the_first_second_of_the_next_date_is_not() -> None:
    story = a_week(reported(*ALL[1:]), a_report("A", "11-02", submitted="11-03 00:00:00"))
    assert dates(UNTRACKED, story) == ["11-02"]


def test_a_report_never_submitted_is_none() -> None:
    story = a_week(reported(*ALL[1:]), a_report("A", "11-02", submitted=None))
    assert dates(UNTRACKED, story) == ["11-02"]


def test_the_report_of_another_date_does_not_help() -> None:
    story = a_week(reported(*ALL[1:]), a_report("A", "11-01", submitted="11-02 18:00"))
    assert dates(UNTRACKED, story) == ["11-02"]


def test_the_report_of_another_person_does_not_help() -> None:
    assert dates(UNTRACKED, a_week(reported(*ALL[1:]), a_report("M", "11-02"))) == ["11-02"]


def test_only_workdays_of_the_walk_want_a_report() -> None:
    rest = [
        a_roster_row("A", "11-03", "rest"),
        a_roster_row("A", "11-04", "leave"),
        a_calendar_row("11-05", False),
    ]
    assert dates(UNTRACKED, a_week(rest)) == ["11-02", "11-06"]
    assert dates(UNTRACKED, a_week(rest), records_begin="11-03") == ["11-06"]


def late(kind: str, recorded: str = "11-04 09:00") -> list[Record]:
    make = {"call": a_call, "visit": a_visit, "follow_up": a_follow_up}[kind]
    return [a_customer("C", "M", "11-03"), make("C", "A", "11-03", recorded=recorded)]


def test_a_visit_or_call_written_down_late_costs_half_a_day_despite_the_report() -> None:
    assert dates(UNTRACKED, a_week(reported(*ALL), late("visit"))) == ["11-03"]
    assert dates(UNTRACKED, a_week(reported(*ALL), late("call"))) == ["11-03"]


def test_written_down_on_its_date_it_costs_nothing() -> None:
    assert dates(UNTRACKED, a_week(reported(*ALL), late("visit", "11-03 23:59:59"))) == []


def test_a_follow_up_written_down_late_costs_no_half_day() -> None:
    assert dates(UNTRACKED, a_week(reported(*ALL), late("follow_up"))) == []


def test_the_late_visit_of_another_person_costs_them_and_not_the_owner() -> None:
    other = [a_customer("C", "A", "11-03"), a_visit("C", "M", "11-03", recorded="11-05")]
    assert dates(UNTRACKED, a_week(reported(*ALL), other)) == []


def test_a_late_visit_on_a_rest_day_costs_nothing() -> None:
    story = history(
        a_consultant("A", hired="11-07"),
        a_customer("C", "M", "11-07"),
        a_visit("C", "A", "11-07", recorded="11-09"),
        a_report("A", "11-09"),
    )
    assert dates(UNTRACKED, story, until="11-09") == []


def test_no_report_and_two_late_visits_cost_it_once() -> None:
    again = a_visit("C", "A", "11-03 15:00", recorded="11-05")
    assert dates(UNTRACKED, a_week(reported("11-02", *ALL[2:]), late("visit"), again)) == ["11-03"]


def test_half_a_day_does_not_come_on_top_of_a_false_report() -> None:
    story = a_week(
        reported("11-02", *ALL[2:]), late("visit"), a_report("A", "11-03", submitted=None, false=True)
    )
    assert (dates(FALSE, story), dates(UNTRACKED, story)) == (["11-03"], [])


# the amount


def amounts_of(base_pay: str | None, **parameters: Any) -> set[str]:
    story = a_week(reported(*ALL[1:]), base_pay=base_pay)
    return {line.amount for line in found(UNTRACKED, story, **parameters)}


def test_without_a_known_base_pay_the_amount_is_empty_and_the_days_stand() -> None:
    story = a_week(reported(*ALL[1:]), base_pay=None)
    assert [(line.amount, line.absent_days) for line in found(UNTRACKED, story)] == [("", "0.5")]


def test_a_known_base_pay_of_zero_makes_zero() -> None:
    assert amounts_of("0") == {"0.00"}


def test_the_amount_is_rounded_half_up_to_the_fen() -> None:
    assert amounts_of("5000.50") == {"-114.95"}  # 114.954…
    assert amounts_of("4.35", untracked_report_days="0.025") == {"-0.01"}  # 0.005 exactly
    assert amounts_of("4.34", untracked_report_days="0.025") == {"0.00"}  # 0.00498…


def test_the_amount_divides_by_the_paid_days_of_a_month() -> None:
    assert amounts_of("4200", paid_days_a_month=20) == {"-105.00"}
