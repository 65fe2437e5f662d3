"""Pay in a browser: a consultant's own statement on the phone, held entries and their second person, the payroll."""

from pathlib import Path

import pytest
from flask import Flask
from openpyxl import load_workbook
from playwright.sync_api import Page, expect

from crm.extensions import db
from crm.pay.models import LossAnswer, PaymentConfirmation, StatementLook
from tests.browser.chromium import PHONE
from tests.browser.company import LOOKS, TWO_LOOKS, Office, words

pytestmark = [pytest.mark.browser, pytest.mark.slow]
MONTH = "2026-11"


@pytest.fixture(scope="module")
def app(company_app: Flask) -> Flask:
    """The demo company."""
    return company_app


@pytest.mark.parametrize("lang", ["zh-CN", "en"])
def test_a_consultant_reads_the_own_statement_on_the_phone(app: Flask, office: Office, lang: str) -> None:
    page, say = office.page("consultant", PHONE, lang), words(lang)
    page.goto("/me")
    page.get_by_role("link", name=say("工资单"), exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(say("我的工资单"))
    expect(page.locator(".figure-box svg").first).to_be_visible()
    expect(page.get_by_role("heading", name=say("提成")).first).to_be_visible()
    seen = page.get_by_role("button", name=say("我已看过"))
    if seen.count():  # the same statement may have been seen in the other language before
        seen.click()
    expect(page.get_by_text(say("已看过"), exact=True)).to_be_visible()
    page.get_by_role("link", name=say("有疑问")).click()
    expect(page.locator("#entries")).to_be_visible()
    with app.app_context():
        assert db.session.query(StatementLook).count() == 1


def test_the_person_answers_a_loss_and_sees_what_it_would_take(app: Flask, office: Office) -> None:
    page = office.page("consultant", PHONE)
    page.goto("/pay/losses")
    page.locator(".row-name").first.click()
    page.get_by_role("button", name="同意", exact=True).click()
    expect(page.get_by_text("本人已同意").first).to_be_visible()
    expect(page.get_by_text("最低工资或当月工资未知，先不扣")).to_be_visible()
    with app.app_context():
        assert db.session.query(LossAnswer).count() == 1


@pytest.mark.parametrize(("size", "lang"), TWO_LOOKS)
def test_hr_decides_about_held_entries_and_a_second_person_confirms(
    app: Flask, office: Office, size: tuple[int, int], lang: str
) -> None:
    page, say, reason = office.page("hr", size, lang), words(lang), f"没有造成损失（{lang}）"
    page.goto(f"/pay/decisions?month={MONTH}")
    form = page.get_by_role("form", name=say("等人决定"))
    name = office_name(app, office)
    form.locator("details", has_text=name).locator("summary").click()
    box = form.locator("details", has_text=name).locator("input[name=entry_id]").first
    number = box.get_attribute("value")
    box.check()
    form.locator("#reason").fill(reason)
    form.locator("button[type=submit]").click()
    second = office.page("manager", size, lang)
    second.goto(f"/pay/decisions?month={MONTH}")
    waiting = second.get_by_role("form", name=say("等第二人确认"))
    waiting.locator("li", has_text=reason).locator("input[name=decision_id]").check()
    waiting.get_by_role("button", name=say("同意勾选的"), exact=True).click()
    expect(second.get_by_text(reason).first).to_be_visible()
    with app.app_context():
        assert db.session.query(PaymentConfirmation).count() >= 1
    person = office.page("consultant", size, lang)
    person.goto(f"/pay/statement?month={MONTH}")
    line = person.locator(f"li:has(a[href='/entries/{number}'])", has_text=reason)
    expect(line).to_contain_text(say("不计入工资"))


def office_name(app: Flask, office: Office) -> str:
    """The name of the consultant."""
    from crm.people.models import Staff

    with app.app_context():
        return db.session.get_one(Staff, office.staff_of("consultant")).name


def downloaded(page: Page, word: str, folder: Path) -> Path:
    """The file that the link gives."""
    with page.expect_download() as started:
        page.get_by_role("link", name=word).first.click()
    path = folder / started.value.suggested_filename
    started.value.save_as(path)
    return path


@pytest.mark.parametrize(("size", "lang"), [LOOKS[0], LOOKS[3]])
def test_finance_downloads_a_payroll_that_equals_the_ledger(
    office: Office, tmp_path: Path, size: tuple[int, int], lang: str
) -> None:
    page, say = office.page("finance", size, lang), words(lang)
    page.goto(f"/pay/month?month={MONTH}")
    expect(page.get_by_text(say("与账本一分不差"))).to_be_visible()
    rows = load_workbook(downloaded(page, say("下载工资表"), tmp_path)).active.iter_rows(values_only=True)
    checks = {row[0]: row[3] for row in rows if row[0]}
    assert checks[say("核对：差额，应为 0")] == 0


def test_hr_sets_up_a_plan_and_a_minimum_wage(office: Office) -> None:
    page = office.page("hr")
    page.goto("/pay/plans/new")
    page.locator("#from_on").fill("2026-12-01")
    page.locator("#start_0").fill("0")
    page.locator("#rate_0").fill("0.3")
    page.get_by_role("button", name="保存方案").click()
    expect(page.get_by_text("待生效").first).to_be_visible()
    page.goto("/pay/law")
    page.locator("#city").fill("杭州")
    page.locator("#from_on").fill("2026-01-01")
    page.locator("#amount").fill("2490")
    page.locator("#source").fill("浙政发")
    page.get_by_role("button", name="登记").click()
    expect(page.get_by_role("row", name="杭州")).to_contain_text("¥2,490")
