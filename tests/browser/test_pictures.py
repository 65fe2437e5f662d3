"""The pages that the READMEs show; `make pictures` keeps them in docs/pictures, otherwise they are only looked at."""

from collections.abc import Callable

import pytest
from flask import Flask
from playwright.sync_api import Page, expect
from sqlalchemy import func, select

from crm.extensions import db
from crm.leads.models import Contact, Customer
from tests.browser.chromium import DESKTOP, PHONE
from tests.browser.company import Office

pytestmark = [pytest.mark.browser, pytest.mark.slow]

# The name of the picture, whose page it is, on which screen, and what must be seen before it is taken.
SHOWN = (
    ("today-phone", "consultant", PHONE, "/today", "#list-overdue li"),
    ("today-desk", "consultant", DESKTOP, "/today", "#list-overdue li"),
    ("customer", "consultant", DESKTOP, "/customers/{}", "#story-head"),
    ("board", "manager", DESKTOP, "/board", "table tbody tr"),
    ("entries", "consultant", DESKTOP, "/entries", "#entries li"),
)


@pytest.fixture(scope="module")
def app(company_app: Flask) -> Flask:
    """The demo company."""
    return company_app


def well_known(app: Flask, office: Office) -> str:
    """The customer of the consultant with most to tell."""
    with app.app_context():
        told = (
            select(Contact.customer_id)
            .join(Customer, Customer.customer_id == Contact.customer_id)
            .where(Customer.owner == office.staff_of("consultant"))
            .group_by(Contact.customer_id)
            .order_by(func.count().desc(), Contact.customer_id)
        )
        return str(db.session.scalars(told).first())


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize(("name", "login", "size", "path", "seen"), SHOWN, ids=[row[0] for row in SHOWN])
def test_what_the_readme_shows_is_there(
    app: Flask,
    office: Office,
    screenshot: Callable[[Page, str], None],
    name: str,
    login: str,
    size: tuple[int, int],
    path: str,
    seen: str,
    lang: str,
) -> None:
    page = office.page(login, size, "zh-CN" if lang == "zh" else "en")
    page.goto(path.format(well_known(app, office)) if "{}" in path else path)
    expect(page.locator(seen).first).to_be_visible()
    screenshot(page, f"{name}.{lang}")
