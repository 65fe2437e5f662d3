"""What Today shows: the person's duties in the order in which they should be done."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select
from sqlalchemy.orm import Session

from crm.leads.models import Contact, Customer
from crm.leads.worklist import FIELDS, Duty, computed, is_rolled, live
from crm.leads.worklist_models import KeptDuty, duties_visible_to
from crm.leads.worklist_rows import NO_CALENDAR
from crm.people.models import CalendarDay, RosterDay, Staff, in_force
from crm.permissions import User
from crm.rulebook.calendar import company_workdays
from crm.rulebook.tables import day_number

PAGE = 30
"""Rows at a time: a day's work; the rest is one tap away."""
AHEAD_DAYS = 21
"""How far ahead the next workday is looked for: longer than any holiday."""
SECTIONS = ("overdue", "today", "next")


@dataclass(frozen=True)
class Days:
    """A person's day: whether it is a workday, and which workday comes next.

    `reports`: whether the daily report is this person's duty at all (rulebook 1).
    """

    workday: bool
    next_workday: dt.date | None
    reports: bool = True


@dataclass(frozen=True)
class Line:
    """One customer of the list. `last_*` are those of the household's latest contact."""

    duty: Duty
    section: str
    name: str
    phone: str | None
    intent_grade: str | None
    first_at: dt.datetime
    last_customer_id: str | None = None
    last_kind: str | None = None
    last_at: dt.datetime | None = None
    last_effective: bool = True
    last_note: str | None = None
    next_step: str | None = None
    next_on: dt.date | None = None


@dataclass(frozen=True)
class Counts:
    """How much there is on a date: overdue, due and not done, due on the next workday."""

    on: dt.date
    days: Days
    overdue: int
    due: int
    upcoming: int


@dataclass(frozen=True)
class Worklist(Counts):
    """A page of the list, and how much there is in all."""

    lines: Sequence[Line]
    start: int
    page: int = PAGE

    @property
    def total(self) -> int:
        """How many customers the whole list has."""
        return self.overdue + self.due + self.upcoming

    @property
    def more_from(self) -> int | None:
        """Where the next page begins, None after the last."""
        end = self.start + len(self.lines)
        return end if end < self.total and self.lines else None


def worklist(session: Session, user: User, on: dt.date, start: int = 0, whose: str | None = None) -> Worklist:
    """A person's list on a date, from the kept duties where they are whole, else computed now.

    Without `whose` it is the user's own. Who asks for another's has made sure that the user may see that person.
    """
    staff_id = whose or user.staff_id or ""
    days = days_of(session, staff_id, on)
    if is_rolled(session, staff_id, on):
        kept = duties_visible_to(user).where(KeptDuty.staff_id == staff_id)
        numbers = _counts(session, kept, on, days.next_workday)
        duties = _page(session, kept, on, days.next_workday, start)
    else:
        listed = _listed(live(session, staff_id, on), on, days.next_workday)
        overdue, due, upcoming = (sum(section_of(duty, on) == name for duty in listed) for name in SECTIONS)
        numbers = overdue, due, upcoming
        duties = listed[start : start + PAGE]
    return Worklist(on, days, *numbers, lines_of(session, duties, on), start)


def counts(session: Session, user: User, on: dt.date) -> Counts:
    """What the line on top says of the user's own list."""
    staff_id = user.staff_id or ""
    if not is_rolled(session, staff_id, on):
        return worklist(session, user, on)
    days = days_of(session, staff_id, on)
    kept = duties_visible_to(user).where(KeptDuty.staff_id == staff_id)
    return Counts(on, days, *_counts(session, kept, on, days.next_workday))


def section_of(duty: Duty, on: dt.date) -> str:
    """overdue, today or next."""
    if duty.overdue_since is not None:
        return "overdue"
    return "today" if duty.due_on == on else "next"


def is_open(duty: Duty, on: dt.date) -> bool:
    """Overdue, or due on that date and not done."""
    return duty.overdue_since is not None or (duty.due_on == on and not duty.done)


def _listed(duties: Sequence[Duty], on: dt.date, following: dt.date | None) -> list[Duty]:
    kept = [duty for duty in duties if is_open(duty, on) or (duty.due_on == following and following)]
    return sorted(kept, key=lambda duty: _order(duty, on))


def _order(duty: Duty, on: dt.date) -> tuple[int, dt.date, bool, str, str]:
    section = SECTIONS.index(section_of(duty, on))
    return (
        section,
        duty.overdue_since or dt.date.min,
        duty.tried_at is not None,
        duty.kind,
        duty.customer_id,
    )


def _open_on(on: dt.date) -> ColumnElement[bool]:
    return or_(KeptDuty.overdue_since.is_not(None), and_(KeptDuty.due_on == on, KeptDuty.done.is_(False)))


def _counts(
    session: Session, kept: Select[tuple[KeptDuty]], on: dt.date, following: dt.date | None
) -> tuple[int, int, int]:
    overdue = KeptDuty.overdue_since.is_not(None)
    query = kept.with_only_columns(
        func.count().filter(overdue),
        func.count().filter(~overdue, KeptDuty.due_on == on, KeptDuty.done.is_(False)),
        func.count().filter(~overdue, KeptDuty.due_on == following),
    )
    counted = session.execute(query).one()
    return counted[0], counted[1], counted[2]


def _page(
    session: Session, kept: Select[tuple[KeptDuty]], on: dt.date, following: dt.date | None, start: int
) -> list[Duty]:
    section = case((KeptDuty.overdue_since.is_not(None), 0), (KeptDuty.due_on == on, 1), else_=2)
    tried = KeptDuty.tried_at.is_not(None)
    query = (
        kept.where(or_(_open_on(on), KeptDuty.due_on == following))
        .order_by(section, KeptDuty.overdue_since, tried, KeptDuty.kind, KeptDuty.customer_id)
        .limit(PAGE)
        .offset(start)
    )
    columns = [getattr(KeptDuty, name) for name in FIELDS]
    return [Duty(*row) for row in session.execute(query.with_only_columns(*columns))]


def lines_of(session: Session, duties: Sequence[Duty], on: dt.date) -> list[Line]:
    """The duties with what the list says of their customers."""
    customers = _customers(session, [duty.customer_id for duty in duties])
    contacts = _contacts(session, [duty.last_contact_id for duty in duties if duty.last_contact_id])
    return [
        Line(
            duty,
            section_of(duty, on),
            *customers[duty.customer_id],
            *contacts.get(duty.last_contact_id or "", ()),
        )
        for duty in duties
    ]


def _customers(
    session: Session, ids: list[str]
) -> dict[str, tuple[str, str | None, str | None, dt.datetime]]:
    query = select(
        Customer.customer_id,
        Customer.name,
        Customer.phone,
        Customer.intent_grade,
        Customer.first_contact_at,
    )
    found = session.execute(query.where(Customer.customer_id.in_(ids)))
    return {customer_id: (name, phone, grade, first) for customer_id, name, phone, grade, first in found}


def _contacts(session: Session, ids: list[str]) -> dict[str, tuple[Any, ...]]:
    query = select(
        Contact.contact_id,
        Contact.customer_id,
        Contact.kind,
        Contact.happened_at,
        Contact.effective,
        Contact.note,
        Contact.next_step,
        Contact.next_on,
    )
    found = session.execute(query.where(Contact.contact_id.in_(ids)))
    return {row[0]: tuple(row[1:]) for row in found}


def duty_of(session: Session, user: User, customer_id: str, on: dt.date) -> Duty | None:
    """One customer's duty as it is now, None where there is none."""
    if is_rolled(session, user.staff_id or "", on):
        query = duties_visible_to(user).where(
            KeptDuty.customer_id == customer_id, KeptDuty.staff_id == user.staff_id
        )
        columns = [getattr(KeptDuty, name) for name in FIELDS]
        row = session.execute(query.with_only_columns(*columns)).one_or_none()
        return Duty(*row) if row else None
    mine = [duty for duty in computed(session, [customer_id], on) if duty.customer_id == customer_id]
    return next((duty for duty in mine if duty.staff_id == user.staff_id), None)


def days_of(session: Session, staff_id: str, on: dt.date) -> Days:
    """Whether a date is a workday of the person, and the next one after it (rulebook 1)."""
    staff = session.get(Staff, staff_id)
    last = on + dt.timedelta(days=AHEAD_DAYS)
    roster = select(RosterDay.date, RosterDay.kind).where(
        RosterDay.staff_id == staff_id, RosterDay.date.between(on, last)
    )
    planned = {day: kind == "work" for day, kind in session.execute(roster)}
    own = select(CalendarDay.date, CalendarDay.workday).where(CalendarDay.date.between(on, last))
    company = dict(session.execute(own).all())

    def works(day: dt.date) -> bool:
        if staff is None or not staff.employed_on(day):
            return False
        return planned[day] if day in planned else company[day] if day in company else official_workday(day)

    ahead = (on + dt.timedelta(days=more) for more in range(1, AHEAD_DAYS + 1))
    post = select(in_force("role", on), in_force("trade", on)).where(Staff.staff_id == staff_id)
    subject = tuple(session.execute(post).first() or ()) == ("consultant", "property")
    return Days(works(on), next((day for day in ahead if works(day)), None), subject)


@lru_cache(maxsize=1024)
def official_workday(day: dt.date) -> bool:
    """Whether the official calendar has the date as a workday."""
    number = day_number(day)
    return bool(company_workdays(number, number, NO_CALENDAR)[0])
