"""The stock never goes astray: rows, levels and the totals of the day say the same, whatever is booked."""

import datetime as dt
import random
from decimal import Decimal

import pytest
from sqlalchemy import func, select, text

from crm.errors import Invalid
from crm.extensions import db
from crm.goods.booking import Move, SaleLine, move, sell, transfer
from crm.goods.models import Goods, GoodsDay, Sale, StockLevel, StockMove, StoreDay
from crm.goods.promotions_models import Promotion
from crm.goods.proving import differences, rebuild
from crm.transactions import atomic

AT = dt.datetime(2026, 11, 20, 10)
DAY = AT.date()
HERE, THERE = "东门店", "西门店"


@pytest.fixture
def goods(store):
    """Three articles."""
    with atomic() as session:
        session.add_all(
            Goods(goods_id=name, name=name, category="食品", unit="件", price=Decimal(10))
            for name in ("G1", "G2", "G3")
        )
    return store


def book(*moves):
    with atomic() as session:
        return move(session, moves, AT)


def receive(number, quantity, cost, *, day=DAY, goods_id="G1", project=HERE):
    return Move(f"M{number}", project, goods_id, "receive", day, Decimal(quantity), Decimal(cost))


def sale(number, quantity, amount, *, at=AT, ticket="T1", goods_id="G1", project=HERE, **rest):
    return SaleLine(f"S{number}", ticket, project, goods_id, at, Decimal(quantity), Decimal(amount), **rest)


def book_sales(*lines):
    with atomic() as session:
        return sell(session, lines, AT)


def level(goods_id="G1", project=HERE):
    row = db.session.get(StockLevel, (project, goods_id), populate_existing=True)
    return row.quantity, row.cost


def told():
    with db.engine.connect() as connection:
        return list(differences(connection))


def test_what_is_sold_takes_its_share_of_what_the_goods_cost(goods):
    book(receive(1, 10, "100"), receive(2, 10, "140"))
    book_sales(sale(1, 5, "75"))
    assert level() == (Decimal(15), Decimal(180))
    assert db.session.get(Sale, "S1").cost == Decimal(60)


def test_the_last_piece_takes_what_is_left_so_that_no_fen_is_lost(goods):
    book(receive(1, 3, "10"))
    book_sales(sale(1, 1, "5"), sale(2, 1, "5"), sale(3, 1, "5"))
    assert level() == (Decimal(0), Decimal(0))
    assert sum(db.session.scalars(select(Sale.cost))) == Decimal(10)


def test_a_return_puts_the_goods_back_at_what_they_cost(goods):
    book(receive(1, 10, "100"))
    book_sales(sale(1, 4, "60"))
    book_sales(sale(2, -1, "-15", ticket="T2"))
    assert level() == (Decimal(7), Decimal(70))


def test_selling_more_than_the_book_says_is_booked_and_told(goods):
    book(receive(1, 1, "8"))
    booked = book_sales(sale(1, 3, "30"))
    assert booked.below == {(HERE, "G1")}
    assert level()[0] == Decimal(-2)
    book(receive(2, 5, "40"))
    assert level()[0] == Decimal(3)
    assert told() == []


def test_weighed_goods_are_sold_to_the_gram(goods):
    book(receive(1, "2.5", "25"))
    book_sales(sale(1, "0.385", "7.32"))
    assert level() == (Decimal("2.115"), Decimal("21.15"))
    with pytest.raises(Invalid, match="three decimals"):
        book_sales(sale(2, "0.3855", "7.32"))
    assert level() == (Decimal("2.115"), Decimal("21.15"))


def test_a_quantity_of_nothing_is_refused_and_nothing_of_the_act_is_kept(goods):
    with pytest.raises(Invalid):
        book_sales(sale(1, 1, "10"), sale(2, 0, "0"))
    assert db.session.scalar(select(func.count()).select_from(Sale)) == 0


def test_a_transfer_carries_the_cost_along(goods):
    book(receive(1, 10, "100"))
    with atomic() as session:
        transfer(
            session, Move("M2", HERE, "G1", "transfer_out", DAY, Decimal(-4), other_project=THERE), "M3", AT
        )
    assert level() == (Decimal(6), Decimal(60))
    assert level(project=THERE) == (Decimal(4), Decimal(40))
    assert told() == []


def test_a_record_of_an_earlier_day_moves_the_stock_of_every_day_after_it(goods):
    book(receive(1, 10, "100", day=dt.date(2026, 11, 10)))
    book_sales(sale(1, 2, "30"))
    book_sales(sale(2, 1, "15", at=dt.datetime(2026, 11, 15, 9), ticket="T2"))
    days = db.session.execute(select(GoodsDay.date, GoodsDay.closing_quantity).order_by(GoodsDay.date)).all()
    assert [tuple(day) for day in days] == [
        (dt.date(2026, 11, 10), 10),
        (dt.date(2026, 11, 15), 9),
        (DAY, 7),
    ]


def test_a_ticket_of_several_lines_in_several_acts_counts_once(goods):
    book(receive(1, 10, "100"), receive(2, 10, "50", goods_id="G2"))
    book_sales(sale(1, 1, "15"), sale(2, 1, "8", goods_id="G2"))
    book_sales(sale(3, 1, "15"), sale(4, 1, "15", ticket="T2"))
    row = db.session.get(StoreDay, (HERE, DAY))
    assert (row.tickets, row.sold_amount) == (2, Decimal(53))


def test_a_promotions_part_is_kept_apart(goods):
    with atomic() as session:
        session.add(Promotion(promotion_id="P1", name="周年庆", from_on=DAY, to_on=DAY))
    book(receive(1, 10, "100"))
    book_sales(sale(1, 1, "15"), sale(2, 3, "36", promotion_id="P1"))
    row = db.session.get(GoodsDay, ("G1", HERE, DAY))
    assert (row.sold_quantity, row.promo_quantity, row.promo_amount, row.promo_cost) == (4, 3, 36, 30)


KINDS = ("opening", "receive", "supplier_return", "loss", "count")


def book_at_random(chance, number):
    """One act of a random day: sales, returns, movements, transfers, also of days gone by."""
    day = dt.date(2026, 11, 1) + dt.timedelta(days=chance.randrange(15))
    goods_id, project = chance.choice(("G1", "G2", "G3")), chance.choice((HERE, THERE))
    quantity = Decimal(chance.randrange(1, 4000)) / chance.choice((1000, 100, 1))
    if chance.random() < 0.5:
        sign = chance.choice((1, 1, 1, -1))
        amount = Decimal(chance.randrange(1, 9000)) / 100 * sign
        at = dt.datetime.combine(day, dt.time(chance.randrange(9, 21)))
        ticket = f"T{chance.randrange(6)}"
        return book_sales(
            sale(number, quantity * sign, amount, at=at, ticket=ticket, goods_id=goods_id, project=project)
        )
    kind = chance.choice(KINDS)
    gains = kind in ("opening", "receive") or (kind == "count" and chance.random() < 0.5)
    cost = Decimal(chance.randrange(1, 9000)) / 100 if kind in ("opening", "receive") else None
    return book(Move(f"M{number}", project, goods_id, kind, day, quantity if gains else -quantity, cost))


@pytest.mark.parametrize("seed", range(6))
def test_whatever_is_booked_in_whatever_order_the_totals_are_those_of_the_rows(goods, seed):
    chance = random.Random(seed)
    for number in range(60):
        book_at_random(chance, number)
    assert told() == []


def test_totals_made_anew_are_the_same_as_those_kept_act_by_act(goods):
    chance = random.Random(11)
    for number in range(80):
        book_at_random(chance, number)

    def kept():
        return [
            [
                tuple(row)
                for row in db.session.execute(
                    select(*model.__table__.columns).order_by(*model.__table__.primary_key)
                )
            ]
            for model in (GoodsDay, StoreDay, StockLevel)
        ]

    before = kept()
    with atomic() as session:
        rebuild(session)
    assert kept() == before


@pytest.mark.parametrize(
    ("harm", "table"),
    [
        ("UPDATE sales SET amount = amount + 1 WHERE sale_id = 'S1'", "goods_days"),
        ("UPDATE goods_days SET closing_quantity = closing_quantity - 1000", "goods_days"),
        ("DELETE FROM stock_moves", "stock_levels"),
        ("UPDATE store_days SET tickets = 9", "store_days"),
        ("UPDATE stock_levels SET cost = cost + 1", "stock_levels"),
        ("DELETE FROM goods_days", "goods_days"),
    ],
)
def test_a_total_that_was_tampered_with_is_named(goods, harm, table):
    book(receive(1, 10, "100"))
    book_sales(sale(1, 4, "60"))
    assert told() == []
    with atomic() as session:
        session.execute(text(harm))
    assert table in {name for name, _key in told()}


def test_a_move_without_the_cost_that_it_needs_is_refused(goods):
    with pytest.raises(Invalid):
        book(Move("M1", HERE, "G1", "receive", DAY, Decimal(1)))
    assert db.session.scalar(select(func.count()).select_from(StockMove)) == 0
