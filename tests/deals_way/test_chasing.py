"""Chasing arrears is a recorded contact with a promise, and what lapses asks its money back by itself."""

import datetime as dt
from decimal import Decimal as D

import pytest
from sqlalchemy import select

from crm.deals import chasing, receipts, refunds, units_lapse
from crm.deals.chasing import Chased
from crm.deals.receipts_models import Refund
from crm.deals.reminders import reminders
from crm.deals.services import advance
from crm.deals.stages import CANCELLED
from crm.errors import Conflict, Invalid, NotFound, Refused
from crm.extensions import db
from crm.leads import contact_services
from crm.leads.models import Contact
from tests.deals_way.conftest import AT, TODAY
from tests.people_builders import contact, keep

DAY = dt.timedelta(days=1)
SAID = Chased(True, "phone", "周五付清", TODAY + 3 * DAY)


@pytest.fixture
def owing(home, placed):
    """A deal of A1 of which 100 yuan were due yesterday."""
    deal = placed(stage="subscription_on")
    receipts.plan_line(home("N1"), deal.deal_id, "instalment", TODAY - DAY, D(100), AT)
    return deal


def chased_in_today(home, day):
    return [one.overdue for one in reminders(home("A1"), day) if one.kind == "arrears"]


def test_chasing_keeps_a_follow_up_that_says_so_with_the_promise_as_next_step(home, owing):
    row = chasing.chase(home("A1"), owing.deal_id, SAID, AT)
    contact = db.session.get_one(Contact, row.contact_id)
    assert (contact.kind, contact.note, contact.next_on) == ("follow_up", "催款：周五付清", TODAY + 3 * DAY)
    assert (row.overdue, row.promised_on, row.chased_by) == (D(100), TODAY + 3 * DAY, "A1")


@pytest.mark.parametrize(
    ("chased", "field"),
    [
        (Chased(True, "phone", " "), "note"),
        (Chased(True, "pigeon", "x"), "medium"),
        (Chased(False, "phone", "", TODAY), "promised_on"),
        (Chased(True, "phone", "x", TODAY - DAY), "promised_on"),
        (Chased(True, "phone", "x", TODAY + 91 * DAY), "promised_on"),
    ],
)
def test_a_chase_that_cannot_be_names_its_field(home, owing, chased, field):
    with pytest.raises(Invalid) as caught:
        chasing.chase(home("A1"), owing.deal_id, chased, AT)
    assert caught.value.field == field
    assert chasing.last_chases([owing.deal_id]) == {}


def test_what_is_not_overdue_is_not_chased(home, placed):
    deal = placed(stage="subscription_on")
    receipts.plan_line(home("N1"), deal.deal_id, "instalment", TODAY, D(100), AT)
    with pytest.raises(Conflict):
        chasing.chase(home("A1"), deal.deal_id, SAID, AT)


def test_neither_a_colleague_nor_finance_chases(home, owing):
    with pytest.raises(NotFound):
        chasing.chase(home("A2"), owing.deal_id, SAID, AT)
    with pytest.raises(Refused):
        chasing.chase(home("N1"), owing.deal_id, SAID, AT)


def test_a_chase_that_was_undone_does_not_count(home, owing):
    keep([contact("K0", "C1", "A1")])
    row = chasing.chase(home("A1"), owing.deal_id, SAID, AT)
    contact_services.undo(home("A1"), row.contact_id, AT)
    assert chasing.last_chases([owing.deal_id]) == {}


@pytest.mark.parametrize(("days", "asked"), [(0, False), (3, False), (4, True)])
def test_today_asks_again_the_day_after_the_promise(home, owing, days, asked):
    assert chased_in_today(home, TODAY) == [D(100)]
    chasing.chase(home("A1"), owing.deal_id, SAID, AT)
    assert chased_in_today(home, TODAY + days * DAY) == ([D(100)] if asked else [])


@pytest.mark.parametrize(("days", "asked"), [(6, False), (7, True)])
def test_without_a_promise_today_asks_again_after_a_week(home, owing, days, asked):
    chasing.chase(home("A1"), owing.deal_id, Chased(False, "phone", ""), AT)
    assert chased_in_today(home, TODAY + days * DAY) == ([D(100)] if asked else [])


def test_the_list_shows_finance_who_chased_when_and_what_was_promised(home, people, owing):
    consultant, finance = (people.browser_of(home(who).account_id) for who in ("A1", "N1"))
    assert "还没催过" in finance.get("/arrears").text
    form = {"effective": "1", "medium": "phone", "note": "周五付清", "promised_on": "2026-11-23"}
    assert consultant.post(f"/arrears/{owing.deal_id}/chase", data=form).status_code == 303
    page = finance.get("/arrears").text
    assert "承诺" in page
    assert "还没催过" not in page
    assert "记录催款" not in page
    wrong = consultant.post(f"/arrears/{owing.deal_id}/chase", data=form | {"note": ""})
    assert wrong.status_code == 422


@pytest.fixture
def lapsed(home, placed):
    """`lapsed(100)` is a deal whose holding deposit of so much has lapsed, after the night."""

    def made(amount):
        deal = placed()
        if amount:
            paid = receipts.Taken("holding", "earnest_money", D(amount), "cash", "V1", "", TODAY)
            receipts.take(home("N1"), deal.deal_id, paid, AT)
        units_lapse.lapse_holds(AT + 8 * DAY, "night", lambda *_: None)
        return deal

    return made


def test_a_lapse_opens_a_refund_of_all_that_was_paid_with_its_clock_of_fifteen_days(home, lapsed):
    deal = lapsed(5000)
    (standing, found, _customer) = refunds.open_refunds(home("N1"))[0]
    refund = standing.refund
    assert (found.deal_id, refund.kind, refund.cause, refund.amount) == (
        deal.deal_id,
        "refund",
        "lapsed",
        D(5000),
    )
    assert standing.last_day == TODAY + 8 * DAY + 15 * DAY
    assert refunds.unreturned(home("N1")) == []


def test_a_lapse_without_money_opens_no_refund(lapsed):
    lapsed(0)
    assert db.session.scalar(select(Refund)) is None


def test_a_deal_cancelled_by_hand_stays_in_finances_list_until_its_money_is_asked_back(home, placed):
    deal = placed(stage="subscription_on")
    paid = receipts.Taken("subscription", "deposit", D(10), "cash", "V1", "", TODAY)
    receipts.take(home("N1"), deal.deal_id, paid, AT)
    advance(home("A1"), deal.deal_id, CANCELLED, TODAY, deal.version, AT)
    assert [held for _deal, _customer, held in refunds.unreturned(home("N1"))] == [D(10)]
    refunds.ask(home("N1"), deal.deal_id, refunds.Wanted("refund", "agreed", "退订", TODAY, D(10)), AT)
    assert refunds.unreturned(home("N1")) == []
