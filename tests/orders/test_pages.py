"""Orders and the shop's day through the pages, and what each trade sees."""

import datetime as dt
import io
import re
import zlib

import pytest
from sqlalchemy import select

from crm.extensions import db
from crm.orders.models import ClosingCheck, Order, OrderApproval, OrderMoney, OrderStep, ShopNote
from crm.people.models import LeaveRequest, RosterDay
from tests.orders.conftest import ADDRESS, AT, DRAWING, TODAY, price_of
from tests.people_builders import ELSEWHERE, count, keep, staff

ON = TODAY.isoformat()


@pytest.fixture
def browsers(home, people):
    return {who: people.browser_of(home(who).account_id) for who in ("A1", "A2", "S1", "N1", "H1")}


def order_form(**values):
    ordinary = {"customer_name": "李先生", "address": ADDRESS, "price_id": price_of("S-200"), "quantity": "1"}
    return ordinary | values


def test_from_the_form_to_the_sheet(browsers):
    consultant, manager, finance = browsers["A1"], browsers["S1"], browsers["N1"]
    assert "李先生" in consultant.get("/orders/new").text
    assert "S-200" in consultant.get("/orders/new?customer=C1").text
    answer = consultant.post("/orders/new?customer=C1", data=order_form(price="9000"))
    assert answer.status_code == 303
    order_id = db.session.scalar(select(Order.order_id))
    url = f"/orders/{order_id}"
    assert consultant.post(f"{url}/price", data={"reason": "样品"}).status_code == 303
    assert "等店长答复" in manager.get(url).text
    approval = db.session.scalar(select(OrderApproval.approval_id))
    manager.post(f"/orders/prices/requests/{approval}", data={"approved": "1", "answer": "可以"})
    for path, who, data in (
        ("steps/inspected", consultant, {"damaged": "y", "note": "左扶手有划痕"}),
        ("steps/written", consultant, {}),
        ("steps/explained", consultant, {"acknowledged": "y", "drawing": DRAWING}),
        ("sign", manager, {}),
        ("stamp", finance, {}),
        ("after/scheduled", consultant, {"mode": "delivery", "on": ON, "note": "下午"}),
        ("after/delivered", consultant, {"on": ON}),
        ("after/installed", consultant, {"note": "已调平"}),
    ):
        assert who.post(f"{url}/{path}", data=data).status_code == 303, path
    assert "左扶手有划痕" in consultant.get(url).text
    assert consultant.post(f"{url}/aftersales/1", data={"result": "content"}).status_code == 303
    assert "满意" in consultant.get(f"{url}/aftersales").text
    assert "S-200" in manager.get("/sellers").text


@pytest.mark.parametrize("path", ["sign", "stamp", "after/delivered", "after/installed", "steps/explained"])
def test_no_direct_request_skips_a_step(browsers, ordered, path):
    url = f"/orders/{ordered()}"
    data = {"on": ON, "mode": "pickup", "acknowledged": "y", "drawing": DRAWING}
    statuses = {
        who: browser.post(f"{url}/{path}", data=data).status_code for who, browser in browsers.items()
    }
    assert set(statuses.values()) <= {403, 404, 409}
    assert count(OrderStep) == 0


def test_a_step_under_anothers_address_is_no_page(browsers, ordered):
    url = f"/orders/{ordered(upto='explained')}"
    for path, who in (
        ("steps/signed", "A1"),
        ("after/signed", "S1"),
        ("after/stamped", "S1"),
        ("steps/x", "A1"),
    ):
        assert browsers[who].post(f"{url}/{path}").status_code == 404
    assert count(OrderStep) == 3


@pytest.mark.parametrize(
    "wrong",
    [{"address": "杭州"}, {"customer_name": ""}, {"price_id": ""}, {"quantity": "0"}, {"price": "便宜"}],
)
def test_what_was_typed_comes_back_with_its_fault(browsers, wrong):
    answer = browsers["A1"].post("/orders/new?customer=C1", data=order_form(note="靠窗摆放", **wrong))
    assert answer.status_code == 422
    assert "靠窗摆放" in answer.text
    assert count(Order) == 0


def test_a_form_sent_twice_makes_one_order(browsers):
    form = order_form(idem_key="the same key")
    for _ in range(2):
        assert browsers["A1"].post("/orders/new?customer=C1", data=form).status_code == 303
    assert count(Order) == 1


def test_finance_takes_money_and_reverses_it(browsers, ordered):
    order_id = ordered()
    form = {
        "nature": "earnest_money",
        "amount": "3000",
        "method": "cash",
        "voucher_no": "V1",
        "received_on": ON,
    }
    assert browsers["N1"].post(f"/orders/{order_id}/money", data=form).status_code == 303
    page = browsers["N1"].get(f"/orders/{order_id}").text
    assert "第 586 条" in page
    assert "7,000" in page
    receipt = db.session.scalar(select(OrderMoney.receipt_id))
    browsers["N1"].post(f"/orders/money/{receipt}/reverse", data={"reason": "记错"})
    assert "已冲销" in browsers["N1"].get(f"/orders/{order_id}").text


@pytest.mark.paper
@pytest.mark.slow
def test_the_order_is_one_page_of_paper_with_the_signature(browsers, ordered):
    answer = browsers["A1"].get(f"/orders/{ordered(upto='installed', price=9000)}/paper")
    assert answer.data.startswith(b"%PDF-")
    assert len(re.findall(rb"/Type /Page\b(?!s)", inside(answer.data))) == 1


def inside(pdf):
    """The PDF with its compressed parts unpacked."""
    parts = re.findall(rb"stream\r?\n(.*?)\r?\nendstream", pdf, re.DOTALL)
    out = io.BytesIO(pdf)
    out.seek(0, io.SEEK_END)
    for part in parts:
        if part[:1] == b"x":
            out.write(zlib.decompressobj().decompress(part))
    return out.getvalue()


def test_an_order_that_is_not_written_is_not_printed(browsers, ordered):
    assert browsers["A1"].get(f"/orders/{ordered()}/paper").status_code == 409


def test_the_list_says_whose_turn_it_is(browsers, ordered):
    order_id = ordered(upto="explained")
    assert order_id in browsers["S1"].get("/orders?view=mine").text
    assert order_id not in browsers["N1"].get("/orders?view=mine").text
    assert order_id not in browsers["A2"].get("/orders?view=all").text


def test_today_shows_the_call_back(home, people, ordered, at):
    order_id = ordered(upto="installed")
    at(AT + dt.timedelta(days=2))
    assert order_id in people.browser_of(home("A1").account_id).get("/today").text


# the shop's day


@pytest.mark.parametrize("kind", ["damage", "loss", "found", "gift"])
def test_what_is_reported_waits_for_the_manager(browsers, kind):
    form = {"kind": kind, "what": "花瓶", "note": "展厅二区"}
    assert browsers["A1"].post("/shop/notes", data=form).status_code == 303
    assert "等店长处理" in browsers["S1"].get("/shop/notes").text
    note_id = db.session.scalar(select(ShopNote.note_id))
    browsers["S1"].post(f"/shop/notes/{note_id}/answer", data={"answer": "已登记"})
    assert "已登记" in browsers["A1"].get("/shop/notes").text


def test_a_price_check_is_compared_with_the_book(browsers):
    form = {"kind": "price_check", "what": "沙发", "model": "S-200", "price": "9900"}
    assert browsers["A1"].post("/shop/notes", data=form).status_code == 303
    assert "价目为 ¥10,000" in browsers["S1"].get("/shop/notes").text
    assert browsers["A1"].post("/shop/notes", data=form | {"model": "X"}).status_code == 422


def test_word_of_another_brand_names_it(browsers):
    form = {"kind": "other_brand", "what": "沙发", "note": "顾客说便宜两千"}
    assert browsers["A1"].post("/shop/notes", data=form).status_code == 422
    assert browsers["A1"].post("/shop/notes", data=form | {"brand": "某家"}).status_code == 303


def test_closing_is_checked_until_all_is_in_order(browsers):
    doors = {"doors": "y", "power": "y", "fire": "y"}
    assert browsers["A1"].post("/shop/closing", data=doors).status_code == 422
    assert browsers["A1"].post("/shop/closing", data=doors | {"note": "有一把雨伞"}).status_code == 303
    assert "有异常" in browsers["S1"].get("/shop/closing").text
    whole = doors | {"left_behind": "y"}
    assert browsers["A2"].post("/shop/closing", data=whole).status_code == 303
    assert browsers["A1"].post("/shop/closing", data=whole).status_code == 409
    assert count(ClosingCheck) == 2


def test_a_day_without_a_check_is_seen(browsers):
    assert "没有检查" in browsers["S1"].get("/shop/closing").text


# leave


@pytest.mark.parametrize(
    ("first", "last", "granted"),
    [
        ("2026-11-23", "2026-11-27", True),  # Monday to Friday
        ("2026-11-27", "2026-11-28", False),  # into a Saturday
        ("2026-11-22", "2026-11-22", False),  # a Sunday
        ("2026-10-01", "2026-10-01", False),  # the national holiday
        ("2026-10-10", "2026-10-10", True),  # a Saturday that is worked
    ],
)
def test_leave_on_weekends_and_holidays_is_refused_with_the_rule(browsers, first, last, granted):
    answer = browsers["A1"].post("/me/leave", data={"from_on": first, "to_on": last, "reason": "有事"})
    assert (answer.status_code < 400) is granted
    assert ("第 15 条：节假日和周末不得请假" in answer.text) is not granted
    assert count(LeaveRequest) == granted


def test_a_weekend_on_which_one_is_off_anyway_does_not_matter(browsers):
    keep([RosterDay(staff_id="A1", date=dt.date(2026, 11, 28), kind="rest")])
    form = {"from_on": "2026-11-27", "to_on": "2026-11-28", "reason": "有事"}
    assert browsers["A1"].post("/me/leave", data=form).status_code == 302


def test_the_law_stands_beside_the_rule_for_whom_it_binds(browsers, people):
    assert "劳动法第 38、44 条" in browsers["A1"].get("/me/roster").text
    other = people.browser("consultant", "P1")
    assert "劳动法第 38、44 条" not in other.get("/me/roster").text
    form = {"from_on": "2026-11-28", "to_on": "2026-11-28", "reason": "有事"}
    assert other.post("/me/leave", data=form).status_code == 302


# what each trade sees


def seen(browser):
    page = browser.get("/me").text
    return {
        name for name in ("/orders", "/prices", "/stock", "/deals", "/reception") if f'href="{name}"' in page
    }


def test_a_trade_decides_what_the_bars_show(browsers, people):
    assert seen(browsers["A1"]) == {"/orders", "/prices"}
    assert seen(browsers["S1"]) == {"/orders", "/prices"}
    assert seen(browsers["N1"]) == {"/orders", "/prices"}
    property_people = {"project": ELSEWHERE}
    keep([staff("P2", **property_people)])
    consultant = people.browser("consultant", "P1", **property_people)
    finance = people.browser("finance", "P3", trade="furniture", **property_people)
    assert seen(consultant) == {"/stock", "/deals", "/reception"}
    assert seen(finance) == {"/stock", "/deals"}


def test_the_trade_of_the_day_counts(browsers, home, people, at):
    from crm.people.models import Term

    keep([Term(staff_id="A1", from_on=dt.date(2026, 11, 24), trade="property")])
    assert "/orders" in seen(browsers["A1"])
    at(dt.datetime(2026, 11, 24, 9))
    assert seen(people.browser_of(home("A1").account_id)) == {"/stock", "/deals", "/reception"}
