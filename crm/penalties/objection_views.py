"""Objecting to an entry, answering, and lifting."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Flask, redirect, render_template, request, url_for
from flask.blueprints import BlueprintSetupState
from flask_babel import gettext as _
from flask_login import current_user
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response

from crm.clock import now, today
from crm.errors import Invalid, NotFound
from crm.extensions import db
from crm.penalties import queries
from crm.penalties.entry_page import entry_page
from crm.penalties.lifting import lift
from crm.penalties.lines import lines_of
from crm.penalties.models import LedgerEntry, Objection
from crm.penalties.objection_forms import AnswerForm, LiftForm, ObjectionForm
from crm.penalties.objections import Raised, answer, object_to, open_count, raised_for
from crm.people.forms import put_back
from crm.people.models import Staff
from crm.people.signed_in import me
from crm.permissions import Permission, reach, requires
from crm.store.once import once
from crm.web import say

blueprint = Blueprint("objections", __name__)
Page = Response | tuple[str, int]
LIFTS = (Permission.PROJECT_LEDGER_LIFT, Permission.ALL_LEDGER_LIFT)


@blueprint.record
def _globals(state: BlueprintSetupState) -> None:
    app: Flask = state.app
    app.jinja_env.globals.update(objections_waiting=objections_waiting)


def objections_waiting() -> int:
    """For the first page of who answers: how many objections have no answer yet."""
    if not current_user.is_authenticated or reach(me(), "ledger:lift") is None:
        return 0
    return open_count(me())


@blueprint.get("/objections")
@requires(*LIFTS)
def listed() -> str:
    """The objections that wait for an answer, the oldest first, and those that have one."""
    waiting, answered = raised_for(me(), answered=False), raised_for(me(), answered=True)
    query = db.select(Staff.staff_id, Staff.name)
    return render_template(
        "penalties/objections.html",
        waiting=_with_lines(waiting),
        answered=_with_lines(answered),
        names={staff_id: name for staff_id, name in db.session.execute(query)},
    )


def _with_lines(raised: list[Raised]) -> list[tuple[Raised, object]]:
    lines = lines_of(me(), [one.entry for one in raised], today())
    return list(zip(raised, lines, strict=True))


@blueprint.post("/entries/<int:entry_id>/object")
@requires(Permission.OWN_LEDGER_OBJECT)
def object_(entry_id: int) -> Page:
    """Object to an entry of one's own."""
    row = _own(entry_id)
    form = ObjectionForm()
    return _done(
        form,
        lambda: object_to(me(), entry_id, form.words.data or "", now()),
        lambda: entry_page(row, objection=form),
        url_for("penalties.entry", entry_id=entry_id),
        _("异议已提交，经理答复后会显示在这里。"),
    )


def _own(entry_id: int) -> LedgerEntry:
    row = queries.entry_of(me(), entry_id)
    if row.staff_id != me().staff_id:
        raise NotFound
    return row


@blueprint.post("/entries/<int:entry_id>/lift")
@requires(*LIFTS)
def lift_(entry_id: int) -> Page:
    """Take an entry back, with a reason."""
    row = queries.entry_of(me(), entry_id)
    form = LiftForm()
    return _done(
        form,
        lambda: lift(me(), entry_id, form.reason.data or "", now()),
        lambda: entry_page(row, lift=form),
        url_for("penalties.entry", entry_id=entry_id),
        _("已撤回。"),
    )


@blueprint.post("/objections/<int:objection_id>/answer")
@requires(*LIFTS)
def answer_(objection_id: int) -> Page:
    """Answer an objection, and lift the entry where it was right."""
    objection = db.session.get(Objection, objection_id)
    if objection is None:
        raise NotFound
    row = queries.entry_of(me(), objection.entry_id)
    form = AnswerForm()
    return _done(
        form,
        lambda: answer(me(), objection_id, form.reason.data or "", form.outcome.data == "lifted", now()),
        lambda: entry_page(row, answer=form),
        url_for("penalties.entry", entry_id=row.entry_id),
        _("已答复，对方能看到。"),
    )


def _done(form: FlaskForm, act: Callable[[], int], page: Callable[[], str], where: str, told: Any) -> Page:
    """Do it once and go on, or give the form back with what is wrong."""
    if not form.validate_on_submit():
        return page(), 422
    try:
        once(me().actor, request.form, now(), lambda: {"number": act()})
    except Invalid as problem:
        put_back(form, problem)
        return page(), 422
    say(told)
    return redirect(where, 303)
