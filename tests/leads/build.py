"""A small office for the tests of customers."""

import datetime as dt
import zlib
from typing import Any

from crm.extensions import db
from crm.leads.models import Customer
from crm.leads.search_terms import rebuild
from crm.people.accounts import Account
from tests.people_builders import contact, customer, keep, staff

ON = dt.date(2026, 11, 20)
AT = dt.datetime(2026, 11, 20, 18)


def account(staff_id: str, role: str = "consultant", **values: Any) -> Account:
    """A person of the staff with an account."""
    keep([staff(staff_id, role, **values)])
    row = Account(
        login=staff_id.lower(),
        display_name=staff_id,
        staff_id=staff_id,
        password_hash="x",
        must_change=False,
        created_at=AT,
    )
    keep([row])
    return db.session.get_one(Account, row.account_id)


def known(customer_id: str = "C1", owner: str = "A01", **values: Any) -> None:
    """A customer with a first contact and search terms; `kind` is that of the first contact."""
    kind = values.pop("kind", "call_in")
    ordinary = {"project": "滨江壹号", "phone": f"138{zlib.crc32(customer_id.encode()) % 10**8:08d}"}
    row = customer(customer_id, owner, **(ordinary | values))
    keep([row, contact(f"K-{customer_id}", customer_id, owner, kind=kind, happened_at=row.first_contact_at)])
    rebuild([customer_id])


def stored(customer_id: str = "C1") -> Customer:
    """The customer as it is stored now."""
    db.session.rollback()
    return db.session.get_one(Customer, customer_id)
