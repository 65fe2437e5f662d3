"""Whoever changed post is left to the whole rulebook: the quick path of one household does not know stretches."""

import datetime as dt

from crm.exchange.services import settlement_basis
from crm.extensions import db
from crm.leads.worklist import computed
from crm.leads.worklist_light import light_duties
from crm.leads.worklist_rows import households_of
from crm.people.models import Term
from crm.rulebook import duties
from crm.rulebook.tables import day_number
from tests.people_builders import contact, customer, keep, staff

FIRST = dt.datetime(2026, 11, 2, 10)
DAY = dt.date(2026, 11, 20)


def followed_up():
    keep([staff("A1"), customer("C1", "A1", first_contact_at=FIRST)])
    keep([contact("K1", "C1", "A1", kind="visit", happened_at=FIRST)])


def as_the_rulebook_says():
    tables, parameters = settlement_basis()
    frame = duties(tables, parameters, DAY)
    frame = frame[frame["kind"] != "report"]
    return [(row.customer_id, row.staff_id, row.due_on) for row in frame.itertuples()]


def listed():
    found = computed(db.session(), ["C1"], DAY)
    return [(duty.customer_id, duty.staff_id, day_number(duty.due_on)) for duty in found]


def test_somebody_who_came_back_to_the_floor_begins_anew_in_the_list_too(store):
    followed_up()
    keep([Term(staff_id="A1", from_on=dt.date(2026, 11, 5), role="front_desk")])
    keep([Term(staff_id="A1", from_on=dt.date(2026, 11, 19), role="consultant")])
    assert light_duties(db.session(), households_of(db.session(), ["C1"]), DAY) is None
    assert listed() == as_the_rulebook_says() != []


def test_a_raise_leaves_the_quick_path_as_it_is(store):
    followed_up()
    keep([Term(staff_id="A1", from_on=dt.date(2026, 11, 5), monthly_base_pay=6000)])
    found = light_duties(db.session(), households_of(db.session(), ["C1"]), DAY)
    assert found is not None
    assert listed() == as_the_rulebook_says()
