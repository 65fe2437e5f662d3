"""A deal from the visit to the title certificate, in a real browser, at a desk and on a telephone, on either database."""

import datetime as dt
import os
import re
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Locator, Page, expect
from sqlalchemy import URL, select

from crm import clock
from crm.app import create_app
from crm.config import Settings
from crm.deals.models import Deal
from crm.deals.papers_models import DealPaper
from crm.deals.receipts_models import Receipt
from crm.extensions import db
from crm.leads.models import Contact, Customer
from crm.people.models import Setting
from tests.access.stock_world import stock_unit
from tests.browser.chromium import DESKTOP, PHONE
from tests.browser.company import KEY, Office
from tests.people_builders import ELSEWHERE, HOME, People, keep, staff

pytestmark = [pytest.mark.browser, pytest.mark.slow]
NOW = dt.datetime(2026, 11, 24, 15, 30)
TODAY = NOW.date()
UNIT = "B1-0301"
PHONE_NUMBER = "13911112222"
LOOK = os.environ.get("CRM_TEST_LOOK")
Check = Callable[[Page], None]


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
    """A building for sale, two consultants, a manager and finance, on the kind of database that the run is about."""
    clock.set_clock(lambda: NOW)
    url = cloned(template)
    settings = Settings(home=tmp_path_factory.mktemp("deal"), database_url=url, secret_key=KEY)
    app = create_app(settings, {"TESTING": True, "PROPAGATE_EXCEPTIONS": False, "CRM_READY": True})
    with app.app_context():
        keep([Setting(name="projects", value=[HOME, ELSEWHERE])])
        keep([staff("A1"), staff("A2"), staff("M1", "manager"), staff("N1", "finance")])
        keep(
            stock_unit(f"B1-{floor:02}{place:02}", floor=str(floor), number=f"{floor:02}{place:02}")
            for floor in range(1, 7)
            for place in range(1, 5)
        )
    for staff_id in ("A1", "A2", "M1", "N1"):
        People(app).account(staff_id)
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()
    dropped(url)
    clock.set_clock(None)


class Walk:
    """The pages of the people in it, each with the screen of this run."""

    def __init__(self, app: Flask, office: Office, size: tuple[int, int], check: Check) -> None:
        self.app, self.size, self.check = app, size, check
        self.pages = {login: office.page(login, size) for login in ("a1", "a2", "m1", "n1")}
        self.deal_id = ""

    def on_a_phone(self) -> bool:
        """Whether one thumb has to do."""
        return self.size == PHONE

    def page(self, login: str, address: str) -> Page:
        """That person's page; it is looked at as it opens."""
        page = self.pages[login]
        page.goto(address)
        self.look(page, f"{login}{address}")
        return page

    def look(self, page: Page, name: str) -> None:
        """Nothing serious on it; with `CRM_TEST_LOOK=folder` a picture is kept for whoever wants to see."""
        self.check(page)
        if LOOK:
            place = Path(LOOK) / str(self.size[0])
            place.mkdir(parents=True, exist_ok=True)
            taken = len(list(place.iterdir()))
            file = re.sub(r"\W+", "-", name.replace(self.deal_id or " ", "deal"))
            page.screenshot(path=place / f"{taken:02}-{file}.png", full_page=True)

    def rows(self, query: Any) -> list[Any]:
        """What the database says."""
        with self.app.app_context():
            return list(db.session.execute(query).all())

    def board_says(self, status: str) -> None:
        """The unit's cell on everybody's board has that word."""
        for login in ("a2", "m1"):
            page = self.pages[login]
            page.goto("/stock")
            expect(page.locator(f"a[href='/stock/{UNIT}']")).to_contain_text(status)
        self.look(self.pages["m1"], "m1-stock")


@pytest.fixture
def walk(app: Flask, office: Office, size: tuple[int, int], sees_nothing_serious: Check) -> Walk:
    """This run's people."""
    return Walk(app, office, size, sees_nothing_serious)


def test_a_deal_from_the_visit_to_the_title_certificate(walk: Walk) -> None:
    _visitor_is_registered(walk)
    _chooser_keeps_numbers_out_of_addresses(walk)
    walk.board_says("待售")
    _unit_is_taken(walk)
    walk.board_says("小订")
    _another_cannot_take_it(walk)
    _finance_takes(walk, "小订", "订金", "20000", "微信", "WX-1", "")
    _card_moves(walk, "大定")
    walk.board_says("认购")
    _price_waits_for_the_manager(walk)
    _manager_approves(walk)
    _finance_plans(walk)
    _finance_takes(walk, "大定", "定金", "80000", "刷卡", "POS-2", "FP-2026-0002")
    _finance_sees_the_day(walk)
    _card_moves(walk, "签约")
    walk.board_says("签约")
    _contract_is_filed(walk)
    _mortgage_has_its_paper(walk)
    _step_is_done(walk, "handover")
    walk.board_says("交房")
    _step_is_done(walk, "title")
    walk.board_says("已办证")
    _papers_are_printed(walk)
    _all_of_it_is_kept(walk)


def _visitor_is_registered(walk: Walk) -> None:
    page = walk.page("a1", "/customers/new")
    page.locator("#phone").press_sequentially(PHONE_NUMBER)
    expect(page.locator("#standing")).to_contain_text("新号码")
    page.locator("#name").fill("周女士")
    page.locator(".choice", has_text="来访").click()
    page.locator("input[name=intent_grade][value=A]").check()
    page.locator("main form button[type=submit]").last.click()
    page.wait_for_url(re.compile("/customers/C[^/]+$"))
    assert walk.rows(select(Contact.kind)) == [("visit",)]


def _chooser_keeps_numbers_out_of_addresses(walk: Walk) -> None:
    page = walk.page("a1", "/deals/new")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.locator("main input[name=q]").press_sequentially(PHONE_NUMBER + "0")
    expect(page.locator("#found")).to_contain_text("没有找到您的客户")
    page.locator("main input[name=q]").press("Backspace")
    expect(page.locator("#found")).to_contain_text("周女士")
    page.locator("main form").get_by_role("button", name="查找").click()
    expect(page.locator("#found")).to_contain_text("周女士")
    expect(page.locator("main input[name=q]")).to_have_value(PHONE_NUMBER)
    walk.look(page, "a1-choose")
    assert asked
    assert not [url for url in asked if "1391" in url]


def _unit_is_taken(walk: Walk) -> None:
    page = walk.page("a1", "/stock?status=on_sale")
    page.locator(f"a[href='/stock/{UNIT}']").click()
    page.locator("#q").press_sequentially("2222")
    page.locator("#customers-found .choice", has_text="周女士").click()
    page.locator(".choice", has_text="小订").click()
    page.locator("#amount").fill("285万")
    walk.look(page, "a1-unit-filled")
    page.get_by_role("button", name="落订", exact=True).click()
    page.wait_for_url(re.compile("/way/D"))
    ((walk.deal_id, amount),) = walk.rows(select(Deal.deal_id, Deal.amount))
    assert amount == Decimal(2850000)
    assert PHONE_NUMBER not in page.url
    expect(page.locator("main")).to_contain_text("保留到")


def _another_cannot_take_it(walk: Walk) -> None:
    page = walk.page("a2", f"/stock/{UNIT}")
    expect(page.locator("main")).to_contain_text("这套房源现在不能落订")
    expect(page.get_by_role("button", name="落订", exact=True)).to_have_count(0)
    expect(page.locator("main")).not_to_contain_text("周女士")
    expect(walk.page("a2", "/way").locator("main")).not_to_contain_text("周女士")


def _finance_takes(
    walk: Walk, kind: str, nature: str, amount: str, method: str, voucher: str, invoice: str
) -> None:
    page = walk.page("n1", f"/money/{walk.deal_id}")
    form = page.get_by_role("form", name="登记收款")
    for name, word in (("款项", kind), ("性质", nature), ("方式", method)):
        form.get_by_role("group", name=name).locator(".choice", has_text=word).click()
    form.get_by_label("金额").fill(amount)
    form.get_by_label("凭证号").fill(voucher)
    form.get_by_label("发票号").fill(invoice)
    form.get_by_role("button", name="登记收款").click()
    expect(page.locator("#quiet")).to_contain_text("收款已登记")
    expect(page.locator("main")).to_contain_text(voucher)
    expect(page.locator("main")).to_contain_text(invoice)


def _card(page: Page, walk: Walk) -> Locator:
    return page.locator(".kanban-card", has=page.locator(f"a[href='/way/{walk.deal_id}']"))


def _card_moves(walk: Walk, to: str) -> None:
    """At a desk the card is dragged; a thumb taps the card's button."""
    page = walk.page("a1", "/way")
    card = _card(page, walk)
    if walk.on_a_phone():
        card.get_by_role("button", name=f"移到{to}").click()
    else:
        _drag(page, card, to)
    expect(page.locator("#quiet")).to_contain_text(f"已登记：{to}")
    expect(page.get_by_role("region", name=to, exact=True).locator(".kanban-card")).to_have_count(1)


def _drag(page: Page, card: Locator, to: str) -> None:
    column = page.get_by_role("region", name=to, exact=True).locator(".kanban-cards")
    card.drag_to(column, source_position={"x": 8, "y": 40}, target_position={"x": 60, "y": 20})


def _price_waits_for_the_manager(walk: Walk) -> None:
    page = walk.page("a1", "/way")
    if walk.on_a_phone():
        _card(page, walk).get_by_role("button", name="移到签约").click()
        expect(page.locator("#quiet")).to_contain_text("低于标价")
    else:
        _drag(page, _card(page, walk), "交房")  # not the next column: the card goes back by itself
        expect(page.get_by_role("region", name="大定", exact=True).locator(".kanban-card")).to_have_count(1)
        _drag(page, _card(page, walk), "签约")
        expect(page.locator("#quiet")).to_contain_text("低于标价")
    assert walk.rows(select(Deal.contract_on)) == [(None,)]
    page = walk.page("a1", f"/way/{walk.deal_id}")
    expect(page.locator("main")).to_contain_text("低于标价，批准后才能签约")
    page.get_by_label("低于标价的原因").fill("老业主介绍，一次付首付")
    page.get_by_role("button", name="申请价格审批").click()
    expect(page.locator("#quiet")).to_contain_text("等经理答复")
    expect(page.get_by_role("button", name="申请价格审批")).to_have_count(0)


def _manager_approves(walk: Walk) -> None:
    page = walk.page("m1", "/refunds")
    expect(page.locator("main")).to_contain_text("标价 ¥2,900,000，低 ¥50,000")
    page.locator(f"a[href='/way/{walk.deal_id}']").click()
    expect(page.locator("main")).to_contain_text("老业主介绍，一次付首付")
    page.get_by_label("答复").fill("同意，仅此一套")
    walk.look(page, "m1-way-price")
    page.get_by_role("button", name="批准 ¥2,850,000").click()
    expect(page.locator("#quiet")).to_contain_text("已答复")
    expect(page.locator("main")).to_contain_text("低于标价，已批准")


def _finance_plans(walk: Walk) -> None:
    for due_on, amount in ((TODAY - dt.timedelta(days=40), "100000"), (TODAY + dt.timedelta(30), "755000")):
        page = walk.page("n1", f"/money/{walk.deal_id}")
        form = page.get_by_role("form", name="加一期")
        form.get_by_label("款项").select_option("down_payment")
        form.get_by_label("应付日期").fill(due_on.isoformat())
        form.get_by_label("金额").fill(amount)
        form.get_by_role("button", name="加一期").click()
        expect(page.locator("#quiet")).to_contain_text("计划已登记")
    arrears = walk.page("a1", "/arrears")
    expect(arrears.locator("main")).to_contain_text("¥80,000")  # of 100,000 planned 20,000 are paid
    expect(arrears.locator("main")).to_contain_text("还没催过")


def _finance_sees_the_day(walk: Walk) -> None:
    page = walk.page("n1", "/receipts")
    main = page.locator("main")
    expect(main).to_contain_text("FP-2026-0002")
    sums = page.get_by_role("list", name="按方式合计")
    expect(sums.get_by_role("listitem")).to_have_text(
        [re.compile("刷卡.*¥80,000"), re.compile("微信.*¥20,000")]
    )
    expect(page.locator("#months tbody tr", has_text="2026-11")).to_contain_text("¥100,000")
    expect(page.locator("#months .figure-box .bars .point").first).to_be_visible()
    expect(walk.page("n1", "/arrears").locator("main")).to_contain_text("¥755,000")


def _step(page: Page, kind: str) -> Locator:
    return page.locator(f"section#{kind}")


def _ticked(page: Page, kind: str) -> Locator:
    """The step's own form with everything on its list ticked off."""
    form = _step(page, kind).locator(f"form[action$='/step/{kind}']")
    for box in form.locator("input[name=ticked]").all():
        box.check()
    return form


def _contract_is_filed(walk: Walk) -> None:
    page = walk.page("a1", f"/way/{walk.deal_id}")
    _ticked(page, "contract").get_by_role("button", name="保存").click()
    expect(page.locator("#quiet")).to_contain_text("已保存")


def _mortgage_has_its_paper(walk: Walk) -> None:
    page = walk.page("a1", f"/way/{walk.deal_id}")
    early = _step(page, "mortgage").locator("form[action$='/step/mortgage']")
    early.get_by_label("办结日期").fill(TODAY.isoformat())
    early.get_by_role("button", name="保存").click()
    expect(_step(page, "mortgage")).to_contain_text("还有 5 项没有办齐")
    papers = _step(page, "mortgage").locator(".papers")
    papers.locator("summary").click()
    papers.get_by_label("是哪一项的资料").select_option("bank_statement")
    papers.locator("input[type=file]").set_input_files(
        {"name": "银行流水.png", "mimeType": "image/png", "buffer": page.screenshot()}
    )
    papers.get_by_role("button", name="上传", exact=True).click()
    expect(_step(page, "mortgage")).to_contain_text("银行流水.png")
    expect(_step(page, "mortgage").locator("input[value=bank_statement]")).to_be_checked()
    walk.look(page, "a1-way-paper")
    _step_is_done(walk, "mortgage")


def _step_is_done(walk: Walk, kind: str) -> None:
    page = walk.page("a1", f"/way/{walk.deal_id}#{kind}")
    form = _ticked(page, kind)
    form.get_by_label("办结日期").fill(TODAY.isoformat())
    form.get_by_role("button", name="保存").click()
    expect(page.locator("#quiet")).to_contain_text("已保存")
    expect(_step(page, kind).locator(".card-head")).to_contain_text("已办")


def _papers_are_printed(walk: Walk) -> None:
    ((first, *_rest),) = [walk.rows(select(Receipt.receipt_id).order_by(Receipt.taken_at))]
    papers = {
        f"/papers/receipts/{first[0]}": f"/money/{walk.deal_id}",
        f"/papers/subscriptions/{walk.deal_id}": f"/way/{walk.deal_id}",
        f"/papers/contracts/{walk.deal_id}": f"/way/{walk.deal_id}",
    }
    for login in ("a1", "n1"):
        for address, where in papers.items():
            page = walk.page(login, where)
            expect(page.locator(f"a[href='{address}']")).to_be_visible()
            answer = page.request.get(address)
            assert (answer.status, answer.headers["content-type"]) == (200, "application/pdf")
            assert answer.body().startswith(b"%PDF-")
    other = walk.pages["a2"].request
    assert [other.get(address).status for address in papers] == [404, 404, 404]


def _all_of_it_is_kept(walk: Walk) -> None:
    days = select(Deal.holding_deposit_on, Deal.subscription_on, Deal.contract_on, Deal.stock_units)
    assert walk.rows(days) == [(TODAY, TODAY, TODAY, UNIT)]
    owner = select(Customer.owner, Deal.staff_id).join(Deal, Deal.customer_id == Customer.customer_id)
    assert walk.rows(owner) == [("A1", "A1")]
    taken = select(Receipt.amount, Receipt.method, Receipt.invoice_no, Receipt.taken_by)
    assert walk.rows(taken.order_by(Receipt.amount)) == [
        (Decimal(20000), "wechat", None, "N1"),
        (Decimal(80000), "card", "FP-2026-0002", "N1"),
    ]
    assert walk.rows(select(DealPaper.step, DealPaper.name)) == [("mortgage", "银行流水.png")]
    page = walk.page("a1", "/way")
    expect(page.get_by_role("region", name="产权证", exact=True).locator(".kanban-card")).to_have_count(1)
