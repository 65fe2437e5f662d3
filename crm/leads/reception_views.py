"""The pages of the reception queue."""

import datetime as dt
from dataclasses import dataclass

from flask import Blueprint, current_app, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import HiddenField, SelectChoice, SelectField
from wtforms.validators import DataRequired

from crm.clock import now, today
from crm.errors import Conflict, Invalid
from crm.extensions import db
from crm.leads import reception
from crm.leads.forms import PURPOSE, line
from crm.leads.page_queries import names_of
from crm.leads.reception_models import ReceptionEvent, reception_events_visible_to
from crm.leads.reception_queue import AWAY, next_of, queue_of
from crm.leads.registration import Arrival
from crm.people.forms import put_back
from crm.people.signed_in import me
from crm.permissions import Permission, requires
from crm.web import say
from crm.web.i18n import current_lang

blueprint = Blueprint("reception", __name__)
Page = str | Response | tuple[str, int]
READ, WRITE = Permission.PROJECT_RECEPTION_READ, Permission.PROJECT_RECEPTION_WRITE
REGISTER = Permission.PROJECT_CUSTOMERS_REGISTER
MOST_EVENTS = 100
REASONS = (
    lazy_gettext("正在接待老客户"),
    lazy_gettext("带看未回"),
    lazy_gettext("午餐"),
    lazy_gettext("上一位不是来买房的"),
)


class VisitorForm(FlaskForm):
    """A visitor at the door: name, number, and whose turn the form showed."""

    expected = HiddenField()
    phone = line(lazy_gettext("电话"), 40)
    name = line(lazy_gettext("姓名"), 60, required=True)


class ChangeForm(FlaskForm):
    """A change of the queue."""

    staff_id = SelectField(
        lazy_gettext("顾问"), [DataRequired(lazy_gettext("请填写。"))], validate_choice=False
    )
    kind = SelectField(
        lazy_gettext("怎么调整"),
        [DataRequired(lazy_gettext("请填写。"))],
        choices=[
            SelectChoice(reception.MADE_UP, lazy_gettext("补接：排到最前")),
            SelectChoice(reception.PASSED, lazy_gettext("让过一次：排到下一位之后")),
            SelectChoice(AWAY, lazy_gettext("暂时离开")),
            SelectChoice(reception.BACK, lazy_gettext("回来了")),
        ],
        validate_choice=False,
    )
    reason = line(lazy_gettext("原因"), 200)


@dataclass(frozen=True)
class Told:
    """A line of the day's record."""

    event: ReceptionEvent
    name: str
    actor: str


@blueprint.get("/reception")
@requires(READ)
def queue() -> Page:
    """Whose turn it is, the queue, and what happened to it today."""
    return _page()


def _page(visitor: VisitorForm | None = None, change: ChangeForm | None = None, problem: str = "") -> str:
    places = queue_of(me().project or "", today())
    visitor = visitor or VisitorForm(formdata=None)
    change = change or ChangeForm(formdata=None)
    change.staff_id.choices = [SelectChoice(one.staff.staff_id, one.staff.name) for one in places]
    first = next_of(places)
    visitor.expected.data = first.staff.staff_id if first else ""
    return render_template(
        "leads/reception.html",
        places=places,
        first=first,
        visitor=visitor,
        change=change,
        problem=problem,
        reasons=[str(one) for one in REASONS],
        events=_events(today()),
        writes=me().may(WRITE),
        registers=me().may(REGISTER) and me().may(WRITE),
    )


def _events(on: dt.date) -> list[Told]:
    query = reception_events_visible_to(me()).where(ReceptionEvent.on == on)
    rows = db.session.scalars(query.order_by(ReceptionEvent.event_id.desc()).limit(MOST_EVENTS)).all()
    names = names_of(name for row in rows for name in (row.staff_id, row.actor))
    return [Told(row, names[row.staff_id], names.get(row.actor, row.actor)) for row in rows]


@blueprint.post("/reception/visitor")
@requires(REGISTER)
def receive() -> Page:
    """Register a visitor with whose turn it is; a known number goes to the own consultant."""
    form = VisitorForm()
    if not form.validate_on_submit():
        return _page(form), 422
    arrival = Arrival(
        name=form.name.data,
        kind="visit",
        happened_at=now(),
        phone=form.phone.data or "",
        consent_purpose=str(PURPOSE),
    )
    secret = str(current_app.config["SECRET_KEY"])
    try:
        done = reception.receive(me(), arrival, form.expected.data or "", request.form, now(), secret)
    except Invalid as problem:
        put_back(form, problem)
        return _page(form), 422
    except Conflict as problem:
        return _page(form, problem=problem.sentence(current_lang())), 409
    _say(done)
    return redirect(url_for("reception.queue"), 303)


def _say(done: reception.Received) -> None:
    if done.kind == reception.RETURNING:
        say(_("老客户，请 %(who)s 接待，不占轮次。", who=done.name))
    elif done.kind == reception.STAND_IN:
        say(_("老客户，他的顾问不在，请 %(who)s 代为接待，不占轮次。", who=done.name))
    else:
        undo = url_for("reception.undo", event_id=done.event_id) if done.event_id else None
        say(_("请 %(who)s 接待。", who=done.name), undo=undo)


@blueprint.post("/reception/turn")
@requires(WRITE)
def turn() -> Page:
    """Take a turn for a visitor who leaves no name."""
    try:
        _say(reception.turn(me(), request.form.get("expected", ""), request.form, now()))
    except Conflict as problem:
        return _page(problem=problem.sentence(current_lang())), 409
    return redirect(url_for("reception.queue"), 303)


@blueprint.post("/reception/change")
@requires(WRITE)
def change() -> Page:
    """Make-up turns, passing over, going away and coming back."""
    form = ChangeForm()
    if not form.validate_on_submit():
        return _page(change=form), 422
    try:
        event_id = reception.change(
            me(), form.staff_id.data, form.kind.data, form.reason.data or "", request.form, now()
        )
    except Invalid as problem:
        put_back(form, problem)
        return _page(change=form), 422
    ordered = form.kind.data in reception.ORDERING
    say(_("已调整。"), undo=url_for("reception.undo", event_id=event_id) if ordered else None)
    return redirect(url_for("reception.queue"), 303)


@blueprint.post("/reception/events/<int:event_id>/undo")
@requires(WRITE)
def undo(event_id: int) -> Response:
    """The order is as it was before."""
    try:
        reception.undo(me(), event_id, now())
    except Conflict as problem:
        say(problem.sentence(current_lang()), kind="bad")
    else:
        say(_("已撤销，顺序恢复原样。"))
    return redirect(url_for("reception.queue"), 303)
