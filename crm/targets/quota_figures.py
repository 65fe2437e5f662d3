"""What was sold against what the workdays ask for, as Plotly JSON."""

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal

from flask_babel import gettext as _

from crm.rulebook.tables import date_of
from crm.targets.standing import ZERO, Standing

SOLD, NEEDED = "#1c7ed6", "#868e96"


def pace_line(lines: Sequence[Standing], dates: Sequence[dt.date], today: dt.date) -> str:
    """Units sold so far as steps, and the line that all quotas together ask for, over the month's dates."""
    import plotly.graph_objects as go

    past = [day for day in dates if day <= today]
    hover = "%{x|%m-%d} %{y:.1f}<extra>%{fullData.name}</extra>"
    figure = go.Figure(
        [
            go.Scatter(
                name=_("已完成"),
                x=[day.isoformat() for day in past],
                y=[float(value) for value in sold_by_day(lines, past)],
                mode="lines",
                line={"shape": "hv", "color": SOLD, "width": 3},
                hovertemplate=hover,
            ),
            go.Scatter(
                name=_("按工作日应完成"),
                x=[day.isoformat() for day in dates],
                y=[float(value) for value in needed_by_day(lines, len(dates))],
                mode="lines",
                line={"color": NEEDED, "width": 2, "dash": "dash"},
                hovertemplate=hover,
            ),
        ]
    )
    figure.update_layout(
        height=280,
        yaxis={"title": _("套"), "rangemode": "tozero"},
        xaxis={"type": "date", "tickformat": "%m-%d"},
        legend={"orientation": "h", "y": -0.2},
    )
    text: str = figure.to_json()
    return text


def sold_by_day(lines: Sequence[Standing], dates: Sequence[dt.date]) -> list[Decimal]:
    """Units sold up to the end of each of these dates."""
    sales = [(date_of(sale.contract), sale.units) for line in lines for sale in line.sales]
    return [sum((number for on, number in sales if on <= day), ZERO) for day in dates]


def needed_by_day(lines: Sequence[Standing], days: int) -> list[Decimal]:
    """What all quotas together ask for by the end of each date of the month, pro rata of each one's workdays."""
    found = [ZERO] * days
    for line in lines:
        if line.quota is None or not line.workdays:
            continue
        for place in range(days):
            found[place] += Decimal(line.quota) * sum(line.works[: place + 1]) / line.workdays
    return found
