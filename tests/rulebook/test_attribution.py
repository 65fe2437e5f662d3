"""Rulebook 9: which deal is whose."""

from collections.abc import Iterable
from typing import Any

import pytest

from tests.builders import (
    Record,
    a_call,
    a_consultant,
    a_customer,
    a_deal,
    a_follow_up,
    a_manager,
    a_person,
    a_visit,
    history,
)
from tests.rulebook.ask import suggestion

Told = Record | Iterable[Record]


def of_deal(*told: Told, on: str = "11-20", **customer: Any) -> dict[str, Any]:
    """What is suggested of a deal of C with a holding deposit on 20 November; A, B and Z are consultants."""
    people = [a_consultant(staff_id) for staff_id in ("A", "B", "Z")]
    deal = a_deal("C", "A", holding=on, subscription="11-28", deal_id="D")
    return suggestion(history(people, a_customer("C", "A", "09-01", **customer), deal, *told))


def suggested(*told: Told, **rest: Any) -> str | None:
    answer: str | None = of_deal(*told, **rest)["suggested"]
    return answer


def candidates(*told: Told, **rest: Any) -> list[str]:
    return [one["staff_id"] for one in of_deal(*told, **rest)["candidates"]]


# the date the deal began


@pytest.mark.parametrize("first", ["holding", "subscription", "contract"])
def test_the_deal_began_on_the_earliest_of_its_dates(first: str) -> None:
    names = ["holding", "subscription", "contract"]
    dates = {name: "11-28" for name in names[names.index(first) + 1 :]} | {first: "11-20"}
    story = history(
        a_consultant("A"),
        a_customer("C", "A", "11-01"),
        a_deal("C", "A", deal_id="D", **dates),
        a_visit("C", "A", "11-05"),
    )
    assert suggestion(story)["candidates"][0]["protected"] is True  # 5 + 15 is the 20th


def test_a_cancelled_deal_began_all_the_same() -> None:
    story = history(
        a_consultant("A"),
        a_customer("C", "A", "11-01"),
        a_deal("C", "A", deal_id="D", holding="11-20", cancelled="11-20"),
        a_visit("C", "A", "11-05"),
    )
    assert suggestion(story)["suggested"] == "A"


# the candidates


def test_a_contact_on_the_date_the_deal_began_makes_a_candidate_and_one_after_it_does_not() -> None:
    assert candidates(a_visit("C", "A", "11-20 23:59:59")) == ["A"]
    assert candidates(a_visit("C", "A", "11-21 00:00:00")) == []


def test_a_contact_of_any_kind_and_effect_makes_a_candidate() -> None:
    told = [
        a_call("C", "A", "11-10"),
        a_follow_up("C", "B", "11-11", effective=False),
        a_visit("C", "Z", "11-12"),
    ]
    assert candidates(told) == ["A", "B", "Z"]


def test_consultants_of_other_trades_and_those_who_left_are_candidates() -> None:
    told = [a_consultant("X", trade="auto"), a_consultant("Y", left="10-01")]
    assert candidates(told, a_visit("C", "X", "11-10"), a_visit("C", "Y", "11-11")) == ["X", "Y"]


def test_people_of_other_roles_are_not() -> None:
    told = [a_person("F", "front_desk"), a_person("S", "store_manager"), a_manager("M")]
    visits = [a_visit("C", staff_id, "11-10") for staff_id in ("F", "S", "M")]
    assert (candidates(told, visits), suggested(told, visits)) == ([], None)


def test_candidates_come_in_the_order_of_their_first_contact() -> None:
    told = [
        a_visit("C", "B", "11-10 10:00:00"),
        a_visit("C", "A", "11-10 10:00:01"),
        a_visit("C", "A", "11-18"),
    ]
    assert candidates(told) == ["B", "A"]


def test_at_one_second_the_smaller_staff_id_is_first() -> None:
    assert candidates([a_visit("C", "B", "11-10"), a_visit("C", "A", "11-10")]) == ["A", "B"]
    assert suggested([a_visit("C", "B", "11-10"), a_visit("C", "A", "11-10")]) == "A"


def test_each_candidate_shows_what_it_rests_on() -> None:
    spouse = a_customer("S", "A", "09-01", household="H")
    told = [a_visit("S", "B", "11-10 09:00:05"), a_visit("C", "B", "11-12 10:00"), a_visit("C", "B", "11-25")]
    assert of_deal(spouse, told, household="H")["candidates"] == [
        {
            "staff_id": "B",
            "first_contact_at": "2026-11-10T09:00:05",
            "last_contact_at": "2026-11-12T10:00:00",
            "unbroken": True,
            "protected": True,
            "via": ["C", "S"],
        }
    ]


def test_without_a_candidate_nobody_is_suggested() -> None:
    assert of_deal() == {"deal_id": "D", "suggested": None, "candidates": []}


# linked customers


def linked(one: dict[str, str], other: dict[str, str]) -> bool:
    """Whether a contact with the other customer makes a candidate for a deal of the one."""
    return bool(candidates(a_customer("O", "A", "09-01", **other), a_visit("O", "B", "11-10"), **one))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("13800000001", "13800000001"),
        ("13800000001", "138-0000 0001"),
        ("13800000001", "8613800000001"),
        ("13800000001", "+86 138 0000 0001"),
        ("008613800000001", "+8613800000001"),
        ("021-5550001", "0215550001"),
        ("13900000002;13800000001", "010-5550001;13800000001"),
    ],
)
def test_one_phone_number_written_in_two_ways_links(one: str, other: str) -> None:
    assert linked({"phone": one}, {"phone": other})


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("13800000001", "13800000002"),
        ("0215550001", "860215550001"),  # 86 goes only where eleven digits that begin with 1 follow
        ("23800000001", "8623800000001"),
        ("1380000001", "861380000001"),
        ("138000000011", "86138000000011"),
        ("13800000001", "8613900000002;021-13800000001"),
        ("", ""),
        ("-", ";"),
    ],
)
def test_other_numbers_do_not_link(one: str, other: str) -> None:
    assert not linked({"phone": one}, {"phone": other})


def test_one_identity_card_links_whatever_the_case_of_its_letter() -> None:
    assert linked({"id_number": "11010119900101123x"}, {"id_number": "11010119900101123X"})
    assert not linked({"id_number": "11010119900101123X"}, {"id_number": "110101199001011234"})
    assert not linked({"id_number": ""}, {"id_number": ""})


def test_one_household_links() -> None:
    assert linked({"household": "H"}, {"household": "H"})
    assert not linked({"household": "H"}, {"household": "h"})
    assert not linked({"household": ""}, {"household": ""})


def test_a_card_number_is_no_phone_number() -> None:
    assert not linked({"id_number": "13800000001"}, {"phone": "13800000001"})


def test_links_chain() -> None:
    chain = [
        a_customer("P", "A", "09-01", phone="13800000001", id_number="1101X"),
        a_customer("Q", "A", "09-01", id_number="1101x", household="H"),
        a_customer("R", "A", "09-01", household="H"),
    ]
    answer = of_deal(chain, a_visit("R", "B", "11-10"), phone="13800000001")
    assert (answer["suggested"], answer["candidates"][0]["via"]) == ("B", ["R"])
    assert suggested(chain, a_visit("R", "B", "11-10")) is None


# protection


def protected(*told: Told, **rest: Any) -> list[bool]:
    return [one["protected"] for one in of_deal(*told, **rest)["candidates"]]


def test_a_contact_protects_through_fifteen_dates_after_its_own() -> None:
    assert protected(a_visit("C", "A", "11-05 00:00")) == [True]
    assert protected(a_visit("C", "A", "11-04 23:59:59")) == [False]


def test_a_contact_not_recorded_in_time_makes_a_candidate_but_does_not_protect() -> None:
    answer = of_deal(a_visit("C", "A", "11-19", recorded="11-20 00:00"))["candidates"]
    assert [(one["staff_id"], one["protected"], one["unbroken"]) for one in answer] == [("A", False, False)]
    assert protected(a_visit("C", "A", "11-19", recorded="11-19 23:59:59")) == [True]


def test_a_contact_after_the_deal_began_does_not_protect() -> None:
    assert protected([a_visit("C", "A", "10-01"), a_visit("C", "A", "11-21")]) == [False]


def unbroken(*told: Told) -> list[bool]:
    return [one["unbroken"] for one in of_deal(*told)["candidates"]]


def test_protection_is_unbroken_if_no_date_from_the_first_contact_on_is_without() -> None:
    # 20 October + 15 is 4 November
    assert unbroken([a_visit("C", "A", "10-20"), a_visit("C", "A", "11-05")]) == [True]
    assert unbroken([a_visit("C", "A", "10-20"), a_visit("C", "A", "11-06")]) == [False]


def test_a_first_contact_recorded_late_breaks_it_unless_another_of_that_date_protects() -> None:
    late = a_visit("C", "A", "11-10 09:00", recorded="11-11 09:00")
    assert unbroken([late, a_visit("C", "A", "11-11")]) == [False]
    assert unbroken([late, a_visit("C", "A", "11-10 17:00")]) == [True]


def test_contacts_with_linked_customers_protect_too() -> None:
    spouse = a_customer("S", "A", "09-01", household="H")
    told = [a_visit("S", "A", "10-20"), a_visit("C", "A", "11-05")]
    assert [one["unbroken"] for one in of_deal(spouse, told, household="H")["candidates"]] == [True]


# whom it suggests


def test_the_first_who_was_protected_all_the_time_goes_before_earlier_ones_who_were_not() -> None:
    told = [
        a_visit("C", "A", "10-01"),
        a_visit("C", "A", "11-18"),  # A was there first, with a gap
        a_visit("C", "B", "11-10"),
        a_visit("C", "Z", "11-11"),
    ]
    assert suggested(told) == "B"


def test_of_several_who_were_always_protected_the_earliest_is_suggested() -> None:
    told = [a_visit("C", "B", "11-10"), a_visit("C", "A", "11-11"), a_visit("C", "A", "11-19")]
    assert suggested(told) == "B"


def test_if_nobody_was_always_protected_the_first_who_was_on_the_date() -> None:
    told = [
        a_visit("C", "A", "10-01"),  # not protected any more
        a_visit("C", "Z", "10-02"),
        a_visit("C", "Z", "11-10"),
        a_visit("C", "B", "10-03"),
        a_visit("C", "B", "11-19"),
    ]
    assert suggested(told) == "Z"


def test_if_nobody_was_protected_the_one_with_the_latest_contact() -> None:
    told = [
        a_visit("C", "A", "10-01"),
        a_visit("C", "B", "10-02 10:00:00"),
        a_visit("C", "Z", "10-02 10:00:01"),
    ]
    assert suggested(told) == "Z"


def test_of_two_latest_contacts_at_one_second_the_smaller_staff_id() -> None:
    told = [a_visit("C", "Z", "10-01"), a_visit("C", "Z", "10-02"), a_visit("C", "B", "10-02")]
    assert suggested(told) == "B"


def test_the_staff_id_and_the_shares_of_the_deal_do_not_matter() -> None:
    assert suggested(a_visit("C", "B", "11-10")) == "B"


def test_protection_days_and_record_within_days_are_parameters() -> None:
    told = history(
        a_consultant("A"),
        a_customer("C", "A", "09-01"),
        a_deal("C", "A", holding="11-20", deal_id="D"),
        a_visit("C", "A", "11-15", recorded="11-16"),
    )

    def is_protected(**parameters: Any) -> bool:
        answer: bool = suggestion(told, **parameters)["candidates"][0]["protected"]
        return answer

    assert not is_protected()
    assert is_protected(record_within_days=1)
    assert is_protected(record_within_days=1, protection_days=5)
    assert not is_protected(record_within_days=1, protection_days=4)
