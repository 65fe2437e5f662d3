"""The pages of deals: entering one, taking it forward, what comes back when something is wrong."""

import datetime as dt

import pytest
from sqlalchemy import select

from crm.deals.models import Deal
from crm.extensions import db
from crm.penalties.settling import settle_open
from tests.people_builders import HOME, count, customer, keep, staff

AT = dt.datetime(2026, 11, 20, 15)
FORM = {
    "stage": "holding_deposit_on",
    "on": "2026-11-20",
    "unit_kind": "residential",
    "units": "1",
    "amount": "286万",
    "idem_key": "k1",
}


@pytest.fixture
def browsers(people, store, at):
    at(AT)
    keep([staff("A1"), staff("A2"), staff("M1", "manager"), staff("N1", "finance"), staff("H1", "hr")])
    keep([customer("C1", "A1", project=HOME, phone="13812345678"), customer("C2", "A2", project=HOME)])
    return {key: people.browser_of(people.account(key)) for key in ("A1", "A2", "M1", "N1", "H1")}


@pytest.fixture
def address(browsers):
    answer = browsers["A1"].post("/deals/new?customer=C1", data=FORM)
    assert answer.status_code == 303
    return answer.location


def only_deal():
    db.session.rollback()
    return db.session.scalar(select(Deal))


def test_a_deposit_is_two_taps_from_the_customer(browsers):
    text = browsers["A1"].get("/deals/new?customer=C1").get_data(as_text=True)
    assert 'value="2026-11-20"' in text, "today is filled in"
    assert text.count("checked") >= 2, "deposit and residential are chosen"


def test_an_amount_is_kept_as_it_was_meant(address):
    assert only_deal().amount == 2860000


def test_sent_twice_it_is_one_deal(browsers, address):
    assert browsers["A1"].post("/deals/new?customer=C1", data=FORM).location == address
    assert count(Deal) == 1


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"on": "2026-11-21"}, "日期不能晚于今天"),
        ({"on": "2026-11-16"}, "最近 3 天"),
        ({"amount": "很多"}, "金额看不懂"),
        ({"stage": ""}, "请选择小订、大定或签约"),
        ({"units": "x"}, "套数"),
    ],
)
def test_what_was_typed_comes_back_with_the_sentence_beside_the_field(browsers, wrong, said):
    answer = browsers["A1"].post("/deals/new?customer=C1", data=FORM | {"amount": "123万"} | wrong)
    text = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert said in text
    assert wrong.get("amount", "123万") in text
    assert count(Deal) == 0


def test_the_next_step_is_offered_and_entered(browsers, address):
    assert "大定" in browsers["A1"].get(address).get_data(as_text=True)
    form = {"stage": "contract_on", "on": "2026-11-20", "version": "1"}
    assert browsers["A1"].post(f"{address}/step", data=form).status_code == 303
    assert only_deal().contract_on == AT.date()
    text = browsers["A1"].get(address).get_data(as_text=True)
    assert 'value="subscription_on"' not in text, "there is no way back"


def test_a_step_that_is_past_is_refused_also_by_hand(browsers, address):
    form = {"stage": "contract_on", "on": "2026-11-20", "version": "1"}
    browsers["A1"].post(f"{address}/step", data=form)
    browsers["A1"].post(f"{address}/step", data=form | {"stage": "subscription_on", "version": "2"})
    assert only_deal().subscription_on is None


def test_a_stale_form_shows_both_versions(browsers, address):
    browsers["M1"].post(
        f"{address}/edit", data={"unit_kind": "parking", "units": "1", "amount": "12万", "version": "1"}
    )
    answer = browsers["A1"].post(
        f"{address}/edit", data={"unit_kind": "residential", "units": "3", "amount": "286万", "version": "1"}
    )
    text = answer.get_data(as_text=True)
    assert answer.status_code == 409
    assert "别人刚刚保存了这条记录" in text
    assert "¥120,000" in text
    assert "¥2,860,000" in text
    assert only_deal().unit_kind == "parking"
    answer = browsers["A1"].post(
        f"{address}/step", data={"stage": "contract_on", "on": "2026-11-20", "version": "1"}
    )
    assert answer.status_code == 409


def test_two_who_enter_the_same_step_see_both_dates(browsers, address):
    form = {"stage": "subscription_on", "version": "1"}
    assert browsers["M1"].post(f"{address}/step", data=form | {"on": "2026-11-20"}).status_code == 303
    deal = only_deal()
    assert deal.subscription_on == dt.date(2026, 11, 20)
    answer = browsers["A1"].post(f"{address}/step", data=form | {"on": "2026-11-19"})
    assert answer.status_code == 409
    assert "别人刚刚保存了这条记录" in answer.get_data(as_text=True)
    assert only_deal().subscription_on == dt.date(2026, 11, 20)


def test_a_corrected_date_shows_both_and_the_reason(browsers, address):
    form = {"on": "2026-11-19", "reason": "看错日历", "version": "1"}
    assert browsers["A1"].post(f"{address}/correct/holding_deposit_on", data=form).status_code == 303
    text = browsers["A1"].get(address).get_data(as_text=True)
    assert "由 2026-11-20 更正为 2026-11-19：看错日历" in text


def test_the_next_day_the_page_offers_no_correction(browsers, address, at):
    assert "更正日期" in browsers["A1"].get(address).get_data(as_text=True)
    at(AT + dt.timedelta(days=1))
    assert "更正日期" not in browsers["A1"].get(address).get_data(as_text=True)


def test_finance_sees_name_and_masked_phone_inside_a_deal_and_no_form(browsers, address):
    text = browsers["N1"].get(address).get_data(as_text=True)
    assert "李先生" in text
    assert "138****5678" in text
    assert "13812345678" not in text
    assert "/customers/C1" not in text
    assert "/step" not in text


def test_a_colleague_sees_nothing_of_it(browsers, address):
    assert browsers["A2"].get(address).status_code == 404
    assert "李先生" not in browsers["A2"].get("/deals").get_data(as_text=True)
    assert browsers["H1"].get("/deals").status_code == 403


def test_the_list_is_narrowed_by_stage_and_says_what_is_missing(browsers, address):
    assert "李先生" in browsers["M1"].get("/deals?stage=holding_deposit_on").get_data(as_text=True)
    assert "没有停在这一步" in browsers["M1"].get("/deals?stage=contract_on").get_data(as_text=True)
    assert "这里会列出" in browsers["A2"].get("/deals").get_data(as_text=True)


def test_a_deal_lists_the_entries_it_caused(browsers, address):
    browsers["A1"].post("/deals/new?customer=C1", data=FORM | {"idem_key": "k2"})
    settle_open(AT + dt.timedelta(days=1), "test")
    text = browsers["A1"].get(address).get_data(as_text=True)
    assert "一天两个小订" in text
    assert "+¥10" in text
