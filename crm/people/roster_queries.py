"""The month as a grid: everyone's days, what is written and what follows from the calendar."""

import calendar
import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import or_, select

from crm.extensions import db
from crm.people.accounts import Account
from crm.people.company_calendar import FIRST_YEAR, LAST_YEAR, workdays
from crm.people.models import LeaveRequest, RosterDay, Staff, leave_requests_visible_to, staff_visible_to


@dataclass(frozen=True)
class Day:
    """One date of one person: `kind` is work, rest or leave; `written` says whether the roster says so.

    Outside the employment `kind` is empty.
    """

    date: dt.date
    kind: str
    written: bool


@dataclass(frozen=True)
class Line:
    """One person's month."""

    person: Staff
    days: list[Day]


def month_of(text: str, today: dt.date) -> dt.date:
    """The first date of `2026-11`; of the present month for anything else, or beyond the calendar's years."""
    try:
        month = dt.datetime.strptime(text, "%Y-%m").date()
    except ValueError:
        return today.replace(day=1)
    return month if FIRST_YEAR <= month.year <= LAST_YEAR else today.replace(day=1)


def dates_of(month: dt.date) -> list[dt.date]:
    """All dates of the month that begins on that date."""
    return [month.replace(day=day) for day in range(1, calendar.monthrange(month.year, month.month)[1] + 1)]


def next_month(month: dt.date, step: int) -> dt.date:
    """The first date of the month so many months on."""
    months = month.year * 12 + month.month - 1 + step
    return dt.date(months // 12, months % 12 + 1, 1)


def month_grid(user: Account, month: dt.date, people: set[str] | None = None) -> list[Line]:
    """The month of everyone whom the user may see (of those in `people`), employed in it."""
    dates = dates_of(month)
    query = staff_visible_to(user).where(
        Staff.hired_on <= dates[-1], or_(Staff.left_on.is_(None), Staff.left_on >= dates[0])
    )
    if people is not None:
        query = query.where(Staff.staff_id.in_(people))
    shown = db.session.scalars(query.order_by(Staff.project, Staff.staff_id)).all()
    written = _written([person.staff_id for person in shown], dates)
    company = workdays(dates[0], dates[-1])
    return [Line(person, [_day(person, day, written, company) for day in dates]) for person in shown]


def _written(people: list[str], dates: list[dt.date]) -> dict[tuple[str, dt.date], str]:
    query = select(RosterDay).where(
        RosterDay.staff_id.in_(people), RosterDay.date >= dates[0], RosterDay.date <= dates[-1]
    )
    return {(row.staff_id, row.date): row.kind for row in db.session.scalars(query)}


def _day(
    person: Staff, day: dt.date, written: dict[tuple[str, dt.date], str], company: dict[dt.date, bool]
) -> Day:
    if not person.employed_on(day):
        return Day(day, "", False)
    kind = written.get((person.staff_id, day))
    if kind is not None:
        return Day(day, kind, True)
    return Day(day, "work" if company[day] else "rest", False)


def open_requests(user: Account, people: set[str]) -> Sequence[tuple[LeaveRequest, Staff]]:
    """The requests that wait for this user's decision, the earliest leave first."""
    query = (
        leave_requests_visible_to(user)
        .add_columns(Staff)
        .where(LeaveRequest.state == "asked", LeaveRequest.staff_id.in_(people))
        .order_by(LeaveRequest.from_on, LeaveRequest.request_id)
    )
    return [(request, person) for request, person in db.session.execute(query)]


def own_requests(user: Account) -> Sequence[LeaveRequest]:
    """What the user asked for, newest first."""
    query = select(LeaveRequest).where(LeaveRequest.staff_id == user.staff_id)
    return db.session.scalars(query.order_by(LeaveRequest.request_id.desc()).limit(50)).all()
