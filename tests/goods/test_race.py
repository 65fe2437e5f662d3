"""Stock never goes astray: eight clients sell, receive and return the same goods at the same moment."""

import datetime as dt
import os
import random
import threading
from decimal import Decimal

import pytest
from sqlalchemy import func, select

from crm.extensions import db
from crm.goods.booking import Move, SaleLine, move, sell
from crm.goods.models import Goods, Sale, StockLevel, StockMove
from crm.goods.proving import differences
from crm.transactions import atomic
from tests.people_builders import keep

CLIENTS = 8
ROUNDS = int(os.environ.get("CRM_SOAK_ROUNDS", "40"))
AT = dt.datetime(2026, 11, 20, 10)
STORE = "东门店"


def act(chance, name):
    """One act of a client: a ticket of one or two articles, a delivery, or a return."""
    first, second = chance.sample(("G1", "G2", "G3"), 2)
    quantity = Decimal(chance.randrange(1, 5))
    with atomic() as session:
        if chance.random() < 0.3:
            return move(
                session,
                [
                    Move(
                        name,
                        STORE,
                        first,
                        "receive",
                        AT.date(),
                        quantity * 3,
                        quantity * chance.randrange(5, 30),
                    )
                ],
                AT,
            ).rows
        sign = chance.choice((1, 1, 1, -1))
        lines = [
            SaleLine(f"{name}-{goods_id}", name, STORE, goods_id, AT, quantity * sign, quantity * sign * 10)
            for goods_id in (first, second)
        ]
        return sell(session, lines, AT).rows


@pytest.mark.slow
def test_what_eight_clients_book_at_once_is_all_there_and_adds_up(app, store):
    keep(Goods(goods_id=name, name=name, category="食品", unit="件") for name in ("G1", "G2", "G3"))
    booked: list[int] = []
    start = threading.Barrier(CLIENTS)

    def work(client: int) -> None:
        chance = random.Random(client)
        start.wait(60)
        for number in range(ROUNDS):
            with app.app_context():
                booked.append(act(chance, f"{client}-{number}"))
                db.session.remove()

    threads = [threading.Thread(target=work, args=(n,)) for n in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    counted = [db.session.scalar(select(func.count()).select_from(model)) for model in (Sale, StockMove)]
    assert sum(counted) == sum(booked)
    assert len(booked) == CLIENTS * ROUNDS
    with db.engine.connect() as connection:
        assert list(differences(connection)) == []
    sold = db.session.scalar(select(func.sum(Sale.quantity)))
    gained = db.session.scalar(select(func.sum(StockMove.quantity)))
    assert sum(db.session.scalars(select(StockLevel.quantity))) == gained - sold
