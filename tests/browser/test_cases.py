"""Misconduct from the report to the letter: a manager reports, the person answers on a phone, two people decide."""

import re

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from tests.browser.chromium import DESKTOP, PHONE
from tests.browser.company import Office, words

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture(scope="module")
def app(company_app: Flask) -> Flask:
    """The demo company."""
    return company_app


def reported(page: Page, staff_id: str) -> str:
    """The manager's report with a file, and the question; gives its address."""
    page.goto("/cases")
    page.get_by_role("link", name="报告违规").first.click()
    page.locator("#staff_id").select_option(staff_id)
    page.get_by_label("销售其他公司产品").check()
    page.locator("#happened_on").fill("2026-11-20")
    page.locator("#facts").fill("向客户推荐隔壁楼盘。")
    page.get_by_role("button", name="报告", exact=True).click()
    page.wait_for_url(re.compile(r"/cases/[0-9a-f]{32}$"))
    page.locator("#evidence summary").click()
    chosen = {"name": "聊天.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7 chat\n%%EOF"}
    page.locator("#evidence-file").set_input_files(chosen)
    page.locator("#evidence button[type=submit]").click()
    expect(page.get_by_role("link", name="聊天.pdf")).to_be_visible()
    page.locator("#hearing-question").fill("请说明当天的经过。")
    page.locator("#hearing button[type=submit]").click()
    expect(page.locator("main")).to_contain_text("还没有答复")
    return re.sub("^.*(/cases)", r"\1", page.url)


def answered(page: Page) -> None:
    """The person's statement."""
    page.goto("/cases/mine")
    expect(page.locator("main")).to_contain_text("向客户推荐隔壁楼盘。")
    page.get_by_role("link", name="我来说明").click()
    page.locator("#answer").fill("只是闲聊。")
    page.get_by_role("button", name="提交说明").click()
    page.wait_for_url(re.compile("/cases/mine$"))
    expect(page.locator("main")).to_contain_text("只是闲聊。")


def test_from_the_report_to_the_dismissal_and_the_awards(app: Flask, office: Office) -> None:
    staff_id = office.staff_of("consultant")
    manager, person = office.page("manager", DESKTOP), office.page("consultant", PHONE)
    address = reported(manager, staff_id)
    answered(person)
    hr = office.page("hr", DESKTOP, "en")
    say = words("en")
    hr.goto(address)
    expect(hr.locator("main")).to_contain_text("只是闲聊。")
    hr.locator("#decision-verdict-1").check()
    hr.locator("#decision-reason").fill("证据充分。")
    hr.locator("#decision-last_on").fill("2026-11-30")
    hr.locator("#decision-union_told_on").fill("2026-11-23")
    hr.locator("#decision-sure").check()
    hr.locator("#decision button[type=submit]").click()
    expect(hr.locator("main")).to_contain_text(say("等另一人同意后生效；您不能同意自己的决定。"))
    manager.goto(address)
    manager.get_by_label("同意", exact=True).check()
    manager.locator("#second button[type=submit]").click()
    expect(manager.locator("main")).to_contain_text("情节特别严重")
    letter = manager.get_by_role("link", name="警告信").get_attribute("href")
    assert letter
    assert manager.request.get(manager.url.partition("/cases")[0] + letter).body().startswith(b"%PDF-")
    manager.get_by_role("link", name="看评优").click()
    expect(manager.locator("main")).to_contain_text("取消评优资格")
    manager.goto("/targets/ranking")
    expect(manager.locator("main")).to_contain_text("2026 年无评优资格")
    person.goto("/awards")
    expect(person.locator("main")).to_contain_text("取消评优资格")
