"""Best and slow sellers of a store, for its manager (§9 6)."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from flask_babel import gettext as _
from sqlalchemy import BigInteger, func, select, type_coerce

from crm.extensions import db
from crm.orders.book import book_on
from crm.orders.models import BookPrice, Order, OrderLine, OrderStep, orders_visible_to
from crm.orders.services import NOTHING
from crm.people.accounts import Account
from crm.store.base import yuan_of

DAYS = (30, 90, 365)
NEW_DAYS = 30
"""A model that is in the book for fewer days is no slow seller yet."""
MOST_DRAWN = 15


@dataclass(frozen=True)
class Seller:
    """One model: pieces and yuan sold in the period, when it was last sold at all, since when the book has it."""

    product: str
    model: str
    pieces: int
    amount: Decimal
    last_on: dt.date | None
    since: dt.date | None

    @property
    def name(self) -> str:
        """How a list calls it."""
        return f"{self.product} {self.model}"


@dataclass(frozen=True)
class Sellers:
    """The best first; the slow are in the book for a while and sold nothing in the period, the longest unsold first."""

    best: list[Seller]
    slow: list[Seller]


def sellers(user: Account, today: dt.date, days: int) -> Sellers:
    """What the store's signed orders of the last so many days sold; today counts."""
    first = today - dt.timedelta(days=days - 1)
    sold, last = _sold(user, first), _sold(user, None)
    since = _since()
    best = [Seller(*key, pieces, amount, on, since.get(key)) for key, (pieces, amount, on) in sold.items()]
    slow = []
    for row in book_on(today):
        key = (row.product, row.model)
        if key not in sold and (today - since[key]).days >= NEW_DAYS:
            slow.append(Seller(*key, 0, NOTHING, last[key][2] if key in last else None, since[key]))
    return Sellers(
        sorted(best, key=lambda one: (-one.amount, one.name)),
        sorted(slow, key=lambda one: (one.last_on or dt.date.min, one.name)),
    )


def _sold(user: Account, first: dt.date | None) -> dict[tuple[str, str], tuple[int, Decimal, dt.date]]:
    """Pieces, yuan and the last day by product and model, of orders that the customer signed."""
    orders = orders_visible_to(user).where(Order.cancelled_at.is_(None)).with_only_columns(Order.order_id)
    query = (
        select(
            OrderLine.product,
            OrderLine.model,
            func.sum(OrderLine.quantity),
            func.sum(OrderLine.quantity * type_coerce(OrderLine.price, BigInteger)),
            func.max(OrderStep.done_at),
        )
        .join(OrderStep, (OrderStep.order_id == OrderLine.order_id) & (OrderStep.kind == "explained"))
        .where(OrderLine.order_id.in_(orders))
        .group_by(OrderLine.product, OrderLine.model)
    )
    if first is not None:
        query = query.where(OrderStep.done_at >= dt.datetime.combine(first, dt.time()))
    rows = db.session.execute(query)
    return {(row[0], row[1]): (int(row[2]), yuan_of(int(row[3])), row[4].date()) for row in rows}


def _since() -> dict[tuple[str, str], dt.date]:
    query = select(BookPrice.product, BookPrice.model, func.min(BookPrice.from_on))
    rows = db.session.execute(query.group_by(BookPrice.product, BookPrice.model))
    return {(product, model): on for product, model, on in rows}


def drawn(best: list[Seller]) -> str:
    """The best as bars, the best on top."""
    import plotly.graph_objects as go

    shown = best[:MOST_DRAWN][::-1]
    figure = go.Figure(
        go.Bar(
            x=[float(one.amount) for one in shown],
            y=[one.name for one in shown],
            orientation="h",
            text=[_("%(count)d 件", count=one.pieces) for one in shown],
            marker={"color": "#206bc4"},
            hovertemplate="%{y} ¥%{x:,.2f}<extra></extra>",
        )
    )
    figure.update_layout(
        height=120 + 28 * len(shown),
        xaxis={"title": str(_("元")), "tickformat": ",.0f"},
        yaxis={"automargin": True, "type": "category"},
        showlegend=False,
    )
    text: str = figure.to_json()
    return text
