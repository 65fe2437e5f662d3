"""Several managers rule one dispute at the same moment: one ruling, and the others are told of it."""

import datetime as dt
import os
import threading
from decimal import Decimal

import pytest
from sqlalchemy import func, select

from crm.deals.disputes import AlreadyRuled, Decision, rule
from crm.deals.disputes_models import Dispute, Ruling
from crm.deals.models import Share
from crm.extensions import db
from tests.disputes.build import AT, claims, entered, everybody, user

CLIENTS = 8
ROUNDS = int(os.environ.get("CRM_SOAK_ROUNDS", "100"))


def _race(app, which: str, seen: int) -> list[str]:
    start, said = threading.Barrier(CLIENTS), []

    def run(number: int) -> None:
        with app.app_context():
            person = user(("M1", "S1")[number % 2])
            shares = ((("A1", "A2")[number % 2], Decimal(100)),)
            start.wait()
            try:
                decision = Decision(shares, f"第 {number} 位", seen)
                rule(person, which, decision, AT + dt.timedelta(seconds=seen), "a secret of tests")
                said.append("ruled")
            except AlreadyRuled:
                said.append("told")
            finally:
                db.session.remove()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(said)


@pytest.mark.slow
def test_of_8_who_rule_at_once_one_rules_and_7_are_told_each_time(store):
    everybody()
    claims()
    entered()
    which = db.session.scalar(select(Dispute.dispute_id))
    outcomes = [_race(store, which, number) for number in range(ROUNDS)]
    assert outcomes == [["ruled"] + ["told"] * (CLIENTS - 1)] * ROUNDS
    db.session.rollback()
    assert db.session.scalar(select(func.count()).select_from(Ruling)) == ROUNDS
    last = db.session.get_one(Ruling, (which, ROUNDS))
    stored = db.session.execute(select(Share.staff_id, Share.percent)).all()
    assert [[staff_id, str(percent)] for staff_id, percent in stored] == last.shares
