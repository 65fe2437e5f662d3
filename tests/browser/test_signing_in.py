"""Signing in, as everybody begins the day; in both languages, at a desk and on a telephone."""

import datetime as dt
import re

import pytest
from flask import Flask
from playwright.sync_api import expect

from crm import clock
from crm.extensions import db
from crm.people.accounts import Account
from tests.browser.company import EVENING, LOOKS, NewPage, Office, words

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture(scope="module")
def app(company_app: Flask) -> Flask:
    """The demo company."""
    return company_app


def password_of(company_logins: list[object], role: str) -> str:
    """The first password of that role."""
    return next(login.password for login in company_logins if login.role == role)  # type: ignore[attr-defined]


@pytest.mark.parametrize(("size", "lang"), LOOKS)
def test_a_consultant_signs_in_and_sees_what_is_due_today(
    new_page: NewPage, company: object, size: tuple[int, int], lang: str
) -> None:
    page, say = new_page(size, False, lang), words(lang)
    page.goto("/")
    page.locator("#login").fill("consultant")
    page.locator("#password").fill(password_of(company.logins, "consultant"))  # type: ignore[attr-defined]
    page.get_by_role("button", name=say("登录"), exact=True).click()
    page.wait_for_url("**/today")
    expect(page.get_by_role("heading", level=1)).to_have_text(say("今日"))
    expect(page.locator("#list-overdue li").first).to_be_visible()


@pytest.mark.parametrize("lang", ["zh-CN", "en"])
def test_a_wrong_password_says_so_and_keeps_the_name(new_page: NewPage, lang: str) -> None:
    page = new_page(lang=lang)
    page.goto("/sign-in")
    page.locator("#login").fill("manager")
    page.locator("#password").fill("not this one")
    page.locator("main form button[type=submit]").first.click()
    expect(page.locator(".note-red, .field-error").first).to_be_visible()
    expect(page.locator("#login")).to_have_value("manager")
    expect(page.locator("#password")).to_have_value("")


def test_a_new_account_changes_its_first_password_before_anything_else(
    app: Flask, office: Office, new_page: NewPage
) -> None:
    admin = office.page("admin")
    admin.goto("/admin/accounts")
    admin.locator("a[href^='/admin/accounts/for/']").first.click()
    admin.locator("#login").fill("newcomer")
    admin.locator("main form button[type=submit]").click()
    first = admin.locator("dl.facts code").inner_text()
    page = new_page()
    page.goto("/sign-in")
    page.locator("#login").fill("newcomer")
    page.locator("#password").fill(first)
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_url("**/me/password**")
    page.goto("/today")
    expect(page).to_have_url(re.compile("/me/password"))
    page.locator("#old").fill(first)
    page.locator("#new").fill("a quiet lake in the autumn")
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_url(lambda url: "/me/password" not in url)
    with app.app_context():
        assert db.session.query(Account).filter_by(login="newcomer").one().must_change is False


def test_signing_out_closes_the_pages_of_the_person(new_page: NewPage, company: object) -> None:
    page = new_page()
    page.goto("/sign-in")
    page.locator("#login").fill("finance")
    page.locator("#password").fill(password_of(company.logins, "finance"))  # type: ignore[attr-defined]
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_url(lambda url: "/sign-in" not in url)
    page.goto("/me")
    page.locator("form[data-forgets] button").click()
    page.goto("/deals")
    expect(page).to_have_url(re.compile("/sign-in"))


def test_a_session_that_was_left_alone_asks_for_the_password_again(office: Office) -> None:
    page = office.page("hr")
    page.goto("/staff")
    expect(page).to_have_url(re.compile("/staff"))
    clock.set_clock(lambda: EVENING + dt.timedelta(days=2))
    page.goto("/staff")
    clock.set_clock(lambda: EVENING)
    expect(page).to_have_url(re.compile("/sign-in"))
