"""Whom a customer is with, as the database's triggers keep it, is what the transfers say: after any act, by any way."""

import datetime as dt
import random

import pytest
from sqlalchemy import delete, insert, select, text, update

from crm.extensions import db
from crm.leads import holdings
from crm.leads.models import Customer, Holding, Transfer, held_by, holder_on
from crm.people.models import Staff
from crm.transactions import atomic
from tests.people_builders import customer, keep, staff

ON = dt.date(2026, 11, 20)
PEOPLE = ("A1", "A2", "A3")
TRANSFERS, CUSTOMERS = Transfer.__table__, Customer.__table__


@pytest.fixture
def floor(store):
    keep([*(staff(one, project=f"P{one}") for one in PEOPLE), staff("M1", "manager")])
    first = dt.datetime(2026, 11, 1, 10)
    keep(
        customer(f"C{n}", PEOPLE[n % 3], first_contact_at=first, project=("P1", None)[n % 2])
        for n in range(9)
    )
    return store


def said_by_transfers(customer_id: str, on: dt.date) -> str | None:
    """The plain reading: the last transfer up to the date, else the first owner."""
    rows = select(Transfer.to).where(Transfer.customer_id == customer_id, Transfer.on <= on)
    last = db.session.execute(rows.order_by(Transfer.on.desc()).limit(1)).first()
    return last[0] if last else db.session.get_one(Customer, customer_id).owner


def hand_over(chance: random.Random) -> None:
    with atomic() as session:
        row = Transfer(customer_id=f"C{chance.randrange(9)}", on=day(chance), to=somebody(chance))
        session.merge(row)


def day(chance: random.Random) -> dt.date:
    return ON + dt.timedelta(days=chance.randrange(-6, 7))


def somebody(chance: random.Random) -> str | None:
    return chance.choice((*PEOPLE, None))


def hand_over_past_the_session(chance: random.Random) -> None:
    which = f"C{chance.randrange(9)}"
    values = {"customer_id": which, "on": day(chance), "to": somebody(chance)}
    with atomic() as session:
        session.connection().execute(delete(TRANSFERS).where(TRANSFERS.c.customer_id == which))
        session.connection().execute(insert(TRANSFERS), values)


def change_a_transfer(chance: random.Random) -> None:
    with atomic() as session:
        session.connection().execute(update(TRANSFERS).values(to=somebody(chance)))


def take_back(chance: random.Random) -> None:
    with atomic() as session:
        if rows := session.scalars(select(Transfer)).all():
            session.delete(chance.choice(rows))


def correct_the_owner(chance: random.Random) -> None:
    with atomic() as session:
        session.get_one(Customer, f"C{chance.randrange(9)}").owner = chance.choice(PEOPLE)


def move_a_consultant(chance: random.Random) -> None:
    with atomic() as session:
        session.get_one(Staff, chance.choice(PEOPLE)).project = chance.choice(("P1", "P2"))


def name_the_project(chance: random.Random) -> None:
    with atomic() as session:
        session.get_one(Customer, f"C{chance.randrange(9)}").project = chance.choice(("P1", "P2", None))


ACTS = (
    hand_over,
    hand_over,
    hand_over_past_the_session,
    change_a_transfer,
    take_back,
    correct_the_owner,
    move_a_consultant,
    name_the_project,
)


@pytest.mark.parametrize("seed", range(3))
def test_after_any_acts_each_customer_is_with_whom_the_transfers_say(floor, seed):
    chance = random.Random(seed)
    for _ in range(30):
        act = chance.choice(ACTS)
        act(chance)
        assert holdings.differences(db.session()) == [], act.__name__
    for on in (ON - dt.timedelta(days=3), ON, ON + dt.timedelta(days=9)):
        holders = dict(db.session.execute(select(Customer.customer_id, holder_on(on))).all())
        assert holders == {which: said_by_transfers(which, on) for which in holders}
        for who in (*PEOPLE, None):
            held = set(db.session.scalars(select(Customer.customer_id).where(held_by(who, on))))
            assert held == {which for which, holder in holders.items() if holder == who}


def test_whoever_has_a_customer_sees_it_within_the_same_act(floor):
    with atomic() as session:
        session.add(Transfer(customer_id="C0", on=ON, to="A2"))
        session.flush()
        assert session.scalar(select(holder_on(ON)).where(Customer.customer_id == "C0")) == "A2"
        assert (
            session.scalar(select(holder_on(ON - dt.timedelta(days=1))).where(Customer.customer_id == "C0"))
            == "A1"
        )


def fail_after_handing_over():
    with atomic() as session:
        session.add(Transfer(customer_id="C0", on=ON, to="A2"))
        session.flush()
        print(1 / 0)


def test_an_act_that_fails_leaves_everybody_with_whom_they_were(floor):
    with pytest.raises(ZeroDivisionError):
        fail_after_handing_over()
    assert db.session.scalar(select(holder_on(ON)).where(Customer.customer_id == "C0")) == "A1"


def test_a_rebuild_mends_what_was_tampered_with(floor):
    hand_over(random.Random(1))
    with atomic() as session:
        session.execute(delete(Holding).where(Holding.customer_id.in_(("C0", "C1"))))
        session.execute(text("UPDATE customers SET place = 'elsewhere' WHERE customer_id = 'C2'"))
    assert {line.split(":")[0] for line in holdings.differences(db.session())} >= {"C0", "C1", "C2"}
    with atomic() as session:
        holdings.rebuild(session)
    assert holdings.differences(db.session()) == []
