"""What Today shows: the person's duties in the order in which they should be done."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Row, Select, String, and_, bindparam, case, func, or_, select, true
from sqlalchemy.orm import Session

from crm.leads.models import Contact, Customer
from crm.leads.worklist import FIELDS, Duty, computed, live
from crm.leads.worklist_day import Days as Days
from crm.leads.worklist_day import PersonsDay, persons_day
from crm.leads.worklist_day import days_of as days_of
from crm.leads.worklist_day import official_workday as official_workday
from crm.leads.worklist_models import KeptDuty, duties_visible_to
from crm.permissions import User, Who

PAGE = 30
"""Rows at a time: a day's work; the rest is one tap away."""
SECTIONS = ("overdue", "today", "next")


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
    """How much there is on a person's date: overdue, due and not done, due on the next workday."""

    day: PersonsDay
    on: dt.date
    overdue: int
    due: int
    upcoming: int

    @property
    def days(self) -> Days:
        """Whether it is a workday, and which comes next."""
        return self.day.days


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
    day = persons_day(session, staff_id, on)
    if not day.rolled:
        return _computed_now(session, staff_id, on, start, day)
    asked = _asked_of(Who.of(user), staff_id, on, day.days.next_workday)
    connection = session.connection()
    rows = connection.execute(asked.page, {"start": start}).all()
    overdue, due, upcoming = rows[0][-3:] if rows else connection.execute(asked.counts).one()
    lines = [_line(row, on) for row in rows]
    lines.sort(key=lambda line: _order(line.duty, on))
    return Worklist(day, on, overdue, due, upcoming, lines, start)


def _computed_now(session: Session, staff_id: str, on: dt.date, start: int, day: PersonsDay) -> Worklist:
    listed = _listed(live(session, staff_id, on), on, day.days.next_workday)
    overdue, due, upcoming = (sum(section_of(duty, on) == name for duty in listed) for name in SECTIONS)
    lines = lines_of(session, listed[start : start + PAGE], on)
    return Worklist(day, on, overdue, due, upcoming, lines, start)


def counts(session: Session, user: User, on: dt.date) -> Counts:
    """What the line on top says of the user's own list."""
    staff_id = user.staff_id or ""
    day = persons_day(session, staff_id, on)
    if not day.rolled:
        return _computed_now(session, staff_id, on, 0, day)
    asked = _asked_of(Who.of(user), staff_id, on, day.days.next_workday)
    return Counts(day, on, *session.connection().execute(asked.counts).one())


def after_record(session: Session, user: User, customer_id: str, on: dt.date) -> tuple[Counts, Line | None]:
    """How much there is after the user's own record, and the customer's line where something is still to be done."""
    staff_id = user.staff_id or ""
    day = persons_day(session, staff_id, on)
    if day.rolled:
        asked = _asked_of(Who.of(user), staff_id, on, day.days.next_workday)
        row = session.connection().execute(asked.one, {"which": customer_id}).one()
        line = _line(row, on) if row[0] is not None else None
        return Counts(day, on, *row[-3:]), line if line and is_open(line.duty, on) else None
    mine = [
        duty
        for duty in computed(session, [customer_id], on)
        if (duty.customer_id, duty.staff_id) == (customer_id, staff_id) and is_open(duty, on)
    ]
    lines = lines_of(session, mine, on)
    return _computed_now(session, staff_id, on, 0, day), lines[0] if lines else None


def _line(row: Row[Any], on: dt.date) -> Line:
    duty = Duty(*row[: len(FIELDS)])
    said: tuple[Any, ...] = tuple(row[len(FIELDS) : -3])
    reached = said[7] is not False  # a household without a contact has none to say so of
    return Line(duty, section_of(duty, on), *(*said[:7], reached, *said[8:]))


class _Asked(NamedTuple):
    """The statements of one person's list."""

    page: Select[Any]
    counts: Select[int, int, int]
    one: Select[Any]


@lru_cache(maxsize=256)
def _asked_of(who: Who, staff_id: str, on: dt.date, following: dt.date | None) -> _Asked:
    """Put together once a person and date: a page with all that its lines say, and how much there is in all."""
    kept = duties_visible_to(who).where(KeptDuty.staff_id == staff_id)
    overdue = KeptDuty.overdue_since.is_not(None)
    numbers = (
        func.count().filter(overdue),
        func.count().filter(~overdue, KeptDuty.due_on == on, KeptDuty.done.is_(False)),
        func.count().filter(~overdue, KeptDuty.due_on == following),
    )
    section = case((overdue, 0), (KeptDuty.due_on == on, 1), else_=2)
    tried = KeptDuty.tried_at.is_not(None)
    duties = (
        kept.where(or_(_open_on(on), KeptDuty.due_on == following))
        .order_by(section, KeptDuty.overdue_since, tried, KeptDuty.kind, KeptDuty.customer_id)
        .limit(PAGE)
        .offset(bindparam("start"))
        .with_only_columns(
            *(getattr(KeptDuty, name) for name in FIELDS),
            *(number.over().label(name) for number, name in zip(numbers, SECTIONS, strict=True)),
        )
        .subquery("kept")
    )
    page = (
        select(
            *(duties.c[name] for name in FIELDS),
            *_OF_CUSTOMER,
            *_OF_CONTACT,
            *(duties.c[n] for n in SECTIONS),
        )
        .select_from(duties)
        .join(Customer, Customer.customer_id == duties.c.customer_id)
        .outerjoin(Contact, Contact.contact_id == duties.c.last_contact_id)
    )
    counted = kept.with_only_columns(*numbers)
    many = kept.with_only_columns(
        *(number.label(name) for number, name in zip(numbers, SECTIONS, strict=True))
    ).subquery("many")
    theirs = kept.where(KeptDuty.customer_id == bindparam("which", type_=String)).subquery("theirs")
    one = (
        select(*(theirs.c[name] for name in FIELDS), *_OF_CUSTOMER, *_OF_CONTACT, *many.c)
        .select_from(many)
        .outerjoin(theirs, true())
        .outerjoin(Customer, Customer.customer_id == theirs.c.customer_id)
        .outerjoin(Contact, Contact.contact_id == theirs.c.last_contact_id)
    )
    return _Asked(page, counted, one)


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


_OF_CUSTOMER = (Customer.name, Customer.phone, Customer.intent_grade, Customer.first_contact_at)
_OF_CONTACT = (
    Contact.customer_id,
    Contact.kind,
    Contact.happened_at,
    Contact.effective,
    Contact.note,
    Contact.next_step,
    Contact.next_on,
)


def _customers(session: Session, ids: list[str]) -> dict[str, tuple[Any, ...]]:
    query = select(Customer.customer_id, *_OF_CUSTOMER).where(Customer.customer_id.in_(ids))
    return {row[0]: tuple(row[1:]) for row in session.execute(query)}


def _contacts(session: Session, ids: list[str]) -> dict[str, tuple[Any, ...]]:
    query = select(Contact.contact_id, *_OF_CONTACT).where(Contact.contact_id.in_(ids))
    return {row[0]: tuple(row[1:]) for row in session.execute(query)}
