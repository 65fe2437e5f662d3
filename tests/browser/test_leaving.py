"""A consultant applies to leave on a phone, a manager hands the customers over at a desk, HR settles."""

import datetime as dt
import re
from collections.abc import Callable

import pytest
from flask import Flask
from playwright.sync_api import Page, expect
from sqlalchemy import func, select

from crm.extensions import db
from crm.leads.models import Customer, held_by
from crm.targets.leaving_models import HandOverEnd
from crm.targets.models import Resignation
from tests.browser.chromium import DESKTOP, PHONE
from tests.browser.company import EVENING, Office, words

pytestmark = [pytest.mark.browser, pytest.mark.slow]
LAST = EVENING.date() + dt.timedelta(days=7)


@pytest.fixture(scope="module")
def app(company_app: Flask) -> Flask:
    """The demo company."""
    return company_app


def held(staff_id: str, on: dt.date) -> int:
    """How many customers that person has on that date; inside a context."""
    query = select(func.count()).select_from(Customer)
    return db.session.scalar(query.where(held_by(staff_id, on), Customer.erased_at.is_(None))) or 0


def test_leaving_goes_from_the_phone_over_the_wizard_to_the_last_pay(
    app: Flask, office: Office, sees_nothing_serious: Callable[[Page], None]
) -> None:
    staff_id = office.staff_of("consultant")
    page, say = office.page("consultant", PHONE), words("zh-CN")
    address = applied(page, say, sees_nothing_serious)
    manager = office.page("manager", DESKTOP)
    manager.goto(address)
    manager.get_by_role("button", name=say("接受并定下这一天")).click()
    manager.get_by_role("link", name=say("去交接")).click()
    handed_over(manager, say, sees_nothing_serious)
    hr = office.page("hr", DESKTOP, "en")
    settled(hr, address, words("en"), sees_nothing_serious)
    page.reload()
    expect(page.locator("main")).to_contain_text("¥4,500")
    with app.app_context():
        assert held(staff_id, LAST) > 0
        assert held(staff_id, LAST + dt.timedelta(days=1)) == 0
        assert db.session.get(HandOverEnd, staff_id) is not None
        assert db.session.get_one(Resignation, (staff_id, EVENING.date())).sales_bonus == 3000


def applied(page: Page, say: Callable[[str], str], look: Callable[[Page], None]) -> str:
    """Short notice is warned of once, then it counts; gives the application's address."""
    page.goto("/leaving")
    page.get_by_role("link", name=say("申请离职")).click()
    page.locator("#wished_on").fill(LAST.isoformat())
    page.locator("#reason").fill("回老家")
    page.get_by_role("button", name=say("提交申请")).click()
    expect(page.locator("main")).to_contain_text("《劳动合同法》第25、37、90条")
    look(page)
    page.get_by_role("button", name=say("仍按这一天提交")).click()
    page.wait_for_url(re.compile(r"/leaving/\d+$"))
    look(page)
    return re.sub("^.*(/leaving)", r"\1", page.url)


def handed_over(page: Page, say: Callable[[str], str], look: Callable[[Page], None]) -> None:
    """One customer to one colleague, the others shared out among two, then the end."""
    expect(page.get_by_role("button", name=say("完成交接"))).to_have_count(0)
    look(page)
    page.locator("[name=to][id^=c-]").first.check()
    page.locator("[name=picked][id^=c-]").first.check()
    page.get_by_role("button", name=say("交给选中的人")).first.click()
    expect(page.locator("#quiet")).to_contain_text(say("%(num)d 位客户已安排。") % {"num": 1})
    for number in (0, 1):
        page.locator("[name=to][id^=c-]").nth(number).check()
    page.get_by_role("button", name=say("交给选中的人")).first.click()
    done = page.get_by_role("button", name=say("完成交接"))
    expect(page.locator("fieldset [name=picked][id^=c-]")).to_have_count(0)
    if not done.count():
        page.locator("[name=to][id^=d-]").first.check()
        page.get_by_role("button", name=say("交给选中的人")).last.click()
    look(page)
    done.click()
    expect(page.locator("#quiet")).to_contain_text(say("交接已完成。"))


def settled(page: Page, address: str, say: Callable[[str], str], look: Callable[[Page], None]) -> None:
    """Pay and bonus are written down, and what the rule makes of them stands beside the law."""
    page.goto(address)
    page.locator("#attendance_pay").fill("3000")
    page.locator("#sales_bonus").fill("3000")
    page.get_by_role("button", name=say("保存结算")).click()
    expect(page.locator("#quiet")).to_contain_text(say("结算内容已保存。"))
    expect(page.locator("main")).to_contain_text("¥4,500")
    look(page)
