"""A page of all the parts, for developers and the browser tests; never in production."""

import datetime as dt
from types import SimpleNamespace
from typing import Any

from flask import Blueprint, Flask, abort, flash, render_template, request
from flask_wtf import FlaskForm
from wtforms import BooleanField, DateField, RadioField, SelectChoice, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length

from crm.errors import Stale, TooMany
from crm.permissions import public
from crm.web.filters import today
from crm.web.quiet import say

blueprint = Blueprint("gallery", __name__, url_prefix="/_gallery")


KINDS = [SelectChoice("call", "Call"), SelectChoice("visit", "Visit"), SelectChoice("wechat", "WeChat")]
GRADES = [SelectChoice("", ""), SelectChoice("A", "A"), SelectChoice("B", "B")]


class SampleForm(FlaskForm):
    """One field of each kind."""

    name = StringField("Name", [DataRequired(), Length(max=20)])
    phone = StringField("Phone", [DataRequired()], description="11 digits")
    kind = RadioField("Kind", [DataRequired()], choices=KINDS)
    grade = SelectField("Grade", choices=GRADES)
    note = TextAreaField("Note")
    next_on = DateField("Next step on", [DataRequired()])
    consent = BooleanField("Consent to be contacted")


def _rows() -> list[SimpleNamespace]:
    names = ("王小明", "李雷", "Zhang Wei", "上海腾跃物流有限公司（陈经理）", "欧阳静")
    return [
        SimpleNamespace(
            name=name,
            phone=f"1380013{8000 + at}",
            due=today() + dt.timedelta(days=at - 2),
            amount=(at - 2) * 1250,
            at=at,
        )
        for at, name in enumerate(names)
    ]


def _timeline() -> list[tuple[dt.date, list[dict[str, Any]]]]:
    noon = dt.datetime.combine(today(), dt.time(12, 5))
    day = dt.timedelta(days=1)
    return [
        (today(), [{"at": noon, "title": "Visit", "text": "A-1203", "who": "Wang Fang", "kind": "green"}]),
        (
            today() - day,
            [{"at": noon - day, "title": "Call", "who": "Wang Fang", "recorded_at": noon, "kind": "blue"}],
        ),
        (today() - 400 * day, [{"at": noon - 400 * day, "title": "Registered", "who": "Li Na"}]),
    ]


FIGURE = (
    '{"data": [{"type": "bar", "x": ["1", "2", "3"], "y": [3, 5, 2], "customdata": ["/_gallery/", "", ""]}],'
    ' "layout": {"height": 240}}'
)


@blueprint.get("/")
@public
def index() -> str:
    """Every macro once."""
    if request.args.get("say"):
        say(request.args["say"], undo="/_gallery/echo")
    if request.args.get("flash"):
        flash(request.args["flash"])
    form = SampleForm(formdata=None, prefix="sample", data={"name": "", "phone": "138", "kind": "visit"})
    faulty = SampleForm(formdata=None, prefix="faulty")
    faulty.validate()
    return render_template(
        "web/gallery.html",
        sample=form,
        faulty=faulty,
        form=SampleForm(formdata=None),
        rows=_rows(),
        timeline=_timeline(),
        figure=FIGURE,
    )


@blueprint.post("/echo")
@public
def echo() -> tuple[str, int]:
    """Answer a form: what was typed, or 422 when the name is missing."""
    form = SampleForm()
    if form.name.data:
        say(form.name.data)
        return render_template("web/_echo.html", form=None, name=form.name.data), 200
    form.validate()
    return render_template("web/_echo.html", form=form, name=""), 422


@blueprint.get("/progress")
@public
def progress() -> str:
    """How far some longer work is."""
    done = int(request.args.get("done", "0")) + 1
    return render_template("web/_progress.html", done=done, total=3)


@blueprint.get("/error/<int:status>")
@public
def error(status: int) -> str:
    """What goes wrong, on purpose."""
    if status == 409:
        raise Stale({}, {})
    if status == 429:
        raise TooMany(30)
    if status == 500:
        raise RuntimeError("on purpose, telephone 13800138000")
    abort(status)


def init_app(app: Flask) -> None:
    """Register the gallery."""
    app.register_blueprint(blueprint)
