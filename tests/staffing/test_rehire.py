"""Hiring again who left: a new number for the same person, no probation, nothing carried over."""

import datetime as dt
from decimal import Decimal

import pytest

from crm.extensions import db
from crm.people.audit import AuditRow
from crm.people.models import Staff
from crm.targets.probation_queries import standings
from crm.transactions import atomic
from tests.people_builders import HOME, keep, staff
from tests.staffing.probation import TODAY, person
from tests.targets.builders import AT, account_of, office, sale

LEFT = dt.date(2026, 10, 31)
NEW = {
    "staff_id": "X9",
    "name": "员工X1",
    "role": "consultant",
    "project": HOME,
    "trade": "property",
    "hired_on": "2026-11-24",
    "probation_months": "0",
    "contract_years": "3",
}


@pytest.fixture
def home(store, people, at):
    """The office, and X1, who sold twelve and left in October."""
    at(AT)
    office()
    keep([staff("X1", hired_on=dt.date(2026, 6, 1), left_on=LEFT)])
    keep(sale("X1", dt.date(2026, 10, 5)) for _ in range(12))
    return {staff_id: people.browser_of(people.account(staff_id)) for staff_id in ("H1", "M1", "A1")}


def hire(browser, former="X1", **changes):
    return browser.post(f"/probation/rehire/{former}", data=NEW | changes)


def test_hr_picks_who_left_and_gives_a_new_number_to_the_same_person(home):
    assert "/probation/rehire/X1" in home["H1"].get("/probation/rehire").text
    assert "A1" not in home["H1"].get("/probation/rehire").text.split("<main")[1].split("</main")[0]
    assert hire(home["H1"]).status_code == 303
    old, new = person("X1"), person("X9")
    assert old.left_on == LEFT
    assert (new.person_id, new.probation_months, new.left_on) == (old.person_id, 0, None)
    assert new.person_id is not None


def test_a_person_hired_again_is_not_on_probation_and_brings_nothing_along(home):
    hire(home["H1"])
    found = [one.person.staff_id for one in standings(account_of("H1"), TODAY, "zh")]
    assert "X9" not in found
    new = person("X9")
    assert (new.monthly_base_pay, new.confirmed_on, new.hired_on) == (None, None, TODAY)


def test_a_second_probation_is_red_and_needs_a_reason(home):
    refused = hire(home["H1"], probation_months="3")
    assert refused.status_code == 422
    assert "再次入职不能再约定试用期" in refused.text
    assert "与法律不符" in refused.text
    assert db.session.get(Staff, "X9") is None
    assert hire(home["H1"], probation_months="3", because="本人提出").status_code == 303
    (one,) = (one for one in standings(account_of("H1"), TODAY, "zh") if one.person.staff_id == "X9")
    assert [term.flag for term in one.terms] == ["red"]
    assert one.progress.in_all == Decimal(0)
    written = db.session.scalars(db.select(AuditRow).where(AuditRow.action == "staff.hired_again")).one()
    assert written.details["because"] == "本人提出"


def test_the_new_first_day_is_after_the_last_one(home):
    assert hire(home["H1"], hired_on="2026-10-31").status_code == 422
    assert hire(home["H1"], hired_on="2026-11-01").status_code == 303


def test_who_is_back_is_not_hired_a_second_time(home):
    hire(home["H1"])
    assert hire(home["H1"], staff_id="X10").status_code == 404
    with atomic():
        person("X9").hired_on = dt.date(2026, 5, 1)
    assert hire(home["H1"], staff_id="X10").status_code == 303
    assert db.session.get(Staff, "X10") is None


def test_a_number_that_is_taken_is_refused(home):
    assert hire(home["H1"], staff_id="A1").status_code == 422


def test_only_hr_hires_again_and_only_who_left(home):
    for who in ("M1", "A1"):
        assert home[who].get("/probation/rehire").status_code == 403
        assert hire(home[who]).status_code == 403
    assert hire(home["H1"], former="A1").status_code == 404
    assert hire(home["H1"], former="nobody").status_code == 404
