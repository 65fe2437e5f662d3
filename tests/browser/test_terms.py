"""HR says from which date on somebody is paid more, and takes it back."""

from collections.abc import Callable

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from tests.browser.chromium import DESKTOP, PHONE
from tests.browser.company import Office

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture(scope="module")
def app(company_app: Flask) -> Flask:
    """The demo company."""
    return company_app


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_a_promotion_is_planned_seen_and_taken_back(
    office: Office,
    size: tuple[int, int],
    sees_nothing_serious: Callable[[Page], None],
    screenshot: Callable[[Page, str], None],
) -> None:
    page = office.page("hr", size)
    page.goto(f"/staff/{office.staff_of('consultant')}")
    page.get_by_role("link", name="从某日起变更").click()
    sees_nothing_serious(page)
    page.get_by_label("生效日期").fill("2020-01-01")
    page.get_by_label("角色").select_option(label="店长")
    page.get_by_label("月基本工资").fill("6800")
    screenshot(page, f"terms-form-{size[0]}")
    page.get_by_role("button", name="保存").click()
    expect(page.locator(".field-error")).to_contain_text("不在职")
    page.get_by_label("生效日期").fill("2099-01-01")
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_text("将生效")).to_be_visible()
    expect(page.get_by_text("¥6,800")).to_be_visible()
    sees_nothing_serious(page)
    screenshot(page, f"terms-of-somebody-{size[0]}")
    page.get_by_role("button", name="撤销").click()
    page.get_by_role("dialog").get_by_role("button", name="撤销").click()
    expect(page.get_by_text("将生效")).to_have_count(0)
