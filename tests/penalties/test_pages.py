"""Entries in words, and who sees which of them with what."""

import datetime as dt
import re
from decimal import Decimal

import pytest

from crm.clock import now
from crm.leads.models import Transfer
from crm.penalties.settling import settle_open
from crm.people.models import ParameterValue
from tests.people_builders import ELSEWHERE, HOME, contact, customer, keep, staff

AT = dt.datetime(2026, 11, 10, 9)
PAY = Decimal("4350")


@pytest.fixture
def company(people, store, at):
    """A consultant with a visitor of the 2nd whom nobody called again; settled on the 10th."""
    at(AT)
    begin = ParameterValue(
        name="records_begin", from_on=None, value="2026-11-02", set_by="test", set_at=dt.datetime(2026, 11, 2)
    )
    keep([begin, staff("A1", monthly_base_pay=PAY, name="孙佳怡"), staff("B1", project=ELSEWHERE)])
    keep([staff("A2", name="郭宏伟"), staff("M1", "manager"), staff("H1", "hr"), staff("N1", "finance")])
    keep([customer("C1", "A1", name="李先生", phone="13812345678", project=HOME)])
    keep([contact("K1", "C1", "A1", kind="visit")])
    settle_open(AT, "test")
    return {key: people.browser_of(people.account(key)) for key in ("A1", "A2", "B1", "M1", "H1", "N1")}


def page(browser, address):
    answer = browser.get(address)
    assert answer.status_code == 200, answer.status
    return re.sub(r"\?v=[0-9a-f]+", "", answer.get_data(as_text=True))  # digests of files hold any figures


def test_an_entry_is_a_sentence_with_the_masked_phone_and_the_record_as_a_link(company):
    text = page(company["A1"], "/entries")
    assert "李先生(138****5678)" in text
    assert "应于 11月5日 周四 前追踪" in text
    assert 'href="/contacts/K1">11月2日 周一' in text
    assert "13812345678" not in text
    assert "§7 二㈢4、五5" in text
    assert "第15、16条" in text


def test_english_readers_get_english_evidence(company):
    company["A1"].post("/language", data={"lang": "en", "next": "/"})
    text = page(company["A1"], "/entries")
    assert "was due by Thu 5 Nov" in text
    assert "Interim Provisions on Payment of Wages" in text


def test_provisional_entries_are_marked_with_what_still_undoes_them(company):
    text = page(company["A1"], "/entries")
    assert "未定" in text
    assert "今天 24:00 前补上这几天的记录" in text


def test_a_consultant_sees_the_own_entries_only(company):
    assert "李先生" not in page(company["A2"], "/entries")
    assert company["A2"].get("/entries/people/A1").status_code == 404
    assert company["B1"].get("/entries/1").status_code == 404
    assert company["A1"].get("/entries/project").status_code == 403


def test_a_manager_sees_the_project_without_what_comes_from_pay(company):
    text = page(company["M1"], "/entries/people/A1")
    assert "没有提交日报" in text
    assert "金额涉及工资，不显示" in text
    for pay in ("4350", "4,350", "月基本工资"):
        assert pay not in text
    assert company["M1"].get("/entries/people/B1").status_code == 404
    assert "孙佳怡" in page(company["M1"], "/entries/project")


def test_the_managers_totals_leave_pay_out_and_hr_has_them(company):
    manager, hr = page(company["M1"], "/entries/project"), page(company["H1"], "/entries/all")
    assert manager != hr
    assert "与工资有关的金额不在这里显示" in manager
    assert "与工资有关的金额不在这里显示" not in hr
    text = page(company["H1"], "/entries/people/A1")
    assert "4350" in text


def test_hr_reads_no_customers_name_and_finance_neither(company):
    for role in ("H1", "N1"):
        text = page(company[role], "/entries/people/A1")
        assert "李先生" not in text
        assert "客户 C1" in text
        assert "/contacts/" not in text


def test_a_customer_who_was_handed_over_is_an_id_to_the_former_owner(company, store):
    keep([Transfer(customer_id="C1", on=AT.date(), to="A2")])
    text = page(company["A1"], "/entries")
    assert "李先生" not in text
    assert "客户 C1" in text


def test_the_month_is_chosen_and_an_empty_one_says_what_will_be_there(company):
    assert "没有奖罚" in page(company["A1"], "/entries?month=2026-10")
    assert "李先生" in page(company["A1"], "/entries?month=2099-01"), "a month to come is the present one"
    assert "李先生" in page(company["A1"], "/entries?month=nonsense")


def test_a_reversed_entry_and_its_reversal_name_each_other_and_add_up_to_nothing(company, store):
    keep([contact("K9", "C1", "A1", kind="follow_up", happened_at=dt.datetime(2026, 11, 5, 9))])
    settle_open(now(), "test")
    text = page(company["A1"], "/entries")
    assert "已冲销" in text
    assert "冲销第" in text


def test_an_entry_has_a_page_of_its_own_with_the_ledgers_facts(company):
    text = page(company["A1"], "/entries/1")
    assert "账页只增不改" in text
    assert "0.1.0+" in text
