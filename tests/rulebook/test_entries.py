"""Rulebook 2: what an entry is, and the order of entries."""

import pytest

from tests.builders import (
    Rows,
    a_call,
    a_case,
    a_consultant,
    a_customer,
    a_deal,
    a_quota,
    a_report,
    a_resignation,
    a_visit,
    history,
)
from tests.rulebook.ask import SECOND, entries
from tests.strategies import random_question


def everything() -> Rows:
    """A month of one consultant in which every rule applies at least once."""
    customers = [a_customer(f"C{number}", "A", "11-02") for number in range(8)]
    visits = [a_visit(f"C{number}", "A", "11-04") for number in range(6)]
    calls = [a_call("C6", "A", "11-02", recorded="11-03")]
    deposits = [a_deal("C7", "A", holding=on) for on in ("11-16", "11-17", "11-18") for _ in range(2)]
    return history(
        a_consultant("A", hired="11-01", probation_months=3, base_pay="4200", variable_pay="1500"),
        a_consultant("B", hired="2024-11-01", variable_pay="1500"),
        a_consultant("C", hired="2024-11-01"),
        [*customers, *visits, *calls, *deposits],
        a_deal("C7", "A", contract="11-18", units=12),
        a_deal("C7", "C", contract="11-19"),
        a_report("A", "11-05", false=True),
        [a_quota(staff_id, "2026-11", 20) for staff_id in "ABC"],
        a_case("A", "11-06", severity="especially_serious"),
        a_resignation("A", "11-10", "11-30"),
    )


ALL = {
    "award-ineligible",
    "callin-missed",
    "dismissal",
    "early-confirmation",
    "followup-missed",
    "holding-drought",
    "quota-missed",
    "report-false",
    "report-untracked",
    "resignation-deduction",
    "severe-warning",
    "six-groups-no-deposit",
    "subscription-drought",
    "training-notice",
    "two-deposits-3-days",
    "two-deposits-day",
}


def test_the_codes_are_those_of_the_rulebook() -> None:
    assert {line.rule for line in entries(everything())} == ALL


def test_rewards_are_positive_and_deductions_negative() -> None:
    signs = {line.rule: line.amount[:1] for line in entries(everything()) if line.amount}
    rewards = {rule for rule, sign in signs.items() if sign != "-"}
    assert rewards == {"two-deposits-day", "two-deposits-3-days"}


def test_only_section_4_names_a_customer() -> None:
    rules = {line.rule for line in entries(everything()) if line.customer_id}
    assert rules == {"callin-missed", "followup-missed"}


def test_only_section_5_names_absent_days() -> None:
    days = {(line.rule, line.absent_days) for line in entries(everything()) if line.absent_days}
    assert days == {("report-false", "1"), ("report-untracked", "0.5")}


def test_where_no_money_moves_the_amount_is_empty() -> None:
    empty = {line.rule for line in entries(everything()) if not line.amount and line.staff_id == "A"}
    assert empty == {"award-ineligible", "dismissal", "severe-warning", "early-confirmation"}


def test_amounts_have_two_decimals_and_no_negative_zero() -> None:
    story = history(a_consultant("A", base_pay=0, variable_pay=0), a_quota("A", "2026-11", 1))
    amounts = {line.amount for line in entries(story)}
    assert amounts == {"0.00", "-40.00", "-50.00"}


def test_a_deduction_of_a_fine_that_was_set_to_nothing_is_zero() -> None:
    story = history(a_consultant("A"))
    lines = [line for line in entries(story, holding_fine=0) if line.rule == "holding-drought"]
    assert {line.amount for line in lines} == {"0.00"}


def test_a_fine_in_fractions_of_a_fen_is_rounded_half_up() -> None:
    story = history(a_consultant("A"))
    lines = [line for line in entries(story, holding_fine="33.335") if line.rule == "holding-drought"]
    assert {line.amount for line in lines} == {"-33.34"}


def test_entries_that_agree_in_all_columns_stay() -> None:
    told = [a_resignation("A", "11-10", "11-20"), a_resignation("A", "11-11", "11-20")]
    lines = [
        line for line in entries(history(a_consultant("A"), told)) if line.rule == "resignation-deduction"
    ]
    assert len(lines) == 2
    assert lines[0][:6] == lines[1][:6]


def test_entries_are_ordered_by_date_person_rule_customer_and_amount() -> None:
    lines = entries(everything())
    keys = [(line.on, line.staff_id, line.rule, line.customer_id) for line in lines]
    assert keys == sorted(keys)


@pytest.mark.parametrize("seed", range(5))
def test_entries_of_random_workbooks_are_ordered_too(seed: int) -> None:
    question = random_question(seed)
    lines = entries(question.rows, "2000-01-01", question.until)
    keys = [(line.on, line.staff_id, line.rule, line.customer_id) for line in lines]
    assert keys == sorted(keys)


def test_every_entry_says_what_it_rests_on() -> None:
    if SECOND:
        return  # the second reading gives no evidence
    assert all(line.evidence for line in entries(everything()))


def test_the_evidence_of_a_missed_call_names_the_first_contact() -> None:
    if SECOND:
        return
    story = everything()
    call = next(row["contact_id"] for row in story["contacts"] if row["kind"] == "call_in")
    assert all(call in line.evidence for line in entries(story) if line.rule == "callin-missed")
