"""The time line of a dispute, as Plotly JSON."""

import datetime as dt

from flask_babel import gettext as _

from crm.deals.dispute_queries import Shown
from crm.deals.evidence import spans

CONTACT_COLOURS = {"call_in": "#f59f00", "visit": "#2f9e44", "follow_up": "#1c7ed6"}
PROTECTED, BEGAN = "rgba(28, 126, 214, .28)", "#d63939"
LANE = 64


def time_line(page: Shown, words: dict[str, str]) -> str:
    """A lane for each candidate: protection as bars, contacts as points, the deal's beginning as a vertical line.

    `words` are the kinds of contact in the person's language.
    """
    import plotly.graph_objects as go

    lanes = {
        one["staff_id"]: page.names.get(one["staff_id"], one["staff_id"]) for one in page.evidence.candidates
    }
    traces: list[object] = [_bars(go, page, lanes)]
    for kind, colour in CONTACT_COLOURS.items():
        rows = [one for one in page.evidence.contacts if one.kind == kind]
        traces.append(
            go.Scatter(
                name=words[kind],
                x=[one.happened_at.isoformat() for one in rows],
                y=[_lane(lanes, one.staff_id) for one in rows],
                mode="markers",
                marker={"color": colour, "size": 11},
                text=[page.customers.get(one.customer_id, "") for one in rows],
                hovertemplate="%{x|%Y-%m-%d %H:%M} %{text}<extra>" + words[kind] + "</extra>",
            )
        )
    figure = go.Figure(traces)
    figure.update_layout(
        height=max(200, 120 + LANE * len(lanes)),
        yaxis={"autorange": "reversed", "type": "category"},
        xaxis={"type": "date", "tickformat": "%m-%d", "nticks": 6},
        legend={"orientation": "h", "y": -0.3},
    )
    if page.evidence.began is not None:
        figure.add_shape(
            type="line", xref="x", yref="paper", x0=page.evidence.began.isoformat(), x1=page.evidence.began.isoformat(), y0=0,
            y1=1, line={"color": BEGAN, "width": 2},
        )  # fmt: skip
        figure.add_annotation(
            x=page.evidence.began.isoformat(), y=1, yref="paper", yanchor="bottom", showarrow=False,
            text=_("成交开始"), font={"color": BEGAN},
        )  # fmt: skip
    text: str = figure.to_json()
    return text


def _lane(lanes: dict[str, str], staff_id: str) -> str:
    return f"{lanes[staff_id]} {staff_id}"


def _bars(go: object, page: Shown, lanes: dict[str, str]) -> object:
    """One bar for each span; a span ends with the end of its last date."""
    found = [
        (staff_id, first, last)
        for staff_id in lanes
        for first, last in spans(page.evidence.contacts, staff_id)
    ]
    day = dt.timedelta(days=1)
    return go.Bar(  # type: ignore[attr-defined]
        name=_("保护期"),
        y=[_lane(lanes, staff_id) for staff_id, _first, _last in found],
        base=[first.isoformat() for _who, first, _last in found],
        x=[(last + day - first) // dt.timedelta(milliseconds=1) for _who, first, last in found],
        orientation="h",
        width=0.5,
        marker_color=PROTECTED,
        customdata=[f"{first} – {last}" for _who, first, last in found],
        hovertemplate="%{customdata}<extra>" + _("保护期") + "</extra>",
    )
