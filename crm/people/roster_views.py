"""The month's roster, and leave asked for and granted."""

import datetime as dt

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from crm.clock import now, today
from crm.errors import Invalid
from crm.people import roster_queries, roster_services
from crm.people.company_calendar import FIRST_YEAR, LAST_YEAR, guessed_years
from crm.people.forms import put_back
from crm.people.leave_rules import is_bound
from crm.people.roster_forms import LeaveForm
from crm.people.signed_in import me
from crm.people.views import Page, blueprint
from crm.permissions import Permission, requires
from crm.store.once import once
from crm.web.i18n import current_lang

PLANNERS = (Permission.PROJECT_ROSTER_WRITE, Permission.ALL_ROSTER_WRITE)


@blueprint.get("/roster")
@requires(*PLANNERS)
def roster() -> str:
    """The month as a grid; ticked days are set at once."""
    month = roster_queries.month_of(request.args.get("month", ""), today())
    people = roster_services.planned_by(me())
    dates = roster_queries.dates_of(month)
    return render_template(
        "people/roster.html",
        month=month,
        dates=dates,
        lines=roster_queries.month_grid(me(), month, people),
        guessed=guessed_years(dates[0], dates[-1]),
        requests=roster_queries.open_requests(me(), people),
        before=roster_queries.next_month(month, -1),
        after=roster_queries.next_month(month, 1),
        mondays=[day for day in dates if day.weekday() == 0],
        week=next((day for day in dates if day.weekday() == 0 and day > today()), None),
    )


def _back() -> Response:
    return redirect(url_for("people.roster", month=request.form.get("month")))


@blueprint.post("/roster")
@requires(*PLANNERS)
def set_roster() -> Response:
    """Write the chosen kind on the ticked days."""
    kind = request.form.get("kind", "")
    cells = [_cell(text) for text in request.form.getlist("cell")]
    if not cells:
        flash(_("请先勾选日期。"))
        return _back()
    changed = roster_services.set_days(me(), cells, None if kind == "none" else kind, now())
    flash(_("已改 %(days)s 天。", days=changed))
    return _back()


def _cell(text: str) -> tuple[str, dt.date]:
    """`A01:2026-11-03`; a staff_id may hold colons."""
    staff_id, _colon, day = text.rpartition(":")
    try:
        return staff_id, dt.date.fromisoformat(day)
    except ValueError:
        raise Invalid("日期无法识别。", "The date cannot be read.", "cell") from None


@blueprint.post("/roster/copy")
@requires(*PLANNERS)
def copy_week() -> Response:
    """Make a week like the one before."""
    try:
        monday = dt.date.fromisoformat(request.form.get("monday", ""))
    except ValueError:
        raise Invalid("日期无法识别。", "The date cannot be read.", "monday") from None
    if not FIRST_YEAR <= monday.year <= LAST_YEAR:
        raise Invalid("日期无法识别。", "The date cannot be read.", "monday")
    copied = roster_services.copy_last_week(me(), monday - dt.timedelta(days=monday.weekday()), now())
    flash(_("已照上一周排了 %(days)s 天。", days=copied))
    return _back()


@blueprint.post("/roster/leave/<int:request_id>")
@requires(*PLANNERS)
def decide_leave(request_id: int) -> Response:
    """Grant or refuse leave."""
    granted = request.form.get("decision") == "grant"
    try:
        roster_services.decide_leave(me(), request_id, granted, request.form.get("answer", ""), now())
    except Invalid as problem:
        flash(problem.sentence(current_lang()))
        return _back()
    flash(_("已同意，并写入排班。") if granted else _("已回复不同意。"))
    return _back()


@blueprint.get("/me/roster")
@requires(Permission.OWN_LEAVE_ASK)
def my_roster() -> str:
    """The own month, and what was asked for."""
    return _my_page(LeaveForm())


def _my_page(form: LeaveForm) -> str:
    month = roster_queries.month_of(request.args.get("month", ""), today())
    lines = roster_queries.month_grid(me(), month, {me().staff_id or ""})
    return render_template(
        "people/my_roster.html",
        form=form,
        month=month,
        days=lines[0].days if lines else [],
        requests=roster_queries.own_requests(me()),
        before=roster_queries.next_month(month, -1),
        after=roster_queries.next_month(month, 1),
        no_weekends=is_bound(me().staff_id, today()),
    )


@blueprint.post("/me/leave")
@requires(Permission.OWN_LEAVE_ASK)
def ask_leave() -> Page:
    """Ask for leave."""
    form = LeaveForm()
    if not form.validate_on_submit():
        return _my_page(form), 422
    try:
        once(
            me().actor,
            request.form,
            now(),
            lambda: {
                "request": roster_services.ask_leave(
                    me(), form.from_on.data, form.to_on.data, form.reason.data, now()
                ).staff_id
            },
        )
    except Invalid as problem:
        put_back(form, problem)
        return _my_page(form), 422
    flash(_("已提交，等经理同意。"))
    return redirect(url_for("people.my_roster"))


@blueprint.post("/me/leave/<int:request_id>/withdraw")
@requires(Permission.OWN_LEAVE_ASK)
def withdraw_leave(request_id: int) -> Response:
    """Take back what one asked for."""
    roster_services.withdraw_leave(me(), request_id, now())
    flash(_("已撤回。"))
    return redirect(url_for("people.my_roster"))
