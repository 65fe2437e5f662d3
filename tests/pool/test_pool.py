"""Who falls into the public pool, the warning before, and claiming out of it."""

import datetime as dt

import pytest
from sqlalchemy import select

from crm.deals.models import Deal
from crm.errors import Invalid, NotFound
from crm.extensions import db
from crm.leads.models import Transfer, Waiver
from crm.leads.pool import claim, falling_visible_to, nightly, pool_visible_to
from crm.people.models import Staff
from crm.people.settings import change_settings
from crm.transactions import atomic
from tests.disputes.build import everybody, user
from tests.people_builders import contact, customer, keep

SPOKE = dt.datetime(2026, 9, 1, 10)
FALLS = dt.date(2026, 10, 31)  # 60 dates after


@pytest.fixture(autouse=True)
def project(store):
    everybody()
    keep([customer("C1", "A1", first_contact_at=SPOKE), contact("K1", "C1", "A1", happened_at=SPOKE)])


def night(on=FALLS):
    return nightly(dt.datetime.combine(on, dt.time(0, 1)), "night", lambda *_: None)["fallen"]


def pooled(on=FALLS, who="A2"):
    return [row.customer_id for row in db.session.scalars(pool_visible_to(user(who), on))]


def claimed(who="A2", on=FALLS, customer_id="C1"):
    claim(user(who), customer_id, dt.datetime.combine(on, dt.time(9)))


@pytest.mark.parametrize(("days", "fallen"), [(-1, 0), (0, 1), (1, 1)])
def test_lapsed_tracking_falls_on_the_60th_date_after_the_last_contact(days, fallen):
    assert night(FALLS + dt.timedelta(days=days)) == fallen


def test_a_fall_is_a_transfer_to_nobody_and_the_second_run_does_nothing():
    assert (night(), night()) == (1, 0)
    row = db.session.scalar(select(Transfer))
    assert (row.to, row.on, row.made_by, row.reason) == (None, FALLS, "night", "pool:lapsed")
    assert pooled() == ["C1"]


@pytest.mark.parametrize(
    ("left", "fallen"), [(FALLS - dt.timedelta(days=11), 1), (FALLS - dt.timedelta(days=10), 0)]
)
def test_customers_of_who_left_fall_on_the_next_day(left, fallen):
    with atomic() as session:
        session.get_one(Staff, "A1").left_on = left
    assert night(FALLS - dt.timedelta(days=10)) == fallen


@pytest.mark.parametrize("kept_by", ["contact", "transfer", "deal", "waiver", "setting"])
def test_what_keeps_a_customer_out_of_the_pool(kept_by):
    day = dt.date(2026, 9, 2)
    rows = {
        "contact": contact("K2", "C1", "A1", happened_at=dt.datetime(2026, 9, 2, 9), kind="follow_up"),
        "transfer": Transfer(customer_id="C1", on=day, to="A2"),
        "deal": Deal(deal_id="D1", customer_id="C1", staff_id="A1", unit_kind="parking", contract_on=day),
        "waiver": Waiver(
            customer_id="C1", from_on=day, to_on=None, reason="special", signed_by="M1", signed_on=day
        ),
    }
    if kept_by in rows:
        keep([rows[kept_by]])
    else:
        change_settings({"pool_lapsed_days": 0})
    assert night() == 0


def test_a_contact_that_reached_nobody_does_not_keep_out():
    keep([contact("K2", "C1", "A1", happened_at=dt.datetime(2026, 10, 2), kind="follow_up", effective=False)])
    assert night() == 1


@pytest.mark.parametrize(("days", "warned"), [(6, 0), (5, 1)])
def test_consultant_and_manager_are_warned_5_days_before_and_others_not(days, warned):
    on = FALLS - dt.timedelta(days=days)
    assert [len(falling_visible_to(user(key), on)) for key in ("A1", "M1", "A2", "M9")] == [
        warned,
        warned,
        0,
        0,
    ]


def test_a_claim_is_a_transfer_and_only_one_gets_the_customer():
    night()
    claimed("A2")
    with pytest.raises(NotFound):
        claimed("A3")
    assert db.session.scalar(select(Transfer)).to == "A2"
    assert pooled() == []


@pytest.mark.parametrize(("days", "free"), [(14, False), (15, True)])
def test_the_former_owner_waits_15_days(days, free):
    night()
    on = FALLS + dt.timedelta(days=days)
    if free:
        claimed("A1", on)
        assert pooled(on) == []
    else:
        with pytest.raises(Invalid, match="2026-11-15"):
            claimed("A1", on)


def test_limits_by_the_day_and_by_what_one_has():
    night()
    change_settings({"pool_claims_a_day": 0})
    with pytest.raises(Invalid, match="At most 0"):
        claimed()
    change_settings({"pool_claims_a_day": 1, "pool_holding_limit": 0})
    with pytest.raises(Invalid, match="claiming ends at 0"):
        claimed()


def test_the_pool_is_of_the_project_and_front_desks_see_none():
    night()
    assert [pooled(who=key) for key in ("M1", "B1", "M9", "F1", "H1")] == [["C1"], [], [], [], []]


def test_the_page_shows_no_number_before_the_claim(people, at):
    with atomic() as session:
        from crm.leads.models import Customer

        session.get_one(Customer, "C1").phone = "13912345678"
    night()
    at(dt.datetime.combine(FALLS, dt.time(9)))
    browser = people.browser_of(people.account("A2"))
    page = browser.get("/pool")
    assert "认领" in page.text
    assert "5678" not in page.text
    assert browser.post("/pool/C1/claim").status_code == 303
    assert "5678" in browser.get("/customers/C1").text
