"""What was sold against what the workdays ask for, as Plotly JSON."""

import datetime as dt
from collections.abc import Sequence

from flask_babel import gettext as _

from crm.targets.standing import Standing, needed_by_day, sold_by_day

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
