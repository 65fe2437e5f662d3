"""A day's list worked through with one thumb, on a telephone 360 pixels wide."""

from collections.abc import Callable

import pytest
from flask import Flask
from playwright.sync_api import Locator, Page, expect
from sqlalchemy import select

from crm.extensions import db
from crm.leads.models import Contact
from tests.browser.chromium import PHONE
from tests.browser.company import Office

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture(scope="module")
def app(company_app: Flask) -> Flask:
    """The demo company."""
    return company_app


@pytest.fixture
def today(office: Office) -> Page:
    """The consultant's list."""
    page = office.page("consultant", PHONE)
    page.goto("/today")
    return page


def rows(page: Page) -> Locator:
    return page.locator("main li[data-customer]")


def notes(app: Flask, text: str) -> list[Contact]:
    with app.app_context():
        return list(db.session.scalars(select(Contact).where(Contact.note == text)))


def write(row: Locator, note: str) -> None:
    row.get_by_text("记录", exact=True).click()
    row.locator("textarea[name=note]").fill(note)
    row.get_by_role("button", name="三天后").click()
    row.locator("input[name=next_step]").fill("发户型图")


def test_the_list_begins_above_the_fold(today):
    expect(rows(today).first).to_be_in_viewport()


def test_a_record_takes_the_row_away_and_undo_brings_it_back(today, app):
    first = rows(today).first
    customer, many = first.get_attribute("data-customer"), rows(today).count()
    write(first, "约了周六带家人来看")
    first.get_by_role("button", name="保存").click()
    expect(today.locator(f"li[data-customer='{customer}']")).to_have_count(0)
    expect(rows(today)).to_have_count(many - 1)
    today.locator("#quiet").get_by_role("button", name="撤销").click()
    expect(rows(today)).to_have_count(many)
    assert [row.struck_at is None for row in notes(app, "约了周六带家人来看")] == [False]


def test_a_form_that_lacks_something_stays_open_with_what_was_typed(today):
    first = rows(today).first
    write(first, "")
    first.get_by_role("button", name="保存").click()
    expect(first.locator(".field-error")).to_contain_text("请写一句谈了什么")
    expect(first.locator("input[name=next_step]")).to_have_value("发户型图")


def test_what_was_typed_without_a_connection_is_sent_once_when_there_is_one(today, app):
    first = rows(today).first
    write(first, "地铁里没有信号时写的")
    today.context.set_offline(True)
    first.get_by_role("button", name="保存").click()
    expect(today.locator("#quiet")).to_be_visible()
    assert notes(app, "地铁里没有信号时写的") == []
    with today.expect_response(
        lambda answer: answer.url.endswith("/record") and answer.request.method == "POST"
    ):
        today.context.set_offline(False)
    today.wait_for_load_state("networkidle")
    assert len(notes(app, "地铁里没有信号时写的")) == 1


def test_after_a_visit_the_viewing_details_are_asked_for_in_place(today, app):
    first = rows(today).first
    write(first, "第二次来看")
    first.locator("input[value=visit]").check()
    first.get_by_role("button", name="保存").click()
    first.locator("textarea[name=shown]").fill("A 户型样板间")
    first.get_by_role("button", name="保存").click()
    expect(today.locator("#quiet")).to_contain_text("带看记录已保存")
    assert [row.shown for row in notes(app, "第二次来看")] == ["A 户型样板间"]


def test_the_report_is_sent_and_the_manager_reads_it(
    office: Office, sees_nothing_serious: Callable[[Page], None]
):
    page = office.page("consultant", PHONE)
    page.goto("/today")
    page.locator("main").get_by_role("link", name="写日报").click()
    page.locator("textarea[name=remarks]").fill("今天接待一组，约了周六复访")
    page.get_by_role("button", name="提交日报").click()
    expect(page.locator(".lead-line")).to_contain_text("提交")
    board = office.page("manager", PHONE)
    board.goto("/board")
    sees_nothing_serious(board)
    staff_id = office.staff_of("consultant")
    board.locator(f"th a[href^='/reports/{staff_id}/']").click()
    expect(board.locator("main")).to_contain_text("今天接待一组，约了周六复访")
    page.reload()
    expect(page.locator(".lead-line")).to_contain_text("已读")
