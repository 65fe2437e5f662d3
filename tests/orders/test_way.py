"""The order's way: every step in its turn, by its own role, and nothing left out."""

import datetime as dt

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError

from crm.errors import Conflict, Invalid, NotFound, Refused
from crm.extensions import db
from crm.orders import aftersales, book, services, steps
from crm.orders.models import CallBack, Order, OrderLine, OrderStep
from tests.orders.conftest import ADDRESS, AT, DOES, DRAWING, SAID, TODAY, go, price_of
from tests.people_builders import count


def test_an_order_goes_through_all_eight_steps_and_then_has_its_sheet(home, ordered):
    order_id = ordered(upto="installed")
    done = services.steps_of(db.session(), order_id)
    assert {row.kind for row in done} == set(steps.STEPS)
    assert {row.kind: row.done_by for row in done if row.kind in DOES} == DOES
    assert len(aftersales.sheet_of(db.session(), order_id)) == len(aftersales.SPANS)


@pytest.mark.parametrize("place", range(1, len(steps.STEPS)))
def test_no_step_can_be_done_before_the_one_ahead_of_it(home, ordered, place):
    order_id = ordered(upto=steps.STEPS[place - 2]) if place > 1 else ordered()
    with pytest.raises(Conflict):
        go(home, order_id, steps.STEPS[place])
    assert count(OrderStep) == max(place - 1, 0)


@pytest.mark.parametrize("kind", steps.STEPS)
def test_no_step_can_be_done_by_the_wrong_role_or_a_colleague(home, ordered, kind):
    place = steps.STEPS.index(kind)
    order_id = ordered(upto=steps.STEPS[place - 1]) if place else ordered()
    right = {
        "consultant": {"A1"},
        "manager": {"S1", "M1"},
        "finance": {"N1"},
        "shop": {"A1", "S1", "M1"},
    }[steps.WHO[kind]]
    for who in {"A1", "A2", "S1", "M1", "N1", "H1"} - right:
        with pytest.raises((Refused, NotFound)):
            steps.do(home(who), order_id, kind, SAID.get(kind, steps.Done()), AT)
    assert count(OrderStep) == place


def test_a_step_is_done_once(home, ordered):
    order_id = ordered(upto="written")
    with pytest.raises(Conflict):
        go(home, order_id, "written")


def test_an_unknown_step_is_no_step(home, ordered):
    with pytest.raises(NotFound):
        steps.do(home("A1"), ordered(), "given_away", steps.Done(), AT)


@pytest.mark.parametrize(
    ("name", "address"),
    [("", ADDRESS), ("  ", ADDRESS), ("李先生", ""), ("李先生", "杭州"), ("李先生", "       8")],
)
def test_an_order_without_a_name_or_the_full_address_is_not_kept(home, name, address):
    goods = services.Goods(price_of("S-200"), 1)
    with pytest.raises(Invalid):
        services.enter(home("A1"), "C1", services.Draft(name, address, goods), AT)
    assert count(Order) == count(OrderLine) == 0


@pytest.mark.parametrize("goods", [services.Goods(999, 1), services.Goods(1, 0), services.Goods(1, 1000)])
def test_an_order_needs_goods_of_the_book_and_a_number_of_them(home, goods):
    with pytest.raises(Invalid):
        services.enter(home("A1"), "C1", services.Draft("李先生", ADDRESS, goods), AT)


def test_an_order_is_for_ones_own_customer_only(home):
    goods = services.Goods(price_of("S-200"), 1)
    with pytest.raises(NotFound):
        services.enter(home("A1"), "C2", services.Draft("王女士", ADDRESS, goods), AT)


def test_damage_is_noted_in_words(home, ordered):
    with pytest.raises(Invalid):
        go(home, ordered(), "inspected", said=steps.Done(damaged=True))


def test_goods_change_until_they_are_inspected(home, ordered):
    order_id, more = ordered(), services.Goods(price_of("S-300"), 2)
    line = services.add_line(home("A1"), order_id, more, AT)
    assert services.total_of(services.lines_of(db.session(), order_id)) == 50000
    services.remove_line(home("A1"), order_id, line.line_id)
    with pytest.raises(Conflict):
        services.remove_line(home("A1"), order_id, services.lines_of(db.session(), order_id)[0].line_id)
    go(home, order_id, "inspected")
    with pytest.raises(Conflict):
        services.add_line(home("A1"), order_id, more, AT)


BAD = [
    "",
    "M1 1",
    "<script>alert(1)</script>" * 3,
    DRAWING + '"/>',
    "M1 1 " + "L1 1 " * 9000,
    DRAWING + " X9 9",
]


@pytest.mark.parametrize("drawing", BAD)
def test_only_a_drawn_line_is_a_signature(home, ordered, drawing):
    order_id = ordered(upto="written")
    with pytest.raises(Invalid):
        go(home, order_id, "explained", said=steps.Done(acknowledged=True, drawing=drawing))


def test_terms_that_were_not_explained_are_not_signed(home, ordered):
    order_id = ordered(upto="written")
    with pytest.raises(Invalid):
        go(home, order_id, "explained", said=steps.Done(drawing=DRAWING))


@pytest.mark.parametrize(("days", "mode"), [(-1, "delivery"), (367, "delivery"), (1, "by_air"), (1, None)])
def test_a_delivery_is_scheduled_for_a_day_to_come(home, ordered, days, mode):
    order_id = ordered(upto="stamped")
    said = steps.Done(on=TODAY + dt.timedelta(days=days), mode=mode)
    with pytest.raises(Invalid):
        go(home, order_id, "scheduled", said=said)


@pytest.mark.parametrize("days", [-1, 1])
def test_a_delivery_lies_between_the_stamp_and_today(home, ordered, days):
    order_id = ordered(upto="scheduled")
    with pytest.raises(Invalid):
        go(home, order_id, "delivered", said=steps.Done(on=TODAY + dt.timedelta(days=days)))


def test_what_the_customer_signed_is_cancelled_by_a_manager_only(home, ordered):
    order_id = ordered(upto="explained")
    with pytest.raises(Refused):
        services.cancel(home("A1"), order_id, "客户不要了", AT)
    services.cancel(home("S1"), order_id, "客户不要了", AT)
    with pytest.raises(Conflict):
        go(home, order_id, "signed")


def test_a_delivered_order_is_not_cancelled(home, ordered):
    with pytest.raises(Conflict):
        services.cancel(home("S1"), ordered(upto="delivered"), "退货", AT)


@pytest.mark.parametrize("table", ["order_steps", "price_book"])
def test_the_database_itself_refuses_to_change_a_step_or_a_price(home, ordered, table):
    ordered(upto="inspected")
    for statement in (
        f"UPDATE {table} SET {'done_by' if 'steps' in table else 'product'} = 'X'",
        f"DELETE FROM {table}",
    ):
        with pytest.raises(DatabaseError), db.engine.begin() as connection:
            connection.execute(text(statement))


# call-backs


def test_call_backs_come_at_irregular_days_that_differ_from_order_to_order():
    days = {order_id: aftersales.days_of(order_id, TODAY) for order_id in ("F1", "F2", "F3", "F4")}
    assert len({tuple(one) for one in days.values()}) == 4
    for found in days.values():
        for day, (first, last) in zip(found, aftersales.SPANS, strict=True):
            assert first <= (day - TODAY).days <= last


def test_today_proposes_a_call_back_until_it_is_noted(home, ordered):
    order_id = ordered(upto="installed")
    due = aftersales.sheet_of(db.session(), order_id)[0].due_on
    assert aftersales.proposed(home("A1"), due - dt.timedelta(days=1)) == []
    assert [one.order_id for one in aftersales.proposed(home("A1"), due + dt.timedelta(days=4))] == [order_id]
    assert aftersales.proposed(home("A2"), due) == []
    aftersales.answer(home("A1"), order_id, 1, "content", "", dt.datetime.combine(due, dt.time(10)))
    assert aftersales.proposed(home("A1"), due) == []


@pytest.mark.parametrize("result", ["unreached", "trouble"])
def test_who_was_not_reached_or_is_in_trouble_is_called_again_within_days(home, ordered, result):
    order_id = ordered(upto="installed")
    again = aftersales.answer(home("A1"), order_id, 1, result, "抽屉卡住", AT)
    assert 1 <= (again.due_on - TODAY).days <= 3
    assert count(CallBack) == len(aftersales.SPANS) + 1
    with pytest.raises(Conflict):
        aftersales.answer(home("A1"), order_id, 1, "content", "", AT)


def test_trouble_needs_words_and_a_colleague_cannot_answer(home, ordered):
    order_id = ordered(upto="installed")
    with pytest.raises(Invalid):
        aftersales.answer(home("A1"), order_id, 1, "trouble", " ", AT)
    for who in ("A2", "N1"):
        with pytest.raises((NotFound, Refused)):
            aftersales.answer(home(who), order_id, 1, "content", "", AT)


def test_who_wants_no_contact_is_not_proposed(home, ordered):
    from crm.leads.models import Customer
    from crm.transactions import atomic

    order_id = ordered(upto="installed")
    due = aftersales.sheet_of(db.session(), order_id)[0].due_on
    with atomic() as session:
        session.get_one(Customer, "C1").opted_out_on = TODAY
    assert aftersales.proposed(home("A1"), due) == []


# the book


def entry(**values):
    ordinary = dict.fromkeys(book.TEXTS, "x") | {"price": 100, "from_on": TODAY}
    return book.Entry(**(ordinary | values))


def test_only_a_store_manager_writes_the_book(home):
    for who in ("A1", "M1", "N1", "H1"):
        with pytest.raises(Refused):
            book.enter(home(who), entry(), AT)
    assert book.enter(home("S1"), entry(), AT).price == 100


def test_a_new_price_counts_from_its_date_on_and_never_for_the_past(home):
    book.enter(home("S1"), entry(product="沙发", model="S-200", price=9000, from_on=dt.date(2026, 12, 1)), AT)
    assert book.price_on("沙发", "S-200", dt.date(2026, 11, 30)).price == 10000
    assert book.price_on("沙发", "S-200", dt.date(2026, 12, 1)).price == 9000
    with pytest.raises(Invalid):
        book.enter(home("S1"), entry(from_on=dt.date(2026, 11, 19)), AT)


def test_an_order_keeps_the_price_of_its_day(home, ordered):
    order_id = ordered()
    book.enter(home("S1"), entry(product="沙发", model="S-200", price=15000), AT)
    line = services.lines_of(db.session(), order_id)[0]
    assert (line.book_price, line.price) == (10000, 10000)
    with pytest.raises(Invalid):
        services.add_line(home("A1"), order_id, services.Goods(price_of("S-200"), 1), AT)


def test_steps_are_listed_as_they_were_done(home, ordered):
    order_id = ordered(upto="stamped")
    assert db.session.scalar(select(OrderStep.done_at).where(OrderStep.kind == "stamped")) == AT
    assert steps.next_step(db.session(), db.session.get_one(Order, order_id)) == "scheduled"
