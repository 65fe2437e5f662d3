"""The months: which are closed, what stands in the way of the next, closing it, and the certificate of a closed one."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import select
from werkzeug.wrappers import Response

from crm import jobs
from crm.clock import now, today
from crm.errors import Conflict, NotFound
from crm.extensions import db
from crm.penalties.calendars import read_calendar
from crm.penalties.closing import booked_in_month, checked_month, close_month, closing_of, hindrances
from crm.penalties.models import Closing
from crm.penalties.month_queries import closed_months, months_to_close, totals_by_rule
from crm.penalties.months import first_day, last_day
from crm.penalties.rulebooks import parameters_of
from crm.people.models import Staff
from crm.people.signed_in import me
from crm.permissions import Permission, requires
from crm.rulebook.tables import day_number
from crm.web import say
from crm.web.i18n import current_lang

blueprint = Blueprint("months", __name__)
CLOSES = Permission.ALL_LEDGER_CLOSE


@blueprint.get("/months")
@requires(CLOSES)
def listed() -> str:
    """The next month to be closed with its totals and what stands in the way, then the closed ones."""
    return _page()


def _page(late: str = "") -> str:
    session = db.session()
    open_months = months_to_close(session, today())
    following = open_months[0] if open_months else None
    return render_template(
        "penalties/months.html",
        following=following,
        first=first_day(following) if following else None,
        later=[first_day(month) for month in open_months[1:]],
        booked=booked_in_month(session, following) if following else None,
        totals=totals_by_rule(session, following) if following else [],
        hindrances=hindrances(session, following, today()) if following else [],
        going=jobs.running(jobs.SETTLE, now()),
        closed=[(first_day(row.month), row) for row in closed_months(session)],
        names=_names(),
        lang=current_lang(),
        late=late,
    )


def _names() -> dict[str, str]:
    return {staff_id: name for staff_id, name in db.session.execute(select(Staff.staff_id, Staff.name))}


@blueprint.post("/months/<month>/close")
@requires(CLOSES)
def close(month: str) -> Response | tuple[str, int]:
    """Fix the month as it was shown; sent twice, it leads to the certificate.

    Not in `once`, whose act would keep everybody from writing while this waits for a settlement that goes on.
    """
    chosen = checked_month(month)
    if closing_of(db.session(), chosen) is None:
        try:
            close_month(chosen, now(), me().actor, request.form.get("digest", ""))
        except Conflict as problem:
            return _page(problem.sentence(current_lang())), 409
        say(_("%(month)s 已结账。", month=chosen))
    return redirect(url_for("months.certificate", month=chosen), 303)


@blueprint.get("/months/<month>")
@requires(CLOSES)
def certificate(month: str) -> str:
    """The certificate of a closed month, to be printed and kept outside of the program."""
    row = closing_of(db.session(), month)
    if row is None:
        raise NotFound
    return render_template(
        "penalties/certificate.html",
        row=row,
        first=first_day(month),
        totals=totals_by_rule(db.session(), month),
        closed_by=_names().get(row.closed_by, row.closed_by),
        workdays=_workdays(row),
        parameters=_parameters(row),
        lang=current_lang(),
    )


def _workdays(row: Closing) -> int:
    """How many company workdays the month had by the calendar that it was closed with."""
    calendar = read_calendar(row.calendar)
    first, last = day_number(first_day(row.month)), day_number(last_day(row.month))
    return int(calendar.workdays[first - calendar.first : last - calendar.first + 1].sum())


def _parameters(row: Closing) -> list[tuple[str, str, object]]:
    """The numbers that held on the month's last day: name, meaning, value."""
    parameters, day = parameters_of(row.rulebook), day_number(last_day(row.month))
    lang = current_lang()
    return [
        (name, term.en if lang == "en" else term.zh, parameters.at(name, day))
        for name, term in parameters.terms.items()
    ]
