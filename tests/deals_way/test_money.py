"""Receipts, the nature of deposits, the plan, and refunds."""

import datetime as dt
from decimal import Decimal as D

import pytest
from openpyxl import load_workbook
from sqlalchemy import text

from crm.deals import receipts, receipts_sums, refunds
from crm.deals.capitals import in_capitals
from crm.deals.receipts_sheet import sheet_of_day
from crm.deals.services import advance
from crm.errors import Conflict, Invalid, Refused
from crm.extensions import db
from crm.people.accounts import Account
from crm.transactions import atomic
from tests.deals_way.conftest import AT, TODAY
from tests.people_builders import ELSEWHERE

DAY = dt.timedelta(days=1)


@pytest.fixture
def deal(placed):
    return placed(stage="subscription_on")


@pytest.fixture
def take(home, deal):
    """`take("200000", "earnest_money")` keeps a deposit."""

    def taken(amount, nature="earnest_money", kind="subscription", on=TODAY, method="transfer"):
        paid = receipts.Taken(kind, nature, D(amount), method, "V1", "", on)
        return receipts.take(home("N1"), deal.deal_id, paid, AT)

    return taken


def wanted(kind="refund", cause="agreed", amount=None):
    return refunds.Wanted(kind, cause, "客户要求", TODAY, None if amount is None else D(amount))


@pytest.mark.parametrize(("paid", "excess"), [("200000", "0"), ("200000.01", "0.01")])
def test_earnest_money_above_a_fifth_of_the_price_is_prepayment(deal, take, paid, excess):
    take(paid)
    money = receipts.money_of(db.session(), deal)
    assert (money.earnest, money.excess) == (D(200000), D(excess))


def test_a_plain_deposit_is_no_earnest_money(deal, take):
    take("10000", "deposit")
    money = receipts.money_of(db.session(), deal)
    assert (money.received, money.earnest) == (D(10000), D(0))


@pytest.mark.parametrize(
    ("paid", "field"),
    [
        (("holding", "deposit", D(0), "cash", "1", "", TODAY), "amount"),
        (("holding", "deposit", D(1), "cash", " ", "", TODAY), "voucher_no"),
        (("holding", "deposit", D(1), "cash", "1", "", TODAY + DAY), "received_on"),
        (("holding", "deposit", D(1), "cash", "1", "", TODAY - 32 * DAY), "received_on"),
        (("instalment", "earnest_money", D(1), "cash", "1", "", TODAY), "nature"),
    ],
)
def test_a_receipt_that_cannot_be_names_its_field(home, deal, paid, field):
    with pytest.raises(Invalid) as caught:
        receipts.take(home("N1"), deal.deal_id, receipts.Taken(*paid), AT)
    assert caught.value.field == field


def test_only_finance_takes_money(home, deal):
    paid = receipts.Taken("holding", "deposit", D(1), "cash", "1", "", TODAY)
    for who in ("A1", "M1"):
        with pytest.raises(Refused):
            receipts.take(home(who), deal.deal_id, paid, AT)


def test_a_wrong_receipt_is_reversed_once_and_stays(home, deal, take):
    wrong = take("100")
    opposite = receipts.reverse(home("N1"), wrong.receipt_id, "记错", AT)
    assert (opposite.amount, opposite.reverses) == (D(-100), wrong.receipt_id)
    assert receipts.money_of(db.session(), deal).received == 0
    with pytest.raises(Conflict):
        receipts.reverse(home("N1"), wrong.receipt_id, "再来", AT)


@pytest.mark.parametrize("statement", ["UPDATE receipts SET amount = 1", "DELETE FROM receipts"])
def test_the_database_refuses_to_change_a_receipt(take, statement):
    take("100")
    with pytest.raises(Exception, match="never changed"), atomic() as session:
        session.execute(text(statement))


def test_the_day_of_finance_is_a_sheet_with_its_sum_and_the_sums_by_method(store, home, take):
    take("100.50")
    take("20", method="cash")
    wrong = take("3", method="cash")
    receipts.reverse(home("N1"), wrong.receipt_id, "记错", AT)
    take("7", on=TODAY - DAY)
    lines = receipts.receipts_of_day(home("N1"), TODAY)
    with store.test_request_context():
        sheet = load_workbook(sheet_of_day(TODAY, lines, {})).active
    rows = [(row[0].value, row[4].value, row[7].value) for row in sheet.iter_rows(min_row=2)]
    assert sorted(amount for _first, amount, _method in rows[:-3]) == [-3, 3, 20, 100.5]
    assert rows[-3:] == [("合计", 120.5, None), ("其中", 20, "现金"), ("其中", 100.5, "转账")]


def test_the_months_set_what_is_planned_beside_what_came(home, deal, take):
    for on, amount in ((TODAY, "100"), (TODAY + 20 * DAY, "50"), (TODAY + 400 * DAY, "9")):
        receipts.plan_line(home("N1"), deal.deal_id, "instalment", on, D(amount), AT)
    struck = receipts.plan_line(home("N1"), deal.deal_id, "instalment", TODAY, D(8), AT)
    receipts.strike_line(home("N1"), struck.line_id, AT)
    take("60", on=TODAY - 25 * DAY)
    take("70")
    wrong = take("5")
    receipts.reverse(home("N1"), wrong.receipt_id, "记错", AT)
    refund = refunds.ask(home("M1"), deal.deal_id, wanted(amount=10), AT)
    refunds.decide(home("M2"), refund.refund_id, True, "", AT)
    refunds.pay(home("N1"), refund.refund_id, TODAY, "transfer", "V9", AT)
    months = [
        (f"{one.first:%m}", int(one.planned), int(one.received), int(one.refunded))
        for one in receipts_sums.by_month(home("M1"), TODAY)
    ]
    assert months == [("10", 0, 60, 0), ("11", 100, 70, 10), ("12", 50, 0, 0)]


def test_a_cancelled_deal_plans_nothing_but_its_money_came(home, deal, take):
    receipts.plan_line(home("N1"), deal.deal_id, "instalment", TODAY, D(100), AT)
    take("60")
    advance(home("M1"), deal.deal_id, "cancelled_on", TODAY, deal.version, AT)
    (month,) = receipts_sums.by_month(home("N1"), TODAY)
    assert (month.planned, month.received, month.difference) == (D(0), D(60), D(60))


def test_the_months_of_another_project_are_not_in_it(home, deal, take, people):
    take("60")
    people.staff("N9", "finance", project=ELSEWHERE)
    stranger = db.session.get_one(Account, people.account("N9"))
    assert receipts_sums.by_month(stranger, TODAY) == []


@pytest.mark.parametrize(
    ("shift", "first"), [(0, "2026-11-01"), (1, "2026-12-01"), (2, "2027-01-01"), (-11, "2025-12-01")]
)
def test_months_go_on_over_the_end_of_the_year(shift, first):
    assert receipts_sums.month_from(TODAY, shift).isoformat() == first


def test_receipts_pay_the_earliest_of_the_plan_first(home, deal, take):
    for days, amount in ((-31, "100"), (-30, "50"), (0, "30"), (1, "20")):
        receipts.plan_line(home("N1"), deal.deal_id, "instalment", TODAY + days * DAY, D(amount), AT)
    take("60", "price", "instalment")
    owed = receipts.outstanding(home("N1"), TODAY)
    assert owed[0].ages == (D(50), D(50), D(40), D(0), D(0))
    assert owed[0].overdue == D(90)


@pytest.mark.parametrize(
    ("late", "place"), [(-1, 0), (0, 0), (1, 1), (30, 1), (31, 2), (60, 2), (61, 3), (90, 3), (91, 4)]
)
def test_outstanding_money_ages_by_thirty_days(late, place):
    assert receipts.age_of(TODAY - late * DAY, TODAY) == place


def test_a_struck_line_is_owed_no_more(home, deal):
    line = receipts.plan_line(home("N1"), deal.deal_id, "instalment", TODAY, D(5), AT)
    receipts.strike_line(home("N1"), line.line_id, AT)
    assert receipts.outstanding(home("N1"), TODAY) == []


def test_a_refund_is_approved_by_a_second_person_and_paid_once(home, deal, take):
    take("100")
    refund = refunds.ask(home("M1"), deal.deal_id, wanted(amount=100), AT)
    with pytest.raises(Conflict, match="second person"):
        refunds.decide(home("M1"), refund.refund_id, True, "", AT)
    with pytest.raises(Conflict, match="not approved"):
        refunds.pay(home("N1"), refund.refund_id, TODAY, "transfer", "V9", AT)
    refunds.decide(home("M2"), refund.refund_id, True, "", AT)
    refunds.pay(home("N1"), refund.refund_id, TODAY, "transfer", "V9", AT)
    with pytest.raises(Conflict):
        refunds.pay(home("N1"), refund.refund_id, TODAY, "transfer", "V9", AT)
    assert refunds.one(home("N1"), refund.refund_id).state == "paid"


def test_the_clock_of_a_refund_is_fifteen_days(home, deal, take):
    take("100")
    refund = refunds.ask(home("N1"), deal.deal_id, wanted(amount=1), AT)
    assert refunds.one(home("N1"), refund.refund_id).last_day == TODAY + 15 * DAY


def test_no_more_is_refunded_than_is_held(home, deal, take):
    take("100")
    refunds.ask(home("N1"), deal.deal_id, wanted(amount="60"), AT)
    with pytest.raises(Invalid, match="40"):
        refunds.ask(home("N1"), deal.deal_id, wanted(amount="40.01"), AT)


def test_a_refused_refund_frees_the_money(home, deal, take):
    take("100")
    refund = refunds.ask(home("N1"), deal.deal_id, wanted(amount="100"), AT)
    with pytest.raises(Invalid):
        refunds.decide(home("M1"), refund.refund_id, False, "", AT)
    refunds.decide(home("M1"), refund.refund_id, False, "资料不全", AT)
    assert receipts.money_of(db.session(), deal).held == D(100)


@pytest.mark.parametrize("cause", ["agreed", "lapsed", "neither", "loan_refused", "no_permit", "seller"])
def test_earnest_money_is_forfeited_only_where_the_buyer_broke_off(home, deal, take, cause):
    take("300000")
    with pytest.raises(Invalid, match="587"):
        refunds.ask(home("N1"), deal.deal_id, wanted("forfeit", cause), AT)
    assert refunds.ask(home("N1"), deal.deal_id, wanted("forfeit", "buyer"), AT).amount == D(200000)


def test_only_the_sellers_fault_returns_it_double_and_only_the_earnest_part(home, deal, take):
    take("300000")
    with pytest.raises(Invalid, match="587"):
        refunds.ask(home("N1"), deal.deal_id, wanted("double", "buyer"), AT)
    assert refunds.ask(home("N1"), deal.deal_id, wanted("double", "seller"), AT).amount == D(400000)
    assert receipts.money_of(db.session(), deal).held == D(100000)


def test_a_plain_deposit_is_neither_forfeited_nor_doubled(home, deal, take):
    take("10000", "deposit")
    for kind, cause in (("forfeit", "buyer"), ("double", "seller")):
        with pytest.raises(Invalid, match="no earnest money"):
            refunds.ask(home("N1"), deal.deal_id, wanted(kind, cause), AT)


def test_money_that_goes_back_cannot_be_reversed_too(home, deal, take):
    receipt = take("100")
    refunds.ask(home("N1"), deal.deal_id, wanted(amount="1"), AT)
    with pytest.raises(Conflict, match="part of a refund"):
        receipts.reverse(home("N1"), receipt.receipt_id, "记错", AT)


@pytest.mark.parametrize(
    ("yuan", "words"),
    [
        ("2860000", "贰佰捌拾陆万元整"),
        ("1001", "壹仟零壹元整"),
        ("100000001", "壹亿零壹元整"),
        ("1050.05", "壹仟零伍拾元零伍分"),
        ("0.50", "伍角整"),
        ("-10", "负壹拾元整"),
        ("0", "零元整"),
    ],
)
def test_amounts_in_capitals(yuan, words):
    assert in_capitals(D(yuan)) == words
