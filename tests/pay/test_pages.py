"""The pages of pay: who sees what, what comes back when something is wrong, and the files."""

import datetime as dt
from decimal import Decimal
from io import BytesIO

import pytest
from openpyxl import load_workbook

from crm.extensions import db
from crm.pay.models import (
    BookedLoss,
    CommissionPlan,
    CommissionTier,
    LossAnswer,
    MinimumWage,
    PaymentConfirmation,
    PaymentDecision,
    StatementLook,
)
from crm.people.settings import setting
from tests.pay.conftest import close, deal, entry, minimum, plan
from tests.people_builders import HOME, count


def page(browser, address):
    answer = browser.get(address)
    assert answer.status_code == 200, answer.status
    return answer.get_data(as_text=True)


def sheet(browser, address):
    answer = browser.get(address)
    assert answer.status_code == 200
    rows = load_workbook(BytesIO(answer.data)).active.iter_rows(values_only=True)
    return [list(row) for row in rows]


def test_a_consultant_reads_how_the_own_pay_comes_about(browsers, home):
    plan(home)
    deal("D1")
    entry("two-deposits-day", "10")
    entry()
    text = page(browsers["A1"], "/pay/statement?month=2026-10")
    for words in (
        "¥10,010",
        "月基本工资 5,000.00 元",
        "提成 0.3%",
        "/deals/D1",
        "暂缓，等人决定",
        "第15、16条",
    ):
        assert words in text
    assert "data-figure" in text, "a figure shows how it came about"


def test_what_counts_stands_apart_from_what_does_not(browsers, home):
    entry()
    text = page(browsers["A1"], "/pay/statement?month=2026-10")
    assert "扣罚：暂缓或不计" in text
    assert "红色标记" in text


def test_an_unknown_minimum_wage_is_called_unknown(browsers, home):
    assert "当地最低工资：未知" in page(browsers["A1"], "/pay/statement?month=2026-10")
    minimum(home, "7500")
    text = page(browsers["A1"], "/pay/statement?month=2026-10")
    assert "成都最低工资 ¥7,500" in text
    assert "低于当地最低工资" in text


def test_nobody_reads_the_pay_of_a_colleague(browsers):
    assert browsers["A2"].get("/pay/statements/A1").status_code == 404
    assert browsers["A2"].get("/pay/month").status_code == 403


@pytest.mark.parametrize("address", ["/pay/statements/A1", "/pay/month", "/pay/statements/A1/sheet.xlsx"])
def test_a_manager_sees_entries_and_no_pay(browsers, home, address):
    plan(home)
    deal("D1")
    entry("report-untracked", "-114.94", absent_days="0.5")
    entry("followup-missed", "-50")
    answer = browsers["M1"].get(f"{address}?month=2026-10")
    assert answer.status_code == 200
    if address.endswith("xlsx"):
        text = str(sheet(browsers["M1"], f"{address}?month=2026-10"))
        assert "50" in text
    else:
        text = answer.get_data(as_text=True)
    for pay in ("5,000", "5000", "114.94", "3000", "3,000", "7,000"):
        assert pay not in text
    assert browsers["M1"].get("/pay/payroll.xlsx").status_code == 403


def test_a_manager_reads_the_own_pay(browsers, home):
    assert "月基本工资未登记" in page(browsers["M1"], "/pay/statement?month=2026-10")


def test_finance_downloads_the_payroll_that_equals_the_ledger(browsers, home):
    entry("two-deposits-day", "10")
    rows = sheet(browsers["N1"], "/pay/payroll.xlsx?month=2026-10")
    assert next(row for row in rows if row[0] == "A1")[12] == 7010
    assert next(row for row in rows if row[0] and row[0].startswith("核对：差额"))[3] == 0
    assert "与账本一分不差" in page(browsers["N1"], "/pay/month?month=2026-10")


def test_the_person_says_once_that_the_statement_was_seen(browsers, home):
    from tests.pay.conftest import statement

    form = {"month": "2026-10", "digest": statement().digest}
    for _ in range(2):
        assert browsers["A1"].post("/pay/statement/seen", data=form).status_code == 303
    assert count(StatementLook) == 1
    assert "已看过" in page(browsers["A1"], "/pay/statement?month=2026-10")


def test_a_statement_that_changed_meanwhile_is_looked_at_again(browsers, home):
    from tests.pay.conftest import statement

    digest = statement().digest
    entry("two-deposits-day", "10")
    browsers["A1"].post("/pay/statement/seen", data={"month": "2026-10", "digest": digest})
    assert count(StatementLook) == 0


def test_a_closed_statement_says_so(browsers, home):
    close("2026-10")
    assert "已结账，不再改变" in page(browsers["A1"], "/pay/statement?month=2026-10")


def test_a_month_to_come_is_the_present_one(browsers):
    assert "2026年11月" in page(browsers["A1"], "/pay/statement?month=2099-01")
    assert page(browsers["A1"], "/pay/statement?month=nonsense")


def test_hr_decides_in_bulk_and_another_confirms(browsers, home):
    numbers = [entry(on=dt.date(2026, 10, day)) for day in (8, 9)]
    form = {"month": "2026-10", "entry_id": numbers, "verdict": "withhold", "reason": "没有造成损失"}
    assert browsers["H1"].post("/pay/decisions", data=form).status_code == 303
    waiting = page(browsers["H2"], "/pay/decisions?month=2026-10")
    assert "没有造成损失" in waiting
    ids = [row.decision_id for row in db.session.query(PaymentDecision)]
    form = {"month": "2026-10", "decision_id": ids, "agreed": "1"}
    assert browsers["H1"].post("/pay/decisions/confirm", data=form).status_code == 409
    assert browsers["H2"].post("/pay/decisions/confirm", data=form).status_code == 303
    assert count(PaymentConfirmation) == 2
    assert "没有造成损失（员工H1决定，员工H2确认）" in page(browsers["A1"], "/pay/statement?month=2026-10")


def test_a_decision_without_a_reason_keeps_what_was_ticked(browsers, home):
    number = entry()
    form = {"month": "2026-10", "entry_id": [number], "verdict": "release", "reason": ""}
    answer = browsers["H1"].post("/pay/decisions", data=form)
    text = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "请写明理由" in text
    assert f'value="{number}" checked' in text
    assert count(PaymentDecision) == 0


def test_a_form_sent_twice_decides_once(browsers, home):
    form = {"month": "2026-10", "entry_id": [entry()], "verdict": "release", "reason": "x", "idem_key": "k1"}
    for _ in range(2):
        assert browsers["H1"].post("/pay/decisions", data=form).status_code == 303
    assert count(PaymentDecision) == 1


def test_an_entry_of_a_strange_number_is_not_found(browsers, home):
    for wrong in ("x", "99", str(2**70)):
        form = {"entry_id": [wrong], "verdict": "release", "reason": "x"}
        assert browsers["H1"].post("/pay/decisions", data=form).status_code == 404


PLAN = {
    "project": HOME,
    "from_on": "2026-12-01",
    "basis": "amount",
    "pays": "points",
    "mode": "whole",
    "paid_on": "received",
    "start_0": "0",
    "rate_0": "0.3",
    "start_1": "500万",
    "rate_1": "0.45%",
}


def test_hr_writes_a_plan_in_percent_and_wan(browsers, home):
    assert browsers["H1"].post("/pay/plans/new", data=PLAN).status_code == 303
    tiers = db.session.query(CommissionTier).order_by(CommissionTier.place).all()
    assert [(tier.start, tier.rate) for tier in tiers] == [(0, 30), (5_000_000, 45)]
    text = page(browsers["H1"], "/pay/plans")
    assert "从 ¥5,000,000 起：0.45%" in text
    assert "待生效" in text


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"from_on": "2026-12-02"}, "每月 1 日起生效"),
        ({"start_1": "0"}, "从小到大"),
        ({"rate_1": "120"}, "0 到 100%"),
        ({"rate_1": "很多"}, "请填写数字"),
        ({"rate_1": "NaN"}, "数字太大"),
        ({"start_0": "", "rate_0": "", "start_1": "", "rate_1": ""}, "至少填写一档"),
        ({"project": "别处"}, "请选择项目"),
        ({"basis": "x"}, 'class="field-error"'),
    ],
)
def test_a_wrong_plan_comes_back_with_what_was_typed(browsers, home, typed, sentence):
    answer = browsers["H1"].post("/pay/plans/new", data=PLAN | {"note": "备注在此"} | typed)
    text = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert sentence in text
    assert "备注在此" in text
    assert count(CommissionPlan) == 0


def test_a_plan_begins_in_no_closed_month(browsers, home):
    close("2026-11")
    answer = browsers["H1"].post("/pay/plans/new", data=PLAN | {"from_on": "2026-11-01"})
    assert answer.status_code == 422
    assert "最早从 2026-12-01 起" in answer.get_data(as_text=True)


def test_hr_enters_minimum_wages_and_cities(browsers, home):
    wage = {"city": "成都", "from_on": "2026-01-01", "amount": "2,330", "source": "川人社发"}
    assert browsers["H1"].post("/pay/law/wage", data=wage).status_code == 303
    assert db.session.query(MinimumWage.amount).scalar() == Decimal(2330)
    browsers["H1"].post("/pay/law", data={"city_0": "成都", "held_flags": ["red", "amber"]})
    assert setting("project_cities") == {HOME: "成都"}
    assert setting("held_flags") == ["amber", "red"]
    answer = browsers["H1"].post("/pay/law/wage", data=wage | {"amount": "许多"})
    assert answer.status_code == 422
    assert "金额看不懂" in answer.get_data(as_text=True)


def test_a_loss_is_booked_answered_and_scheduled(browsers, home):
    minimum(home)
    form = {"staff_id": "A1", "on": "2026-11-05", "amount": "3000", "cause": "丢失", "evidence": "监控"}
    assert browsers["H1"].post("/pay/losses/new", data=form).status_code == 303
    number = db.session.query(BookedLoss.loss_id).scalar()
    assert "等本人答复" in page(browsers["A1"], f"/pay/losses/{number}")
    assert browsers["A2"].get(f"/pay/losses/{number}").status_code == 404
    assert browsers["M1"].get(f"/pay/losses/{number}").status_code == 404
    refused = browsers["A1"].post(f"/pay/losses/{number}/answer", data={"answer": "refused"})
    assert refused.status_code == 422
    assert browsers["A1"].post(f"/pay/losses/{number}/answer", data={"answer": "agreed"}).status_code == 303
    assert count(LossAnswer) == 1
    text = page(browsers["A1"], f"/pay/losses/{number}")
    assert "¥1,400" in text
    assert "2027年1月" in text


def test_a_wrong_loss_comes_back_with_what_was_typed(browsers, home):
    form = {"staff_id": "A1", "on": "2027-01-01", "amount": "3000", "cause": "丢失钥匙", "evidence": "监控"}
    answer = browsers["H1"].post("/pay/losses/new", data=form)
    assert answer.status_code == 422
    assert "丢失钥匙" in answer.get_data(as_text=True)


@pytest.mark.paper
@pytest.mark.slow
def test_a_statement_prints_as_pdf(browsers, home):
    entry()
    answer = browsers["A1"].get("/pay/statements/A1/paper?month=2026-10")
    assert answer.status_code == 200
    assert answer.data.startswith(b"%PDF-")


def test_every_entry_shows_the_rules_amount_the_lawful_one_the_flag_and_the_article(browsers, home):
    entry("followup-missed", "-50")
    entry("two-deposits-day", "10")
    text = page(browsers["A1"], "/entries?month=2026-10")
    assert "制度金额 −¥50 · 合法金额 ¥0" in text
    assert "红色标记" in text
    assert "第15、16条" in text
    assert "制度金额 ¥10 · 合法金额 ¥10" in text
    assert "无标记" in text
