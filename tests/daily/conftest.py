"""The floor, and the browsers of its consultant and manager, at half past six."""

import pytest

from crm.extensions import db
from tests.daily.floor import EVENING, account, build


@pytest.fixture
def a1(signed_in, app, at):
    """The browser of A1."""
    at(EVENING)
    browser = signed_in("consultant", "A1")
    with app.app_context():
        build()
    return browser


@pytest.fixture
def later(a1, app, at, people):
    """`later(moment, "A1")` moves the clock and gives a new browser of that person."""

    def sign_in(moment, staff_id="A1"):
        at(moment)
        with app.app_context():
            account_id = account(db.session, staff_id).account_id
        return people.browser_of(account_id)

    return sign_in


@pytest.fixture
def manager(a1, signed_in):
    """The browser of the manager of A1's project."""
    return signed_in("manager", "M1", name="林经理")
