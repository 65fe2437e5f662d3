"""Figures of entries, as Plotly JSON."""

from collections.abc import Sequence

from flask import url_for
from flask_babel import gettext as _

from crm.penalties.queries import PersonMonth

GREEN, RED, AMBER = "#2f9e44", "#d63939", "#f59f00"


def by_person(people: Sequence[PersonMonth], month: str) -> str:
    """Rewards and deductions of each person as bars; a bar leads to the person's rows."""
    import plotly.graph_objects as go

    names = [one.staff.name for one in people]
    urls = [url_for("penalties.person", staff_id=one.staff.staff_id, month=month) for one in people]
    series = (
        (_("奖励"), GREEN, [float(one.totals.rewards) for one in people]),
        (_("扣罚"), RED, [float(one.totals.deductions) for one in people]),
        (_("未定"), AMBER, [float(one.totals.provisional) for one in people]),
    )
    figure = go.Figure(
        [
            go.Bar(
                name=name,
                y=names,
                x=values,
                orientation="h",
                marker_color=colour,
                customdata=urls,
                hovertemplate="%{y} ¥%{x:,.2f}<extra>" + name + "</extra>",
            )
            for name, colour, values in series
        ]
    )
    figure.update_layout(
        barmode="relative",
        height=max(180, 60 + 34 * len(people)),
        yaxis={"autorange": "reversed"},
        xaxis={"title": _("元")},
    )
    text: str = figure.to_json()
    return text
