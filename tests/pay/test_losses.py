"""A proven loss: only with the person's consent, never above the cap, the rest carried on."""

import datetime as dt
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.errors import Conflict, Invalid, NotFound, Refused
from crm.pay import losses
from crm.pay.caps import takes
from crm.rulebook.law import monthly_cap
from tests.pay.conftest import NOW, close, entry, lines, minimum, statement

LATER = dt.datetime(2026, 12, 3, 9)


def book(home, amount="3000", who="A1", **values):
    ordinary = {"on": dt.date(2026, 11, 5), "cause": "弄丢认购书", "evidence": "监控和本人说明"} | values
    wanted = losses.Wanted(who, amount=Decimal(amount), **ordinary)
    return losses.book(home("H1"), wanted, NOW).loss_id


def agree(home, loss_id, who="A1"):
    losses.answer(home(who), loss_id, "agreed", "", NOW)


def plan_of(home, loss_id, month="2026-11"):
    return [
        (one.take.month, one.take.taken // 100, one.fixed, one.foreseen)
        for one in losses.schedule(losses.one(home("H1"), loss_id), month)
    ]


def test_nothing_is_deducted_before_the_person_agrees(home):
    minimum(home)
    loss_id = book(home)
    assert lines(statement("2026-11"), "loss") == []
    agree(home, loss_id)
    assert lines(statement("2026-11"), "loss") == [("loss", -1400, "carried")]


def test_at_most_a_fifth_of_the_months_wage_is_taken_and_the_rest_is_carried_on(home):
    minimum(home)
    loss_id = book(home, "3000")
    agree(home, loss_id)
    assert plan_of(home, loss_id) == [
        ("2026-11", 1400, False, False),
        ("2026-12", 1400, False, True),
        ("2027-01", 200, False, True),
    ]
    close("2026-11")
    assert lines(statement("2026-12"), "loss") == [("loss", -1400, "carried")]
    close("2026-12")
    assert lines(statement("2027-01"), "loss") == [("loss", -200, "")]
    close("2027-01")
    assert lines(statement("2027-02"), "loss") == []


def test_what_is_left_is_never_below_the_minimum_wage(home):
    minimum(home, "6800")
    agree(home, book(home))
    one = statement("2026-11")
    assert lines(one, "loss") == [("loss", -200, "carried")]
    assert one.total == 6800_00


def test_an_unknown_minimum_wage_takes_nothing_and_says_that_it_waits(home):
    agree(home, book(home))
    one = statement("2026-11")
    assert lines(one, "loss") == [("loss", 0, "waits")]
    assert "未知" in one.lines[-1].words[0]
    assert one.minimum.fen is None


def test_two_losses_share_one_cap(home):
    minimum(home)
    for amount in ("1000", "1000"):
        agree(home, book(home, amount))
    assert lines(statement("2026-11"), "loss") == [("loss", -1000, ""), ("loss", -400, "carried")]


def test_a_held_fine_does_not_lower_the_wage_that_the_cap_is_of(home):
    minimum(home)
    entry(on=dt.date(2026, 11, 9))
    agree(home, book(home))
    assert lines(statement("2026-11"), "loss") == [("loss", -1400, "carried")]


def test_a_refused_loss_is_never_deducted_and_says_why(home):
    minimum(home)
    loss_id = book(home)
    with pytest.raises(Invalid):
        losses.answer(home("A1"), loss_id, "refused", "", NOW)
    losses.answer(home("A1"), loss_id, "refused", "不是我弄丢的", NOW)
    assert lines(statement("2026-11"), "loss") == []
    with pytest.raises(Conflict):
        agree(home, loss_id)


def test_only_the_person_agrees_and_only_hr_withdraws(home):
    loss_id = book(home)
    with pytest.raises(NotFound):
        agree(home, loss_id, "A2")
    with pytest.raises(Refused):
        agree(home, loss_id, "H1")
    with pytest.raises(Refused):
        losses.answer(home("A1"), loss_id, "withdrawn", "x", NOW)


def test_managers_see_no_losses_of_others_and_finance_those_of_the_project(home):
    loss_id = book(home)
    with pytest.raises(NotFound):
        losses.one(home("M1"), loss_id)
    assert losses.one(home("N1"), loss_id).loss.loss_id == loss_id
    own = book(home, who="M1")
    assert losses.one(home("M1"), own).loss.loss_id == own


def test_a_withdrawn_loss_gives_back_what_closed_months_took(home):
    minimum(home)
    loss_id = book(home)
    agree(home, loss_id)
    close("2026-11")
    losses.answer(home("H1"), loss_id, "withdrawn", "找到了", LATER)
    assert lines(statement("2026-12"), "loss") == [("loss", 1400, "")]
    close("2026-12")
    assert lines(statement("2027-01"), "loss") == []


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"amount": "0"}, "amount"),
        ({"on": dt.date(2026, 11, 21)}, "on"),
        ({"on": dt.date(2025, 1, 1)}, "on"),
        ({"cause": " "}, "cause"),
        ({"evidence": ""}, "evidence"),
        ({"who": "X9"}, "staff_id"),
        ({"who": "H1"}, "staff_id"),
    ],
)
def test_only_a_proven_loss_is_booked(home, values, field):
    with pytest.raises(Invalid) as problem:
        book(home, **values)
    assert problem.value.field == field


def test_a_loss_is_taken_from_no_month_before_it_was_agreed_to():
    months = [("2027-01", 50), ("2027-02", 50)]
    assert [(one.month, one.taken) for one in takes({1: 60}, {1: "2027-02"}, months)] == [("2027-02", 50)]


caps = st.lists(st.none() | st.integers(0, 10**6), min_size=1, max_size=12)


@given(st.dictionaries(st.integers(1, 4), st.integers(1, 10**7), min_size=1), caps)
def test_no_month_takes_more_than_its_cap_and_no_loss_more_than_it_is(amounts, given_caps):
    months = [(f"2027-{place:02d}", cap) for place, cap in enumerate(given_caps, 1)]
    found = takes(amounts, dict.fromkeys(amounts, "2027-01"), months)
    for month, cap in months:
        assert sum(one.taken for one in found if one.month == month) <= (cap or 0)
    for loss_id, amount in amounts.items():
        theirs = [one for one in found if one.loss_id == loss_id]
        assert sum(one.taken for one in theirs) <= amount
        for before, after in pairwise(theirs):
            assert after.left == before.left - before.taken, "what is not taken is carried on"


@given(st.integers(0, 10**8), st.integers(1, 10**7))
def test_the_cap_leaves_four_fifths_and_the_minimum_wage(wage, least):
    cap = monthly_cap(wage, least)
    assert cap * 5 <= wage
    assert cap == 0 or wage - cap >= least
