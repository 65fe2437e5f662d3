"""Which months are closed, and in which month an entry is booked (rulebook 11).

Months are closed in order, so the last closed one says it all: it and every month before it are fixed. A month is
written `2026-10`, which also puts months in order.
"""

import datetime as dt

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from crm.extensions import db
from crm.penalties.models import Closing, Settlement


def month_text(day: dt.date) -> str:
    """The month of a day."""
    return f"{day:%Y-%m}"


def first_day(month: str) -> dt.date:
    """The first day of a month; ValueError for what is no month."""
    return dt.datetime.strptime(month, "%Y-%m").date()


def following(month: str) -> str:
    """The month after."""
    return month_text(first_day(month) + dt.timedelta(days=31))


def last_day(month: str) -> dt.date:
    """The last day of a month."""
    return first_day(following(month)) - dt.timedelta(days=1)


def last_closed(session: Session) -> str:
    """The latest closed month, empty while none is."""
    return session.scalar(select(func.max(Closing.month))) or ""


def is_closed(month: str) -> bool:
    """Whether what is dated in that month (2026-10) is fixed; corrections of it go into the open month."""
    return month <= last_closed(db.session())


def open_month(session: Session) -> str:
    """The earliest month that is not closed: the next to be closed, and where corrections are booked.

    While none was ever closed, the month in which the records begin; empty before the first settlement.
    """
    closed = last_closed(session)
    if closed:
        return following(closed)
    last = session.execute(
        select(Settlement.since_on, Settlement.until_on).order_by(Settlement.settlement_id.desc()).limit(1)
    ).first()
    return month_text(last[0]) if last is not None and last[0] <= last[1] else ""


def booked_in(day: dt.date, closed: str) -> str:
    """The month in which an entry of that day is booked, when `closed` is the last closed month."""
    month = month_text(day)
    return following(closed) if closed and month <= closed else month
