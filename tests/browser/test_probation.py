"""HR proposes an end of probation, a manager agrees, the person sees it; and HR hires again who left."""

import datetime as dt
import re
from collections.abc import Callable

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from crm.extensions import db
from crm.people.models import Staff
from tests.browser.company import EVENING, TWO_LOOKS, Office, words
from tests.people_builders import People, keep, staff

pytestmark = [pytest.mark.browser, pytest.mark.slow]
HIRED = dt.date(2026, 7, 1)  # five months of probation end within a week
GONE = dt.date(2026, 10, 31)


@pytest.fixture(scope="module")
def app(company_app: Flask) -> Flask:
    """The demo company."""
    return company_app


def beginner(app: Flask, office: Office, staff_id: str) -> str:
    """Somebody on probation in the manager's project, with an account; gives the login."""
    manager = office.staff_of("manager")
    with app.app_context():
        project = db.session.get_one(Staff, manager).project
        keep([staff(staff_id, name=f"新人{staff_id}", project=project, hired_on=HIRED, probation_months=5)])
        row = db.session.get_one(Staff, staff_id)
        assert row.employed_on(EVENING.date())
    People(app).account(staff_id)
    return staff_id.lower()


@pytest.mark.parametrize(("size", "lang"), TWO_LOOKS)
def test_hr_proposes_a_second_person_agrees_and_the_person_sees_it(
    app: Flask,
    office: Office,
    sees_nothing_serious: Callable[[Page], None],
    size: tuple[int, int],
    lang: str,
) -> None:
    say, staff_id = words(lang), f"P{lang[:2].upper()}"
    login = beginner(app, office, staff_id)
    hr = office.page("hr", size, lang)
    hr.goto("/probation")
    sees_nothing_serious(hr)
    hr.locator(f"main a.row-name[href$='/{staff_id}']").click()
    hr.wait_for_url(re.compile(f"/probation/people/{staff_id}$"))
    hr.locator("#decide-extend summary").click()
    hr.locator("#extend-months").fill("6")
    hr.locator("#extend-reason").fill("项目开盘推迟")
    sees_nothing_serious(hr)
    propose = hr.locator("#decide-extend button[type=submit]")
    propose.click()
    expect(hr.locator("#decide-extend .field-error")).to_have_count(1)
    expect(hr.locator("#extend-reason")).to_have_value("项目开盘推迟")
    hr.locator("#extend-consent_on").fill("2026-11-20")
    propose.click()
    expect(hr.locator("#waiting")).to_contain_text("项目开盘推迟")
    expect(hr.locator("#waiting button")).to_have_count(0)

    manager = office.page("manager", size, lang)
    manager.goto("/board")
    manager.locator("main .note a[href='/probation']").click()
    manager.locator(f"main a.row-name[href$='/{staff_id}']").click()
    sees_nothing_serious(manager)
    manager.locator("#waiting").get_by_label(say("同意这个决定")).check()
    manager.locator("#waiting button[type=submit]").click()
    expect(manager.locator(".events")).to_contain_text(say("已生效"))
    with app.app_context():
        assert db.session.get_one(Staff, staff_id).probation_months == 6

    page = office.page(login, size, lang)
    page.goto("/today")
    page.get_by_role("link", name=say("看进度")).click()
    page.wait_for_url(re.compile("/probation/mine$"))
    expect(page.locator("main")).to_contain_text("项目开盘推迟")
    expect(page.locator("progress")).to_have_count(2)
    sees_nothing_serious(page)


@pytest.mark.parametrize(("size", "lang"), TWO_LOOKS)
def test_hr_hires_again_who_left_and_a_second_probation_is_red(
    app: Flask,
    office: Office,
    sees_nothing_serious: Callable[[Page], None],
    size: tuple[int, int],
    lang: str,
) -> None:
    say, former, new = words(lang), f"G{lang[:2].upper()}", f"N{lang[:2].upper()}"
    manager = office.staff_of("manager")
    with app.app_context():
        project = db.session.get_one(Staff, manager).project
        keep([staff(former, name=f"旧人{former}", project=project, left_on=GONE)])
    hr = office.page("hr", size, lang)
    hr.goto("/probation")
    hr.get_by_role("link", name=say("再次入职")).click()
    hr.locator(f"main a[href$='/rehire/{former}']").click()
    hr.locator("#staff_id").fill(new)
    hr.locator("#contract_years").fill("3")
    hr.locator("#probation_months").fill("2")
    hr.locator("main .save-bar button[type=submit]").click()
    expect(hr.locator(".note-red")).to_contain_text(say("与法律不符"))
    expect(hr.locator("#because")).to_be_visible()
    sees_nothing_serious(hr)
    hr.locator("#probation_months").fill("0")
    hr.locator("main .save-bar button[type=submit]").click()
    hr.wait_for_url(re.compile(f"/staff/{new}$"))
    with app.app_context():
        old, row = db.session.get_one(Staff, former), db.session.get_one(Staff, new)
        assert (row.person_id, row.probation_months) == (old.person_id, 0)
