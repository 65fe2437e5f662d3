"""A deal that two consultants have a claim to, in a project with everybody in it."""

import datetime as dt

from crm.deals.models import Deal
from crm.deals.services import Draft, enter
from crm.extensions import db
from crm.leads.search_terms import rebuild
from crm.people.accounts import Account
from crm.people.models import Setting, Staff
from tests.people_builders import ELSEWHERE, HOME, contact, customer, keep, staff

AT = dt.datetime(2026, 11, 20, 12)
ROLES = {
    "F1": "front_desk",
    "S1": "store_manager",
    "M1": "manager",
    "M2": "manager",
    "H1": "hr",
    "N1": "finance",
}


def user(staff_id):
    """Someone of the staff, as services are told of them."""
    row = db.session.get(Staff, staff_id)
    return Account(
        login=staff_id.lower(), display_name=row.name, staff_id=staff_id, staff=row, password_hash="x"
    )


def everybody():
    """Everybody: A1 and A2 have contacts, A3 has nothing to do with it, M9 manages another project."""
    keep([Setting(name="projects", value=[HOME, ELSEWHERE])])
    keep([staff("A1"), staff("A2"), staff("A3"), *(staff(key, role) for key, role in ROLES.items())])
    keep([staff("M9", "manager", project=ELSEWHERE), staff("B1", project=ELSEWHERE)])


def claims():
    """A2 spoke with C2 first; A1 then registered C1, who has the same number, and has the deal."""
    first, later = dt.datetime(2026, 11, 9, 10), dt.datetime(2026, 11, 16, 15)
    keep(
        [
            customer("C2", "A2", name="王女士", phone="13800000001", first_contact_at=first),
            contact("K2", "C2", "A2", happened_at=first, kind="visit"),
            customer("C1", "A1", name="李先生", phone="13800000001", first_contact_at=later),
            contact("K1", "C1", "A1", happened_at=later, kind="visit"),
        ]
    )
    rebuild(["C1", "C2"])


def entered(who="A1", **values):
    """A deal of C1, entered in the program; gives its id."""
    draft = Draft("C1", "subscription_on", AT.date(), "residential", 1, None, values.get("staff_id"))
    deal = enter(user(who), draft, AT)
    return deal.deal_id


def deal_of(deal_id):
    """The deal as it is stored."""
    return db.session.get_one(Deal, deal_id)
