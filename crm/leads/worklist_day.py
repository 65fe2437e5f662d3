"""What Today must know of a person's date before it lists anything, read in one statement."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    BigInteger,
    Date,
    and_,
    bindparam,
    case,
    cast,
    func,
    literal,
    null,
    or_,
    select,
    type_coerce,
    union_all,
)
from sqlalchemy.orm import Session

from crm.daily.models import Report
from crm.deals.keepers import DealKeeper
from crm.deals.models import Deal
from crm.leads.worklist_models import DutyRoll
from crm.people.models import CalendarDay, RosterDay, Staff, in_force
from crm.rulebook.calendar import is_official_workday
from crm.rulebook.tables import day_number
from crm.store.base import moment_of
from crm.targets.cases_models import MisconductHearing, MisconductReport
from crm.targets.training_models import TrainingNotice

AHEAD_DAYS = 21
"""How far ahead the next workday is looked for: longer than any holiday."""
HIRED, LEFT = "hired", "left"
ROSTER, CALENDAR, ROLL, REPORT = "roster", "calendar", "roll", "report"
DEALS, NOTICES, HEARINGS = "deals", "notices", "hearings"


@dataclass(frozen=True)
class Days:
    """A person's day: whether it is a workday, and which workday comes next.

    `reports`: whether the daily report is this person's duty at all (rulebook 1).
    """

    workday: bool
    next_workday: dt.date | None
    reports: bool = True


@dataclass(frozen=True)
class PersonsDay:
    """The date of one person: days, whether the kept duties are whole, and the report.

    `has_deals`: whether deals are open that are or were given to the person; `has_notices`: whether there ever was a
    training notice; `asked`: whether a statement on misconduct waits for the person's answer. Without them Today need
    not ask further.
    """

    days: Days
    rolled: bool
    sent_at: dt.datetime | None
    has_deals: bool
    has_notices: bool
    asked: bool


def _of(what: str, on: Any, number: Any) -> tuple[Any, Any, Any]:
    return literal(what).label("what"), on.label("on"), cast(number, BigInteger).label("number")


def _asked() -> Any:
    """The employment and post, roster, calendar, roll, report, open deals, notices and hearings as rows of (what, date, number)."""
    roster, calendar, roll = RosterDay.__table__.c, CalendarDay.__table__.c, DutyRoll.__table__.c
    report, deal, notice = Report.__table__.c, Deal.__table__.c, TrainingNotice.__table__.c
    told, hearing = MisconductReport.__table__.c, MisconductHearing.__table__.c
    given = select(DealKeeper.deal_id).where(DealKeeper.staff_id == bindparam("staff"))
    staff: Any = bindparam("staff")
    on, last = bindparam("on", type_=Date), bindparam("last", type_=Date)
    floor = and_(in_force("role", on) == "consultant", in_force("trade", on) == "property")
    person = Staff.__table__.c
    works, workday = case((roster.kind == "work", 1), else_=0), case((calendar.workday, 1), else_=0)
    sent = type_coerce(report.submitted_at, BigInteger)
    return union_all(
        select(*_of(HIRED, person.hired_on, case((floor, 1), else_=0))).where(person.staff_id == staff),
        select(*_of(LEFT, person.left_on, null())).where(person.staff_id == staff),
        select(*_of(ROSTER, roster.date, works)).where(
            roster.staff_id == staff, roster.date.between(on, last)
        ),
        select(*_of(CALENDAR, calendar.date, workday)).where(calendar.date.between(on, last)),
        select(*_of(ROLL, roll.on, literal(1))).where(roll.staff_id == staff),
        select(*_of(REPORT, report.date, sent)).where(report.staff_id == staff, report.date == on),
        select(*_of(DEALS, cast(null(), Date), func.count())).where(
            or_(deal.staff_id == staff, deal.deal_id.in_(given)), deal.cancelled_on.is_(None)
        ),
        select(*_of(NOTICES, cast(null(), Date), func.count())).where(notice.staff_id == staff),
        select(*_of(HEARINGS, cast(null(), Date), func.count())).where(
            told.staff_id == staff, hearing.report_id == told.report_id, hearing.answered_at.is_(None)
        ),
    )


_ASKED = _asked()


def persons_day(session: Session, staff_id: str, on: dt.date) -> PersonsDay:
    """All of it, in one statement."""
    session.flush()
    values = {"staff": staff_id, "on": on, "last": on + dt.timedelta(days=AHEAD_DAYS)}
    found: dict[str, dict[dt.date | None, int | None]] = {}
    for what, day, number in session.connection().execute(_ASKED, values):
        found.setdefault(what, {})[day] = number
    sent = found.get(REPORT, {}).get(on)
    return PersonsDay(
        _days(on, found),
        on in found.get(ROLL, {}),
        None if sent is None else moment_of(sent),
        bool(found[DEALS][None]),
        bool(found[NOTICES][None]),
        bool(found[HEARINGS][None]),
    )


def _days(on: dt.date, found: Mapping[str, Mapping[Any, int | None]]) -> Days:
    """`found` as `_ASKED` gives it; somebody who is not there works on no date."""
    planned, company = found.get(ROSTER, {}), found.get(CALENDAR, {})
    ((hired, subject),) = found.get(HIRED, {dt.date.max: 0}).items()
    (left,) = found.get(LEFT, {None: None})

    def works(day: dt.date) -> bool:
        if day < hired or (left is not None and day > left):
            return False
        own = planned.get(day, company.get(day))
        return official_workday(day) if own is None else bool(own)

    ahead = (on + dt.timedelta(days=more) for more in range(1, AHEAD_DAYS + 1))
    return Days(works(on), next((day for day in ahead if works(day)), None), bool(subject))


def days_of(session: Session, staff_id: str, on: dt.date) -> Days:
    """Whether a date is a workday of the person, and the next one after it (rulebook 1)."""
    return persons_day(session, staff_id, on).days


@lru_cache(maxsize=1024)
def official_workday(day: dt.date) -> bool:
    """Whether the official calendar has the date as a workday."""
    return is_official_workday(day_number(day))
