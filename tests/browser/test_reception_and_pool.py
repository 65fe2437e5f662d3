"""The reception queue at the door and the public pool, in a real browser, at a desk and on a telephone."""

import datetime as dt
from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from playwright.sync_api import Page, expect
from sqlalchemy import URL, select

from crm import clock
from crm.app import create_app
from crm.config import Settings
from crm.extensions import db
from crm.leads.models import Customer, Transfer
from crm.leads.pool import nightly
from crm.leads.search_terms import rebuild
from crm.people.models import RosterDay
from tests.browser.chromium import DESKTOP, PHONE
from tests.browser.company import KEY, Office
from tests.disputes.build import AT, everybody
from tests.people_builders import People, contact, customer, keep

pytestmark = [pytest.mark.browser, pytest.mark.slow]
LONG_AGO = AT - dt.timedelta(days=70)
SOON = AT - dt.timedelta(days=58)


@pytest.fixture(scope="module", params=[DESKTOP, PHONE], ids=["desk", "telephone"])
def size(request: pytest.FixtureRequest) -> tuple[int, int]:
    """The screen that everybody has."""
    return tuple(request.param)  # type: ignore[return-value]


@pytest.fixture(scope="module")
def app(
    size: tuple[int, int],
    template: URL,
    cloned: Callable[[URL], URL],
    dropped: Callable[[URL], None],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Flask]:
    """Three consultants, one of whom rests; two customers whom nobody follows up, one who is about to fall."""
    clock.set_clock(lambda: AT)
    url = cloned(template)
    settings = Settings(home=tmp_path_factory.mktemp("queue"), database_url=url, secret_key=KEY)
    app = create_app(settings, {"TESTING": True, "PROPAGATE_EXCEPTIONS": False, "CRM_READY": True})
    with app.app_context():
        everybody()
        keep([RosterDay(staff_id="A2", date=AT.date(), kind="rest")])
        for key, name, phone, spoke in (
            ("C1", "李先生", "13800000001", LONG_AGO),
            ("C2", "王女士", "13800000002", LONG_AGO),
            ("C3", "赵先生", "13800000003", SOON),
            ("C4", "钱女士", "13800000004", AT),
        ):
            keep([customer(key, "A3", name=name, phone=phone, first_contact_at=spoke)])
            keep([contact(f"K-{key}", key, "A3", happened_at=spoke)])
        rebuild(["C1", "C2", "C3", "C4"])
        nightly(dt.datetime.combine(AT, dt.time(0, 1)), "night", lambda *_: None)
    for staff_id in ("A1", "A3", "F1", "M1"):
        People(app).account(staff_id)
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()
    dropped(url)
    clock.set_clock(None)


def opened(office: Office, login: str, address: str, size: tuple[int, int]) -> Page:
    """That person's page."""
    page = office.page(login, size)
    page.goto(address)
    return page


def owner_of(app: Flask, customer_id: str) -> list[tuple[str | None, str | None]]:
    """To whom the customer went, and why, as the transfers have it."""
    with app.app_context():
        query = select(Transfer.to, Transfer.reason).where(Transfer.customer_id == customer_id)
        return [tuple(row) for row in db.session.execute(query.order_by(Transfer.on))]


def test_the_door_from_a_new_visitor_to_a_make_up_turn(
    app: Flask, office: Office, size: tuple[int, int], sees_nothing_serious: Callable[[Page], None]
) -> None:
    page = opened(office, "f1", "/reception", size)
    turn = page.locator("body")
    expect(turn).to_contain_text("现在轮到 员工A1")
    sees_nothing_serious(page)
    _visitor(page, "13911110001", "孙先生", "请 员工A1 接待")
    expect(turn).to_contain_text("现在轮到 员工A3")  # A2 rests and is passed over
    _visitor(page, "138 0000 0004", "钱女士", "老客户，请 员工A3 接待，不占轮次")
    expect(turn).to_contain_text("现在轮到 员工A3")
    page.get_by_role("button", name="接一位不留名的").click()
    expect(turn).to_contain_text("现在轮到 员工A1")
    page.locator("#quiet").get_by_role("button", name="撤销").click()
    expect(page.locator("#quiet")).to_contain_text("顺序恢复原样")
    expect(turn).to_contain_text("现在轮到 员工A3")
    form = page.get_by_role("form", name="调整")
    form.locator("select[name=staff_id]").select_option("A1")
    form.locator("select[name=kind]").select_option("made_up")
    form.get_by_role("button", name="上一位不是来买房的").click()
    form.get_by_role("button", name="调整", exact=True).click()
    expect(turn).to_contain_text("现在轮到 员工A1")
    expect(turn).to_contain_text("补接：上一位不是来买房的")
    _visitor(page, "13800000002", "王女士", "请 员工A1 接待")
    assert owner_of(app, "C2") == [("A1", "pool:came")]
    sees_nothing_serious(page)


def _visitor(page: Page, phone: str, name: str, told: str) -> None:
    form = page.get_by_role("form", name="来客登记")
    form.locator("input[name=phone]").fill(phone)
    form.locator("input[name=name]").fill(name)
    form.locator("button[type=submit]").click()
    expect(page.locator("#quiet")).to_contain_text(told)


def test_the_pool_from_the_warning_to_handing_out(
    app: Flask, office: Office, size: tuple[int, int], sees_nothing_serious: Callable[[Page], None]
) -> None:
    warned = opened(office, "a3", "/today", size)
    warned.get_by_role("link", name="1 位客户快要进入公海").click()
    expect(warned.locator("main")).to_contain_text("赵先生")
    former = warned.get_by_role("button", name="认领 李先生")
    former.click()
    expect(warned.locator("#quiet")).to_contain_text("这位客户从您名下进入公海")
    page = opened(office, "a1", "/pool", size)
    expect(page.locator("main")).not_to_contain_text("0001")
    sees_nothing_serious(page)
    page.get_by_role("button", name="认领 李先生").click()
    expect(page.locator("main")).to_contain_text("138****0001")
    page.locator("#quiet").get_by_role("button", name="撤销").click()
    expect(page.locator("#quiet")).to_contain_text("客户回到公海")
    assert owner_of(app, "C1") == [(None, "pool:given_back")]
    manager = opened(office, "m1", "/pool", size)
    sees_nothing_serious(manager)
    manager.get_by_role("checkbox", name="李先生").check()
    manager.get_by_role("button", name="分配勾选的").click()
    manager.locator("select[name=to]").select_option("A1")
    manager.locator("[name=reason]").fill("公海分配")
    manager.get_by_role("button", name="移交").click()
    expect(manager.locator("#quiet")).to_contain_text("已移交 1 位客户")
    assert [to for to, _why in owner_of(app, "C1")] == ["A1"]
    with app.app_context():
        assert db.session.get_one(Customer, "C1").owner == "A3"  # the first consultant for ever
