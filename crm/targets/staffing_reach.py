"""Whom a right over probation, leaving and cases reaches, and that two different people decide."""

import datetime as dt

from sqlalchemy import Select, false, select

from crm.errors import Conflict, Invalid, NotFound, Refused
from crm.extensions import db
from crm.people.accounts import Account
from crm.people.models import Staff
from crm.permissions import User, reach

LONGEST = 2000
MANAGERS = ("manager", "store_manager")


def staff_within(user: User, about: str) -> Select[Staff]:
    """The people whom the user's right to `about` reaches: oneself, the project's, or everybody."""
    scope = reach(user, about)
    query = select(Staff)
    if scope == "all":
        return query
    if scope == "project":
        return query.where(Staff.project == user.project)
    return query.where(Staff.staff_id == user.staff_id if scope == "own" else false())


def person_within(user: User, about: str, staff_id: str) -> Staff:
    """One of these people; NotFound for anybody else."""
    person = db.session.scalar(staff_within(user, about).where(Staff.staff_id == staff_id))
    if person is None:
        raise NotFound
    return person


def decided_person(user: User, about: str, staff_id: str) -> Staff:
    """One of these people, about whom the user may decide; nobody decides about themselves."""
    person = person_within(user, about, staff_id)
    if person.staff_id == user.staff_id:
        raise Refused("不能决定自己的事。", "Nobody decides about themselves.")
    return person


def refuse_same_person(user: Account, first: str) -> None:
    """Conflict where the second word would be the first person's own."""
    if user.actor == first:
        raise Conflict("须由另一人同意，不能自己同意自己的决定。", "A second person has to agree.")


def said(words: str, field: str, zh: str, en: str) -> str:
    """What was typed, without the space around it; Invalid for nothing, or too much."""
    if not 0 < len(words.strip()) <= LONGEST:
        raise Invalid(zh, en, field)
    return words.strip()


def is_manager(staff_id: str | None) -> bool:
    """Whether that is a manager or store manager, as a decided case needs one (docs/workbook.md)."""
    row = db.session.get(Staff, staff_id) if staff_id else None
    return row is not None and row.role in MANAGERS


def end_employment(person: Staff, last_on: dt.date) -> None:
    """Set the last day, from which on the account no longer opens; Invalid before the first."""
    if last_on < person.hired_on:
        raise Invalid("最后工作日早于入职日期。", "The last day is before the first.", "last_on")
    person.left_on = last_on
