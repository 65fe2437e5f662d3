"""The duties of a few households from stored rows, for the act that somebody waits for.

`crm.rulebook.household` gives exactly what the whole rulebook gives; no more of the calendars is read than it needs.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Date, Select, bindparam, exists, select
from sqlalchemy.orm import Session

from crm.exchange.services import parameters_in_force
from crm.leads.worklist_rows import Households, Row
from crm.people.models import CalendarDay, RosterDay, Staff, Term
from crm.rulebook.household import (
    NEVER,
    Due,
    Member,
    Person,
    Spoken,
    Workdays,
    earliest_day_needed,
    household_duties,
)
from crm.rulebook.tables import SECONDS_A_DAY, date_of, day_number

FEW = 20
"""Up to so many customers it is quicker than whole columns."""

_SINCE = bindparam("since", type_=Date)
_STAFF, _ROSTER, _CALENDAR = Staff.__table__.c, RosterDay.__table__.c, CalendarDay.__table__.c
_TERMS = Term.__table__.c
_CHANGED_POST = exists().where(
    _TERMS.staff_id == _STAFF.staff_id, _TERMS.role.is_not(None) | _TERMS.trade.is_not(None)
)
_PEOPLE: Select[Any] = select(
    _STAFF.staff_id, _STAFF.role, _STAFF.trade, _STAFF.hired_on, _STAFF.left_on, _CHANGED_POST
).where(_STAFF.staff_id.in_(bindparam("ids", expanding=True)))
_PLANS: Select[Any] = select(_ROSTER.staff_id, _ROSTER.date, _ROSTER.kind).where(
    _ROSTER.staff_id.in_(bindparam("ids", expanding=True)), _ROSTER.date >= _SINCE
)
_DAYS: Select[Any] = select(_CALENDAR.date, _CALENDAR.workday).where(_CALENDAR.date >= _SINCE)


def light_duties(session: Session, rows: Households, on: dt.date) -> list[Due] | None:
    """What is due in these households on a date; None where one who ever had them changed post.

    Such a person's stretches only the whole rulebook knows.
    """
    parameters, day = parameters_in_force(session), day_number(on)
    households = _households(rows)
    since = min(earliest_day_needed(members, parameters, day) for members in households)
    workdays = _workdays(session, _holders(rows), date_of(since))
    if workdays is None:
        return None
    return [due for members in households for due in household_duties(members, workdays, parameters, day)]


def _holders(rows: Households) -> list[str]:
    return sorted({row[2] for row in rows.customers} | {row[2] for row in rows.transfers if row[2]})


def _workdays(session: Session, staff_ids: list[str], since: dt.date) -> Workdays | None:
    session.flush()
    connection = session.connection()
    roster: dict[str, dict[int, bool]] = defaultdict(dict)
    for staff_id, date, kind in connection.execute(_PLANS, {"ids": staff_ids, "since": since}):
        roster[staff_id][day_number(date)] = kind == "work"
    people = {}
    for staff_id, role, trade, hired, left, changed in connection.execute(_PEOPLE, {"ids": staff_ids}):
        if changed:
            return None
        subject = (role, trade) == ("consultant", "property")
        people[staff_id] = Person(subject, day_number(hired), _day(left), roster[staff_id])
    calendar = {day_number(date): works for date, works in connection.execute(_DAYS, {"since": since})}
    return Workdays(people, calendar)


def _day(on: dt.date | None) -> int:
    return NEVER if on is None else day_number(on)


def _households(rows: Households) -> list[list[Member]]:
    contacts, transfers = _by_customer(rows.contacts, 1), _by_customer(rows.transfers, 0)
    waivers, deals = _by_customer(rows.waivers, 0), _by_customer(rows.deals, 1)
    found: dict[str, list[Member]] = defaultdict(list)
    for customer_id, household, owner, first, opted_out in rows.customers:
        member = Member(
            customer_id,
            owner,
            first // SECONDS_A_DAY,
            _day(opted_out),
            min((_day(deal[8]) for deal in deals[customer_id]), default=NEVER),
            [(day_number(on), to) for _, on, to in transfers[customer_id]],
            [(day_number(since), _day(to)) for _, since, to in waivers[customer_id]],
            [_spoken(row) for row in contacts[customer_id]],
            [day_number(on) for deal in deals[customer_id] for on in deal[6:9] if on is not None],
        )
        found[household or f"\0{customer_id}"].append(member)
    return list(found.values())


def _by_customer(rows: Iterable[Row], place: int) -> Mapping[str, Sequence[Row]]:
    found: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        found[row[place]].append(row)
    return found


def _spoken(row: Row) -> Spoken:
    contact_id, _, kind, happened, recorded, effective = row
    return Spoken(happened, contact_id, kind, recorded // SECONDS_A_DAY, effective)
