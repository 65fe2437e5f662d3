"""A deal that somebody keeps for one who left stays that one's, and is the keeper's to look after from the day on."""

import datetime as dt

import pytest

from crm.deals.keepers import DealKeeper, kept_by
from crm.deals.models import Deal, deals_visible_to
from crm.extensions import db
from tests.people_builders import customer, keep, staff

DAY = dt.timedelta(days=1)
GIVEN = dt.date(2026, 11, 20)
AT = dt.datetime(2026, 11, 18, 9)


class Consultant:
    """Somebody who sees the own deals."""

    role, project = "consultant", "滨江壹号"

    def __init__(self, staff_id):
        self.staff_id = staff_id


@pytest.fixture
def given(store, at):
    """A1's deal, given to A2 from a day on, and from two days later to A3."""
    at(AT)
    keep([staff("A1"), staff("A2"), staff("A3"), customer("C1", "A1")])
    keep([Deal(deal_id="D1", customer_id="C1", staff_id="A1", unit_kind="residential", contract_on=GIVEN)])
    for who, on in (("A2", GIVEN), ("A3", GIVEN + 2 * DAY)):
        keep([DealKeeper(deal_id="D1", from_on=on, staff_id=who, given_by="M1", given_at=AT)])


def keepers(on):
    """Who looks after the deal on that date."""
    return [
        who
        for who in ("A1", "A2", "A3")
        if db.session.scalar(db.select(Deal).where(kept_by(who, on, Deal.deal_id, Deal.staff_id)))
    ]


def test_the_seller_keeps_it_until_the_day_before_and_each_keeper_from_the_own_day_on(given):
    assert keepers(GIVEN - DAY) == ["A1"]
    assert keepers(GIVEN) == ["A2"]
    assert keepers(GIVEN + DAY) == ["A2"]
    assert keepers(GIVEN + 2 * DAY) == ["A3"]


def test_the_keeper_sees_the_deal_from_the_day_on_and_the_seller_still_does(given, at):
    def seen(who):
        return db.session.scalars(deals_visible_to(Consultant(who))).all() != []

    assert [seen("A1"), seen("A2"), seen("A3")] == [True, False, False]
    at(dt.datetime.combine(GIVEN, dt.time(9)))
    assert [seen("A1"), seen("A2"), seen("A3")] == [True, True, False]
    at(dt.datetime.combine(GIVEN + 2 * DAY, dt.time(9)))
    assert [seen("A1"), seen("A2"), seen("A3")] == [True, False, True]


def test_whose_deal_it_is_does_not_change(given):
    assert db.session.get_one(Deal, "D1").staff_id == "A1"
