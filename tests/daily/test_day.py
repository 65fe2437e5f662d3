"""The figures of a day are the rows of the records, and groups received are those of the rulebook."""

import datetime as dt
import random
from dataclasses import dataclass

import pytest

from crm.daily.day import days_of_people
from crm.deals.models import Deal, Share
from crm.exchange.services import parameters_in_force
from crm.exchange.stored import stored_tables
from crm.extensions import db
from crm.rulebook.deposits import _groups_received
from crm.rulebook.history import history_of
from crm.rulebook.tables import day_number
from tests.daily.floor import MONDAY, at, build
from tests.people_builders import HOME, contact, customer, keep, staff


@dataclass
class Reader:
    staff_id: str | None
    role: str = "consultant"
    project: str = HOME


def reader(staff_id: str) -> Reader:
    return Reader(staff_id)


@pytest.fixture
def day(store):
    keep([staff("A1")])
    build()
    return lambda: {
        who: days_of_people(db.session(), reader(who), [who], MONDAY)[who] for who in ("A1", "A2")
    }


def ids(rows):
    return [row.contact.contact_id for row in rows]


def test_calls_groups_and_follow_ups_are_told_apart(day):
    mine = day()["A1"]
    assert mine.figures() == {
        "calls": 1,
        "received": 1,
        "followups": 0,
        "holding": 1,
        "subscriptions": 0,
        "contracts": 0,
    }
    assert (ids(mine.calls), ids(mine.received)) == (["K-CALL"], ["K-PAIR1"])


def test_a_visit_after_a_deposit_is_service(day):
    assert ids(day()["A1"].service) == ["K-BUYER2"]


def test_a_deposit_cancelled_on_its_day_does_not_count(day):
    assert [row.deal.deal_id for row in day()["A1"].holding] == ["D-NEW"]


def test_straight_to_a_subscription_counts_as_a_holding_deposit_too(day):
    keep(
        [
            Deal(
                deal_id="D-SUB",
                customer_id="C-CALL",
                staff_id="A2",
                unit_kind="residential",
                subscription_on=MONDAY,
            )
        ]
    )
    theirs = day()["A2"]
    assert [row.deal.deal_id for row in theirs.holding] == ["D-SUB"]
    assert [row.deal.deal_id for row in theirs.subscriptions] == ["D-SUB"]


def test_a_ruled_deal_counts_for_those_who_share_it(day):
    keep([Share(deal_id="D-NEW", staff_id="A2", percent=100)])
    assert (day()["A1"].holding, len(day()["A2"].holding)) == ([], 1)


def test_a_call_written_down_after_midnight_is_late_and_a_follow_up_is_not(day):
    keep([contact("K-L", "C-CALL", "A1", happened_at=at(23, 59), recorded_at=at(0, 0, day=24))])
    keep(
        [contact("K-F", "C-CALL", "A1", kind="follow_up", happened_at=at(23, 59), recorded_at=at(0, day=24))]
    )
    assert ids(day()["A1"].late) == ["K-L"]


def test_what_was_undone_counts_nowhere(day):
    keep([contact("K-S", "C-CALL", "A1", happened_at=at(11), struck_at=at(11, 1))])
    assert ids(day()["A1"].calls) == ["K-CALL"]


def test_a_manager_reads_the_records_of_the_project_alone(day):
    keep([contact("K-ABROAD", "C-B", "A1", kind="follow_up", happened_at=at(11))])
    seen = days_of_people(db.session(), Reader("M1", "manager"), ["A1"], MONDAY)["A1"]
    assert ids(seen.followups) == []
    assert ids(seen.calls) == ["K-CALL"]


def test_another_days_records_are_not_of_this_one(day):
    keep([contact("K-Y", "C-LATE", "A1", kind="follow_up", happened_at=at(23, 59, day=22))])
    keep([contact("K-T", "C-LATE", "A1", kind="follow_up", happened_at=at(0, 0, day=24))])
    assert day()["A1"].followups == []


@pytest.mark.parametrize("seed", range(3))
def test_groups_received_are_those_of_the_rulebook(store, seed):
    chance = random.Random(seed)
    keep([staff("A1"), staff("A2")])
    for number in range(12):
        first, home = at(8, day=20), chance.choice((None, "H1", "H2"))
        keep([customer(f"C{number}", "A1", household=home, first_contact_at=first)])
        keep([contact(f"K{number}", f"C{number}", "A1", happened_at=first)])
    for number in range(25):
        who, whom = chance.choice(("A1", "A2")), f"C{chance.randrange(12)}"
        kind, when = (
            chance.choice(("visit", "visit", "call_in")),
            at(9 + number % 9, number, day=chance.choice((22, 23))),
        )
        keep([contact(f"V{number}", whom, who, kind=kind, happened_at=when)])
    for number in range(3):
        steps = {
            chance.choice(("holding_deposit_on", "subscription_on")): dt.date(
                2026, 11, chance.choice((22, 23))
            )
        }
        keep(
            [
                Deal(
                    deal_id=f"D{number}",
                    customer_id=f"C{number}",
                    staff_id="A1",
                    unit_kind="residential",
                    **steps,
                )
            ]
        )
    history = history_of(
        stored_tables(db.session.connection()), parameters_in_force(db.session()), day_number(MONDAY)
    )
    groups, _ = _groups_received(history)
    for place, staff_id in enumerate(history.people.ids):
        found = days_of_people(db.session(), reader(staff_id), [staff_id], MONDAY)[staff_id]
        assert len(found.received) == groups[place, day_number(MONDAY) - history.people.first]
