"""Rulebook 10: the terms of a probation and of notice, in law; and 7: how far somebody is."""

from decimal import Decimal

import pytest

from crm.rulebook.history import history_of
from crm.rulebook.parameters import load
from crm.rulebook.probation import Progress, progress_of
from crm.rulebook.probation_law import longest_probation, notice_days, terms_of_probation
from crm.rulebook.tables import day_number
from tests.builders import Record, a_consultant, a_customer, a_deal, a_share, day, history, tables


@pytest.mark.parametrize(
    ("years", "most"),
    [("0.24", 0), ("0.25", 1), ("0.99", 1), ("1", 2), ("2.99", 2), ("3", 6), ("10", 6)],
)
def test_a_contract_allows_so_many_months_of_probation(years: str, most: int) -> None:
    assert longest_probation(Decimal(years)) == most


def test_the_longest_probation_is_allowed_and_a_month_more_is_red() -> None:
    assert terms_of_probation(Decimal(1), 2, employed_before=False) == []
    (found,) = terms_of_probation(Decimal(1), 3, employed_before=False)
    assert (found.flag, found.article("en")) == ("red", "Labour Contract Law, Art. 19")
    assert "2" in found.sentence("zh")
    assert "3" in found.sentence("zh")


def test_a_contract_under_three_months_allows_none() -> None:
    (found,) = terms_of_probation(Decimal("0.2"), 1, employed_before=False)
    assert found.sentence("zh") == "合同不满三个月的，不得约定试用期。"


def test_a_second_probation_is_red_however_short_and_none_is_never_red() -> None:
    assert [one.flag for one in terms_of_probation(Decimal(3), 1, employed_before=True)] == ["red"]
    assert terms_of_probation(Decimal("0.1"), 0, employed_before=True) == []


def test_notice_is_three_days_in_probation_and_thirty_after_it() -> None:
    assert (notice_days(True), notice_days(False)) == (3, 30)


# progress


def progress(*deals: Record, until: str, hired: str = "07-15") -> Progress:
    story = history(a_consultant("A", hired=hired), a_consultant("B"), a_customer("C", "A", hired), *deals)
    whole = history_of(tables(story), load(), day_number(day(until)))
    return progress_of(whole, ["A"], "zh")["A"]


def sold(units: int, on: str, **deal: str) -> Record:
    return a_deal("C", "A", contract=on, units=units, **deal)


def test_units_count_by_the_month_of_the_as_of_and_since_the_hiring() -> None:
    found = progress(sold(4, "08-31"), sold(3, "09-01"), sold(9, "09-11"), until="09-10")
    assert (found.in_month, found.in_all, found.needed) == (3, 7, 12)
    assert (len(found.month_deals), len(found.all_deals)) == (1, 2)
    assert found.total_from == day_number(day("10-15"))
    assert (found.eligible_on, found.eligible_by) == (None, "")


def test_a_cancelled_deal_does_not_count_from_its_cancellation_on() -> None:
    deal = sold(5, "09-01", cancelled="09-09")
    assert progress(deal, until="09-08").in_month == 5
    assert progress(deal, until="09-09").in_month == 0


def test_a_share_counts_by_its_percent() -> None:
    name, row = sold(4, "09-01")
    shares = [a_share(row["deal_id"], "A", 25), a_share(row["deal_id"], "B", 75)]
    assert progress((name, row), *shares, until="09-10").in_all == 1


def test_who_is_eligible_learns_since_when_and_by_which_deals() -> None:
    first, last = sold(11, "09-03"), sold(1, "09-20")
    found = progress(first, last, until="09-30")
    assert found.eligible_on == day_number(day("09-20"))
    assert first[1]["deal_id"] in found.eligible_by
    assert last[1]["deal_id"] in found.eligible_by
