"""When furniture consultants may not ask for leave: at weekends and on holidays (§9 15), and what the law says to it.

Labour Law Art. 38 gives everyone a day of rest a week, Art. 44 pays 200 % on a day of rest that is not made up
for and 300 % on a statutory holiday. Sick leave and other leave by law is not refused by a house rule; the manager
writes it into the roster.
"""

import datetime as dt

from sqlalchemy import select
from sqlalchemy.orm import Session

from crm.errors import Invalid, NotFound
from crm.people.company_calendar import workdays
from crm.people.models import RosterDay
from crm.people.terms import terms_on

TRADE = "furniture"


def is_bound(staff_id: str | None, day: dt.date) -> bool:
    """Whether the rule binds this person on that date."""
    if staff_id is None:
        return False
    try:
        return terms_on(staff_id, day).trade == TRADE
    except NotFound:
        return False


def check_leave(session: Session, staff_id: str, from_on: dt.date, to_on: dt.date) -> None:
    """Refuse leave on a weekend or holiday on which the person is not off anyway; names the days."""
    days = workdays(from_on, to_on)
    rows = select(RosterDay.date).where(
        RosterDay.staff_id == staff_id, RosterDay.date.between(from_on, to_on), RosterDay.kind == "rest"
    )
    resting = set(session.scalars(rows))
    refused = [
        day for day in sorted(days) if not days[day] and day not in resting and is_bound(staff_id, day)
    ]
    if refused:
        named = ", ".join(day.isoformat() for day in refused[:3]) + (" …" if refused[3:] else "")
        raise Invalid(
            f"家居顾问岗位职责第 15 条：节假日和周末不得请假（{named}）。"
            "病假等法定假不受此限，请店长直接写入排班。",
            f"Furniture duties, no. 15: no leave at weekends and on holidays ({named}). "
            "Sick leave and other leave by law is not bound by it: the manager writes it into the roster.",
            "from_on",
        )
