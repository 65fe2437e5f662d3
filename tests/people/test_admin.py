"""The administrator's pages: accounts from the staff list, passwords shown once, the log."""

import datetime as dt
import re

import pytest
from sqlalchemy import select

from crm.extensions import db
from crm.people import audit
from crm.people.accounts import Account, AuditRow, SignIn
from crm.permissions import ROLES, Permission
from crm.transactions import atomic
from tests.people_builders import PASSWORD, keep, staff

AT = dt.datetime(2026, 11, 20, 9)
FIRST = re.compile(r"<code>([a-z2-9]{4}(?:-[a-z2-9]{4}){3})</code>")


@pytest.fixture
def admin(people, store):
    keep([staff("A1")])
    return people.browser("admin")


def test_an_account_is_made_from_the_staff_list_and_its_password_shown_once(admin, client):
    answer = admin.post("/admin/accounts/for/A1", data={"login": "Wang"})
    password = FIRST.search(answer.get_data(as_text=True))[1]
    assert answer.headers["Cache-Control"] == "no-store"
    account = db.session.scalar(select(Account).where(Account.login == "wang"))
    assert password not in account.password_hash
    assert password not in admin.get(f"/admin/accounts/{account.account_id}").get_data(as_text=True)
    assert client.post("/sign-in", data={"login": "wang", "password": password}).status_code == 302


def test_a_second_account_for_one_person_and_a_name_twice_are_refused(admin, store):
    keep([staff("A2")])
    admin.post("/admin/accounts/for/A1", data={"login": "wang"})
    assert admin.post("/admin/accounts/for/A1", data={"login": "other"}).status_code == 404
    answer = admin.post("/admin/accounts/for/A2", data={"login": "WANG"})
    assert answer.status_code == 422
    assert "已有人使用" in answer.get_data(as_text=True)


def test_a_reset_password_ends_the_sessions_and_the_old_password(admin, people, client):
    account = people.account("A1", "wang", PASSWORD)
    theirs = people.browser_of(account)
    answer = admin.post(f"/admin/accounts/{account}/password")
    assert FIRST.search(answer.get_data(as_text=True))
    assert "/sign-in" in theirs.get("/me").headers["Location"]
    assert client.post("/sign-in", data={"login": "wang", "password": PASSWORD}).status_code == 422


def test_all_sessions_of_somebody_are_ended(admin, people):
    account = people.account("A1", "wang")
    browsers = [people.browser_of(account) for _ in range(2)]
    admin.post(f"/admin/accounts/{account}/sessions")
    assert all("/sign-in" in browser.get("/me").headers["Location"] for browser in browsers)


def test_the_administrator_cannot_lock_the_own_account(admin, store):
    own = db.session.scalar(select(SignIn.account_id))
    assert admin.post(f"/admin/accounts/{own}/disable").status_code == 409
    assert admin.get("/me").status_code == 200


def test_something_delicate_asks_for_the_password_when_it_was_not_shown_lately(admin, people):
    account = people.account("A1", "wang")
    with atomic() as session:
        for row in session.scalars(select(SignIn)):
            row.proved_at -= dt.timedelta(minutes=11)
    answer = admin.post(f"/admin/accounts/{account}/disable")
    assert answer.headers["Location"].startswith("/me/prove")
    assert db.session.get(Account, account).disabled_at is None


def test_a_refused_page_is_in_the_log(people, store):
    browser = people.browser("consultant", "A5")
    assert browser.get("/admin/audit").status_code == 403
    line = db.session.scalar(select(AuditRow))
    assert (line.actor, line.action, line.subject) == ("A5", "access.refused", "admin.audit")


def test_the_log_is_read_by_actor_and_kind(admin, store):
    for actor, action in (("A1", "customer.revealed"), ("A2", "customer.revealed"), ("A1", "export.made")):
        audit.record(actor, action, at=AT)
    page = admin.get("/admin/audit?actor=A1&action=customer.revealed").get_data(as_text=True)
    body = page.split("<tbody>")[1]
    assert "A1" in body
    assert "A2" not in body
    assert "export.made" not in body


def test_the_log_takes_no_second_line_and_no_whole_number(store):
    audit.record("A1\n2026 admin did it", "x.y", "C1\r\n", at=AT, note="打给 13800138000\n了")
    line = db.session.scalar(select(AuditRow))
    assert "\n" not in line.actor + line.subject + line.details["note"]
    assert "13800138000" not in repr(line.details)


def test_the_administrator_sees_no_customers_and_nobody_else_the_accounts():
    assert not any("customers" in right for right in ROLES["admin"])
    holders = {role for role, rights in ROLES.items() if Permission.ACCOUNTS_WRITE in rights}
    assert holders == {"admin"}
