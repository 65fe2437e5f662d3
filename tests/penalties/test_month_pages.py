"""HR looks at what is booked, closes the month, and gets a certificate."""

import datetime as dt
import re

import pytest

from crm.extensions import db
from crm.penalties.closing import close_month
from crm.penalties.models import Closing
from crm.penalties.settling import settle_open
from tests.penalties.books import CLOSED, begin, entries, waive
from tests.people_builders import count


@pytest.fixture
def hr(people, store, at):
    at(CLOSED)
    begin()
    settle_open(CLOSED, "night")
    return people.browser_of(3)


def text(browser, address="/months", status=200):
    answer = browser.get(address)
    assert answer.status_code == status
    return answer.get_data(as_text=True)


def shown_digest(page):
    return re.search(r'name="digest" value="([0-9a-f]{64})"', page)[1]


def test_the_totals_are_shown_before_they_are_fixed(hr):
    page = text(hr)
    assert "可以结账" in page
    total = sum(row.amount or 0 for row in entries() if row.month == "2026-10")
    assert f"合计 {total} 元" in page


def test_closing_leads_to_the_certificate(hr):
    answer = hr.post("/months/2026-10/close", data={"digest": shown_digest(text(hr))})
    assert answer.status_code == 303
    page = text(hr, answer.location)
    closing = db.session.query(Closing).one()
    for digest in (closing.digest, closing.entries_digest, closing.calendar_digest, closing.ledger_digest):
        assert digest in page
    assert closing.rulebook in page
    assert "2026年10月" in text(hr)


def test_a_month_that_has_changed_since_is_not_closed(hr):
    digest = shown_digest(text(hr))
    waive(entries()[0].on)
    answer = hr.post("/months/2026-10/close", data={"digest": digest})
    assert answer.status_code == 409
    assert "请核对后再结账" in answer.get_data(as_text=True)
    assert count(Closing) == 0
    assert hr.post("/months/2026-10/close", data={"digest": shown_digest(text(hr))}).status_code == 303


def test_sent_twice_it_leads_to_the_same_certificate(hr):
    digest = shown_digest(text(hr))
    places = {hr.post("/months/2026-10/close", data={"digest": digest}).location for _ in range(2)}
    assert places == {"/months/2026-10"}
    assert count(Closing) == 1


def test_what_hinders_is_said_and_there_is_no_button(hr, at, people):
    close_month("2026-10", CLOSED, "H1")
    page = text(hr)
    assert "2026-11 最早 2026-12-02 可以结账" in page
    assert "digest" not in page
    at(dt.datetime(2026, 12, 5, 9))
    page = text(people.browser_of(3))
    assert "现在结算" in page


def test_months_that_are_none_or_open_have_no_certificate(hr):
    for month in ("2026-10", "2026-13", "nonsense"):
        text(hr, f"/months/{month}", 404)
    for month in ("2026-13", "nonsense", "2026-1"):
        assert hr.post(f"/months/{month}/close", data={"digest": "x"}).status_code in (404, 422)


def test_before_anything_was_settled_the_page_says_what_will_be_there(people, store, at):
    at(CLOSED)
    begin()
    assert "还没有可以结账的月份" in text(people.browser_of(3))
