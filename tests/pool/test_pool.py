"""Who falls into the public pool, the warning before, and claiming out of it."""

import datetime as dt

import pytest
from sqlalchemy import select

from crm.deals.models import Deal
from crm.errors import Conflict, Invalid, NotFound
from crm.extensions import db
from crm.leads.models import Customer, Transfer, Waiver
from crm.leads.pool import (
    claim,
    claims_left,
    falling_visible_to,
    give_back,
    nightly,
    pool_sizes,
    pool_visible_to,
)
from crm.leads.reveal import reveal
from crm.people.accounts import RowChange
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


MOMENT = dt.datetime.combine(FALLS, dt.time(9))


def test_a_claim_by_mistake_is_taken_back_within_a_minute_and_costs_none_of_the_day():
    night()
    claimed("A2")
    left = claims_left(user("A2"), FALLS)
    give_back(user("A2"), "C1", MOMENT + dt.timedelta(seconds=60))
    assert claims_left(user("A2"), FALLS) == left + 1
    assert pooled() == ["C1"]
    assert [row.to for row in db.session.scalars(select(Transfer))] == [None]
    changes = select(RowChange.after).where(RowChange.table_name == "transfers").order_by(RowChange.change_id)
    assert [one["to"] for one in db.session.scalars(changes)] == ["A2", None]


@pytest.mark.parametrize("why", ["late", "shown", "recorded"])
def test_a_claim_stands_after_a_minute_once_the_number_was_shown_or_something_recorded(why):
    with atomic() as session:
        session.get_one(Customer, "C1").phone = "13912345678"
    night()
    claimed("A2")
    if why == "shown":
        reveal(user("A2"), "C1", MOMENT)
    elif why == "recorded":
        keep([contact("K2", "C1", "A2", happened_at=MOMENT)])
    with pytest.raises(Conflict):
        give_back(user("A2"), "C1", MOMENT + dt.timedelta(seconds=61 if why == "late" else 1))
    assert pooled() == []


def test_only_who_claimed_takes_it_back_and_what_a_manager_gave_is_not_given_back():
    night()
    claimed("A2")
    with pytest.raises(NotFound):
        give_back(user("A3"), "C1", MOMENT)
    keep([customer("C2", "A1"), Transfer(customer_id="C2", on=FALLS, to="A2", reason="忙", made_by="M1")])
    with pytest.raises(NotFound):
        give_back(user("A2"), "C2", MOMENT)


def test_the_page_takes_a_claim_back(people, at):
    night()
    at(MOMENT)
    browser = people.browser_of(people.account("A2"))
    browser.post("/pool/C1/claim")
    assert "/pool/C1/give-back" in browser.get("/customers/C1").text
    assert browser.post("/pool/C1/give-back").status_code == 303
    assert "客户回到公海" in browser.get("/pool").text
    assert browser.get("/customers/C1").status_code == 404


def test_the_pool_is_shown_by_grade(people, at):
    keep([customer("C3", "A1", name="赵先生", first_contact_at=SPOKE, intent_grade="A")])
    keep([contact("K3", "C3", "A1", happened_at=SPOKE)])
    night()
    at(MOMENT)
    assert pool_sizes(user("A2"), FALLS) == {"": 1, "A": 1}
    browser = people.browser_of(people.account("A2"))
    assert "李先生" in browser.get("/pool").text
    page = browser.get("/pool?grade=A").text
    assert "赵先生" in page
    assert "李先生" not in page
    assert browser.get("/pool?grade=nonsense").status_code == 200


def test_a_manager_hands_out_several_at_once(people, at):
    keep([customer("C3", "A1", name="赵先生", first_contact_at=SPOKE)])
    night()
    at(MOMENT)
    browser = people.browser_of(people.account("M1"))
    assert 'value="C3"' in browser.get("/pool").text
    form = {"customer_id": ["C1", "C3"], "to": "A2", "on": FALLS.isoformat(), "reason": "分配公海"}
    assert browser.post("/customers/hand-over", data=form).status_code == 303
    assert pooled() == []
    assert {(row.customer_id, row.to) for row in db.session.scalars(select(Transfer))} == {
        ("C1", "A2"),
        ("C3", "A2"),
    }


def test_why_a_customer_changed_hands_is_said_in_words(people, at):
    night()
    claimed("A2")
    at(MOMENT + dt.timedelta(days=1))
    page = people.browser_of(people.account("M1")).get("/customers/C1").text
    assert "从公海认领" in page
    assert "pool:" not in page


def test_today_warns_whose_customers_are_about_to_fall(people, at):
    at(dt.datetime.combine(FALLS - dt.timedelta(days=3), dt.time(9)))
    owner, other = (people.browser_of(people.account(key)).get("/today").text for key in ("A1", "A2"))
    assert "1 位客户快要进入公海" in owner
    assert "快要进入公海" not in other


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
        session.get_one(Customer, "C1").phone = "13912345678"
    night()
    at(dt.datetime.combine(FALLS, dt.time(9)))
    browser = people.browser_of(people.account("A2"))
    page = browser.get("/pool")
    assert "认领" in page.text
    assert "5678" not in page.text
    assert browser.post("/pool/C1/claim").status_code == 303
    assert "5678" in browser.get("/customers/C1").text
