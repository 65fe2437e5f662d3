"""How a proposal would have changed what each person got, as Plotly JSON."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import gettext as _

from crm.store.base import yuan_of

GREY, BLUE = "#868e96", "#206bc4"


def figure_of(people: Sequence[Mapping[str, Any]], names: Mapping[str, str]) -> str:
    """Two bars a person: with the rulebook in force, and with the proposal."""
    import plotly.graph_objects as go

    who = [names.get(one["staff_id"], one["staff_id"]) for one in people]
    bars = [
        go.Bar(
            name=str(title),
            y=who,
            x=[float(yuan_of(one[key])) for one in people],
            orientation="h",
            marker={"color": colour},
            hovertemplate="%{y} %{x:+,.2f}<extra></extra>",
        )
        for title, key, colour in (
            (_("现行规则"), "money_before", GREY),
            (_("新数字"), "money_after", BLUE),
        )
    ]
    figure = go.Figure(bars)
    figure.update_layout(
        barmode="group",
        height=120 + 44 * len(who),
        xaxis={"title": str(_("元")), "tickformat": ",.0f"},
        yaxis={"autorange": "reversed"},
        legend={"orientation": "h"},
    )
    text: str = figure.to_json()
    return text
