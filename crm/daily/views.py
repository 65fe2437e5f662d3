"""The daily report and the evening board."""

import datetime as dt

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from crm.clock import now, today
from crm.daily import queries, services
from crm.daily.day import FIGURES
from crm.daily.forms import JudgementForm, ReportForm
from crm.errors import Invalid, NotFound, Stale
from crm.extensions import db
from crm.leads.worklist_queries import days_of, worklist
from crm.people.forms import put_back
from crm.people.signed_in import me
from crm.permissions import Permission, requires
from crm.store.once import once
from crm.web import say

blueprint = Blueprint("daily", __name__)
Answer = str | Response | tuple[str, int]
ROWS = (*FIGURES, "service", "late", "untracked")

# No office kept records before; the dates around it can still be counted.
EARLIEST = dt.date(1990, 1, 1)


def day_of(text: str | None) -> dt.date:
    """The date of an address, today without one; `NotFound` for what is no date, lies ahead or far back."""
    if not text:
        return today()
    try:
        on = dt.date.fromisoformat(text)
    except ValueError:
        raise NotFound from None
    if not EARLIEST <= on <= today():
        raise NotFound
    return on


@blueprint.get("/report")
@requires(Permission.OWN_REPORTS_READ)
def mine() -> Answer:
    """The person's own report, of today or of `date`."""
    return _own_page(day_of(request.args.get("date")))


def _own_page(on: dt.date, form: ReportForm | None = None, stale: Stale | None = None) -> str:
    page = queries.page(db.session(), me(), me().staff_id or "", on, now())
    if form is None:
        form = ReportForm(formdata=None, date=on, remarks=page.report.remarks if page.report else "")
    form.version.data = str(page.report.version) if page.report else ""
    return render_template(
        "daily/report.html", page=page, form=form, own=True, stale=stale, may_send=_may_send(page), **_gap(on)
    )


def _may_send(page: queries.Page) -> bool:
    return (today() - page.on).days <= services.BACK_DAYS and page.correctable


def _gap(on: dt.date) -> dict[str, object]:
    """The day before, where its report is missing, so that it can still be sent."""
    before = on - dt.timedelta(days=1)
    if on != today():
        return {"missing": None}
    report = services.report_of(db.session(), me(), me().staff_id or "", before)
    workday = days_of(db.session(), me().staff_id or "", before).workday
    return {"missing": before if queries.state_of(report, before, workday) == queries.MISSING else None}


@blueprint.post("/report")
@requires(Permission.OWN_REPORTS_WRITE)
def submit() -> Answer:
    """Send it, or correct it on the day of sending."""
    form = ReportForm()
    if not form.validate_on_submit():
        return _own_page(form.date.data or today(), form), 422
    version = int(form.version.data) if (form.version.data or "").isdigit() else None
    on, remarks = form.date.data, (form.remarks.data or "").strip()
    try:
        once(me().actor, request.form, now(), lambda: _sent(on, remarks, version))
    except Invalid as problem:
        put_back(form, problem)
        return _own_page(min(on, today()), form), 422
    except Stale as stale:
        return _own_page(on, form, stale), 409
    say(_("日报已提交。"))
    return redirect(url_for("daily.mine", date=on if on != today() else None), 303)


def _sent(on: dt.date, remarks: str, version: int | None) -> dict[str, str]:
    services.submit(me(), on, remarks, version, now())
    return {"date": on.isoformat()}


@blueprint.get("/reports/<staff_id>/<date>")
@requires(Permission.OWN_REPORTS_READ, Permission.PROJECT_REPORTS_READ)
def report(staff_id: str, date: str) -> Answer:
    """A person's report; a manager's reading is kept."""
    on = day_of(date)
    if staff_id == me().staff_id and me().may(Permission.OWN_REPORTS_READ):
        return _own_page(on)
    queries.reporter(db.session(), me(), staff_id)
    stored = services.report_of(db.session(), me(), staff_id, on)
    if stored is not None:
        services.mark_read(me(), stored, now())
    return _managers_page(staff_id, on, JudgementForm(formdata=None))


def _managers_page(staff_id: str, on: dt.date, form: JudgementForm) -> str:
    page = queries.page(db.session(), me(), staff_id, on, now())
    judges = me().may(Permission.PROJECT_REPORTS_MARK_FALSE)
    return render_template(
        "daily/report.html", page=page, form=None, judgement=form if judges else None, own=False
    )


@blueprint.get("/reports/<staff_id>/<date>/<what>")
@requires(Permission.OWN_REPORTS_READ, Permission.PROJECT_REPORTS_READ)
def rows(staff_id: str, date: str, what: str) -> str:
    """The rows behind one figure."""
    if what not in ROWS:
        raise NotFound
    on = day_of(date)
    staff = queries.reporter(db.session(), me(), staff_id)
    listed = worklist(db.session(), me(), on, whose=staff_id) if what == "untracked" else None
    day = queries.days_of_people(db.session(), me(), [staff_id], on)[staff_id]
    found = [] if what == "untracked" else getattr(day, what)
    return render_template("daily/rows.html", staff=staff, on=on, what=what, rows=found, listed=listed)


@blueprint.post("/reports/<staff_id>/<date>/false")
@requires(Permission.PROJECT_REPORTS_MARK_FALSE)
def mark_false(staff_id: str, date: str) -> Answer:
    """Find a report untrue, with a reason that the person reads."""
    return _judge(staff_id, day_of(date), True)


@blueprint.post("/reports/<staff_id>/<date>/take-back")
@requires(Permission.PROJECT_REPORTS_MARK_FALSE)
def take_back(staff_id: str, date: str) -> Answer:
    """Take the mark back, with a reason."""
    return _judge(staff_id, day_of(date), False)


def _judge(staff_id: str, on: dt.date, false: bool) -> Answer:
    queries.reporter(db.session(), me(), staff_id)
    form = JudgementForm()
    act = services.mark_false if false else services.take_back
    try:
        if form.validate_on_submit():
            once(
                me().actor,
                request.form,
                now(),
                lambda: _done(act(me(), staff_id, on, form.reason.data, now())),
            )
            say(_("已标为不实，本人会看到理由。") if false else _("已撤回，本人会看到理由。"))
            return redirect(url_for("daily.report", staff_id=staff_id, date=on), 303)
    except Invalid as problem:
        put_back(form, problem)
    return _managers_page(staff_id, on, form), 422


def _done(_nothing: None) -> dict[str, bool]:
    return {"done": True}


@blueprint.get("/board")
@requires(Permission.PROJECT_REPORTS_READ)
def board() -> str:
    """The evening of the project, or that of an earlier day."""
    on = day_of(request.args.get("date"))
    people = queries.board(db.session(), me(), on)
    return render_template("daily/board.html", on=on, rows=people, before=on - dt.timedelta(days=1))
