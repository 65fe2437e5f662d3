"""Taking on people and changing what is known of them; HR's."""

import datetime as dt
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from crm.errors import Invalid, NotFound, Stale
from crm.extensions import db
from crm.people import audit, company, signing_in
from crm.people.accounts import Account
from crm.people.models import DATED, Staff, staff_visible_to
from crm.permissions import reach
from crm.store.history import remember_change
from crm.transactions import atomic

FIELDS = (
    "name",
    "person_id",
    "role",
    "project",
    "trade",
    "hired_on",
    "left_on",
    "probation_months",
    "contract_years",
    "confirmed_on",
    "monthly_base_pay",
    "monthly_variable_pay",
)
Values = dict[str, Any]


def take_on(user: Account, staff_id: str, values: Values, at: dt.datetime) -> Staff:
    """A new employment; `Invalid` where its number is taken or its dates do not follow each other."""
    staff_id = staff_id.strip()
    _check(values)
    with atomic() as session:
        if session.get(Staff, staff_id) is not None:
            raise Invalid("这个员工编号已有人使用。", "This staff number is taken.", "staff_id")
        row = Staff(staff_id=staff_id, **_kept(values))
        session.add(row)
        audit.record(user.actor, "staff.taken_on", staff_id, at=at)
    return row


def change(user: Account, staff_id: str, version: int, values: Values, at: dt.datetime) -> None:
    """Change what is known of somebody; `Stale` where somebody else saved first.

    Pay or post as of the hiring reach back to it, so for somebody who was hired before today `past_is_meant`
    has to say so; what changes from a date on is a term.
    """
    _check(values)
    kept = _kept(values)
    with atomic() as session:
        row = writable(user, staff_id)
        if row.version != version:
            raise Stale(first_values(row), kept)
        _check_past(row, kept, bool(values.get("past_is_meant")), at.date())
        left_before = row.left_on
        for name, value in kept.items():
            setattr(row, name, value)
        if remember_change(row, at, user.actor):
            audit.record(user.actor, "staff.changed", staff_id, at=at)
        if row.left_on is not None and row.left_on != left_before and row.left_on < at.date():
            session.flush()
            _end_sessions(staff_id, at, user.actor)


def writable(user: Account, staff_id: str) -> Staff:
    """Somebody whose row the user may change; the administrator's is nobody's to change."""
    row = db.session.scalar(staff_visible_to(user).where(Staff.staff_id == staff_id))
    if row is None or row.role == "admin" or reach(user, "staff:write") != "all":
        raise NotFound
    return row


def _end_sessions(staff_id: str, at: dt.datetime, actor: str) -> None:
    account = db.session.scalar(select(Account).where(Account.staff_id == staff_id))
    if account is not None:
        signing_in.end_sessions(account.account_id, "left", at, actor)


def _check_past(row: Staff, kept: Values, is_meant: bool, today: dt.date) -> None:
    changed = any(getattr(row, f"first_{name}") != kept[name] for name in DATED)
    if changed and row.hired_on < today and not is_meant:
        raise Invalid(
            "这会改变入职以来的每个月。只是从某天起变的，请用“从某日起变更”；确实是当初填错了，请勾选确认。",
            "This changes every month since the hiring. What changes from a day on is said by a change from that date; "
            "tick the box if it was wrong from the beginning.",
            "past_is_meant",
        )


def first_values(row: Staff) -> Values:
    """What the staff row itself says, as a form shows it; what changed since stands in the terms."""
    return {name: getattr(row, f"first_{name}" if name in DATED else name) for name in FIELDS}


def _kept(values: Values) -> Values:
    kept = {name: values[name] for name in FIELDS}
    kept["name"] = kept["name"].strip()
    kept["person_id"] = (kept["person_id"] or "").strip() or None
    return kept


def _check(values: Values) -> None:
    hired = values["hired_on"]
    for name, zh, en in (
        ("left_on", "离职日期早于入职日期。", "The last day is before the first."),
        ("confirmed_on", "转正日期早于入职日期。", "The confirmation is before the first day."),
    ):
        if values[name] is not None and values[name] < hired:
            raise Invalid(zh, en, name)
    for name in ("monthly_base_pay", "monthly_variable_pay"):
        pay = values[name]
        if pay is not None and pay != round(Decimal(pay), 2):
            raise Invalid("最多两位小数。", "At most two decimals.", name)
    if values["project"] not in company.projects():
        raise Invalid("没有这个项目。", "There is no such project.", "project")
