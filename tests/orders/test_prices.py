"""A price below the book: approval before anybody signs, and no cut to win an order from a colleague."""

import datetime as dt
from decimal import Decimal

import pytest

from crm.errors import Conflict, Invalid, NotFound, Refused
from crm.extensions import db
from crm.leads.models import Transfer
from crm.orders import approvals, money, sellers, services
from crm.orders.models import Order, OrderMoney
from tests.orders.conftest import ADDRESS, AT, TODAY, book_price, go, price_of
from tests.people_builders import ELSEWHERE, contact, count, customer, keep, staff


@pytest.fixture
def cheap(home):
    """An order of A1 below the book, that waits for nobody yet."""
    goods = services.Goods(price_of("S-200"), 1, Decimal(9000))
    return services.enter(home("A1"), "C1", services.Draft("李先生", ADDRESS, goods), AT).order_id


def decide(home, approval_id, approved=True, takes_on=False, answer="样品", who="S1"):
    return approvals.decide(home(who), approval_id, approved, takes_on, answer, AT)


def test_nobody_signs_below_the_book_without_approval(home, cheap):
    go(home, cheap, "inspected")
    go(home, cheap, "written")
    with pytest.raises(Conflict):
        go(home, cheap, "explained")
    asked = approvals.ask(home("A1"), cheap, "样品处理", AT)
    with pytest.raises(Conflict):
        go(home, cheap, "explained")
    decide(home, asked.approval_id)
    go(home, cheap, "explained")


def test_a_dearer_piece_does_not_make_up_for_a_cheaper_one(home, cheap):
    services.add_line(home("A1"), cheap, services.Goods(price_of("S-300"), 1, Decimal(30000)), AT)
    assert approvals.is_below(db.session(), db.session.get_one(Order, cheap))


def test_an_approval_holds_only_for_the_price_that_was_asked(home, cheap):
    asked = approvals.ask(home("A1"), cheap, "样品", AT)
    decide(home, asked.approval_id)
    services.add_line(home("A1"), cheap, services.Goods(price_of("S-300"), 1, Decimal(1)), AT)
    assert not approvals.is_approved(db.session(), db.session.get_one(Order, cheap))


def test_a_changed_order_is_asked_for_anew(home, cheap):
    asked = approvals.ask(home("A1"), cheap, "样品", AT)
    services.add_line(home("A1"), cheap, services.Goods(price_of("S-300"), 1), AT)
    with pytest.raises(Conflict):
        decide(home, asked.approval_id)


@pytest.mark.parametrize("who", ["A1", "A2", "N1", "H1"])
def test_only_a_manager_approves(home, cheap, who):
    asked = approvals.ask(home("A1"), cheap, "样品", AT)
    with pytest.raises(Refused):
        decide(home, asked.approval_id, who=who)


def test_a_request_needs_its_reason_and_is_made_once(home, cheap):
    with pytest.raises(Invalid):
        approvals.ask(home("A1"), cheap, " ", AT)
    approvals.ask(home("A1"), cheap, "样品", AT)
    with pytest.raises(Conflict):
        approvals.ask(home("A1"), cheap, "样品", AT)


def test_an_order_at_the_book_needs_no_approval(home, ordered):
    with pytest.raises(Conflict):
        approvals.ask(home("A1"), ordered(), "样品", AT)


def same_number(days_ago: int) -> None:
    """A2 has spoken, so many days ago, with someone who has C1's telephone."""
    happened = AT - dt.timedelta(days=days_ago)
    keep([customer("C3", "A2", phone="13800138001"), contact("K3", "C3", "A2", happened_at=happened)])


@pytest.fixture
def reachable(home):
    """C1 with a telephone number by which others can be linked."""
    from crm.leads.search_terms import rebuild
    from crm.transactions import atomic

    def link(days_ago):
        same_number(days_ago)
        with atomic() as session:
            from crm.leads.models import Customer

            session.get_one(Customer, "C1").phone = "13800138001"
            session.flush()
            rebuild(["C1", "C3"])

    return link


@pytest.mark.parametrize(("days_ago", "competes"), [(0, True), (1, True), (400, False)])
def test_a_colleagues_contact_within_the_protection_makes_it_compete(
    home, cheap, reachable, days_ago, competes
):
    reachable(days_ago)
    asked = approvals.ask(home("A1"), cheap, "样品", AT)
    assert (asked.rivals == "A2") is competes
    if competes:
        with pytest.raises(Conflict, match="Another consultant"):
            decide(home, asked.approval_id)
    row = decide(home, asked.approval_id, takes_on=competes, answer="我承担")
    assert (row.approved, row.taken_on) == (True, competes)


def test_a_colleagues_open_order_makes_it_compete_even_without_a_contact(home, cheap):
    keep([Transfer(customer_id="C1", on=TODAY, to="A2")])
    goods = services.Goods(price_of("S-200"), 1)
    services.enter(home("A2"), "C1", services.Draft("李先生", ADDRESS, goods), AT)
    asked = approvals.ask(home("A1"), cheap, "样品", AT)
    assert asked.rivals == "A2"
    with pytest.raises(Conflict):
        decide(home, asked.approval_id)


def test_to_take_it_on_needs_words(home, cheap, reachable):
    reachable(1)
    asked = approvals.ask(home("A1"), cheap, "样品", AT)
    with pytest.raises(Invalid):
        decide(home, asked.approval_id, takes_on=True, answer=" ")


def test_a_refusal_needs_no_burden_but_words(home, cheap, reachable):
    reachable(1)
    asked = approvals.ask(home("A1"), cheap, "样品", AT)
    with pytest.raises(Invalid):
        decide(home, asked.approval_id, approved=False, answer="")
    assert decide(home, asked.approval_id, approved=False).approved is False
    approvals.ask(home("A1"), cheap, "再申请一次", AT)


def test_whom_the_customer_was_taken_from_no_longer_competes(home, cheap):
    keep([contact("K9", "C1", "A2", happened_at=AT - dt.timedelta(days=2))])
    order = db.session.get_one(Order, cheap)
    assert approvals.rivals_of(db.session(), order, TODAY) == ["A2"]
    keep([Transfer(customer_id="C1", on=TODAY, to="A1")])
    assert approvals.rivals_of(db.session(), order, TODAY) == []


def test_a_manager_of_another_store_sees_no_request(home, people, cheap):
    asked = approvals.ask(home("A1"), cheap, "样品", AT)
    keep([staff("S9", "store_manager", project=ELSEWHERE, trade="furniture")])
    from crm.people.accounts import Account

    other = db.session.get_one(Account, people.account("S9"))
    with pytest.raises(NotFound):
        approvals.decide(other, asked.approval_id, True, False, "好", AT)


# money


def take(home, order_id, amount, nature="earnest_money", who="N1", **values):
    taken = money.Taken(nature, Decimal(amount), "cash", values.pop("voucher", "V1"), values.pop("on", TODAY))
    return money.take(home(who), order_id, taken, AT)


def test_earnest_money_above_twenty_percent_is_prepayment(home, ordered):
    order_id = ordered()
    take(home, order_id, 3000)
    sums = money.sums_of(db.session(), db.session.get_one(Order, order_id))
    assert (sums.earnest, sums.excess, sums.arrears) == (2000, 1000, 7000)


def test_money_is_reversed_by_its_opposite_once(home, ordered):
    order_id = ordered()
    wrong = take(home, order_id, 3000, "deposit")
    money.reverse(home("N1"), wrong.receipt_id, "记错", AT)
    assert money.sums_of(db.session(), db.session.get_one(Order, order_id)).received == 0
    with pytest.raises(Conflict):
        money.reverse(home("N1"), wrong.receipt_id, "再来", AT)
    assert count(OrderMoney) == 2


@pytest.mark.parametrize("who", ["A1", "S1", "M1", "H1"])
def test_only_finance_takes_money(home, ordered, who):
    with pytest.raises(Refused):
        take(home, ordered(), 10, who=who)


@pytest.mark.parametrize(
    "values",
    [{"amount": 10001}, {"amount": 0}, {"amount": 1, "voucher": " "}, {"amount": 1, "nature": "gift"}],
)
def test_money_that_cannot_be_is_not_taken(home, ordered, values):
    with pytest.raises(Invalid):
        take(home, ordered(), **values)


# sellers


def test_signed_orders_are_best_sellers_and_what_nobody_bought_is_slow(home, ordered):
    keep([book_price("NEW", 5000, from_on=TODAY - dt.timedelta(days=3))])
    ordered(upto="explained")
    ordered(upto="written")
    found = sellers.sellers(home("S1"), TODAY, 30)
    assert [(one.model, one.pieces, one.amount, one.last_on) for one in found.best] == [
        ("S-200", 1, Decimal(10000), TODAY)
    ]
    assert [one.model for one in found.slow] == ["S-300"]
    later = sellers.sellers(home("S1"), TODAY + dt.timedelta(days=40), 30)
    assert later.best == []
    assert {one.model: one.last_on for one in later.slow}["S-200"] == TODAY
