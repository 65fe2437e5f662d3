"""Only whom section 5 of the rulebook is about is reminded of the daily report."""

import datetime as dt

from crm.leads.worklist_queries import days_of
from tests.people_builders import keep, staff

MONDAY = dt.date(2026, 11, 23)


def test_a_front_desk_owes_no_report(store) -> None:
    from crm.extensions import db

    keep([staff("F1", role="front_desk"), staff("A1", role="consultant")])
    assert not days_of(db.session(), "F1", MONDAY).reports
    assert days_of(db.session(), "A1", MONDAY).reports
