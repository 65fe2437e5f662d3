"""A party to a dispute who was promoted: the claim stands, and somebody else rules."""

import datetime as dt
from decimal import Decimal

import pytest
from sqlalchemy import select

from crm.deals.disputes import Decision, rule
from crm.deals.disputes_models import Dispute
from crm.errors import Invalid
from crm.extensions import db
from crm.people.models import Term
from tests.disputes.build import AT, claims, deal_of, entered, everybody, user
from tests.people_builders import keep

PROMOTED = dt.date(2026, 11, 21)
NOW = dt.datetime(2026, 11, 21, 9)

SECRET = "a secret of tests"


@pytest.fixture
def disputed(store, at):
    """The dispute on a deal of A1's, whose other party A2 is a manager from the next day on."""
    at(AT)
    everybody()
    claims()
    deal_id = entered()
    keep([Term(staff_id="A2", from_on=PROMOTED, role="manager")])
    at(NOW)
    db.session.expire_all()
    return db.session.scalars(select(Dispute).where(Dispute.deal_id == deal_id)).one()


def test_a_deal_can_be_ruled_to_a_party_who_was_promoted(disputed):
    rule(user("M1"), disputed.dispute_id, Decision([("A2", Decimal(100))], "先登记且未中断", 0), NOW, SECRET)
    assert deal_of(disputed.deal_id).staff_id == "A2"


def test_a_party_who_was_promoted_does_not_rule(disputed):
    with pytest.raises(Invalid) as caught:
        rule(user("A2"), disputed.dispute_id, Decision([("A1", Decimal(100))], "理由", 0), NOW, SECRET)
    assert "当事人" in caught.value.sentence("zh")
    assert deal_of(disputed.deal_id).staff_id == "A1"


def test_the_page_of_the_ruling_names_a_party_who_was_promoted(disputed, people):
    page = people.browser_of(people.account("M1")).get(f"/disputes/{disputed.dispute_id}")
    assert page.status_code == 200
    assert "A2" in page.get_data(as_text=True)
