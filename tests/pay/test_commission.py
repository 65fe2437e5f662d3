"""Commission: tiers, splits, money as it comes, and what a cancelled deal takes back."""

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.pay.commission import Plan, Sale, Tier, earned_in, last_of, paid_in, paid_through, split

OCTOBER, NOVEMBER, DECEMBER = dt.date(2026, 10, 1), dt.date(2026, 11, 1), dt.date(2026, 12, 1)
HUNDRED = Decimal(100)


def plan(*tiers, basis="units", pays="points", mode="marginal", paid_on="contract"):
    rows = tuple(Tier(Decimal(start), Decimal(rate)) for start, rate in tiers)
    return Plan(1, basis, pays, mode, paid_on, rows)


def sale(deal_id="D1", on=dt.date(2026, 10, 5), units=1, amount=1_000_000_00, cancelled=None, received=()):
    return Sale(deal_id, on, cancelled, Decimal(units), amount, amount, tuple(received))


def earned(some_plan, *sales, month=OCTOBER, cut=0):
    return [one.fen for one in earned_in(some_plan, month, sales, Decimal(cut))]


STEPS = ((0, 30), (2, 40), (4, 50))  # 3, 4 and 5 per mille


def test_marginal_tiers_pay_each_unit_the_rate_that_it_falls_into():
    sales = [sale(f"D{n}", dt.date(2026, 10, n)) for n in range(1, 6)]
    assert earned(plan(*STEPS), *sales) == [3000_00, 3000_00, 4000_00, 4000_00, 5000_00]


def test_a_whole_tier_holds_for_everything_of_the_month():
    sales = [sale(f"D{n}", dt.date(2026, 10, n)) for n in range(1, 6)]
    assert earned(plan(*STEPS, mode="whole"), *sales) == [5000_00] * 5
    assert earned(plan(*STEPS, mode="whole"), *sales[:3]) == [4000_00] * 3


def test_a_deal_across_a_tier_is_cut_there():
    assert earned(plan(*STEPS), sale(units=3)) == [3333_33]  # two thirds at 3, one at 4 per mille


def test_tiers_of_amount_count_yuan():
    some = plan((0, 30), (1_500_000, 50), basis="amount")
    assert earned(some, sale("D1"), sale("D2")) == [3000_00, 4000_00]


def test_yuan_a_unit_pays_units_by_percent_and_needs_no_price():
    assert earned(plan((0, 800), pays="yuan"), sale(units="0.5", amount=None)) == [400_00]


def test_a_price_that_is_not_known_earns_an_unknown_amount():
    assert earned(plan(*STEPS), sale(amount=None)) == [None]


def test_nothing_is_earned_below_the_first_tier():
    assert earned(plan((2, 40)), sale("D1"), sale("D2"), sale("D3")) == [0, 0, 4000_00]
    assert earned(plan((2, 40), mode="whole"), sale("D1")) == [0]


def test_a_parking_place_moves_no_tier_of_units_and_earns_the_rate_where_it_stands():
    sales = [sale("D1", units=2), sale("D2", units=0, amount=100_000_00), sale("D3")]
    assert earned(plan(*STEPS), *sales) == [3000_00, 400_00, 4000_00]


def test_a_missed_quota_lowers_the_rate_by_points_and_never_below_nothing():
    assert earned(plan(*STEPS), sale(), cut="0.1") == [2000_00]
    assert earned(plan(*STEPS), sale(), cut="2") == [0]
    assert earned(plan((0, 800), pays="yuan"), sale(), cut="0.1") == [800_00], "no points, nothing to cut"


def test_a_deal_cancelled_by_the_months_last_date_earns_nothing_and_moves_no_tier():
    gone = sale("D1", cancelled=dt.date(2026, 10, 31))
    assert earned(plan(*STEPS, mode="whole"), gone, sale("D2"), sale("D3")) == [4000_00] * 2
    later = sale("D1", cancelled=dt.date(2026, 11, 1))
    assert len(earned(plan(*STEPS), later)) == 1


def test_on_contract_the_month_of_the_contract_pays_all_of_it_and_the_next_nothing():
    found = earned_in(plan(*STEPS), OCTOBER, [sale()])
    assert [(one.kind, one.fen) for one in paid_in(OCTOBER, found)] == [("commission", 3000_00)]
    assert paid_in(NOVEMBER, found) == []


def test_a_cancelled_deal_takes_back_what_was_paid_in_the_month_of_cancelling():
    found = earned_in(plan(*STEPS), OCTOBER, [sale(cancelled=dt.date(2026, 12, 2))])
    assert paid_in(NOVEMBER, found) == []
    assert [(one.kind, one.fen) for one in paid_in(DECEMBER, found)] == [("clawback", -3000_00)]
    assert paid_in(dt.date(2027, 1, 1), found) == []


def test_on_money_received_each_month_pays_the_part_that_came():
    money = [(dt.date(2026, 10, 6), 300_000_00), (dt.date(2026, 11, 6), 700_000_00)]
    found = earned_in(plan(*STEPS, paid_on="received"), OCTOBER, [sale(received=money)])
    assert [one.fen for one in paid_in(OCTOBER, found)] == [900_00]
    assert [one.fen for one in paid_in(NOVEMBER, found)] == [2100_00]
    assert paid_in(DECEMBER, found) == []


def test_money_before_the_contract_is_paid_in_its_month_and_too_much_pays_no_more_than_the_whole():
    money = [(dt.date(2026, 9, 6), 300_000_00), (dt.date(2026, 10, 6), 900_000_00)]
    found = earned_in(plan(*STEPS, paid_on="received"), OCTOBER, [sale(received=money)])
    assert paid_in(dt.date(2026, 9, 1), found) == []
    assert [one.fen for one in paid_in(OCTOBER, found)] == [3000_00]


def test_money_that_goes_back_takes_commission_back():
    money = [(dt.date(2026, 10, 6), 400_000_00), (dt.date(2026, 11, 6), -100_000_00)]
    found = earned_in(plan(*STEPS, paid_on="received"), OCTOBER, [sale(received=money)])
    assert [(one.kind, one.fen) for one in paid_in(NOVEMBER, found)] == [("clawback", -300_00)]


def test_more_money_back_than_came_takes_no_more_than_was_paid():
    money = [(dt.date(2026, 10, 6), 400_000_00), (dt.date(2026, 11, 6), -600_000_00)]
    found = earned_in(plan(*STEPS, paid_on="received"), OCTOBER, [sale(received=money)])
    assert [one.fen for one in paid_in(OCTOBER, found)] == [1200_00]
    assert [one.fen for one in paid_in(NOVEMBER, found)] == [-1200_00]


def test_a_split_names_percents_that_are_a_hundred():
    with pytest.raises(ValueError, match="100"):
        split(100, {"A": Decimal(60), "B": Decimal(30)})


def test_the_fen_that_is_left_goes_to_the_largest_remainder_then_to_the_smaller_id():
    assert split(100, {"B": Decimal("33.5"), "A": Decimal("33.5"), "C": Decimal(33)}) == {
        "A": 34,
        "B": 33,
        "C": 33,
    }
    assert split(10, {"A": Decimal("12.5"), "B": Decimal("87.5")}) == {"A": 1, "B": 9}


@given(st.integers(0, 10**13), st.lists(st.integers(1, 1000), min_size=1, max_size=8))
def test_the_parts_of_a_split_add_up_to_the_fen(total, weights):
    hundredths = [HUNDRED * weight / sum(weights) for weight in weights]
    percents = [part.quantize(Decimal("0.01")) for part in hundredths]
    percents[0] += HUNDRED - sum(percents)
    parts = split(total, {f"A{place}": percent for place, percent in enumerate(percents)})
    assert sum(parts.values()) == total
    for place, percent in enumerate(percents):
        assert abs(parts[f"A{place}"] - total * percent / HUNDRED) < 1


tiers = st.lists(
    st.tuples(st.integers(0, 5_000_000), st.integers(0, 500)),
    min_size=1,
    max_size=5,
    unique_by=lambda t: t[0],
).map(sorted)
amounts = st.integers(1, 10**9)


@given(tiers, amounts, amounts)
def test_marginal_commission_is_monotone_and_has_no_jumps(some, amount, more):
    """One fen of sales more is never worth more than the highest rate of it, and a larger sale never less."""
    graded = plan(*some, basis="amount")
    less, greater = (earned(graded, sale(amount=fen))[0] for fen in (amount, amount + more))
    assert less <= greater
    highest = max(rate for _, rate in some)
    assert greater - less <= more * highest / Decimal(10_000) + 1


@given(tiers, st.lists(amounts, min_size=1, max_size=6), st.sampled_from(["whole", "marginal"]))
def test_the_order_of_the_deals_does_not_change_what_a_month_earns(some, fens, mode):
    sales = [sale(f"D{place}", amount=fen) for place, fen in enumerate(fens)]
    graded = plan(*some, basis="amount", mode=mode)
    assert earned(graded, *sales) == earned(graded, *reversed(sales))


receipts = st.lists(
    st.tuples(st.dates(dt.date(2026, 8, 1), dt.date(2027, 3, 31)), st.integers(-(10**7), 10**8)), max_size=8
)


@given(tiers, amounts, receipts, st.sampled_from(["contract", "received"]), st.none() | st.integers(0, 150))
def test_the_months_add_up_to_what_is_payable_and_a_cancelled_deal_leaves_nothing(
    some, amount, money, paid_on, cancelled_after
):
    cancelled = None if cancelled_after is None else dt.date(2026, 11, 1) + dt.timedelta(cancelled_after)
    one = sale(amount=amount, cancelled=cancelled, received=money)
    found = earned_in(plan(*some, basis="amount", paid_on=paid_on), OCTOBER, [one])
    months = [dt.date(2026 + m // 12, m % 12 + 1, 1) for m in range(6, 20)]
    paid = sum(line.fen or 0 for month in months for line in paid_in(month, found))
    assert paid == (paid_through(found[0], last_of(months[-1])) if cancelled is None else 0)
