"""In which project a customer is follows the first owner's terms, whoever writes them."""

import datetime as dt

import pytest
from sqlalchemy import select, text

from crm.extensions import db
from crm.leads.holdings import differences, rebuild
from crm.leads.models import Customer
from crm.people.models import Term
from crm.transactions import atomic
from tests.people_builders import ELSEWHERE, HOME, customer, keep, staff

FIRST = dt.datetime(2026, 11, 10, 10)


@pytest.fixture
def place(store):
    """Where the customer C1 of A1 is, as the list asks."""
    keep([staff("A1"), customer("C1", "A1", project=None, first_contact_at=FIRST)])

    def now():
        db.session.expire_all()
        assert differences(db.session()) == []
        return db.session.scalar(select(Customer.place).where(Customer.customer_id == "C1"))

    return now


def moved(day, project=ELSEWHERE):
    keep([Term(staff_id="A1", from_on=day, project=project)])


def test_without_terms_it_is_the_owners_project(place):
    assert place() == HOME


def test_an_owner_who_moves_later_leaves_the_customer_behind(place):
    moved(dt.date(2026, 11, 11))
    assert place() == HOME


def test_an_owner_who_had_moved_by_the_first_contact_takes_the_customer_along(place):
    moved(dt.date(2026, 11, 10))
    assert place() == ELSEWHERE


def test_a_term_taken_back_or_changed_moves_the_customer_in_the_same_statement(place):
    moved(dt.date(2026, 11, 10))
    with atomic() as session:
        session.execute(
            text("UPDATE terms SET from_on = :day"),
            {
                "day": dt.date(2026, 11, 12).isoformat()
                if db.engine.name == "sqlite"
                else dt.date(2026, 11, 12)
            },
        )
    assert place() == HOME
    with atomic() as session:
        session.execute(text("DELETE FROM terms"))
    assert place() == HOME


def test_a_raise_moves_nobody(place):
    keep([Term(staff_id="A1", from_on=dt.date(2026, 11, 1), monthly_base_pay=6000)])
    assert place() == HOME


def test_a_first_contact_that_is_corrected_counts_from_its_date(place):
    moved(dt.date(2026, 11, 10))
    with atomic() as session:
        session.get_one(Customer, "C1").first_contact_at = dt.datetime(2026, 11, 9, 10)
    assert place() == HOME


def test_written_anew_by_hand_it_is_the_same(place):
    moved(dt.date(2026, 11, 10))
    with atomic() as session:
        rebuild(session)
    assert place() == ELSEWHERE
