"""Rulebook 6: quotas and ranking; and 'units sold in a span, by a date' of section 1."""

from collections.abc import Iterable
from typing import Any

from tests.builders import (
    Record,
    a_consultant,
    a_customer,
    a_deal,
    a_person,
    a_quota,
    a_share,
    history,
)
from tests.rulebook.ask import amounts, dates, found

MISSED = "quota-missed"
NOTICE = "training-notice"


def seller(staff_id: str, units: int = 2, **person: Any) -> list[Record]:
    """An experienced consultant with a quota for November and a customer of the same name."""
    person = {"hired": "2024-01-05", "variable_pay": "1500"} | person
    return [
        a_consultant(staff_id, **person),
        a_customer(f"C{staff_id}", "M", "11-02"),
        a_quota(staff_id, "2026-11", units),
    ]


def sale(staff_id: str, on: str = "11-10", units: int = 1, **deal: Any) -> Record:
    return a_deal(f"C{staff_id}", staff_id, contract=on, units=units, **deal)


def missed(*told: Record | Iterable[Record], until: str = "11-30") -> list[str]:
    return [line.staff_id for line in found(MISSED, history(*told), until=until)]


def noticed(*told: Record | Iterable[Record]) -> list[str]:
    return [line.staff_id for line in found(NOTICE, history(*told))]


# units sold


def test_fewer_units_than_the_quota_miss_it_and_as_many_do_not() -> None:
    assert missed(seller("A", 2), sale("A", units=1)) == ["A"]
    assert missed(seller("A", 2), sale("A", units=2)) == []


def test_units_of_several_deals_add_up() -> None:
    assert missed(seller("A", 2), sale("A"), sale("A")) == []


def test_homes_and_shopfronts_count_and_parking_spaces_and_others_do_not() -> None:
    assert missed(seller("A", 1), sale("A", unit_kind="shopfront")) == []
    assert missed(seller("A", 1), sale("A", unit_kind="parking")) == ["A"]
    assert missed(seller("A", 1), sale("A", unit_kind="other")) == ["A"]


def test_contracts_from_the_first_to_the_last_date_of_the_month_count() -> None:
    assert missed(seller("A", 2), sale("A", "11-01"), sale("A", "11-30")) == []
    assert missed(seller("A", 1), sale("A", "10-31"), sale("A", "12-01"), until="12-02") == ["A"]


def test_a_deal_without_a_contract_is_not_sold() -> None:
    assert missed(seller("A", 1), a_deal("CA", "A", holding="11-04", subscription="11-05")) == ["A"]


def test_a_deal_cancelled_by_the_last_date_does_not_count_and_one_cancelled_after_does() -> None:
    assert missed(seller("A", 1), sale("A", cancelled="11-30"), until="12-05") == ["A"]
    assert missed(seller("A", 1), sale("A", cancelled="12-01"), until="12-05") == []


def test_units_count_by_percent_of_the_share() -> None:
    told = [*seller("A", 1), *seller("B", 1), sale("A", units=2, deal_id="D")]
    assert missed(told, a_share("D", "A", 50), a_share("D", "B", 50)) == []
    assert missed(told, a_share("D", "A", 51), a_share("D", "B", 49)) == ["B"]


def test_a_third_and_two_thirds_make_a_whole() -> None:
    thirds = [a_share(d, "A", p) for d, p in (("D1", "33.33"), ("D2", "33.33"), ("D3", "33.34"))]
    rests = [a_share(d, "M", p) for d, p in (("D1", "66.67"), ("D2", "66.67"), ("D3", "66.66"))]
    deals = [sale("A", deal_id=d) for d in ("D1", "D2", "D3")]
    assert missed(seller("A", 1), deals, thirds, rests) == []


# 6.1


def test_a_missed_quota_costs_the_variable_pay_on_the_last_date_of_the_month() -> None:
    story = history(seller("A"))
    assert dates(MISSED, story) == ["11-30"]
    assert amounts(MISSED, story) == ["-1500.00"]


def test_without_a_known_variable_pay_the_amount_is_empty() -> None:
    assert amounts(MISSED, history(a_consultant("A"), a_quota("A", "2026-11", 1))) == [""]


def test_a_known_variable_pay_of_zero_makes_zero() -> None:
    assert amounts(MISSED, history(seller("A", variable_pay="0"))) == ["0.00"]


def test_a_month_is_judged_on_its_last_date_and_not_before() -> None:
    assert missed(seller("A"), until="11-29") == []
    assert missed(seller("A"), until="11-30") == ["A"]


def test_each_month_with_a_quota_is_judged() -> None:
    story = history(seller("A"), a_quota("A", "2026-09", 1))
    assert dates(MISSED, story) == ["09-30", "11-30"]


def test_february_ends_on_the_29th_in_a_leap_year() -> None:
    story = history(a_consultant("A", hired="2023-01-05"), a_quota("A", "2024-02", 1))
    assert dates(MISSED, story) == ["2024-02-29"]


def test_without_a_quota_nothing_is_missed() -> None:
    assert missed(a_consultant("A")) == []


def test_a_quota_of_zero_cannot_be_missed() -> None:
    assert missed(seller("A", 0)) == []


def test_one_who_is_not_employed_on_all_dates_of_the_month_is_not_judged() -> None:
    assert missed(seller("A", hired="11-01")) == ["A"]
    assert missed(seller("A", hired="11-02")) == []
    assert missed(seller("A", left="11-30")) == ["A"]
    assert missed(seller("A", left="11-29")) == []


def test_one_on_probation_misses_the_quota_too() -> None:
    assert missed(seller("A", hired="10-01")) == ["A"]


def test_quotas_are_for_consultants_of_the_property_trade() -> None:
    assert missed(a_person("A", "store_manager"), a_quota("A", "2026-11", 1)) == []
    assert missed(seller("A", trade="auto")) == []


# 6.2


def test_the_last_one_who_missed_the_quota_gets_the_notice() -> None:
    story = history(seller("A"), seller("B"), sale("B"))
    assert [(line.staff_id, line.on, line.amount) for line in found(NOTICE, story)] == [
        ("A", "2026-11-30", "")
    ]


def test_the_last_one_who_made_the_quota_gets_none() -> None:
    assert noticed(seller("A", 1), sale("A"), seller("B", 5), sale("B", units=2)) == []


def test_only_the_last_one_gets_it_even_if_others_missed_too() -> None:
    assert noticed(seller("A"), seller("B", 9), sale("B"), seller("C", 9), sale("C", units=2)) == ["A"]


def test_with_equal_units_the_smaller_sum_of_amounts_is_last() -> None:
    assert noticed(seller("A", 9), sale("A", amount="100.01"), seller("B", 9), sale("B", amount="100")) == [
        "B"
    ]


def test_an_unknown_amount_counts_as_zero() -> None:
    assert noticed(seller("A", 9), sale("A"), seller("B", 9), sale("B", amount="0.01")) == ["A"]


def test_more_units_go_before_more_money() -> None:
    assert noticed(seller("A", 9), sale("A", amount="9000000"), seller("B", 9), sale("B", units=2)) == ["A"]


def test_amounts_count_by_percent() -> None:
    shares = [a_share("D", "A", 40), a_share("D", "B", 60)]
    deals = [sale("A", units=0, amount="100", deal_id="D"), sale("A", units=0, amount="15")]
    assert noticed(seller("A"), seller("B"), deals, shares) == ["A"]  # 55 against 60


def test_the_money_of_a_parking_space_does_not_rank() -> None:
    parking = sale("A", amount="900000", unit_kind="parking")
    assert noticed(seller("A"), parking, seller("B"), sale("B", units=0, amount="1")) == ["A"]


def test_those_equal_to_the_lowest_are_last_together() -> None:
    assert noticed(seller("A"), seller("B"), seller("C"), sale("C")) == ["A", "B"]


def test_if_all_are_equal_nobody_is_last() -> None:
    assert noticed(seller("A"), seller("B")) == []
    assert noticed(seller("A")) == []


def test_each_project_has_its_own_ranking() -> None:
    other = seller("C", project="P2")
    assert noticed(seller("A"), seller("B"), sale("B"), other) == ["A"]
    assert noticed(seller("A"), other, sale("C")) == []


def test_one_on_probation_is_not_ranked() -> None:
    new = seller("A", hired="06-01", confirmed=None)  # on probation through 30 November
    assert noticed(new, seller("B"), sale("B"), seller("C"), sale("C", units=2)) == ["B"]
    assert noticed(new, seller("B"), sale("B")) == []


def test_probation_ends_before_its_end_date() -> None:
    assert noticed(seller("A", hired="05-30"), seller("B"), sale("B")) == ["A"]
    assert noticed(seller("A", hired="05-31"), seller("B"), sale("B")) == ["A"]  # ends on the 30th: no 31st
    assert noticed(seller("A", hired="06-01"), seller("B"), sale("B")) == []


def test_one_confirmed_by_the_last_date_is_ranked() -> None:
    assert noticed(seller("A", hired="10-01", confirmed="11-30"), seller("B"), sale("B")) == ["A"]
    assert noticed(seller("A", hired="10-01", confirmed="12-01"), seller("B"), sale("B")) == []


def test_one_without_a_quota_or_not_there_all_month_is_not_ranked() -> None:
    assert noticed(seller("A"), a_consultant("B"), a_customer("CB", "B"), sale("B")) == []
    assert noticed(seller("A"), seller("B", hired="11-02", confirmed="11-02"), sale("B")) == []
