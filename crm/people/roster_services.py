"""What can be done with the roster: set days, copy last week, ask for leave and grant it."""

import datetime as dt
from collections.abc import Iterable

from sqlalchemy import delete, select

from crm.errors import Conflict, Invalid, NotFound
from crm.extensions import db
from crm.people import audit
from crm.people.accounts import Account
from crm.people.leave_rules import check_leave
from crm.people.models import LeaveRequest, RosterDay, Staff, leave_requests_visible_to, staff_visible_to
from crm.permissions import reach
from crm.transactions import atomic
from crm.workbook.schema import ROSTER_KINDS

WEEK = dt.timedelta(days=7)
DAY = dt.timedelta(days=1)
LONGEST_LEAVE_DAYS = 180
Cell = tuple[str, dt.date]


def set_days(user: Account, cells: Iterable[Cell], kind: str | None, at: dt.datetime) -> int:
    """Write `kind` on these days of these people, or with None take what is written away.

    Says how many days changed; `NotFound` when one of the people is not the user's to plan.
    """
    if kind is not None and kind not in ROSTER_KINDS:
        raise Invalid("请选择上班、休息或请假。", "Choose work, rest or leave.", "kind")
    wanted = set(cells)
    with atomic():
        _refuse_others(user, {staff_id for staff_id, _ in wanted})
        changed = sum(_set_day(staff_id, day, kind) for staff_id, day in sorted(wanted))
        if changed:
            audit.record(user.actor, "roster.changed", at=at, days=changed, kind=kind or "none")
    return changed


def planned_by(user: Account) -> set[str]:
    """The people whose roster the user writes."""
    scope = reach(user, "roster:write")
    if scope is None:
        return set()
    query = select(Staff.staff_id)
    if scope == "project":
        query = query.where(Staff.project == user.project)
    return set(db.session.scalars(query))


def _refuse_others(user: Account, people: set[str]) -> None:
    if people - planned_by(user):
        raise NotFound


def _set_day(staff_id: str, day: dt.date, kind: str | None) -> bool:
    """Whether that changed anything."""
    row = db.session.get(RosterDay, (staff_id, day))
    if kind is None:
        if row is not None:
            db.session.delete(row)
        return row is not None
    if row is None:
        db.session.add(RosterDay(staff_id=staff_id, date=day, kind=kind))
        return True
    changed = row.kind != kind
    row.kind = kind
    return changed


def copy_last_week(user: Account, monday: dt.date, at: dt.datetime) -> int:
    """Make the week from `monday` like the one before, for everyone whom the user plans; leave stays.

    Says how many days are written now.
    """
    with atomic() as session:
        people = planned_by(user)
        week = (RosterDay.date >= monday, RosterDay.date < monday + WEEK)
        session.execute(
            delete(RosterDay).where(RosterDay.staff_id.in_(people), *week, RosterDay.kind != "leave")
        )
        left = session.execute(select(RosterDay.staff_id, RosterDay.date).where(*week))
        on_leave = {(staff_id, day) for staff_id, day in left}
        before = session.scalars(
            select(RosterDay).where(
                RosterDay.staff_id.in_(people),
                RosterDay.date >= monday - WEEK,
                RosterDay.date < monday,
                RosterDay.kind != "leave",
            )
        ).all()
        copied = [
            RosterDay(staff_id=row.staff_id, date=row.date + WEEK, kind=row.kind)
            for row in before
            if (row.staff_id, row.date + WEEK) not in on_leave
        ]
        session.add_all(copied)
        audit.record(user.actor, "roster.copied", monday.isoformat(), at=at, days=len(copied))
    return len(copied)


def ask_leave(user: Account, from_on: dt.date, to_on: dt.date, reason: str, at: dt.datetime) -> LeaveRequest:
    """Ask for leave on these dates, both included."""
    if to_on < from_on:
        raise Invalid("结束日期早于开始日期。", "The last day is before the first.", "to_on")
    if (to_on - from_on).days >= LONGEST_LEAVE_DAYS:
        raise Invalid(
            f"一次最多请 {LONGEST_LEAVE_DAYS} 天。", f"At most {LONGEST_LEAVE_DAYS} days at once.", "to_on"
        )
    if user.staff_id is None:
        raise NotFound
    with atomic() as session:
        check_leave(session, user.staff_id, from_on, to_on)
        row = LeaveRequest(
            staff_id=user.staff_id, from_on=from_on, to_on=to_on, reason=reason.strip(), asked_at=at
        )
        session.add(row)
    return row


def withdraw_leave(user: Account, request_id: int, at: dt.datetime) -> None:
    """Take back what one asked for, while nobody has decided."""
    with atomic() as session:
        row = session.get(LeaveRequest, request_id)
        if row is None or row.staff_id != user.staff_id:
            raise NotFound
        _refuse_decided(row)
        row.state, row.decided_by, row.decided_at = "withdrawn", user.actor, at


def decide_leave(user: Account, request_id: int, granted: bool, answer: str, at: dt.datetime) -> None:
    """Grant the leave, which writes it into the roster, or refuse it with an answer."""
    if not granted and not answer.strip():
        raise Invalid("不同意时请写明原因。", "Say why it is refused.", "answer")
    with atomic() as session:
        row = session.scalar(leave_requests_visible_to(user).where(LeaveRequest.request_id == request_id))
        if row is None or row.staff_id not in planned_by(user):
            raise NotFound
        _refuse_decided(row)
        row.state, row.answer = ("granted" if granted else "refused"), answer.strip() or None
        row.decided_by, row.decided_at = user.actor, at
        if granted:
            for days in range((row.to_on - row.from_on).days + 1):
                _set_day(row.staff_id, row.from_on + days * DAY, "leave")
        audit.record(user.actor, f"leave.{row.state}", row.staff_id, at=at, request=request_id)


def _refuse_decided(row: LeaveRequest) -> None:
    if row.state != "asked":
        raise Conflict("这个申请已经处理过了。", "This request was decided already.")


def visible_person(user: Account, staff_id: str) -> Staff:
    """Somebody whom the user may see; `NotFound` otherwise."""
    person = db.session.scalar(staff_visible_to(user).where(Staff.staff_id == staff_id))
    if person is None:
        raise NotFound
    return person
