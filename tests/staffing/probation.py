"""People on probation in the office, and their decisions, as a browser makes them."""

import datetime as dt

from sqlalchemy import select

from crm.extensions import db
from crm.people.models import Staff
from crm.targets.probation_models import ProbationDecision
from tests.people_builders import ELSEWHERE, keep, staff

HIRED = dt.date(2026, 9, 1)
TODAY = dt.date(2026, 11, 24)
LAST = dt.date(2027, 2, 28)
PERSON = "/probation/people/A4"


def more_people() -> None:
    """T7's probation ends in 6 days, T30's in 30; L1's is too long for the contract; B4 is of another project."""
    keep(
        [
            staff("T7", hired_on=dt.date(2026, 6, 1)),
            staff("T30", hired_on=dt.date(2026, 6, 25)),
            staff("L1", hired_on=HIRED, contract_years=1),
            staff("M4", "manager", hired_on=HIRED),
            staff("B4", hired_on=HIRED, project=ELSEWHERE),
        ]
    )


def decide(browser, kind, address=PERSON, **changes):
    ordinary = {
        "confirm": {"on": "2026-12-01"},
        "extend": {"months": "6", "consent_on": "2026-11-20"},
        "end": {"on": "2026-12-15"},
    }
    return browser.post(f"{address}/{kind}", data=ordinary[kind] | {"reason": "见附件所述事实"} | changes)


def answer(browser, agreed="yes", words="", decision_id=None):
    number = decision_id or waiting()
    return browser.post(f"/probation/decisions/{number}/answer", data={"agreed": agreed, "answer": words})


def waiting():
    db.session.rollback()
    return db.session.scalars(
        select(ProbationDecision.decision_id).order_by(ProbationDecision.decision_id.desc())
    ).first()


def person(staff_id="A4"):
    db.session.rollback()
    return db.session.get_one(Staff, staff_id)
