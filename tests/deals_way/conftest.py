"""A project with two consultants, a manager, finance, customers, and a few units."""

import datetime as dt
from decimal import Decimal

import pytest

from crm.deals import units_services
from crm.deals.services import Draft
from crm.extensions import db
from crm.people.accounts import Account
from tests.access.stock_world import stock_unit
from tests.people_builders import customer, keep, staff

TODAY = dt.date(2026, 11, 20)
AT = dt.datetime(2026, 11, 20, 10)


@pytest.fixture
def home(store, people, at):
    """`home("A1")` is the account of that person."""
    at(AT)
    keep([staff("A1"), staff("A2"), staff("M1", "manager"), staff("M2", "manager"), staff("N1", "finance")])
    keep([customer("C1", "A1", name="李先生"), customer("C2", "A2", name="王女士")])
    keep(
        [
            stock_unit("U1", number="301", list_price=Decimal(1000000)),
            stock_unit("U2", number="302", floor="10", list_price=Decimal(2000000)),
            stock_unit("U3", building="2栋", presale_permit=None, list_price=Decimal(500000)),
        ]
    )
    ids = {staff_id: people.account(staff_id) for staff_id in ("A1", "A2", "M1", "M2", "N1")}
    return lambda staff_id: db.session.get_one(Account, ids[staff_id])


@pytest.fixture
def placed(home):
    """`placed()` is a deal of A1 on U1 at its holding deposit."""

    def place(*unit_ids, stage="holding_deposit_on", on=TODAY, amount=None, who="A1", customer_id="C1"):
        draft = Draft(customer_id, stage, on, "residential", 1, amount)
        return units_services.place(home(who), draft, unit_ids or ("U1",), AT)

    return place
