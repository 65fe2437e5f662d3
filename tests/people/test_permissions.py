"""Who may do what: each role's row, and which rows each role then sees."""

import datetime as dt

import pytest
from sqlalchemy import select

from crm.daily.models import Report, reports_visible_to
from crm.deals.models import Deal, Share, deals_visible_to
from crm.extensions import db
from crm.leads.models import (
    Contact,
    Customer,
    Transfer,
    WaiverRequest,
    arrivals_visible_to,
    contacts_visible_to,
    customers_visible_to,
    held_by,
    holder_on,
    waiver_requests_visible_to,
)
from crm.penalties.models import LedgerEntry, entries_visible_to, provisional_visible_to, shows_amount
from crm.people.accounts import Account
from crm.people.models import LeaveRequest, Staff, leave_requests_visible_to, staff_visible_to
from crm.permissions import ROLES, Permission, allows, reach
from crm.targets.models import Case, Quota, cases_visible_to, quotas_visible_to
from crm.transactions import atomic
from crm.workbook import schema
from tests.access.world import DAY, STAFF_OF_ROLE, build_world
from tests.people_builders import customer, keep

# What each role reaches: own, project, all; nothing where it is not named.
REACHES = {
    "customers:read": {"consultant": "own", "store_manager": "project", "manager": "project"},
    "customers:write": {"consultant": "own", "store_manager": "project", "manager": "project"},
    "customers:reveal": {"consultant": "own", "store_manager": "project", "manager": "project"},
    "customers:register": {"consultant": "own", "front_desk": "project"},
    "customers:hand_over": {"store_manager": "project", "manager": "project"},
    "arrivals:read": {"front_desk": "project"},
    "reports:mark_false": {"store_manager": "project", "manager": "project"},
    "waivers:ask": {"consultant": "own"},
    "waivers:sign": {"store_manager": "project", "manager": "project"},
    "deals:read": {
        "consultant": "own",
        "store_manager": "project",
        "manager": "project",
        "finance": "project",
    },
    "deals:approve": {"store_manager": "project", "manager": "project"},
    "disputes:rule": {"store_manager": "project", "manager": "project"},
    "disputes:read_ruled": {"hr": "all"},
    "receipts:write": {"finance": "project"},
    "roster:write": {"store_manager": "project", "manager": "project", "hr": "all"},
    "quotas:write": {"store_manager": "project", "manager": "project", "hr": "all"},
    "targets:read": {"consultant": "own"},
    "training:answer": {"consultant": "own", "front_desk": "own"},
    "training:write": {"store_manager": "project", "manager": "project", "hr": "all"},
    "staff:write": {"hr": "all"},
    "ledger:read": {
        "consultant": "own",
        "front_desk": "own",
        "store_manager": "project",
        "manager": "project",
        "hr": "all",
        "finance": "project",
    },
    "ledger:close": {"hr": "all"},
    "ledger:lift": {"store_manager": "project", "manager": "project", "hr": "all"},
    "parameters:write": {"hr": "all"},
    "parameters:approve": {"store_manager": "project", "manager": "project", "hr": "all"},
    "payroll:read": {"finance": "project"},
    "workbook:import": {"store_manager": "project", "manager": "project", "admin": "all"},
    "accounts:write": {"admin": "all"},
    "settings:write": {"admin": "all"},
    "audit:read": {"admin": "all"},
    "backup:write": {"admin": "all"},
    "probation:read": {"consultant": "own"},
    "probation:decide": {"store_manager": "project", "manager": "project", "hr": "all"},
    "leaving:ask": {"consultant": "own"},
    "leaving:read": {"store_manager": "project", "manager": "project", "hr": "all", "finance": "project"},
    "leaving:decide": {"store_manager": "project", "manager": "project", "hr": "all"},
    "leaving:settle": {"hr": "all", "finance": "project"},
    "cases:decide": {"store_manager": "project", "manager": "project", "hr": "all"},
    "account:write": dict.fromkeys(ROLES, "own"),
}


class Someone:
    """A user of that role, of a project and the staff."""

    def __init__(self, role, project="滨江壹号", staff_id="A1"):
        self.role, self.project, self.staff_id = role, project, staff_id


def test_the_roles_are_those_of_the_workbook():
    assert set(ROLES) == set(schema.ROLES)


@pytest.mark.parametrize("about", REACHES)
def test_each_role_reaches_as_far_as_its_row_says(about):
    assert {role: found for role in ROLES if (found := reach(Someone(role), about))} == REACHES[about]


def test_a_right_bound_to_a_project_is_none_without_one():
    assert reach(Someone("manager", project=None), "customers:read") is None
    assert reach(Someone("consultant", staff_id=None), "customers:read") is None


def test_an_unknown_role_may_nothing():
    assert not any(allows(Someone("director"), permission) for permission in Permission)


@pytest.fixture
def user(store):
    """The accounts of the world of two projects, by role."""
    build_world()
    return lambda role: db.session.scalars(select(Account).where(Account.login == role)).one()


def ids(query, column):
    """What is seen, without a claim from the pool and two case files, which their own tests are about."""
    found = db.session.scalars(query.with_only_columns(column))
    return sorted(one for one in found if not one.startswith(("C-claimed", "D-ruled")))


ALL = ["A1", "A2", "B1"]
SEEN = {
    "consultant": ["A1"],
    "store_manager": ["A1", "A2"],
    "manager": ["A1", "A2"],
    "front_desk": [],
    "hr": [],
    "finance": [],
    "admin": [],
}


@pytest.mark.parametrize("role", ROLES)
def test_nobody_reads_a_colleagues_customers(user, role):
    seen = SEEN[role]
    customers = ids(customers_visible_to(user(role), DAY), Customer.customer_id)
    assert [customer for customer in customers if "pool" not in customer] == [f"C-{owner}" for owner in seen]
    # Customers whom nobody has are the managers' to hand out, and nobody else's to read.
    assert any("pool" in customer for customer in customers) == ("manager" in role)
    assert ids(contacts_visible_to(user(role), DAY), Contact.contact_id) == [f"K-{owner}" for owner in seen]


@pytest.mark.parametrize("role", ROLES)
def test_deals_reports_and_requests_are_seen_as_far_as_the_role_reaches(user, role):
    someone, seen = user(role), SEEN[role]
    deals = ["A1", "A2"] if role == "finance" else seen
    assert ids(deals_visible_to(someone), Deal.deal_id) == [f"D-{owner}" for owner in deals]
    assert ids(reports_visible_to(someone), Report.staff_id) == seen
    assert ids(waiver_requests_visible_to(someone), WaiverRequest.asked_by) == seen


@pytest.mark.parametrize("role", ROLES)
def test_entries_are_seen_by_the_person_the_project_and_hr(user, role):
    seen = {"hr": ALL, "finance": ["A1", "A2"]}.get(role, SEEN[role])
    assert ids(entries_visible_to(user(role)), LedgerEntry.staff_id) == seen
    assert len(db.session.scalars(provisional_visible_to(user(role))).all()) == len(seen)


@pytest.mark.parametrize("role", ROLES)
def test_staff_and_leave_are_seen_as_far_as_the_role_reaches(user, role):
    someone = user(role)
    everyone = sorted({*STAFF_OF_ROLE.values(), "A2", "B1", "M2", "X1", "X2", "X3"})
    home = sorted({*STAFF_OF_ROLE.values(), "A2", "X1", "X2"})
    own = [STAFF_OF_ROLE[role]] if role in ("consultant", "front_desk") else []
    seen = {"hr": everyone, "store_manager": home, "manager": home, "finance": home}.get(role, own)
    assert ids(staff_visible_to(someone), Staff.staff_id) == seen
    leave = {"hr": ALL, "consultant": ["A1"], "store_manager": ["A1", "A2"], "manager": ["A1", "A2"]}
    assert ids(leave_requests_visible_to(someone), LeaveRequest.staff_id) == leave.get(role, [])


@pytest.mark.parametrize("role", ROLES)
def test_quotas_and_cases_are_seen_as_far_as_the_role_reaches(user, role):
    seen = {"hr": ALL, "finance": ["A1", "A2"]}.get(role, SEEN[role])
    assert ids(quotas_visible_to(user(role)), Quota.staff_id) == seen
    assert ids(cases_visible_to(user(role)), Case.staff_id) == seen


def test_the_reception_sees_who_came_today_and_only_here(user):
    desk = user("front_desk")
    came = dt.date(2026, 11, 2)
    assert ids(arrivals_visible_to(desk, came), Customer.customer_id) == ["C-A1", "C-A2"]
    assert ids(arrivals_visible_to(desk, came + dt.timedelta(days=1)), Customer.customer_id) == []
    assert ids(arrivals_visible_to(user("consultant"), came), Customer.customer_id) == []


def test_a_customer_is_seen_by_the_new_owner_from_the_day_of_the_transfer(user):
    consultant, day = user("consultant"), dt.timedelta(days=1)
    with atomic() as session:
        session.add(Transfer(customer_id="C-A2", on=DAY + 2 * day, to="A1"))
        session.add(Transfer(customer_id="C-A1", on=DAY + 2 * day, to=None))
    seen_on = {
        later: ids(customers_visible_to(consultant, DAY + later * day), Customer.customer_id)
        for later in (1, 2)
    }
    assert seen_on == {1: ["C-A1"], 2: ["C-A2"]}
    holder = select(holder_on(DAY + 2 * day)).where(Customer.customer_id == "C-A1")
    assert db.session.scalar(holder) is None


def test_what_one_wrote_oneself_stays_visible_after_the_customer_was_handed_over(user):
    with atomic() as session:
        session.add(Transfer(customer_id="C-A1", on=DAY + dt.timedelta(days=1), to="A2"))
    later = DAY + dt.timedelta(days=5)
    assert ids(contacts_visible_to(user("consultant"), later), Contact.contact_id) == ["K-A1"]
    assert ids(customers_visible_to(user("consultant"), later), Customer.customer_id) == []


def test_a_shared_deal_is_the_own_one(user):
    keep([Share(deal_id="D-B1", staff_id="A1", percent=50)])
    assert ids(deals_visible_to(user("consultant")), Deal.deal_id) == ["D-A1", "D-B1"]


def test_a_customer_without_a_project_is_of_the_first_owners(user):
    keep([customer("C-X", "A2", project=None)])
    assert "C-X" in ids(customers_visible_to(user("manager"), DAY), Customer.customer_id)
    assert "C-X" in ids(select(Customer).where(held_by("A2", DAY)), Customer.customer_id)


@pytest.mark.parametrize(
    ("role", "sees"), [("manager", False), ("consultant", True), ("hr", True), ("finance", True)]
)
def test_a_manager_sees_no_amount_that_tells_the_pay(user, role, sees):
    assert shows_amount(user(role), "report-untracked") is sees
    assert shows_amount(user(role), "followup-missed") is True


def test_a_page_that_declares_nothing_is_refused(app, people, monkeypatch):
    monkeypatch.setitem(app.view_functions, "web.me", lambda: "open to all")
    assert people.browser("admin").get("/me").status_code == 403
    assert app.test_client().get("/me").status_code == 403
