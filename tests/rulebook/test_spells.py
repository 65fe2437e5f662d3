"""Rulebook 4: who has which customer when, what its first contact is, and which dates are waived."""

import pytest

from tests.builders import (
    Record,
    a_call,
    a_consultant,
    a_customer,
    a_deal,
    a_follow_up,
    a_transfer,
    a_visit,
    a_waiver,
    history,
)
from tests.rulebook.ask import dates
from tests.rulebook.stories import caller, visitor, who_and_when

MISSED = "followup-missed"
CALL = "callin-missed"


# spells: where they begin


def test_the_first_spell_begins_on_the_date_of_the_first_contact_with_the_owner_in_customers() -> None:
    assert who_and_when(MISSED, visitor(), until="11-09") == [("A", "11-05"), ("A", "11-09")]


def test_the_owner_in_customers_is_the_first_owner_even_if_another_received_the_customer() -> None:
    story = history(a_consultant("A"), a_consultant("B"), a_customer("C", "A"), a_visit("C", "B", "11-02"))
    assert who_and_when(MISSED, story, until="11-05") == [("A", "11-05")]


def test_a_transfer_begins_a_spell_on_its_date() -> None:
    story = visitor(a_transfer("C", "11-04", "B"))
    assert who_and_when(MISSED, story, until="11-10") == [("B", "11-09")]  # 7 November is a Saturday


def test_a_transfer_on_the_due_date_comes_before_the_entry_and_one_the_day_after_does_not() -> None:
    on_due = visitor(a_transfer("C", "11-05", "B"))
    after = visitor(a_transfer("C", "11-06", "B"))
    assert who_and_when(MISSED, on_due, until="11-09") == [("B", "11-09")]
    assert who_and_when(MISSED, after, until="11-09") == [("A", "11-05"), ("B", "11-09")]


def test_a_transfer_before_the_first_contact_begins_on_the_date_of_it() -> None:
    story = visitor(a_transfer("C", "10-20", "B"))
    assert who_and_when(MISSED, story, until="11-05") == [("B", "11-05")]


def test_of_several_transfers_that_fall_on_the_first_contact_the_latest_stands() -> None:
    story = visitor(
        a_transfer("C", "10-25", "M"), a_transfer("C", "11-02", "B"), a_transfer("C", "10-20", None)
    )
    assert who_and_when(MISSED, story, until="11-05") == [("B", "11-05")]


def test_a_transfer_on_the_first_contact_replaces_the_first_owner_there() -> None:
    assert who_and_when(MISSED, visitor(a_transfer("C", "11-02", None)), until="11-30") == []


def test_a_transfer_to_the_one_who_has_the_customer_changes_nothing() -> None:
    story = visitor(a_transfer("C", "11-04", "A"))
    assert who_and_when(MISSED, story, until="11-06") == [("A", "11-05")]


def test_the_rows_of_transfers_need_no_order() -> None:
    rows = [a_transfer("C", "11-10", "A"), a_transfer("C", "11-03", "B")]
    assert who_and_when(MISSED, visitor(rows), until="11-13") == [
        ("B", "11-06"),
        ("B", "11-09"),
        ("A", "11-13"),
    ]


def test_the_public_pool_ends_the_spell_and_nobody_has_a_duty() -> None:
    assert dates(MISSED, visitor(a_transfer("C", "11-06", None))) == ["11-05"]
    assert dates(MISSED, visitor(a_transfer("C", "11-05", None))) == []


def test_taken_out_of_the_pool_by_the_same_person_a_new_spell_begins() -> None:
    story = visitor(a_transfer("C", "11-04", None), a_transfer("C", "11-10", "A"))
    assert dates(MISSED, story, until="11-13") == ["11-13"]


def test_from_the_pool_to_the_pool_nothing_changes() -> None:
    story = visitor(a_transfer("C", "11-04", None), a_transfer("C", "11-10", None))
    assert dates(MISSED, story) == []


def test_a_spell_of_somebody_outside_section_4_has_no_clock_but_ends_the_one_before() -> None:
    assert dates(MISSED, visitor(a_transfer("C", "11-06", "M"))) == ["11-05"]
    other_trade = history(a_consultant("A", trade="auto"), a_customer(), a_visit("C", "A", "11-02"))
    assert dates(MISSED, other_trade) == []


# spells: where they end


def test_a_spell_ends_the_day_before_the_next() -> None:
    story = visitor(a_transfer("C", "11-09", "B"))
    assert who_and_when(MISSED, story, until="11-12") == [("A", "11-05"), ("B", "11-12")]


def test_a_spell_ends_the_day_before_the_first_contract() -> None:
    assert dates(MISSED, visitor(a_deal("C", "A", contract="11-05"))) == []
    day_after = visitor(a_deal("C", "A", contract="11-06"))
    assert dates(MISSED, day_after) == ["11-05"]


def test_a_later_contract_does_not_open_it_again() -> None:
    deals = [a_deal("C", "B", contract="11-06"), a_deal("C", "A", contract="11-20")]
    assert dates(MISSED, visitor(deals)) == ["11-05"]
    assert dates(MISSED, visitor(deals[::-1])) == ["11-05"]


def test_a_contract_ends_the_tracking_whatever_became_of_the_deal() -> None:
    cancelled = a_deal("C", "A", contract="11-06", cancelled="11-06")
    assert dates(MISSED, visitor(cancelled)) == ["11-05"]


def test_the_contract_of_another_of_the_household_does_not_end_the_spell() -> None:
    spouse = [a_customer("S", "M", "11-02"), a_deal("S", "M", contract="11-06")]
    story = visitor(spouse, household="H")
    for row in story["customers"]:
        row["household"] = "H"
    assert dates(MISSED, story, until="11-13") == [
        "11-05",
        "11-09",
        "11-12",
    ]  # its date is a record: 9 = 6 + 3


def test_a_deposit_does_not_end_the_spell() -> None:
    assert dates(MISSED, visitor(a_deal("C", "A", holding="11-05")), until="11-09") == ["11-09"]


def test_a_spell_ends_the_day_before_the_customer_asked_not_to_be_contacted() -> None:
    assert dates(MISSED, visitor(opted_out="11-05")) == []
    assert dates(MISSED, visitor(opted_out="11-06")) == ["11-05"]


def test_a_spell_ends_with_the_employment_of_its_owner() -> None:
    def leaving(left: str) -> list[str]:
        return dates(MISSED, history(a_consultant("A", left=left), a_customer(), a_visit("C", "A", "11-02")))

    assert leaving("11-04") == []
    assert leaving("11-05") == ["11-05"]


def test_a_spell_ends_with_the_as_of() -> None:
    assert dates(MISSED, visitor(), until="11-04") == []
    assert dates(MISSED, visitor(), until="11-05") == ["11-05"]


def test_a_spell_that_ends_before_it_begins_is_nothing() -> None:
    assert dates(MISSED, visitor(opted_out="11-02")) == []
    assert dates(MISSED, visitor(a_deal("C", "A", contract="11-02"))) == []


def test_a_spell_that_ends_before_the_records_begin_is_nothing() -> None:
    story = visitor(a_transfer("C", "11-09", "M"))
    assert dates(MISSED, story, records_begin="11-08", followup_every_days=1) == []
    assert dates(MISSED, story, records_begin="11-06", followup_every_days=1) == []  # 7 and 8 are a weekend
    assert dates(MISSED, story, records_begin="11-05", followup_every_days=1) == ["11-06"]


# first contact


def test_a_customer_without_contacts_counts_as_one_that_visited_first() -> None:
    story = history(a_consultant("A"), a_customer("C", "A", "11-02"))
    assert (dates(MISSED, story, until="11-05"), dates(CALL, story)) == (["11-05"], [])


def test_the_first_contact_is_the_earliest() -> None:
    story = history(
        a_consultant("A"),
        a_customer("C", "A", "11-02 10:00"),
        a_visit("C", "A", "11-02 10:00:01", contact_id="K1"),
        a_call("C", "A", "11-02 10:00:00", contact_id="K2"),
    )
    assert (dates(CALL, story, until="11-06"), dates(MISSED, story, until="11-06")) == ([], ["11-05"])
    later_visit = history(*story_of_a_call_and_a_visit_on("11-03"))
    assert dates(MISSED, later_visit, until="11-06") == ["11-06"]


def story_of_a_call_and_a_visit_on(on: str) -> list[Record]:
    return [a_consultant("A"), a_customer(), a_call("C", "A", "11-02"), a_visit("C", "A", on)]


@pytest.mark.parametrize(("call_id", "visit_id", "called"), [("K1", "K2", True), ("K9", "K10", False)])
def test_of_two_contacts_at_one_time_the_smaller_id_is_the_first(
    call_id: str, visit_id: str, called: bool
) -> None:
    """K10 is smaller than K9: ids compare as text. Who visited on the first date has no calls to miss
    either way, so the visit here is a follow-up."""
    story = history(
        a_consultant("A"),
        a_customer(),
        a_call("C", "A", "11-02", contact_id=call_id),
        a_follow_up("C", "A", "11-02", contact_id=visit_id),
    )
    assert dates(CALL, story, until="11-03") == (["11-03"] if called else [])


def test_a_first_contact_that_is_a_follow_up_is_no_call() -> None:
    story = history(a_consultant("A"), a_customer(), a_follow_up("C", "A", "11-02"))
    assert (dates(CALL, story), dates(MISSED, story, until="11-05")) == ([], ["11-05"])


def test_first_contact_and_first_visit_are_by_whomever_of_the_staff() -> None:
    story = history(a_consultant("A"), a_customer(), a_call("C", "M", "11-02"), a_visit("C", "M", "11-04"))
    assert dates(CALL, story) == ["11-03"]
    assert dates(MISSED, story, until="11-09") == ["11-09"]


# waived


def test_a_waiver_covers_its_first_and_its_last_date() -> None:
    # every workday from the 3rd to the 10th is missed but for the waived ones
    story = caller(a_waiver("C", "11-04", "11-06"))
    assert dates(CALL, story, until="11-10") == ["11-03", "11-09", "11-10"]


def test_a_waiver_counts_whenever_it_was_signed() -> None:
    assert dates(CALL, caller(a_waiver("C", "11-03", "11-03", signed="11-29")), until="11-04") == ["11-04"]


def test_a_waiver_without_an_end_never_ends() -> None:
    assert dates(CALL, caller(a_waiver("C", "11-04", None))) == ["11-03"]


def test_a_waiver_is_for_its_customer_and_not_for_the_household() -> None:
    spouse = [a_customer("S", "M", "11-02", household="H")]
    story = caller(spouse, a_waiver("S", "11-03", None), household="H")
    assert dates(CALL, story, until="11-03") == ["11-03"]
