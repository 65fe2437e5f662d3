"""Figures of pay, as Plotly JSON."""

from flask_babel import gettext as _

from crm.pay.pages import Group

GREEN, RED, BLUE = "#2f9e44", "#d63939", "#206bc4"


def waterfall(groups: list[Group]) -> str:
    """How the month's pay comes about: what adds and what takes away, then the sum."""
    import plotly.graph_objects as go

    moving = [group for group in groups if group.counted]
    steps = [float(group.counted) for group in moving]
    figure = go.Figure(
        go.Waterfall(
            x=[group.title for group in moving] + [str(_("应发合计"))],
            y=[*steps, 0],
            measure=["relative"] * len(steps) + ["total"],
            text=[f"{value:+,.2f}" for value in steps] + [f"{sum(steps):,.2f}"],
            increasing={"marker": {"color": GREEN}},
            decreasing={"marker": {"color": RED}},
            totals={"marker": {"color": BLUE}},
            hovertemplate="%{x} ¥%{text}<extra></extra>",
        )
    )
    figure.update_layout(height=320, yaxis={"title": str(_("元")), "tickformat": ",.0f"}, showlegend=False)
    text: str = figure.to_json()
    return text
