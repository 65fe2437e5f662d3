"""A furniture order in a browser, by the roles concerned: consultant, store manager, finance; on either database."""

import datetime as dt
from collections.abc import Callable, Iterator
from decimal import Decimal

import pytest
from flask import Flask
from playwright.sync_api import Page, expect
from sqlalchemy import URL, select

from crm import clock
from crm.app import create_app
from crm.config import Settings
from crm.extensions import db
from crm.orders.models import BookPrice, CallBack, Order, OrderSignature, OrderStep
from tests.browser.chromium import DESKTOP, PHONE
from tests.browser.company import Office, words
from tests.people_builders import People, customer, keep, staff

pytestmark = [pytest.mark.browser, pytest.mark.slow]
NOW = dt.datetime(2026, 11, 24, 18, 30)
TODAY = NOW.date().isoformat()
ADDRESS = "杭州市西湖区文三路 90 号 3 幢 502 室"
# size, language, and whose customer it is
WAYS = ((DESKTOP, "en", "C1"), (PHONE, "zh-CN", "C2"))


@pytest.fixture(scope="module")
def app(
    template: URL,
    cloned: Callable[[URL], URL],
    dropped: Callable[[URL], None],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Flask]:
    """A furniture store on a database of the kind that is tested."""
    clock.set_clock(lambda: NOW)
    url = cloned(template)
    settings = Settings(
        home=tmp_path_factory.mktemp("store"), database_url=url, secret_key="only for tests " * 3
    )
    app = create_app(settings, {"TESTING": True, "PROPAGATE_EXCEPTIONS": False, "CRM_READY": True})
    with app.app_context():
        people = People(app)
        who = (("consultant", "A1"), ("store_manager", "S1"), ("finance", "N1"))
        keep(staff(staff_id, role, trade="furniture") for role, staff_id in who)
        for role, staff_id in who:
            people.account(staff_id, role)
        keep([customer("C1", "A1", name="李先生"), customer("C2", "A1", name="王女士")])
        keep([sofa(model, price) for model, price in (("S-200", 10000), ("S-300", 20000))])
    yield app
    with app.app_context():
        db.engine.dispose()
    dropped(url)
    clock.set_clock(None)


def sofa(model: str, price: int) -> BookPrice:
    """A row of the price book."""
    texts = {"size": "2.8 米", "material": "牛皮", "origin": "佛山", "purpose": "客厅"}
    return BookPrice(
        product="沙发",
        model=model,
        price=Decimal(price),
        from_on=dt.date(2026, 1, 1),
        entered_by="S1",
        entered_at=dt.datetime(2026, 1, 1, 9),
        **texts,
    )


def save(page: Page, button: str) -> None:
    """Press a form's own button, and wait for the page that follows."""
    page.locator("main").get_by_role("button", name=button, exact=True).last.click()
    page.wait_for_load_state("networkidle")


def draw(page: Page) -> None:
    """Write a name on the canvas, as with a finger."""
    canvas = page.locator("[data-signature] canvas")
    canvas.evaluate("box => box.scrollIntoView({block: 'center'})")  # not behind the bar at the bottom
    box = canvas.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 20, box["y"] + box["height"] / 2)
    page.mouse.down()
    for step in range(12):
        page.mouse.move(box["x"] + 20 + 18 * step, box["y"] + box["height"] * (0.3 + 0.4 * (step % 2)))
    page.mouse.up()


@pytest.mark.parametrize(("size", "lang", "customer_id"), WAYS)
def test_an_order_goes_its_way_by_the_roles_concerned(
    app: Flask,
    office: Office,
    sees_nothing_serious: Callable[[Page], None],
    size: tuple[int, int],
    lang: str,
    customer_id: str,
) -> None:
    say = words(lang)
    consultant, manager, finance = (
        office.page(role, size, lang) for role in ("consultant", "store_manager", "finance")
    )
    consultant.goto(f"/orders/new?customer={customer_id}")
    consultant.locator("#address").fill(ADDRESS)
    consultant.locator("#price_id").select_option(index=1)
    consultant.locator("#price").fill("9000")
    sees_nothing_serious(consultant)
    save(consultant, say("建立订单"))
    url = consultant.url
    consultant.locator("#price-reason").fill("样品处理")
    save(consultant, say("提交店长审批"))
    consultant.locator("input[name=damaged]").check()
    consultant.locator("#note").first.fill("左扶手有划痕")
    save(consultant, say("记下验货结果"))
    save(consultant, say("开单，不再改"))
    expect(consultant.get_by_text(say("价格批准后才能签字。"))).to_be_visible()
    manager.goto("/orders?view=mine")
    manager.goto(url)
    manager.locator("[name=answer]").fill("样品有划痕")
    save(manager, say("同意"))
    consultant.reload()
    sees_nothing_serious(consultant)
    consultant.locator("input[name=acknowledged]").check()
    save(consultant, say("客户已签字"))
    expect(consultant.locator(".field-error")).to_be_visible()
    draw(consultant)
    save(consultant, say("客户已签字"))
    expect(consultant.locator("svg.signature-shown")).to_be_visible()
    finance.goto(url)
    expect(finance.get_by_role("button", name=say("财务盖章"))).to_have_count(0)
    manager.goto(url)
    sees_nothing_serious(manager)
    save(manager, say("店长签字"))
    finance.goto(url)
    sees_nothing_serious(finance)
    save(finance, say("财务盖章"))
    finance.locator("#receipt input[value=earnest_money]").check(force=True)
    finance.locator("#receipt input[value=cash]").check(force=True)
    finance.locator("#amount").fill("3000")
    finance.locator("#voucher_no").fill("V1")
    save(finance, say("登记收款"))
    expect(finance.locator(".law")).to_contain_text("1,200")
    consultant.goto(url)
    consultant.locator("#on").fill(TODAY)
    save(consultant, say("安排"))
    save(consultant, say("已交给客户"))
    save(consultant, say("安装完成"))
    consultant.get_by_role("link", name=say("售后跟踪服务单")).click()
    expect(consultant.get_by_role("heading", level=1)).to_have_text(say("售后跟踪服务单"))
    sees_nothing_serious(consultant)
    consultant.locator("input[value=content]").check(force=True)
    save(consultant, say("记录回访"))
    kept(app, url.rsplit("/", 1)[1])


def kept(app: Flask, order_id: str) -> None:
    """All eight steps by their own roles, a drawing, and a sheet of which one call is done."""
    with app.app_context():
        steps = db.session.scalars(select(OrderStep).where(OrderStep.order_id == order_id)).all()
        by = {row.kind: row.done_by for row in steps}
        assert len(by) == 8
        assert (by["explained"], by["signed"], by["stamped"]) == ("A1", "S1", "N1")
        assert db.session.get_one(OrderSignature, order_id).drawing.startswith("M")
        calls = db.session.scalars(select(CallBack).where(CallBack.order_id == order_id)).all()
        assert [call.number for call in calls if call.done_at] == [1]
        assert db.session.get_one(Order, order_id).address == ADDRESS


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("size", [PHONE, DESKTOP])
def test_the_pages_of_the_store_are_for_everyone(
    office: Office, sees_nothing_serious: Callable[[Page], None], size: tuple[int, int], dark: bool
) -> None:
    pages = {
        "consultant": (
            "/orders",
            "/orders/new",
            "/prices",
            "/shop/notes",
            "/shop/closing",
            "/me/roster",
            "/today",
        ),
        "store_manager": ("/orders?view=all", "/prices", "/sellers", "/shop/notes", "/shop/closing"),
        "finance": ("/orders?view=mine",),
    }
    for role, urls in pages.items():
        page = office.page(role, size, dark=dark)
        for url in urls:
            page.goto(url)
            sees_nothing_serious(page)
