"""Whose deal it is, out of the database."""

import datetime as dt
import json
from pathlib import Path

import pytest

from crm.clock import stopwatch
from crm.deals.attribution import disputed_because, linked_customers, suggestion
from crm.deals.models import Deal
from crm.exchange.services import import_workbook
from crm.extensions import db
from crm.leads.search_terms import rebuild
from crm.people.accounts import Account
from tests.people_builders import contact, customer, keep, staff
from tests.test_cases import ATTRIBUTED

AT = dt.datetime(2026, 11, 20, 12)
BEGAN = dt.date(2026, 11, 20)


def deal(deal_id="D1", customer_id="C1", staff_id="A01", **values):
    return Deal(
        deal_id=deal_id,
        customer_id=customer_id,
        staff_id=staff_id,
        unit_kind="residential",
        holding_deposit_on=values.pop("began", BEGAN),
        **values,
    )


def linked(customer_id="C1"):
    return [one.customer.customer_id for one in linked_customers(db.session(), customer_id)]


@pytest.mark.parametrize("folder", ATTRIBUTED, ids=lambda folder: folder.name)
def test_a_case_gives_its_suggestions_out_of_the_database(store, folder: Path):
    import_workbook(folder, importer=_importer(), at=AT)
    answers = json.loads((folder / "attribution.json").read_text("utf-8"))
    assert answers
    for answer in answers:
        assert suggestion(db.session(), answer["deal_id"]) == answer


def _importer():
    return Account(login="admin", display_name="管理员", password_hash="x")


def kept(*rows):
    keep([staff("A01"), staff("A02"), *rows])
    rebuild([row.customer_id for row in rows if hasattr(row, "spelling")])


@pytest.mark.parametrize("other", ["+86 138-0000-0001", "008613800000001", "021-61234567;13800000001"])
def test_customers_who_share_a_number_are_linked_however_it_is_written(store, other):
    kept(
        customer("C1", phone="13800000001"), customer("C2", phone=other), customer("C3", phone="13800000002")
    )
    assert linked() == ["C1", "C2"]


def test_customers_who_share_an_identity_card_are_linked_in_large_and_small_letters(store):
    kept(
        customer("C1", id_number="11010119900307123x"),
        customer("C2", id_number="11010119900307123X"),
        customer("C3", id_number="110101199003071231"),
    )
    assert linked() == ["C1", "C2"]


def test_links_chain_over_number_card_and_household_and_say_why(store):
    kept(
        customer("C1", phone="13800000001"),
        customer("C2", phone="13800000001", id_number="110101199003071231"),
        customer("C3", id_number="110101199003071231", household="H1"),
        customer("C4", household="H1"),
        customer("C5", household="H2"),
    )
    found = linked_customers(db.session(), "C1")
    assert [(one.customer.customer_id, one.by, one.with_id) for one in found] == [
        ("C1", "", ""),
        ("C2", "phone", "C1"),
        ("C3", "id_number", "C2"),
        ("C4", "household", "C3"),
    ]


@pytest.mark.parametrize(("days", "protected"), [(15, True), (16, False)])
def test_another_candidate_protected_on_the_day_the_deal_began_is_a_dispute(store, days, protected):
    other = dt.datetime.combine(BEGAN - dt.timedelta(days=days), dt.time(10))
    mine = dt.datetime.combine(BEGAN, dt.time(9))
    kept(
        customer(first_contact_at=other),
        contact("K1", staff_id="A02", happened_at=other),
        contact("K2", staff_id="A01", happened_at=mine, kind="visit"),
        deal(),
    )
    found = suggestion(db.session(), "D1")
    assert [one["protected"] for one in found["candidates"]] == [protected, True]
    assert bool(disputed_because(found, "A01")) is protected


def test_a_struck_contact_makes_nobody_a_candidate(store):
    kept(customer(), contact("K1", staff_id="A02", struck_at=AT), contact("K2"), deal())
    assert [one["staff_id"] for one in suggestion(db.session(), "D1")["candidates"]] == ["A01"]


@pytest.mark.slow
def test_a_suggestion_among_100000_customers_takes_less_than_half_a_second(store):
    from sqlalchemy import insert

    from crm.leads.models import Customer, CustomerTerm
    from crm.transactions import atomic

    kept(customer("C1", phone="13800000001"), customer("C2", phone="13800000001"), contact(), deal())
    many = range(100_000)
    with atomic() as session:
        session.execute(
            insert(Customer),
            [
                {
                    "customer_id": f"M{n}",
                    "name": "王女士",
                    "phone": f"139{n:08}",
                    "id_number": f"4401011990{n:08}",
                    "owner": "A02",
                    "first_contact_at": AT,
                }
                for n in many
            ],
        )
        terms = [{"customer_id": f"M{n}", "kind": "tail", "term": f"139{n:08}"[::-1]} for n in many]
        session.execute(insert(CustomerTerm), terms)
    suggestion(db.session(), "D1")
    began = stopwatch()
    found = suggestion(db.session(), "D1")
    assert stopwatch() - began < 0.5
    assert found["suggested"] == "A01"
