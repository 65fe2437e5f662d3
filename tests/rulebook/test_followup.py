"""Rulebook 4.1 and 4.2: the clocks of callers and visitors, and what counts as a record."""

from typing import Any

import pytest

from tests.builders import (
    Record,
    a_call,
    a_consultant,
    a_contact,
    a_customer,
    a_deal,
    a_follow_up,
    a_manager,
    a_person,
    a_roster_row,
    a_transfer,
    a_visit,
    a_waiver,
    history,
)
from tests.rulebook.ask import amounts, dates, found
from tests.rulebook.stories import caller, visitor, who_and_when

MISSED = "followup-missed"
CALL = "callin-missed"
# A visitor of Monday 2 November whom nobody follows up is missed on these dates:
NEVER = ["11-05", "11-09", "11-12", "11-16", "11-19", "11-23", "11-26", "11-30"]


# 4.1


def test_every_workday_after_the_call_without_a_record_costs_fifty() -> None:
    story = caller()
    assert dates(CALL, story, until="11-10") == ["11-03", "11-04", "11-05", "11-06", "11-09", "11-10"]
    assert set(amounts(CALL, story)) == {"-50.00"}
    assert {line.customer_id for line in found(CALL, story)} == {"C"}


def test_the_first_date_of_the_spell_itself_costs_nothing() -> None:
    handed_over = caller(a_transfer("C", "11-04", "B"))
    assert who_and_when(CALL, handed_over, until="11-05") == [("A", "11-03"), ("B", "11-05")]


def test_from_the_first_visit_on_the_daily_call_is_no_longer_due() -> None:
    assert dates(CALL, caller(a_visit("C", "A", "11-05"))) == ["11-03", "11-04"]


def test_a_visit_counts_even_if_it_was_not_effective_or_recorded_late() -> None:
    story = caller(a_visit("C", "A", "11-05", effective=False, recorded="11-25"))
    assert dates(CALL, story) == ["11-03", "11-04"]


def test_the_visit_of_another_of_the_household_is_a_record_but_no_visit_of_the_customer() -> None:
    spouse = [a_customer("S", "M", "11-04", household="H"), a_visit("S", "M", "11-04")]
    assert dates(CALL, caller(spouse, household="H"), until="11-05") == ["11-03", "11-05"]


def test_a_date_that_is_no_workday_of_the_owner_costs_nothing() -> None:
    story = caller(a_roster_row("A", "11-04", "rest"), a_roster_row("A", "11-07", "work"))
    assert dates(CALL, story, until="11-08") == ["11-03", "11-05", "11-06", "11-07"]


def test_a_date_before_the_records_begin_costs_nothing() -> None:
    assert dates(CALL, caller(), until="11-06", records_begin="11-05") == ["11-05", "11-06"]


def test_a_record_of_the_date_avoids_the_deduction() -> None:
    assert dates(CALL, caller(a_follow_up("C", "A", "11-04")), until="11-05") == ["11-03", "11-05"]


def test_an_attempt_that_reached_nobody_avoids_the_deduction() -> None:
    story = caller(a_follow_up("C", "A", "11-04", effective=False))
    assert dates(CALL, story, until="11-05") == ["11-03", "11-05"]


def test_one_that_did_not_first_call_has_no_daily_calls() -> None:
    assert dates(CALL, visitor(a_call("C", "A", "11-04"))) == []


# record on a date


def recorded(*told: Record | list[Record], **parameters: Any) -> bool:
    """Whether this is a record on 5 November, for a visitor of the 2nd whose household is H."""
    missed = dates(MISSED, visitor(*told, household="H"), until="11-05", **parameters)
    assert missed in ([], ["11-05"])
    return not missed


@pytest.mark.parametrize("kind", ["call_in", "visit", "follow_up"])
def test_a_contact_of_any_kind_is_a_record(kind: str) -> None:
    assert recorded(a_contact(kind, "C", "A", "11-05"))


def test_a_contact_by_anyone_of_the_staff_is_a_record() -> None:
    assert recorded(a_follow_up("C", "M", "11-05"))
    assert recorded(a_person("F", "front_desk"), a_follow_up("C", "F", "11-05"))


def test_a_contact_with_another_of_the_household_is_a_record() -> None:
    spouse = a_customer("S", "M", "11-01", household="H")
    assert recorded(spouse, a_follow_up("S", "M", "11-05"))


def test_a_contact_with_somebody_of_no_household_is_no_record_of_others() -> None:
    stranger = a_customer("S", "M", "11-01")
    story = history(
        a_consultant("A"),
        a_customer("C", "A", "11-02"),
        stranger,
        a_follow_up("S", "M", "11-05", contact_id="X"),
    )
    assert dates(MISSED, story, until="11-05") == ["11-05"]


def test_a_contact_that_was_not_effective_is_a_record() -> None:
    assert recorded(a_follow_up("C", "A", "11-05", effective=False))


def test_a_record_written_down_on_the_next_date_avoids_the_deduction() -> None:
    assert recorded(a_follow_up("C", "A", "11-05 08:00", recorded="11-06 23:59:59"))


def test_a_record_written_down_two_dates_later_does_not_avoid_the_deduction() -> None:
    assert not recorded(a_follow_up("C", "A", "11-05 23:59:59", recorded="11-07 00:00"))


def test_followup_record_within_days_says_how_many_dates() -> None:
    late = a_follow_up("C", "A", "11-05", recorded="11-07 23:59:59")
    assert recorded(late, followup_record_within_days=2)
    assert not recorded(a_follow_up("C", "A", "11-05", recorded="11-06 00:00"), followup_record_within_days=0)


@pytest.mark.parametrize("kind", ["holding", "subscription", "contract"])
def test_a_deposit_or_contract_date_of_the_household_is_a_record(kind: str) -> None:
    spouse = a_customer("S", "M", "11-01", household="H")
    assert recorded(spouse, a_deal("S", "M", **{kind: "11-05"}))


def test_a_deposit_of_a_cancelled_deal_is_a_record_and_its_cancellation_is_none() -> None:
    assert recorded(a_deal("C", "A", holding="11-05", cancelled="11-05"))
    assert not recorded(a_deal("C", "A", holding="10-30", cancelled="11-05"))


def test_a_deposit_of_one_of_no_household_is_no_record_of_others() -> None:
    assert not recorded(a_customer("S", "M", "11-01"), a_deal("S", "M", holding="11-05"))


# 4.2: where the clock starts


def test_a_visitor_not_followed_up_is_missed_every_three_days_moved_to_workdays() -> None:
    story = visitor()
    assert dates(MISSED, story) == NEVER
    assert set(amounts(MISSED, story)) == {"-50.00"}
    assert {line.customer_id for line in found(MISSED, story)} == {"C"}


def test_the_clock_of_one_that_first_called_starts_on_the_first_visit() -> None:
    story = caller(a_visit("C", "A", "11-04"), a_visit("C", "A", "11-06"), first="11-02")
    assert dates(MISSED, story, until="11-10") == ["11-09"]  # 6 + 3; 4 + 3 is a Saturday, and 6 a record


def test_one_that_first_called_and_never_visited_has_no_clock() -> None:
    assert dates(MISSED, caller()) == []


def test_a_visit_after_the_spells_last_date_starts_no_clock_in_it() -> None:
    story = caller(a_transfer("C", "11-05", "B"), a_visit("C", "B", "11-05"))
    assert who_and_when(MISSED, story, until="11-10") == [("B", "11-09")]
    assert who_and_when(CALL, story) == [("A", "11-03"), ("A", "11-04")]


def test_a_visit_on_the_spells_last_date_starts_a_clock_in_it() -> None:
    story = caller(a_visit("C", "A", "11-04"), a_transfer("C", "11-05", "B"))
    assert who_and_when(MISSED, story, until="11-10", followup_every_days=1) == [
        ("B", "11-06"),
        ("B", "11-09"),
        ("B", "11-10"),
    ]


def test_the_clock_of_a_later_owner_starts_with_the_spell_if_the_visit_was_before() -> None:
    story = caller(a_visit("C", "A", "11-03"), a_transfer("C", "11-10", "B"))
    assert who_and_when(MISSED, story, until="11-13") == [("A", "11-06"), ("A", "11-09"), ("B", "11-13")]


def test_the_clock_starts_no_earlier_than_the_records() -> None:
    assert dates(MISSED, visitor(), until="11-12", records_begin="11-04") == ["11-09", "11-12"]
    assert dates(MISSED, visitor(), until="11-09", records_begin="11-01") == ["11-05", "11-09"]


# 4.2: how it runs


def test_a_due_that_is_no_workday_moves_on_to_the_next() -> None:
    assert dates(MISSED, visitor(first="11-04"), until="11-09") == ["11-09"]
    resting = visitor(a_roster_row("A", "11-05", "rest"), a_roster_row("A", "11-06", "leave"))
    assert dates(MISSED, resting, until="11-09") == ["11-09"]
    working = visitor(a_roster_row("A", "11-07", "work"), first="11-04")
    assert dates(MISSED, working, until="11-09") == ["11-07"]


def test_a_due_after_the_owners_last_workday_is_no_due() -> None:
    rest = [a_roster_row("A", "11-05", "rest"), a_roster_row("A", "11-06", "rest")]
    people = [a_consultant("A", left="11-08"), a_customer(), a_visit("C", "A", "11-02")]
    assert dates(MISSED, history(*people, rest)) == []


def test_a_record_up_to_due_moves_the_clock_to_its_date() -> None:
    on_due = visitor(a_follow_up("C", "A", "11-05"))
    before = visitor(a_follow_up("C", "A", "11-03"))
    assert dates(MISSED, on_due, until="11-09") == ["11-09"]
    assert dates(MISSED, before, until="11-08") == ["11-06"]


def test_a_record_the_day_after_due_comes_too_late() -> None:
    assert dates(MISSED, visitor(a_follow_up("C", "A", "11-06")), until="11-09") == ["11-05", "11-09"]


def test_the_clock_moves_to_the_earliest_record_first() -> None:
    story = visitor(a_follow_up("C", "A", "11-03"), a_follow_up("C", "A", "11-05"))
    assert dates(MISSED, story, until="11-09") == ["11-09"]  # 3, then 5, then due on the 8th, a Sunday


def test_a_record_on_the_clocks_own_date_does_not_move_it() -> None:
    assert dates(MISSED, visitor(a_follow_up("C", "A", "11-02 18:00")), until="11-05") == ["11-05"]


def test_a_record_on_a_rest_day_moves_the_clock() -> None:
    story = visitor(a_follow_up("C", "A", "11-05"), a_follow_up("C", "A", "11-08"))
    assert dates(MISSED, story, until="11-11") == ["11-11"]


def test_a_record_between_a_due_on_a_rest_day_and_the_workday_is_in_time() -> None:
    story = visitor(
        a_follow_up("C", "A", "11-08"), first="11-04"
    )  # due on Saturday the 7th, moved to the 9th
    assert dates(MISSED, story, until="11-11") == ["11-11"]


def test_after_a_missed_due_the_clock_goes_on_from_it() -> None:
    assert dates(MISSED, visitor(), until="11-12") == ["11-05", "11-09", "11-12"]


def test_a_due_after_the_spells_last_date_is_not_the_former_owners() -> None:
    story = visitor(a_transfer("C", "11-05", "M"))
    assert dates(MISSED, story) == []


def test_a_waived_due_moves_the_clock_to_the_last_date_of_the_waiver() -> None:
    assert dates(MISSED, visitor(a_waiver("C", "11-05", "11-10")), until="11-13") == ["11-13"]


def test_a_waiver_that_does_not_cover_due_changes_nothing() -> None:
    before, after = a_waiver("C", "11-02", "11-04"), a_waiver("C", "11-06", "11-06")
    assert dates(MISSED, visitor(before, after), until="11-09") == ["11-05", "11-09"]


def test_a_waiver_of_due_alone_moves_the_clock_to_due() -> None:
    assert dates(MISSED, visitor(a_waiver("C", "11-05", "11-05")), until="11-09") == ["11-09"]


def test_of_several_waivers_that_cover_due_the_latest_end_counts() -> None:
    waivers = [a_waiver("C", "11-04", "11-07"), a_waiver("C", "11-05", "11-05")]
    assert dates(MISSED, visitor(waivers), until="11-10") == ["11-10"]  # 7 + 3, not 5 + 3 moved to the 9th
    assert dates(MISSED, visitor(waivers[::-1]), until="11-10") == ["11-10"]


def test_a_waiver_that_begins_after_due_does_not_prolong_the_one_that_covers_it() -> None:
    waivers = [a_waiver("C", "11-05", "11-06"), a_waiver("C", "11-06", "11-08")]
    assert dates(MISSED, visitor(waivers), until="11-10") == ["11-09"]  # 6 + 3


def test_one_that_never_ends_stops_the_clock() -> None:
    waivers = [a_waiver("C", "11-05", None), a_waiver("C", "11-04", "11-06")]
    assert dates(MISSED, visitor(waivers)) == []
    assert dates(MISSED, visitor(a_waiver("C", "11-06", None))) == ["11-05"]


def test_a_record_goes_before_a_waiver() -> None:
    story = visitor(a_waiver("C", "11-05", "11-10"), a_follow_up("C", "A", "11-04"))
    assert dates(MISSED, story, until="11-13") == ["11-13"]  # 4 + 3 is the 9th, waived until the 10th
    early = visitor(
        a_waiver("C", "11-05", "11-10"), a_follow_up("C", "A", "11-03"), a_follow_up("C", "A", "11-06")
    )
    assert dates(MISSED, early, until="11-13") == ["11-13"]


def test_records_during_the_waiver_that_moved_the_clock_no_longer_move_it() -> None:
    story = visitor(a_waiver("C", "11-05", "11-10"), a_follow_up("C", "A", "11-09"))
    assert dates(MISSED, story, until="11-13") == ["11-13"]  # 10 + 3, not 9 + 3


def test_two_customers_of_one_household_each_have_their_own_clock() -> None:
    spouse = [a_customer("S", "A", "11-03", household="H"), a_visit("S", "A", "11-03")]
    story = visitor(spouse, household="H")
    lines = [(line.customer_id, line.on[5:]) for line in found(MISSED, story, until="11-06")]
    assert lines == [("C", "11-06"), ("S", "11-06")]  # the spouse's visit is a record of C's too


def test_each_owner_answers_for_the_dates_of_the_own_spell() -> None:
    story = visitor(a_transfer("C", "11-10", "B"), a_transfer("C", "11-20", "A"))
    assert who_and_when(MISSED, story, until="11-23") == [
        ("A", "11-05"),
        ("A", "11-09"),
        ("B", "11-13"),
        ("B", "11-16"),
        ("B", "11-19"),
        ("A", "11-23"),
    ]


def test_an_owner_hired_later_is_due_from_the_first_workday_on() -> None:
    story = history(a_consultant("A", hired="11-10"), a_customer(), a_visit("C", "M", "11-02"))
    assert dates(MISSED, story, until="11-13") == ["11-10", "11-13"]


def test_a_manager_who_owns_a_customer_is_not_fined() -> None:
    story = history(a_manager("M"), a_customer("C", "M"), a_visit("C", "M", "11-02"))
    assert (dates(MISSED, story), dates(CALL, story)) == ([], [])
