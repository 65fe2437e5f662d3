"""What a consultant does between the morning and the daily report, in a real browser."""

import itertools
import re
from decimal import Decimal

import pytest
from flask import Flask
from playwright.sync_api import Locator, Page, expect
from sqlalchemy import func, select

from crm.deals.models import Deal
from crm.extensions import db
from crm.leads.models import Contact, Customer, WaiverRequest
from crm.people.accounts import AuditRow
from tests.browser.chromium import PHONE
from tests.browser.company import EVENING, LOOKS, TWO_LOOKS, Office, words

pytestmark = [pytest.mark.browser, pytest.mark.slow]
NUMBERS = itertools.count(13600010001)


@pytest.fixture(scope="module")
def app(company_app: Flask) -> Flask:
    """The demo company."""
    return company_app


def today_of(office: Office, size: tuple[int, int] = PHONE, lang: str = "zh-CN") -> Page:
    """The consultant's list."""
    page = office.page("consultant", size, lang)
    page.goto("/today")
    return page


def first_row(page: Page, title: str = "today") -> tuple[Locator, str]:
    """A row of the list and the customer whom it is about, found by the customer once the list changes."""
    customer_id = page.locator(f"#list-{title} li[data-customer]").first.get_attribute("data-customer")
    assert customer_id
    return page.locator(f"li[data-customer='{customer_id}']"), customer_id


def contacts_of(app: Flask, customer_id: str) -> list[Contact]:
    """The customer's contacts that count, in the order in which they were written down."""
    with app.app_context():
        valid = select(Contact).where(Contact.customer_id == customer_id, Contact.struck_at.is_(None))
        return list(db.session.scalars(valid.order_by(Contact.recorded_at, Contact.contact_id)))


@pytest.mark.parametrize(("size", "lang"), LOOKS)
def test_a_follow_up_is_recorded_in_place_and_the_row_leaves_the_list(
    app: Flask, office: Office, size: tuple[int, int], lang: str
) -> None:
    page, say = today_of(office, size, lang), words(lang)
    row, customer_id = first_row(page)
    row.get_by_role("link", name=re.compile(f"^{say('记录')} ")).click()
    row.locator("textarea[name=note]").fill("想看 105 平，周六带家人来")
    row.locator("form .phrase[data-sets]").first.click()
    row.get_by_role("button", name=say("保存")).click()
    expect(row).to_have_count(0)
    expect(page).to_have_url(re.compile("/today$"))
    expect(page.locator("#quiet")).to_contain_text(say("已记录。"))
    last = contacts_of(app, customer_id)[-1]
    assert (last.note, last.effective, last.recorded_at) == ("想看 105 平，周六带家人来", True, EVENING)


def test_a_mistaken_record_is_undone_and_the_row_is_back(app: Flask, office: Office) -> None:
    page = today_of(office)
    row, customer_id = first_row(page)
    before = len(contacts_of(app, customer_id))
    row.locator(".row-side .btn-primary").click()
    row.locator("textarea[name=note]").fill("记错人了")
    row.locator("form button[type=submit]").click()
    expect(row).to_have_count(0)
    page.locator("#quiet").get_by_role("button", name="撤销").click()
    expect(row).to_be_visible()
    assert len(contacts_of(app, customer_id)) == before


def test_no_answer_is_one_tap_and_the_caller_stays_due(app: Flask, office: Office) -> None:
    page = today_of(office)
    caller = page.locator("li[data-customer]", has_text="来电，尚未到访").first
    customer_id = caller.get_attribute("data-customer") or ""
    row = page.locator(f"li[data-customer='{customer_id}']")
    before = len(contacts_of(app, customer_id))
    row.get_by_role("button", name=re.compile("未接通")).click()
    expect(row).to_contain_text("打过，未接通")
    contacts = contacts_of(app, customer_id)
    assert len(contacts) == before + 1
    assert contacts[-1].effective is False


def test_a_call_shows_the_number_and_is_logged(app: Flask, office: Office) -> None:
    page = today_of(office)
    row, customer_id = first_row(page)
    row.get_by_role("button", name=re.compile("拨打")).click()
    link = row.locator("[data-phone] a[href^='tel:']").first
    expect(link).to_be_visible()
    with app.app_context():
        phone = db.session.get_one(Customer, customer_id).phone or ""
        logged = select(func.count()).select_from(AuditRow).where(AuditRow.subject == customer_id)
        assert db.session.scalar(logged) == 1
    assert (link.get_attribute("href") or "").removeprefix("tel:") in phone


def test_a_double_tap_is_one_record(app: Flask, office: Office) -> None:
    page = today_of(office)
    row, customer_id = first_row(page)
    before = len(contacts_of(app, customer_id))
    row.locator(".row-side .btn-primary").click()
    row.locator("textarea[name=note]").fill("点了两下")
    row.locator("form button[type=submit]").dblclick()
    expect(row).to_have_count(0)
    page.wait_for_load_state("networkidle")
    assert len(contacts_of(app, customer_id)) == before + 1


def test_what_was_typed_without_a_connection_is_kept_and_sent_once_it_is_back(
    app: Flask, office: Office
) -> None:
    page = today_of(office)
    row, customer_id = first_row(page)
    before = len(contacts_of(app, customer_id))
    row.locator(".row-side .btn-primary").click()
    row.locator("textarea[name=note]").fill("在地库里写的")
    page.context.set_offline(True)
    row.locator("form button[type=submit]").click()
    expect(page.locator("#offline")).to_be_visible()
    assert len(contacts_of(app, customer_id)) == before
    with page.expect_response(lambda answer: answer.url.endswith("/record")):
        page.context.set_offline(False)
    expect(page.locator("#quiet")).to_contain_text("已发送")
    assert [one.note for one in contacts_of(app, customer_id)[before:]] == ["在地库里写的"]


@pytest.mark.parametrize(("size", "lang"), LOOKS)
def test_a_caller_is_registered_and_the_page_of_the_customer_opens(
    app: Flask, office: Office, size: tuple[int, int], lang: str
) -> None:
    page, say, phone = office.page("consultant", size, lang), words(lang), str(next(NUMBERS))
    page.goto("/today")
    page.locator("a[href='/customers/new']:visible").first.click()
    page.locator("#phone").press_sequentially(phone)
    expect(page.locator("#standing")).to_contain_text(say("新号码"))
    page.locator("#name").fill("测试甲")
    page.locator(".choice", has_text=say("来电")).click()
    page.locator("input[name=intent_grade][value=B]").check()
    page.locator("main form button[type=submit]").last.click()
    page.wait_for_url(re.compile("/customers/C[^/]+$"))
    expect(page.get_by_role("heading", level=1)).to_have_text("测试甲")
    with app.app_context():
        customer = db.session.scalars(select(Customer).where(Customer.phone == phone)).one()
        assert (customer.owner, customer.intent_grade) == (office.staff_of("consultant"), "B")


def test_a_number_that_the_company_knows_says_only_that(app: Flask, office: Office) -> None:
    with app.app_context():
        others = select(Customer).where(
            Customer.owner != office.staff_of("consultant"), Customer.phone.like("1__________")
        )
        known = db.session.scalars(others.limit(1)).one()
        phone, owner = known.phone or "", known.owner
    page = office.page("consultant", PHONE)
    page.goto("/customers/new")
    page.locator("#phone").press_sequentially(phone)
    expect(page.locator("#standing")).to_contain_text("已登记，请找您的经理")
    assert owner not in page.content()


def test_a_faulty_registration_keeps_all_that_was_typed(office: Office) -> None:
    page = office.page("consultant", PHONE)
    page.goto("/customers/new")
    page.locator("#phone").fill("12345")
    page.locator("#name").fill("欧阳先生")
    page.locator("#need").fill("三房朝南")
    page.locator(".choice", has_text="来访").click()
    page.locator("main form button[type=submit]").last.click()
    expect(page.locator("#phone-error")).to_be_visible()
    expect(page.locator("#phone")).to_have_value("12345")
    expect(page.locator("#name")).to_have_value("欧阳先生")
    expect(page.locator("#need")).to_have_value("三房朝南")


@pytest.mark.parametrize(("size", "lang"), LOOKS)
def test_the_daily_report_is_sent_with_remarks_and_bears_its_time(
    office: Office, size: tuple[int, int], lang: str
) -> None:
    page, say = today_of(office, size, lang), words(lang)
    page.locator("main a[href='/report']").last.click()
    page.locator("textarea[name=remarks]").fill("两组意向较强，周末复访。")
    page.locator("form[data-draft^='report-'] button[type=submit]").click()
    expect(page.locator(".lead-line")).to_contain_text(say("%(at)s 提交") % {"at": "18:30"})
    page.goto("/today")
    expect(page.locator("#today-line")).to_contain_text("18:30")


@pytest.mark.parametrize(("size", "lang"), LOOKS)
def test_my_entries_lead_to_the_records_that_they_rest_on(
    office: Office, size: tuple[int, int], lang: str
) -> None:
    page, say = office.page("consultant", size, lang), words(lang)
    page.goto("/entries")
    expect(page.get_by_role("heading", level=1)).to_have_text(say("我的奖罚"))
    if not page.locator("#entries").count():
        page.locator("#month").select_option("2026-10")
        page.wait_for_url("**month=2026-10**")
    evidence = page.locator(
        "#entries .row-main a[href^='/customers/'], #entries .row-main a[href^='/contacts/']"
    )
    evidence.first.click()
    page.wait_for_url(re.compile("/(customers|contacts)/"))
    expect(page.locator("main")).to_be_visible()


@pytest.mark.parametrize(("size", "lang"), TWO_LOOKS)
def test_a_deal_is_entered_and_steps_only_forward(
    app: Flask, office: Office, size: tuple[int, int], lang: str
) -> None:
    page, say = office.page("consultant", size, lang), words(lang)
    customer_id = without_a_deal(app, office)
    page.goto(f"/customers/{customer_id}")
    page.locator(f"a[href='/deals/new?customer={customer_id}']").click()
    page.locator(".choice", has_text=say("小订")).click()
    page.locator("#amount").fill("286万")
    page.locator("main form button[type=submit]").last.click()
    page.wait_for_url(re.compile("/deals/D[^/]+$"))
    page.locator(".choice", has_text=say("签约")).click()
    page.locator("main form button[type=submit]").last.click()
    expect(page.locator(".lead-line")).to_contain_text(say("签约"))
    expect(page.locator(".choice", has_text=say("大定"))).to_have_count(0)
    with app.app_context():
        deal = db.session.scalars(select(Deal).where(Deal.customer_id == customer_id)).one()
        assert (deal.amount, deal.holding_deposit_on, deal.contract_on) == (
            Decimal(2860000),
            EVENING.date(),
            EVENING.date(),
        )


def without_a_deal(app: Flask, office: Office) -> str:
    """A customer of the consultant who has bought nothing yet."""
    with app.app_context():
        free = select(Customer.customer_id).where(
            Customer.owner == office.staff_of("consultant"),
            Customer.opted_out_on.is_(None),
            Customer.customer_id.not_in(select(Deal.customer_id)),
        )
        return str(db.session.scalars(free.order_by(Customer.first_contact_at.desc())).first())


@pytest.mark.parametrize(("size", "lang"), TWO_LOOKS)
def test_a_waiver_that_was_asked_for_is_signed_by_the_manager(
    app: Flask, office: Office, size: tuple[int, int], lang: str
) -> None:
    say = words(lang)
    page, manager = office.page("consultant", size, lang), office.page("manager", size, lang)
    customer_id, note = without_a_deal(app, office), f"出差到月底，{lang}"
    page.goto(f"/customers/{customer_id}/waiver")
    page.locator(".choice", has_text=say("特殊情况")).click()
    page.locator("#to_on").fill("2026-11-30")
    page.locator("#note").fill(note)
    page.locator("main form button[type=submit]").last.click()
    expect(page.locator("li", has_text=note).or_(page.locator("#quiet")).first).to_be_visible()
    manager.goto("/waivers")
    manager.locator("li", has_text=note).get_by_role("button", name=say("签字"), exact=True).click()
    expect(manager.locator("li", has_text=note)).to_contain_text(say("已签字"))
    with app.app_context():
        asked = db.session.scalars(select(WaiverRequest).where(WaiverRequest.note == note)).one()
        assert (asked.state, asked.customer_id) == ("signed", customer_id)
