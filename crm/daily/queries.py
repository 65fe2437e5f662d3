"""What the pages of the daily report and the evening board need, already narrowed to who may see it."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from crm.daily.day import Day, days_of_people
from crm.daily.models import (
    Report,
    ReportMark,
    ReportReading,
    reporters_visible_to,
    reports_visible_to,
)
from crm.daily.services import correctable, marks_of, report_of
from crm.errors import NotFound
from crm.leads.worklist import live
from crm.leads.worklist_models import DutyRoll, KeptDuty, duties_visible_to
from crm.leads.worklist_queries import Worklist, days_of, is_open, official_workday, worklist
from crm.people.accounts import Account
from crm.people.models import CalendarDay, RosterDay, Staff, in_force

SENT, LATE, MISSING, OFF = "sent", "late", "missing", "off"


@dataclass(frozen=True)
class Page:
    """One person's report of one date, as its page shows it."""

    staff: Staff
    on: dt.date
    report: Report | None
    workday: bool
    day: Day
    listed: Worklist
    readings: Sequence[tuple[str, dt.datetime]]
    marks: Sequence[tuple[ReportMark, str]]
    correctable: bool

    @property
    def state(self) -> str:
        """sent, late, missing, or off on a rest day without one."""
        return state_of(self.report, self.on, self.workday)

    @property
    def untracked(self) -> int:
        """How many customers are overdue or due and not done."""
        return self.listed.overdue + self.listed.due

    @property
    def changed_since(self) -> bool:
        """Whether the records have moved on since the report was sent."""
        if self.report is None or self.report.figures is None:
            return False
        stored = {name: self.report.figures.get(name) for name in self.day.figures()}
        return stored != self.day.figures()


def state_of(report: Report | None, on: dt.date, workday: bool) -> str:
    """sent on its date, late, missing, or off (no workday, nothing sent)."""
    if report is None or report.submitted_at is None:
        return MISSING if workday else OFF
    return SENT if report.submitted_at.date() == on else LATE


def reporter(session: Session, user: Account, staff_id: str) -> Staff:
    """A person whose day the user may read; `NotFound` for anyone else."""
    staff = session.scalar(reporters_visible_to(user).where(Staff.staff_id == staff_id))
    if staff is None:
        raise NotFound
    return staff


def page(session: Session, user: Account, staff_id: str, on: dt.date, at: dt.datetime) -> Page:
    """One person's report of one date."""
    staff = reporter(session, user, staff_id)
    report = report_of(session, user, staff_id, on)
    marks = marks_of(session, report) if report else []
    names = _names(session, [mark.made_by for mark in marks])
    return Page(
        staff=staff,
        on=on,
        report=report,
        workday=days_of(session, staff_id, on).workday,
        day=days_of_people(session, user, [staff_id], on)[staff_id],
        listed=worklist(session, user, on, whose=staff_id),
        readings=_readings(session, staff_id, on),
        marks=[(mark, names.get(mark.made_by, mark.made_by)) for mark in marks],
        correctable=correctable(report, at),
    )


def _readings(session: Session, staff_id: str, on: dt.date) -> list[tuple[str, dt.datetime]]:
    query = select(ReportReading.read_by, ReportReading.read_at).where(
        ReportReading.staff_id == staff_id, ReportReading.date == on
    )
    rows = session.execute(query.order_by(ReportReading.read_at)).all()
    names = _names(session, [reader for reader, _ in rows])
    return [(names.get(reader, reader), read_at) for reader, read_at in rows]


def _names(session: Session, staff_ids: Sequence[str]) -> dict[str, str]:
    query = select(Staff.staff_id, Staff.name).where(Staff.staff_id.in_(staff_ids))
    return dict(session.execute(query).all())


@dataclass(frozen=True)
class BoardRow:
    """One person's evening."""

    staff: Staff
    figures: Mapping[str, int]
    overdue: int
    untracked: int
    late: int
    report: Report | None
    state: str
    read: bool

    @property
    def attention(self) -> tuple[bool, int, int, bool, bool, str, str]:
        """What needs a look comes first: no report, then overdue and untracked, late ones, the unread."""
        late = self.state == LATE
        return (
            self.state != MISSING,
            -self.overdue,
            -self.untracked,
            not (late or self.late),
            self.read or self.report is None,
            self.staff.name,
            self.staff.staff_id,
        )


def board(session: Session, user: Account, on: dt.date) -> list[BoardRow]:
    """The evening of everyone of the project: consultants there on that date, and whoever sent a report."""
    people = _people(session, user, on)
    ids = [staff.staff_id for staff in people]
    reports = {report.staff_id: report for report in _reports(session, user, on)}
    days, works = days_of_people(session, user, ids, on), _workdays(session, people, on)
    open_duties = _open_duties(session, user, people, on)
    read = _read_by(session, user, on)
    rows = []
    for staff in people:
        report, overdue_and_all = reports.get(staff.staff_id), open_duties[staff.staff_id]
        day = days[staff.staff_id]
        state = state_of(report, on, works[staff.staff_id])
        rows.append(
            BoardRow(
                staff=staff,
                figures=day.figures(),
                overdue=overdue_and_all[0],
                untracked=overdue_and_all[1],
                late=len(day.late),
                report=report,
                state=state,
                read=staff.staff_id in read,
            )
        )
    return sorted(rows, key=lambda row: row.attention)


def _people(session: Session, user: Account, on: dt.date) -> list[Staff]:
    here = and_(Staff.hired_on <= on, or_(Staff.left_on.is_(None), Staff.left_on >= on))
    sent = select(Report.staff_id).where(Report.date == on, Report.submitted_at.is_not(None))
    wanted = or_(and_(in_force("role", on) == "consultant", here), Staff.staff_id.in_(sent))
    return list(session.scalars(reporters_visible_to(user).where(wanted).order_by(Staff.staff_id)))


def _reports(session: Session, user: Account, on: dt.date) -> Sequence[Report]:
    return session.scalars(reports_visible_to(user).where(Report.date == on)).all()


def _workdays(session: Session, people: Sequence[Staff], on: dt.date) -> dict[str, bool]:
    company = session.scalar(select(CalendarDay.workday).where(CalendarDay.date == on))
    usual = official_workday(on) if company is None else company
    roster = select(RosterDay.staff_id, RosterDay.kind).where(
        RosterDay.date == on, RosterDay.staff_id.in_([staff.staff_id for staff in people])
    )
    planned = {staff_id: kind == "work" for staff_id, kind in session.execute(roster)}
    return {staff.staff_id: planned.get(staff.staff_id, usual) and staff.employed_on(on) for staff in people}


def _open_duties(
    session: Session,
    user: Account,
    people: Sequence[Staff],
    on: dt.date,
) -> dict[str, tuple[int, int]]:
    """For each person the overdue and all open duties: kept ones of today, else computed for that date."""
    rolled = set(session.scalars(select(DutyRoll.staff_id).where(DutyRoll.on == on)))
    kept = _kept_counts(session, user, on) if rolled else {}
    found = {}
    for staff in people:
        if staff.staff_id in rolled:
            found[staff.staff_id] = kept.get(staff.staff_id, (0, 0))
        else:
            duties = [duty for duty in live(session, staff.staff_id, on) if is_open(duty, on)]
            overdue = sum(duty.overdue_since is not None for duty in duties)
            found[staff.staff_id] = (overdue, len(duties))
    return found


def _kept_counts(session: Session, user: Account, on: dt.date) -> dict[str, tuple[int, int]]:
    overdue = KeptDuty.overdue_since.is_not(None)
    due = and_(~overdue, KeptDuty.due_on == on, KeptDuty.done.is_(False))
    query = (
        duties_visible_to(user)
        .with_only_columns(KeptDuty.staff_id, func.count().filter(overdue), func.count().filter(due))
        .group_by(KeptDuty.staff_id)
    )
    return {staff_id: (late, late + soon) for staff_id, late, soon in session.execute(query)}


def _read_by(session: Session, user: Account, on: dt.date) -> set[str]:
    query = select(ReportReading.staff_id).where(
        ReportReading.date == on, ReportReading.read_by == user.actor
    )
    return set(session.scalars(query))
