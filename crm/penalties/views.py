"""The pages of entries: one's own, the project's, the company's; settling now; the nightly work."""

import datetime as dt

from flask import Blueprint, current_app, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from crm import jobs
from crm.clock import now, today
from crm.errors import NotFound
from crm.extensions import db
from crm.penalties import queries
from crm.penalties.entry_page import entry_page
from crm.penalties.figures import by_person
from crm.penalties.models import Settlement, shows_amount
from crm.penalties.objections import note_seen
from crm.people.accounts import Job
from crm.people.models import Staff
from crm.people.signed_in import me
from crm.permissions import Permission, reach, requires
from crm.web.i18n import current_lang

blueprint = Blueprint("penalties", __name__)
READ = (Permission.OWN_LEDGER_READ, Permission.PROJECT_LEDGER_READ, Permission.ALL_LEDGER_READ)
SETTLES = (Permission.ALL_LEDGER_CLOSE, Permission.PROJECT_LEDGER_LIFT)


def _month() -> dt.date:
    """The month of the address, else the present one; never one to come."""
    text = request.args.get("month", "")
    try:
        chosen = dt.datetime.strptime(text, "%Y-%m").date()
    except ValueError:
        chosen = today()
    return min(chosen, today()).replace(day=1)


@blueprint.get("/entries")
@requires(Permission.OWN_LEDGER_READ)
def mine() -> str:
    """One's own month: the line on top, then the entries by rule."""
    return _person_page(str(me().staff_id))


@blueprint.get("/entries/people/<staff_id>")
@requires(*READ)
def person(staff_id: str) -> str:
    """The month of one person."""
    return _person_page(staff_id)


def _person_page(staff_id: str) -> str:
    staff, month = queries.person_of(me(), staff_id), _month()
    if staff_id == me().staff_id:
        note_seen(me(), queries.own_entries(me(), month), now())
        staff = queries.person_of(me(), staff_id)
    return render_template(
        "penalties/person.html",
        page=queries.month_of(me(), staff, month, today()),
        month=month,
        months=queries.months_with_entries(me(), today(), staff_id),
        own=staff_id == me().staff_id,
        back=_overview(),
        settled=_last_settlement(),
    )


def _overview() -> str | None:
    scope = reach(me(), "ledger:read")
    endpoint = {"project": "penalties.project", "all": "penalties.all"}.get(scope or "")
    return url_for(endpoint, month=f"{_month():%Y-%m}") if endpoint else None


def _last_settlement() -> Settlement | None:
    query = db.select(Settlement).order_by(Settlement.settlement_id.desc()).limit(1)
    found: Settlement | None = db.session.scalar(query)
    return found


@blueprint.get("/entries/project")
@requires(Permission.PROJECT_LEDGER_READ)
def project() -> str:
    """Everybody of the project, with totals."""
    return _people_page()


@blueprint.get("/entries/all")
@requires(Permission.ALL_LEDGER_READ)
def all() -> str:
    """Everybody of the company."""
    query = db.select(Staff.project).distinct().order_by(Staff.project)
    return _people_page([str(one) for one in db.session.scalars(query)])


def _people_page(projects: list[str] | None = None) -> str:
    month = _month()
    chosen = request.args.get("project", "") if projects else ""
    people = queries.people_months(me(), month, chosen)
    moved = [one for one in people if one.totals.rewards or one.totals.deductions or one.totals.provisional]
    going = jobs.running(jobs.SETTLE, now())
    return render_template(
        "penalties/people.html",
        people=people,
        month=month,
        months=queries.months_with_entries(me(), today()),
        projects=projects,
        chosen=chosen,
        figure=by_person(moved[:20], f"{month:%Y-%m}") if len(moved) > 1 else None,
        going=going,
        settles=me().may(SETTLES[0]) or me().may(SETTLES[1]),
        settled=_last_settlement(),
        hides=not shows_amount(me(), "quota-missed"),
    )


@blueprint.get("/entries/<int:entry_id>")
@requires(*READ)
def entry(entry_id: int) -> str:
    """One posted entry, with what it rests on and what corrected it."""
    return entry_page(queries.entry_of(me(), entry_id))


@blueprint.post("/entries/settle")
@requires(*SETTLES)
def settle_now() -> Response:
    """Settle in the background; the page shows how far it is."""
    job_id, fresh = jobs.begin_now(jobs.job_called(jobs.SETTLE), me(), now())
    if fresh:
        jobs.start_now(current_app._get_current_object(), job_id)  # type: ignore[attr-defined]
    return redirect(url_for("penalties.settling", job_id=job_id), 303)


@blueprint.get("/entries/settling/<job_id>")
@requires(*SETTLES)
def settling(job_id: str) -> str:
    """How far a settlement is, then what it did; a part of the page for htmx."""
    row = db.session.get(Job, job_id)
    if row is None or row.kind != jobs.SETTLE:
        raise NotFound
    part = request.headers.get("HX-Request") == "true"
    return render_template(
        "penalties/_settling.html" if part else "penalties/settling.html",
        job=row,
        lost=jobs.is_lost(row, now()),
        steps=_steps(),
        problem=_problem(row),
        back=_overview(),
    )


def _steps() -> dict[str, str]:
    return {
        "reading": _("正在读取记录…"),
        "computing": _("正在按规则计算…"),
        "posting": _("正在过账…"),
        "": _("正在等待…"),
    }


def _problem(row: Job) -> str:
    """Why a run failed, in the person's language."""
    if row.state != "failed":
        return ""
    result = row.result or {}
    return str(result.get(current_lang()) or _("结算没有完成，什么也没有改变。请再试一次。"))


@blueprint.get("/jobs")
@requires(Permission.SETTINGS_WRITE)
def nightly() -> str:
    """The nightly work: when each job last ran, and what became of it."""
    moment = now()
    runs = [(job, rows, [jobs.is_lost(row, moment) for row in rows]) for job, rows in jobs.last_runs()]
    return render_template("penalties/nightly.html", runs=runs, lang=current_lang())
