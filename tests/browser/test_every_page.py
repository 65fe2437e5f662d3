"""Every page of every role, over the demo company: nothing serious for axe, nothing wider than a telephone."""

import datetime as dt
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Page
from sqlalchemy import select
from werkzeug.routing import Rule

from crm.daily.models import Report
from crm.deals.models import Deal
from crm.extensions import db
from crm.leads.models import Contact, Customer, WaiverRequest
from crm.penalties.closing import close_month
from crm.penalties.models import LedgerEntry
from crm.penalties.months import open_month
from crm.people.accounts import Account, SignIn
from crm.people.models import Staff
from crm.targets.leaving_services import Application, apply
from tests.browser.cases import asked_about
from tests.browser.chromium import DESKTOP, PHONE
from tests.browser.company import EVENING, Office
from tests.browser.conftest import faults_on
from tests.browser.training import notice_for

pytestmark = [pytest.mark.browser, pytest.mark.slow]

ROLES = ("consultant", "frontdesk", "manager", "hr", "finance", "admin")
# Not pages: files, the answer for a watchman, parts of pages. And those that only strangers and beginners see.
PAPERS = {
    "stock.receipt_paper",
    "stock.subscription_paper",
    "stock.contract_paper",
    "stock.day_sheet",
    "training.paper",
    "cases.letter",
    "cases.file",
    "probation.letter",
    "training.file",
    "stock.paper_file",
    "pay.paper",
    "pay.sheet",
    "pay.payroll_sheet",
}
PAPERS |= {"orders.paper"}  # test_orders.py looks at an order's own pages
NO_PAGES = {"static", "operations.health", "exchange.template", "targets.card"} | PAPERS
STRANGERS = {"people.sign_in", "people.code", "people.setup", "web.home"}


@pytest.fixture(scope="module")
def app(company_app: Flask) -> Flask:
    """The demo company."""
    return company_app


@pytest.fixture(scope="module")
def values(app: Flask) -> dict[str, Any]:
    """Something for every place in an address: what belongs to the consultant, so that both roles see it."""
    with app.app_context():
        account = db.session.scalars(select(Account).where(Account.login == "consultant")).one()
        staff_id = account.staff_id
        mine = select(Customer.customer_id).where(Customer.owner == staff_id)
        today = EVENING.replace(hour=0, minute=0)
        contact = select(Contact.contact_id).where(
            Contact.staff_id == staff_id, Contact.struck_at.is_(None), Contact.kind == "visit"
        )
        report_id, hearing_id = asked_about(staff_id, "manager")
        return {
            "report_id": report_id,
            "hearing_id": hearing_id,
            "evidence_id": "none",
            "account_id": account.account_id,
            "customer_id": db.session.scalar(mine.order_by(Customer.first_contact_at.desc())),
            "contact_id": db.session.scalar(contact.order_by(Contact.happened_at.desc())),
            "deal_id": db.session.scalar(select(Deal.deal_id).where(Deal.staff_id == staff_id)),
            "stage": "holding_deposit_on",
            "entry_id": db.session.scalar(
                select(LedgerEntry.entry_id).where(LedgerEntry.staff_id == staff_id)
            ),
            "staff_id": staff_id,
            "former_id": db.session.scalar(
                select(Staff.staff_id).where(Staff.left_on < today.date()).order_by(Staff.staff_id)
            ),
            "date": db.session.scalar(select(Report.date).where(Report.staff_id == staff_id)) or today.date(),
            "what": "followups",
            "view_id": 1,
            "request_id": db.session.scalar(select(WaiverRequest.request_id)),
            "session_id": db.session.scalar(select(SignIn.session_id)),
            "job_id": "none",
            "unit_id": "none",
            "receipt_id": 1,
            "paper_id": "none",
            "dispute_id": "none",
            "statement_id": "none",
            "loss_id": 1,
            "order_id": "none",
            "proposal_id": 1,
            "month": a_closed_month(),
            "notice_id": notice_for(staff_id, "manager", offered=True),
            "leaving_id": an_application(account),
        }


def an_application(account: Account) -> int:
    """To leave, by that person; inside a context."""
    wish = Application(EVENING.date(), EVENING.date() + dt.timedelta(days=7), "回老家")
    return apply(account, wish, EVENING).leaving_id


def a_closed_month() -> str:
    """The first month of the company, closed now; inside a context."""
    return close_month(open_month(db.session()), EVENING, "hr").month


def pages(app: Flask, values: dict[str, Any]) -> list[str]:
    """An address of every page."""
    found = []
    with app.test_request_context():
        for rule in sorted(app.url_map.iter_rules(), key=str):
            if "GET" in (rule.methods or ()) and rule.endpoint not in NO_PAGES | STRANGERS:
                found.append(address(app, rule, values))
    return found


def address(app: Flask, rule: Rule, values: dict[str, Any]) -> str:
    """The rule's address with those values in it."""
    given = {name: values[name] for name in rule.arguments}
    if isinstance(given.get("date"), dt.date):
        given["date"] = given["date"].isoformat()
    return str(app.url_map.bind("").build(rule.endpoint, given))


# On the telephone all of axe's rules; in the dark only the colours change, at a desk only the layout.
VIEWS = ((PHONE, False, ""), (PHONE, True, "color-contrast"), (DESKTOP, False, "color-contrast"))


@pytest.mark.parametrize("role", ROLES)
def test_every_page_of_the_role_is_for_everyone(
    app: Flask, office: Office, values: dict[str, Any], role: str
) -> None:
    page = office.page(role, PHONE, "en" if ROLES.index(role) % 2 else "zh-CN")
    faults, opened = [], 0
    for url in pages(app, values):
        answer = page.goto(url)
        assert answer is not None
        if answer.status == 200:
            opened += 1
            faults += [f"{url}: {fault}" for fault in looked_at(page)]
        elif answer.status not in (403, 404):
            faults.append(f"{url}: {answer.status}")
    assert not faults, "\n".join(faults)
    assert opened > 7, "the role sees hardly any page"


def looked_at(page: Page) -> list[str]:
    """What is wrong with the page on the telephone, in the dark, and at a desk."""
    if page.locator("[hx-trigger^=load]").count():
        page.wait_for_load_state("networkidle")
    faults = []
    for size, dark, rule in VIEWS:
        page.set_viewport_size({"width": size[0], "height": size[1]})
        page.emulate_media(color_scheme="dark" if dark else "light")
        found = faults_on(page, rule)
        faults += [f"{size[0]} px{', dark' if dark else ''}: {fault}" for fault in found]
    page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    return faults
