"""Quotas and how the month stands: the sheet of a project, the ranking, and one person's month."""

import datetime as dt
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from crm.clock import now, today
from crm.errors import Invalid, NotFound, Stale
from crm.people.roster_queries import dates_of, month_of, next_month
from crm.people.signed_in import me
from crm.permissions import Permission, reach, requires
from crm.store.base import moment_of, seconds_of
from crm.store.once import once
from crm.targets import quota_services, quota_sheet
from crm.targets import quota_words as words
from crm.targets.cases_queries import without_awards
from crm.targets.closed import is_closed
from crm.targets.members import Member, written_by
from crm.targets.quota_figures import pace_line
from crm.targets.quota_queries import changes_of_month, readable_deals
from crm.targets.quota_services import Aim
from crm.targets.quota_sheet import Cells, cells_of, read_sheet, seen_of
from crm.targets.standing import Standing, line_of, own_place, standings, standings_around
from crm.web import say

blueprint = Blueprint("targets", __name__)
Page = str | Response | tuple[str, int]
WRITE = (Permission.PROJECT_QUOTAS_WRITE, Permission.ALL_QUOTAS_WRITE)
OWN = Permission.OWN_TARGETS_READ


def _month() -> dt.date:
    return month_of(request.values.get("month", ""), today())


def _chosen(people: list[Member]) -> str | None:
    """The project asked for; a manager has but one."""
    asked = request.values.get("project", "")
    return asked if asked in {one.project for one in people} else None


def _of(people: list[Member], project: str | None) -> list[Member]:
    return [one for one in people if project in (None, one.project)]


@blueprint.get("/targets")
@requires(*WRITE)
def sheet() -> str:
    """The quotas of a month, to be typed in place, and how each stands."""
    return _sheet_page({})


def _sheet_page(typed: dict[str, Cells], stale: list[tuple[str, str, str]] | None = None) -> str:
    month = _month()
    people = written_by(me(), month, today())
    project = _chosen(people)
    lines = _standings(month, project)
    names = {one.staff_id: one.person.name for one in _of(people, project)}
    dates = dates_of(month)
    return render_template(
        "targets/sheet.html",
        **_frame(month, people, project),
        lines=lines,
        cells={line.member.staff_id: typed.get(line.member.staff_id) or _cells(line) for line in lines},
        stale=stale,
        imports=me().may(Permission.PROJECT_WORKBOOK_IMPORT),
        closed=is_closed(month),
        changes=changes_of_month(month, names),
        figure=pace_line(lines, dates, today()) if any(line.quota for line in lines) else None,
    )


def _frame(month: dt.date, people: list[Member], project: str | None) -> dict[str, Any]:
    """What the pages of a month share."""
    return {
        "month": month,
        "before": next_month(month, -1),
        "after": next_month(month, 1),
        "projects": sorted({one.project for one in people}) if reach(me(), "quotas:write") == "all" else [],
        "project": project,
        "words": words,
    }


def _standings(month: dt.date, project: str | None) -> list[Standing]:
    """Of the project asked for, else of all that this person may see."""
    scope = reach(me(), "quotas:write")
    return standings(month, today(), project if scope == "all" else me().project)


def _cells(line: Standing) -> Cells:
    return cells_of(None if line.quota is None else Aim(line.quota, line.quota_amount))


@blueprint.post("/targets")
@requires(*WRITE)
def save() -> Page:
    """Keep the whole sheet, or give it back with a sentence beside each line that is wrong."""
    month = _month()
    people = written_by(me(), month, today())
    cells, lines = read_sheet(request.form, [one.staff_id for one in people])
    if any(one.errors for one in cells.values()):
        return _sheet_page(cells), 422
    at = now()
    try:
        done = once(
            me().actor,
            request.form,
            at,
            lambda: {"changed": quota_services.save(me(), month, lines, at), "at": seconds_of(at)},
        )
    except Invalid as problem:
        name, _dash, staff_id = problem.field.partition("-")
        cells[staff_id].errors[name] = problem
        return _sheet_page(cells), 422
    except Stale as problem:
        return _stale_page(cells, problem, people), 409
    _tell(_("已保存 %(count)s 人的任务。", count=done["changed"]), done, month)
    return _back(month)


def _stale_page(cells: dict[str, Cells], problem: Stale, people: list[Member]) -> str:
    """Both versions; saved once more, what was typed counts."""
    names = {one.staff_id: one.person.name for one in people}
    rows = []
    for staff_id, aim in problem.stored.items():
        stored = aim if isinstance(aim, Aim) else None
        typed = problem.typed[staff_id]
        cells[staff_id].seen = seen_of(stored)
        rows.append((names[staff_id], _said(stored), _said(typed if isinstance(typed, Aim) else None)))
    return _sheet_page(cells, rows)


def _said(aim: Aim | None) -> str:
    if aim is None:
        return _("没有任务")
    shown = quota_sheet.cells_of(aim).amount
    return _("%(units)s 套", units=aim.units) + (f" ¥{shown}" if shown else "")


def _tell(text: str, done: dict[str, Any], month: dt.date) -> None:
    if not done["changed"]:
        say(_("没有需要改的。"))
        return
    say(text, undo=url_for("targets.undo", month=f"{month:%Y-%m}", at=done["at"]))


def _back(month: dt.date) -> Response:
    project = request.values.get("project") or None
    return redirect(url_for("targets.sheet", month=f"{month:%Y-%m}", project=project), 303)


@blueprint.post("/targets/copy")
@requires(*WRITE)
def copy() -> Response:
    """Last month's quotas for whoever has none yet."""
    month, at = _month(), now()
    project = _chosen(written_by(me(), month, today()))
    done = once(
        me().actor,
        request.form,
        at,
        lambda: {
            "changed": quota_services.copy_last_month(me(), month, project, at),
            "at": seconds_of(at),
        },
    )
    _tell(_("已照上月填好 %(count)s 人的任务。", count=done["changed"]), done, month)
    return _back(month)


@blueprint.post("/targets/undo")
@requires(*WRITE)
def undo() -> Response:
    """Take back what one has just saved or copied."""
    month = _month()
    seconds = request.values.get("at", type=int)
    if seconds is None or not 0 <= seconds < 2**40:
        raise NotFound
    taken = quota_services.undo(me(), month, moment_of(seconds), now())
    say(_("已撤销，%(count)s 人的任务恢复原样。", count=taken))
    return _back(month)


@blueprint.get("/targets/ranking")
@requires(*WRITE)
def ranking() -> str:
    """Everybody's place, by project; those who are not ranked stand apart, with the reason."""
    month = _month()
    people = written_by(me(), month, today())
    project = _chosen(people)
    by_project: dict[str, list[Standing]] = {}
    for line in _standings(month, project):
        by_project.setdefault(line.member.project, []).append(line)
    tables = [(name, _in_order(lines)) for name, lines in sorted(by_project.items())]
    over = dates_of(month)[-1] < today()
    shown = [line.member.staff_id for lines in by_project.values() for line in lines]
    return render_template(
        "targets/ranking.html",
        **_frame(month, people, project),
        tables=tables,
        over=over,
        no_awards=without_awards(me(), shown, month.year),
    )


def _in_order(lines: list[Standing]) -> tuple[list[Standing], list[Standing]]:
    """The ranked by place, then those apart."""
    ranked = [line for line in lines if line.place is not None]
    ranked.sort(key=lambda line: (line.place, line.member.staff_id))
    return ranked, [line for line in lines if line.place is None]


@blueprint.get("/targets/people/<staff_id>")
@requires(*WRITE)
def person(staff_id: str) -> str:
    """One person's month, for those who set the quota."""
    month = _month()
    if staff_id not in {one.staff_id for one in written_by(me(), month, today())}:
        raise NotFound
    return _person_page(staff_id, month)


@blueprint.get("/targets/mine")
@requires(OWN)
def mine() -> str:
    """The own month: quota, sold, pace, place, and the distance to the next."""
    return _person_page(me().staff_id or "", _month())


def _person_page(staff_id: str, month: dt.date) -> str:
    lines = standings_around(staff_id, month, today())
    line = line_of(lines, staff_id)
    return render_template(
        "targets/person.html",
        **_frame(month, [], None),
        line=line,
        own=own_place(lines, staff_id),
        mine=staff_id == me().staff_id,
        no_awards=without_awards(me(), [staff_id], month.year),
        readable=readable_deals(me(), [sale.deal_id for sale in line.sales] if line else []),
        figure=pace_line([line], dates_of(month), today()) if line and line.quota else None,
    )


@blueprint.get("/targets/mine/card")
@requires(OWN)
def card() -> str:
    """The same in a few lines, for Today."""
    staff_id = me().staff_id or ""
    lines = standings_around(staff_id, today().replace(day=1), today())
    return render_template(
        "targets/_card.html", line=line_of(lines, staff_id), own=own_place(lines, staff_id), words=words
    )
