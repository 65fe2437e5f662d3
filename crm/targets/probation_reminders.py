"""Whose probation ends soon, by dates alone: for first pages, which cannot wait for the rulebook."""

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import exists, func, or_, select

from crm.errors import NotFound
from crm.extensions import db
from crm.people.accounts import Account
from crm.people.models import Staff
from crm.targets.probation_models import ProbationAnswer, ProbationDecision
from crm.targets.probation_queries import REMINDED_DAYS, decided_about, last_day
from crm.targets.staffing_reach import staff_within


@dataclass(frozen=True)
class Reminder:
    """How many probations end within 7 days, how many more within 30, and how many decisions wait."""

    urgent: int
    soon: int
    waiting: int


def reminder(user: Account, on: dt.date) -> Reminder:
    """For the first page of who decides; it looks at dates alone."""
    query = decided_about(user).where(
        Staff.probation_months > 0,
        or_(Staff.confirmed_on.is_(None), Staff.confirmed_on > on),
        Staff.hired_on <= on,
        or_(Staff.left_on.is_(None), Staff.left_on >= on),
    )
    people = {row.staff_id: (last_day(row) - on).days for row in db.session.scalars(query)}
    left = [days for days in people.values() if days >= 0]
    late, early = min(REMINDED_DAYS), max(REMINDED_DAYS)
    trial = [staff_id for staff_id, days in people.items() if days >= 0]
    answered = exists().where(ProbationAnswer.decision_id == ProbationDecision.decision_id)
    waits = select(func.count()).where(ProbationDecision.staff_id.in_(trial), ~answered)
    return Reminder(
        urgent=sum(days <= late for days in left),
        soon=sum(late < days <= early for days in left),
        waiting=(db.session.scalar(waits) or 0) if trial else 0,
    )


def own_person(user: Account) -> Staff:
    """The user's own row of the staff."""
    person = db.session.scalar(staff_within(user, "probation:read").where(Staff.staff_id == user.staff_id))
    if person is None:
        raise NotFound
    return person


def own_days_left(user: Account, on: dt.date) -> int | None:
    """How many days the own probation still lasts, by its dates alone; None for who is not on one."""
    person = own_person(user)
    if not person.probation_months or (person.confirmed_on is not None and person.confirmed_on <= on):
        return None
    days = (last_day(person) - on).days
    return days if days >= 0 and person.employed_on(on) else None
