"""The company's workdays: the official calendar with the company's own word over it."""

import datetime as dt

import pandas as pd
from sqlalchemy import select

from crm.errors import Invalid
from crm.extensions import db
from crm.people import audit
from crm.people.models import CalendarDay
from crm.rulebook.calendar import company_workdays, uncovered_years
from crm.rulebook.tables import day_number
from crm.transactions import atomic

FIRST_YEAR, LAST_YEAR = 2004, 2100


def _frame(first: dt.date, last: dt.date) -> pd.DataFrame:
    query = select(CalendarDay).where(CalendarDay.date >= first, CalendarDay.date <= last)
    rows = db.session.scalars(query).all()
    return pd.DataFrame(
        {
            "date": pd.array([day_number(row.date) for row in rows], dtype="int32").to_numpy(),
            "workday": pd.Series([row.workday for row in rows], dtype=bool),
        }
    )


def workdays(first: dt.date, last: dt.date) -> dict[dt.date, bool]:
    """For each date from first to last whether it is a company workday (rulebook 1)."""
    flags = company_workdays(day_number(first), day_number(last), _frame(first, last))
    return {first + dt.timedelta(days=place): bool(flag) for place, flag in enumerate(flags)}


def own_word(first: dt.date, last: dt.date) -> dict[dt.date, bool]:
    """The dates on which the company says otherwise, or the same on purpose."""
    query = select(CalendarDay).where(CalendarDay.date >= first, CalendarDay.date <= last)
    return {row.date: row.workday for row in db.session.scalars(query)}


def guessed_years(first: dt.date, last: dt.date) -> list[int]:
    """The years for which Monday to Friday stands in, because no official calendar is known yet."""
    beginning, end = first.replace(month=1, day=1), last.replace(month=12, day=31)
    return uncovered_years(day_number(first), day_number(last), _frame(beginning, end))


def set_company_day(day: dt.date, workday: bool | None, at: dt.datetime, actor: str) -> None:
    """Say that a date is a workday or not, or with None leave it to the official calendar."""
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise Invalid("日期超出范围。", "The date is out of range.", "date")
    with atomic() as session:
        row = session.get(CalendarDay, day)
        if workday is None:
            if row is not None:
                session.delete(row)
        elif row is None:
            session.add(CalendarDay(date=day, workday=workday))
        else:
            row.workday = workday
        said = {True: "work", False: "rest", None: "official"}[workday]
        audit.record(actor, "calendar.changed", day.isoformat(), at=at, workday=said)
