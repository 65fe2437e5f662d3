"""What finance adds up: the day by method of payment, and plan against actual of the whole project by month."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from flask_babel import gettext as _
from sqlalchemy import Select, select

from crm.deals.models import Deal, deals_visible_to
from crm.deals.receipts import METHODS, NOTHING
from crm.deals.receipts_models import PlanLine, Receipt, Refund, RefundPayment
from crm.extensions import db
from crm.people.accounts import Account

MONTHS_BACK, MONTHS_AHEAD = 5, 6
"""A year on one page: the half that was, and the half that is planned."""
PLANNED, RECEIVED = "#868e96", "#2f9e44"


def by_method(receipts: Iterable[Receipt]) -> list[tuple[str, int, Decimal]]:
    """Method, number of receipts and sum in yuan (reversals deducted), for the methods that occur."""
    counts: dict[str, int] = {}
    sums: dict[str, Decimal] = {}
    for row in receipts:
        counts[row.method] = counts.get(row.method, 0) + 1
        sums[row.method] = sums.get(row.method, NOTHING) + row.amount
    return [(method, counts[method], sums[method]) for method in METHODS if method in counts]


@dataclass(frozen=True)
class Month:
    """One month of the project in yuan; `first` is its first day.

    `planned`: what live deals are to pay by their plans. `received`: what was taken, reversals deducted, also of
    deals cancelled since. `refunded`: what was paid back.
    """

    first: dt.date
    planned: Decimal
    received: Decimal
    refunded: Decimal

    @property
    def difference(self) -> Decimal:
        """Received above (or, negative, below) the plan."""
        return self.received - self.planned

    @property
    def is_empty(self) -> bool:
        """Nothing was planned, taken or paid back."""
        return not (self.planned or self.received or self.refunded)


def by_month(user: Account, today: dt.date) -> list[Month]:
    """The months around today in the deals that this person may see, from the first to the last with anything."""
    firsts = [month_from(today, shift) for shift in range(-MONTHS_BACK, MONTHS_AHEAD + 2)]
    deals = deals_visible_to(user).with_only_columns(Deal.deal_id)
    live = deals.where(Deal.cancelled_on.is_(None))
    begin, end = firsts[0], firsts[-1]
    planned = select(PlanLine.due_on, PlanLine.amount).where(
        PlanLine.due_on >= begin,
        PlanLine.due_on < end,
        PlanLine.struck_at.is_(None),
        PlanLine.deal_id.in_(live),
    )
    received = select(Receipt.received_on, Receipt.amount).where(
        Receipt.received_on >= begin, Receipt.received_on < end, Receipt.deal_id.in_(deals)
    )
    refunded = (
        select(RefundPayment.paid_on, Refund.amount)
        .join(Refund, Refund.refund_id == RefundPayment.refund_id)
        .where(RefundPayment.paid_on >= begin, RefundPayment.paid_on < end, Refund.deal_id.in_(deals))
    )
    plan, took, gave = (_summed(query) for query in (planned, received, refunded))
    months = [
        Month(first, plan.get(first, NOTHING), took.get(first, NOTHING), gave.get(first, NOTHING))
        for first in firsts[:-1]
    ]
    return _trimmed(months)


def month_from(day: dt.date, shift: int) -> dt.date:
    """The first day of the month that many months after that of the day."""
    year, month = divmod(day.year * 12 + day.month - 1 + shift, 12)
    return dt.date(year, month + 1, 1)


def _summed(query: Select[dt.date, Decimal]) -> dict[dt.date, Decimal]:
    found: dict[dt.date, Decimal] = {}
    for on, amount in db.session.execute(query):
        first = on.replace(day=1)
        found[first] = found.get(first, NOTHING) + amount
    return found


def _trimmed(months: Sequence[Month]) -> list[Month]:
    full = [place for place, month in enumerate(months) if not month.is_empty]
    return list(months[full[0] : full[-1] + 1]) if full else []


def figure_of_months(months: Sequence[Month]) -> str:
    """Plan and actual side by side, a pair of bars a month, as Plotly JSON in ten thousands of yuan."""
    import plotly.graph_objects as go

    names = [f"{one.first:%Y-%m}" for one in months]
    series = (
        (_("计划"), PLANNED, [float(one.planned / 10000) for one in months]),
        (_("实收"), RECEIVED, [float(one.received / 10000) for one in months]),
    )
    figure = go.Figure(
        [
            go.Bar(
                name=name,
                x=names,
                y=values,
                marker_color=colour,
                hovertemplate="%{x} %{y:,.2f}" + _("万元") + "<extra>" + name + "</extra>",
            )
            for name, colour, values in series
        ]
    )
    figure.update_layout(
        barmode="group",
        height=260,
        xaxis={"type": "category"},
        yaxis={"title": _("万元")},
        legend={"orientation": "h", "y": -0.25},
    )
    text: str = figure.to_json()
    return text
