"""In a browser: a consultant objects on the phone, the manager answers, and HR closes the month and holds a certificate."""

import pytest
from flask import Flask
from playwright.sync_api import Page, expect
from sqlalchemy import select

from crm.extensions import db
from crm.penalties.models import Closing, LedgerEntry, Objection
from crm.penalties.months import first_day, open_month
from crm.penalties.verifying import look_through
from crm.web.formats import month_words
from tests.browser.chromium import DESKTOP, PHONE
from tests.browser.company import TWO_LOOKS, Office, words

pytestmark = [pytest.mark.browser, pytest.mark.slow]
SAID = {"zh-CN": "那天我在医院", "en": "I was in hospital that day"}


@pytest.fixture(scope="module")
def app(company_app: Flask) -> Flask:
    """The demo company."""
    return company_app


def fine_of(app: Flask, staff_id: str, number: int) -> int:
    """One of the person's deductions that stand."""
    with app.app_context():
        taken = select(LedgerEntry.corrects).where(LedgerEntry.corrects.is_not(None))
        query = select(LedgerEntry.entry_id).where(
            LedgerEntry.staff_id == staff_id,
            LedgerEntry.amount < 0,
            LedgerEntry.kind == "posted",
            LedgerEntry.entry_id.not_in(taken),
        )
        return list(db.session.scalars(query.order_by(LedgerEntry.entry_id.desc())))[number]


@pytest.mark.parametrize(("size", "lang"), TWO_LOOKS)
def test_a_consultant_objects_and_the_manager_answers(
    app: Flask, office: Office, size: tuple[int, int], lang: str
) -> None:
    say = words(lang)
    entry = fine_of(app, office.staff_of("consultant"), 0 if lang == "en" else 1)
    mine = office.page("consultant", PHONE, lang)
    mine.goto(f"/entries/{entry}")
    mine.get_by_label(say("哪里不对")).fill(SAID[lang])
    mine.get_by_role("button", name=say("提出异议")).click()
    expect(mine.get_by_text(say("等待答复"), exact=True)).to_be_visible()
    answer(office.page("manager", size, lang), SAID[lang], lang)
    mine.reload()
    expect(mine.get_by_text(f"OK, {lang}").first).to_be_visible()
    expect(mine.get_by_text(say("已撤回")).first).to_be_visible()
    with app.app_context():
        row = db.session.scalar(select(LedgerEntry).where(LedgerEntry.corrects == entry))
        assert row is not None
        assert row.kind == "lift"
        assert db.session.scalar(select(Objection).where(Objection.entry_id == entry)) is not None


def answer(page: Page, said: str, lang: str) -> None:
    """The manager comes from the first page, and lifts the entry."""
    say = words(lang)
    page.goto("/board")
    page.locator(".note a[href='/objections']").click()
    expect(page.get_by_text(said)).to_be_visible()
    page.get_by_role("link", name=say("答复"), exact=True).first.click()
    page.get_by_role("radio", name=say("撤回这一笔")).check()
    page.get_by_label(say("理由")).first.fill(f"OK, {lang}")
    page.get_by_role("button", name=say("答复"), exact=True).click()
    expect(page.get_by_text(say("已答复，对方能看到。"))).to_be_visible()


@pytest.mark.parametrize(("size", "lang"), [(DESKTOP, "zh-CN"), (PHONE, "en")])
def test_hr_closes_the_month_and_holds_a_certificate(
    app: Flask, office: Office, size: tuple[int, int], lang: str
) -> None:
    say = words(lang)
    with app.app_context():
        month = open_month(db.session())
    named = month_words(first_day(month), "en" if lang == "en" else "zh")
    page = office.page("hr", size, lang)
    page.goto("/months")
    page.get_by_role("button", name=say("结 %(month)s 的账") % {"month": named}).click()
    page.get_by_role("dialog").get_by_role("button", name=say("结账"), exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(say("%(month)s 结账证明") % {"month": named})
    with app.app_context():
        closing = db.session.scalar(select(Closing).where(Closing.month == month))
        assert closing is not None
        digest = closing.digest
        assert look_through(db.session()).faults == []
    expect(page.get_by_text(digest)).to_be_visible()
    page.goto("/months")
    expect(page.get_by_role("link", name=named)).to_be_visible()
