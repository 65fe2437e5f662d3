"""The totals by store, article and day, and the tickets of a store's day: written with the rows, never later."""

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from crm.goods.models import GoodsDay, Sale, StoreDay

NOTHING = Decimal(0)
_CHUNK = 400


@dataclass
class Gain:
    """What an act adds to one article's day in one store, by the columns of `GoodsDay`."""

    columns: dict[str, Decimal] = field(default_factory=lambda: defaultdict(Decimal))
    quantity: Decimal = NOTHING
    cost: Decimal = NOTHING

    def sold(self, quantity: Decimal, amount: Decimal, cost: Decimal, *, promoted: bool) -> None:
        """So many sold for so much, that had cost so much."""
        for group in ("sold", "promo") if promoted else ("sold",):
            self.columns[f"{group}_quantity"] += quantity
            self.columns[f"{group}_amount"] += amount
            self.columns[f"{group}_cost"] += cost
        self.quantity -= quantity
        self.cost -= cost

    def moved(self, group: str, quantity: Decimal, cost: Decimal) -> None:
        """The stock gained so many, that cost so much."""
        self.columns[f"{group}_quantity"] += quantity
        self.columns[f"{group}_cost"] += cost
        self.quantity += quantity
        self.cost += cost


def add_to_days(session: Session, gains: Mapping[tuple[str, str, dt.date], Gain]) -> None:
    """Add to the days (goods_id, store, date), and to the stock after them and after every later day."""
    for (goods_id, project, date), gain in sorted(gains.items()):
        article = (GoodsDay.goods_id == goods_id) & (GoodsDay.project == project)
        _make_day(session, goods_id, project, date)
        added = {name: getattr(GoodsDay, name) + value for name, value in gain.columns.items() if value}
        if added:
            session.execute(update(GoodsDay).where(article & (GoodsDay.date == date)).values(added))
        if gain.quantity or gain.cost:
            session.execute(
                update(GoodsDay)
                .where(article & (GoodsDay.date >= date))
                .values(
                    closing_quantity=GoodsDay.closing_quantity + gain.quantity,
                    closing_cost=GoodsDay.closing_cost + gain.cost,
                )
            )


def _make_day(session: Session, goods_id: str, project: str, date: dt.date) -> None:
    """A day begins with the stock after the last one before it."""
    query = (
        select(GoodsDay.date, GoodsDay.closing_quantity, GoodsDay.closing_cost)
        .where(GoodsDay.goods_id == goods_id, GoodsDay.project == project, GoodsDay.date <= date)
        .order_by(GoodsDay.date.desc())
        .limit(1)
    )
    last = session.execute(query).first()
    if last is not None and last.date == date:
        return
    closing = {} if last is None else {"closing_quantity": last[1], "closing_cost": last[2]}
    session.execute(
        insert(GoodsDay).values(goods_id=goods_id, project=project, date=date, **closing),
    )


def count_tickets(session: Session, rows: Sequence[Mapping[str, Any]]) -> None:
    """Add the sales to their stores' days; a ticket counts once a day. Before the rows are written."""
    tickets: dict[tuple[str, dt.date], set[str]] = defaultdict(set)
    amounts: dict[tuple[str, dt.date], list[Decimal]] = defaultdict(lambda: [NOTHING, NOTHING])
    for row in rows:
        key = (row["project"], row["date"])
        tickets[key].add(row["ticket"])
        amounts[key][0] += row["amount"]
        amounts[key][1] += row["cost"]
    for (project, date), names in sorted(tickets.items()):
        new = len(names) - len(_known(session, project, date, sorted(names)))
        _add_to_store(session, project, date, new, *amounts[project, date])


def _known(session: Session, project: str, date: dt.date, names: Sequence[str]) -> set[str]:
    found: set[str] = set()
    for start in range(0, len(names), _CHUNK):
        some = Sale.ticket.in_(names[start : start + _CHUNK])
        found.update(
            session.scalars(select(Sale.ticket).where(Sale.project == project, Sale.date == date, some))
        )
    return found


def _add_to_store(
    session: Session, project: str, date: dt.date, tickets: int, amount: Decimal, cost: Decimal
) -> None:
    day = (StoreDay.project == project) & (StoreDay.date == date)
    if session.scalar(select(StoreDay.tickets).where(day)) is None:
        session.execute(insert(StoreDay).values(project=project, date=date))
    session.execute(
        update(StoreDay)
        .where(day)
        .values(
            tickets=StoreDay.tickets + tickets,
            sold_amount=StoreDay.sold_amount + amount,
            sold_cost=StoreDay.sold_cost + cost,
        )
    )
