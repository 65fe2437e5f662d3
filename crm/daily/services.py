"""Sending the daily report, reading it, and a manager's word that it is false.

A report of today or of the last `BACK_DAYS` days can be sent; `submitted_at` is the server's time of the first
sending, so a report sent after its date is late and stays so. Until the end of the day on which it was sent it
can be corrected (`corrected_at`, the older text in the history); then it stands.
"""

import datetime as dt

from sqlalchemy import select
from sqlalchemy.orm import Session

from crm.daily.day import days_of_people
from crm.daily.models import Report, ReportMark, ReportReading, reports_visible_to
from crm.errors import Conflict, Invalid, NotFound, Refused, Stale
from crm.leads.worklist_queries import worklist
from crm.people import audit
from crm.people.accounts import Account
from crm.store.history import remember_change
from crm.transactions import atomic

BACK_DAYS = 3
LONGEST_REMARKS = 4000
LONGEST_REASON = 500


def submit(user: Account, on: dt.date, remarks: str, version: int | None, at: dt.datetime) -> Report:
    """Send the user's report of a date, or correct it while that can be done.

    `version` is that of the stored report which the form was made from, None where there was none. Raises
    `Invalid`, `Stale`, and `Conflict` once the report stands.
    """
    _check_date(on, at)
    if len(remarks) > LONGEST_REMARKS:
        raise Invalid(f"备注最多 {LONGEST_REMARKS} 字。", f"At most {LONGEST_REMARKS} characters.", "remarks")
    if user.staff_id is None:
        raise Refused
    with atomic() as session:
        report = session.get(Report, (user.staff_id, on))
        figures = figures_of(session, user, on)
        if report is None:
            report = Report(staff_id=user.staff_id, date=on)
            session.add(report)
        elif report.version != version:
            raise Stale({"remarks": report.remarks or ""}, {"remarks": remarks})
        if report.submitted_at is None:
            report.submitted_at = at
        else:
            _refuse_standing(report, at)
            report.corrected_at = at
        report.remarks, report.figures = remarks or None, figures
        if report.corrected_at:
            remember_change(report, at, user.actor)
        session.flush()
        return report


def _check_date(on: dt.date, at: dt.datetime) -> None:
    if on > at.date():
        raise Invalid("还没到这一天。", "That day has not come yet.", "date")
    if (at.date() - on).days > BACK_DAYS:
        raise Invalid(
            f"只能补交最近 {BACK_DAYS} 天的日报。",
            f"Only the last {BACK_DAYS} days can still be sent.",
            "date",
        )


def correctable(report: Report | None, at: dt.datetime) -> bool:
    """Whether the person can still change what was sent: on the day of sending, and not once judged false."""
    if report is None or report.submitted_at is None:
        return report is None or not report.false
    return report.submitted_at.date() == at.date() and not report.false


def _refuse_standing(report: Report, at: dt.datetime) -> None:
    if not correctable(report, at):
        raise Conflict("日报已定，不能再改。", "The report stands and can no longer be changed.")


def figures_of(session: Session, user: Account, on: dt.date) -> dict[str, int]:
    """The figures that a report keeps of its day: those of the records, and what is still untracked."""
    staff_id = user.staff_id or ""
    listed = worklist(session, user, on)
    day = days_of_people(session, user, [staff_id], on)[staff_id]
    return {**day.figures(), "late": len(day.late), "untracked": listed.overdue + listed.due}


def mark_read(user: Account, report: Report, at: dt.datetime) -> None:
    """Keep who has read a report, and when first; reading one's own is not reading."""
    if report.submitted_at is None or user.staff_id == report.staff_id:
        return
    key = (report.staff_id, report.date, user.actor)
    with atomic() as session:
        if session.get(ReportReading, key) is None:
            session.add(ReportReading(staff_id=key[0], date=key[1], read_by=key[2], read_at=at))


def mark_false(user: Account, staff_id: str, on: dt.date, reason: str, at: dt.datetime) -> None:
    """A manager finds a report untrue; the person sees who, when and why."""
    _judge(user, staff_id, on, True, reason, at)


def take_back(user: Account, staff_id: str, on: dt.date, reason: str, at: dt.datetime) -> None:
    """The mark was wrong: it is taken back with a reason, and both stay to be read."""
    _judge(user, staff_id, on, False, reason, at)


def _judge(user: Account, staff_id: str, on: dt.date, false: bool, reason: str, at: dt.datetime) -> None:
    reason = reason.strip()
    if not reason or len(reason) > LONGEST_REASON:
        raise Invalid("请写明理由，不超过 500 字。", "Give a reason of at most 500 characters.", "reason")
    with atomic() as session:
        theirs = reports_visible_to(user).where(Report.staff_id == staff_id, Report.date == on)
        report = session.scalar(theirs)
        if report is None or report.submitted_at is None:
            raise NotFound
        if report.false == false:
            raise Conflict("已经是这个结论了。", "That is already the finding.")
        report.false, report.false_reason = false, reason if false else None
        report.decided_by, report.decided_at = (user.staff_id, at) if false else (None, None)
        session.add(
            ReportMark(
                staff_id=staff_id, date=on, false=false, reason=reason, made_by=user.staff_id, made_at=at
            )
        )
        action = "report.marked_false" if false else "report.mark_taken_back"
        audit.record(user.actor, action, f"{staff_id} {on}", at=at)


def report_of(session: Session, user: Account, staff_id: str, on: dt.date) -> Report | None:
    """A report that the user may see, if there is one."""
    return session.scalar(reports_visible_to(user).where(Report.staff_id == staff_id, Report.date == on))


def marks_of(session: Session, report: Report) -> list[ReportMark]:
    """What managers said of a report, oldest first."""
    query = select(ReportMark).where(ReportMark.staff_id == report.staff_id, ReportMark.date == report.date)
    return list(session.scalars(query.order_by(ReportMark.mark_id)))
