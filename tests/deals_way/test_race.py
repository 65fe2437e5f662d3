"""A unit is never sold twice: eight clients place a deposit on it at the same moment, round after round."""

import os
import threading
from collections import Counter

import pytest
from sqlalchemy import func, select

from crm import clock
from crm.deals.models import Deal
from crm.deals.units_models import DealUnit
from crm.extensions import db
from tests.access.stock_world import stock_unit
from tests.people_builders import customer, keep

CLIENTS = 8
ROUNDS = int(os.environ.get("CRM_SOAK_ROUNDS", "100"))


@pytest.mark.slow
def test_of_eight_deposits_at_the_same_moment_one_gets_the_unit(app, people):
    browsers = [people.browser("consultant", f"R{n}") for n in range(CLIENTS)]
    with app.app_context():
        keep(customer(f"RC{n}", f"R{n}") for n in range(CLIENTS))
        keep(stock_unit(f"Z{number}") for number in range(ROUNDS))
    answers: Counter[int] = Counter()
    unclear: list[str] = []
    start, end = threading.Barrier(CLIENTS), threading.Barrier(CLIENTS)

    def buy(n: int) -> None:
        for number in range(ROUNDS):
            start.wait(60)
            form = {"customer_id": f"RC{n}", "stage": "holding_deposit_on", "on": clock.today().isoformat()}
            answer = browsers[n].post(f"/stock/Z{number}/place", data=form)
            answers[answer.status_code] += 1
            if answer.status_code == 409 and "已被别的客户落订" not in answer.text:
                unclear.append(answer.text)
            end.wait(60)

    threads = [threading.Thread(target=buy, args=(n,)) for n in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == {303: ROUNDS, 409: ROUNDS * (CLIENTS - 1)}
    assert unclear == []
    with app.app_context():
        live = select(func.count()).where(DealUnit.until.is_(None)).group_by(DealUnit.unit_id)
        assert db.session.scalars(live).all() == [1] * ROUNDS
        assert db.session.scalar(select(func.count()).select_from(Deal)) == ROUNDS
