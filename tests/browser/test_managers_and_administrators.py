"""The manager's evening, the administrator's import, two people at one form, and the pages for what goes wrong."""

import datetime as dt
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from openpyxl import Workbook
from playwright.sync_api import expect
from sqlalchemy import select

from crm.clock import set_clock
from crm.daily.models import Report
from crm.extensions import db
from crm.leads.models import Customer
from crm.permissions import Permission, requires
from tests.browser.chromium import PHONE
from tests.browser.company import EVENING, LOOKS, Company, NewPage, Office, words

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture(scope="module")
def app(company_app: Flask) -> Flask:
    """The demo company."""
    return company_app


@pytest.mark.parametrize(("size", "lang"), LOOKS)
def test_the_board_shows_who_has_not_sent_a_report_and_leads_to_the_rows(
    office: Office, size: tuple[int, int], lang: str
) -> None:
    page, say = office.page("manager", size, lang), words(lang)
    page.goto("/board")
    expect(page.get_by_text(say("未交"), exact=True).first).to_be_visible()
    page.locator("a[href$='/untracked']").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(say("未跟踪"))


@pytest.mark.parametrize(("size", "lang"), [LOOKS[0], LOOKS[3]])
def test_a_report_is_marked_false_with_a_reason_that_its_writer_reads(
    app: Flask, office: Office, size: tuple[int, int], lang: str
) -> None:
    on, reason = unmarked_report(app, office), f"跟进与通话记录不符（{lang}）"
    address = f"/reports/{office.staff_of('consultant')}/{on}"
    page = office.page("manager", size, lang)
    page.goto(address)
    page.locator("textarea[name=reason]").fill(reason)
    page.locator("form[data-draft^='judge-'] button[type=submit]").click()
    expect(page.locator(".note-red")).to_contain_text(reason)
    writer = office.page("consultant", size, lang)
    writer.goto(address)
    expect(writer.locator(".note-red")).to_contain_text(reason)
    expect(writer.locator("form[data-draft^='judge-']")).to_have_count(0)


def unmarked_report(app: Flask, office: Office) -> dt.date:
    """The latest day whose report of the consultant nobody doubts."""
    with app.app_context():
        kept = select(Report.date).where(
            Report.staff_id == office.staff_of("consultant"),
            Report.false.is_(False),
            Report.submitted_at.is_not(None),
        )
        on = db.session.scalar(kept.order_by(Report.date.desc()))
    assert on is not None
    return on


@pytest.mark.parametrize(("size", "lang"), [LOOKS[0], LOOKS[3]])
def test_a_workbook_with_faults_names_each_of_them_and_changes_nothing(
    app: Flask, office: Office, tmp_path: Path, size: tuple[int, int], lang: str
) -> None:
    path = tmp_path / "faulty.xlsx"
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "customers"
    sheet.append(["customer_id", "name", "owner", "first_contact_at", "phone"])
    sheet.append(["C-NEW", "王先生", "NOBODY", "2026-11-02 10:00", "13800138000"])
    sheet.append(["C-NEW", "李先生", "NOBODY", "yesterday", "13800138001"])
    book.save(path)
    page = office.page("admin", size, lang)
    page.goto("/import")
    page.locator("input[type=file]").set_input_files(path)
    page.locator("main form button[type=submit]").last.click()
    page.wait_for_url(re.compile("/import/[^/]+$"))
    faults = page.locator("main ol li")
    expect(faults.first).to_be_visible(timeout=20_000)
    assert any("yesterday" in fault for fault in faults.all_inner_texts())
    with app.app_context():
        assert db.session.get(Customer, "C-NEW") is None


def test_of_two_people_at_one_form_the_second_sees_both_versions(app: Flask, office: Office) -> None:
    with app.app_context():
        mine = select(Customer).where(Customer.owner == office.staff_of("consultant"))
        customer_id = db.session.scalars(mine.where(Customer.opted_out_on.is_(None))).first().customer_id  # type: ignore[union-attr]
    first, second = office.page("consultant"), office.page("manager", PHONE)
    for page in (first, second):
        page.goto(f"/customers/{customer_id}/edit")
    first.locator("#need").fill("要朝南")
    first.locator("main form button[type=submit]").last.click()
    first.wait_for_url(re.compile(f"/customers/{customer_id}$"))
    second.locator("#need").fill("要学位")
    second.locator("main form button[type=submit]").last.click()
    versions = second.locator(".versions")
    expect(versions).to_contain_text("要朝南")
    expect(versions).to_contain_text("要学位")
    expect(second.locator("#need")).to_have_value("要学位")
    second.locator("main form button[type=submit]").last.click()
    second.wait_for_url(re.compile(f"/customers/{customer_id}$"))
    with app.app_context():
        assert db.session.get_one(Customer, customer_id).need == "要学位"


@pytest.mark.parametrize("lang", ["zh-CN", "en"])
def test_a_page_that_does_not_exist_and_one_that_is_refused_say_so_in_the_persons_language(
    office: Office, lang: str
) -> None:
    page = office.page("consultant", PHONE, lang)
    for address, status in (("/nowhere", 404), ("/admin/accounts", 403)):
        answer = page.goto(address)
        assert answer is not None
        assert answer.status == status
        assert page.locator("html").get_attribute("lang") == ("en" if lang == "en" else "zh-CN")
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        assert bool(re.search("[一-鿿]", page.locator("main").inner_text())) is (lang != "en")


@pytest.fixture
def broken_page(app: Flask) -> Iterator[str]:
    """A page that crashes."""
    whole = app.view_functions["people.sessions"]

    def crash(**_: Any) -> str:
        raise ZeroDivisionError("for the test")

    app.view_functions["people.sessions"] = requires(Permission.OWN_SIGN_IN)(crash)
    yield "/me/sessions"
    app.view_functions["people.sessions"] = whole


@pytest.mark.parametrize("lang", ["zh-CN", "en"])
def test_a_crash_has_a_number_that_is_in_the_log(
    office: Office,
    broken_page: str,
    capsys: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
    lang: str,
) -> None:
    page = office.page("consultant", PHONE, lang)
    answer = page.goto(broken_page)
    assert answer is not None
    assert answer.status == 500
    number = page.locator("main b.num").inner_text().strip()
    assert len(number) >= 6
    printed = capsys.readouterr()
    assert number in printed.out + printed.err + caplog.text


def test_a_form_whose_session_has_ended_is_not_lost(
    office: Office, company: Company, new_page: NewPage
) -> None:
    page = office.page("consultant", PHONE)
    page.goto("/customers/new")
    page.locator("#name").fill("欧阳先生")
    page.wait_for_timeout(400)
    set_clock(lambda: EVENING + dt.timedelta(days=2))
    page.locator("main form button[type=submit]").last.click()
    page.wait_for_load_state()
    set_clock(lambda: EVENING)
    page.goto("/customers/new")
    if "/sign-in" in page.url:
        page.locator("#login").fill("consultant")
        page.locator("#password").fill(company.logins[0].password)
        page.locator("main form button[type=submit]").first.click()
        page.wait_for_url(lambda url: "/sign-in" not in url)
        page.goto("/customers/new")
    expect(page.locator("#name")).to_have_value("欧阳先生")
