"""The company's calendar."""

import datetime as dt

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from crm.clock import now, today
from crm.errors import Invalid
from crm.people import company_calendar, roster_queries
from crm.people.signed_in import me
from crm.people.views import blueprint
from crm.permissions import Permission, allows, requires

WRITERS = (Permission.ALL_ROSTER_WRITE, Permission.SETTINGS_WRITE)
A_MONDAY = dt.date(2026, 11, 2)
SAID = {"work": True, "rest": False, "official": None}


@blueprint.get("/calendar")
@requires(*WRITERS, Permission.PROJECT_ROSTER_WRITE)
def calendar() -> str:
    """A year, month by month; a year that is only a guess says so."""
    year = _year(request.args.get("year", ""), today())
    first, last = dt.date(year, 1, 1), dt.date(year, 12, 31)
    return render_template(
        "people/calendar.html",
        year=year,
        week=[A_MONDAY + dt.timedelta(days=day) for day in range(7)],
        months=[roster_queries.dates_of(first.replace(month=month)) for month in range(1, 13)],
        workdays=company_calendar.workdays(first, last),
        own=company_calendar.own_word(first, last),
        guessed=company_calendar.guessed_years(first, last),
        writes=allows(me(), *WRITERS),
    )


def _year(text: str, present: dt.date) -> int:
    if text.isascii() and text.isdigit() and len(text) == 4:
        return min(max(int(text), company_calendar.FIRST_YEAR), company_calendar.LAST_YEAR)
    return present.year


@blueprint.post("/calendar")
@requires(*WRITERS)
def set_calendar() -> Response:
    """Say that a date is a workday, a day of rest, or as the official calendar has it."""
    said = request.form.get("said", "")
    try:
        day = dt.date.fromisoformat(request.form.get("date", ""))
    except ValueError:
        raise Invalid("日期无法识别。", "The date cannot be read.", "date") from None
    if said not in SAID:
        raise Invalid("请选择上班、休息或按法定。", "Choose work, rest or official.", "said")
    company_calendar.set_company_day(day, SAID[said], now(), me().actor)
    flash(_("日历已更新。"))
    return redirect(url_for("people.calendar", year=day.year))
