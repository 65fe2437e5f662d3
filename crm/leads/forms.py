"""The shape of what people type about customers."""

import datetime as dt
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    DateField,
    DateTimeLocalField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectChoice,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import DataRequired, InputRequired, Length, Optional, ValidationError
from wtforms.widgets import HiddenInput

from crm.leads.registration import DAYS_BACK, Arrival

GRADES = ("A", "B", "C", "D")
CHANNELS = (
    _("路过"),
    _("朋友介绍"),
    _("老业主推荐"),
    _("网络平台"),
    _("户外广告"),
    _("电梯广告"),
    _("短信"),
    _("派单"),
    _("外展"),
    _("中介"),
)
PURPOSE = _("介绍房源、预约看房和跟进购房需求")
PRESENT = DataRequired(_("请填写。"))


def line(label: Any, longest: int = 100, required: bool = False, **rest: Any) -> StringField:
    """A line of text."""
    validators = [PRESENT if required else Optional(), _short(longest), _no_control]
    return StringField(label, validators, **rest)


def words(label: Any, longest: int = 1000, required: bool = False, **rest: Any) -> TextAreaField:
    """Some lines of text."""
    return TextAreaField(label, [PRESENT if required else Optional(), _short(longest), _no_nul], **rest)


def _short(longest: int) -> Length:
    return Length(max=longest, message=_("太长了，最多 %(max)d 个字。"))


def _no_control(form: FlaskForm, field: StringField) -> None:
    _refuse_unseen(field, _SPACES)


def _no_nul(form: FlaskForm, field: StringField) -> None:
    _refuse_unseen(field, _SPACES + "\r\n\t")


_SPACES = "\u3000\u00a0\u200d"  # wide and fixed spaces, and what joins the parts of an emoji


def _refuse_unseen(field: StringField, allowed: str) -> None:
    if any(not c.isprintable() and c not in allowed for c in field.data or ""):
        raise ValidationError(gettext("有看不见的字符，请重新输入。"))


class ArrivalForm(FlaskForm):
    """A caller or visitor."""

    phone = line(_("电话"), 40)
    name = line(_("姓名"), 60, required=True)
    kind = RadioField(
        _("怎么来的"),
        [InputRequired(_("请选择来电或来访。"))],
        choices=[SelectChoice("visit", _("来访")), SelectChoice("call_in", _("来电"))],
    )
    owner = SelectField(_("接待顾问"), [Optional()], choices=[])
    channel = line(_("从哪里知道我们"), 60)
    need = words(_("需求"), 500)
    intent_grade = RadioField(
        _("意向等级"), [Optional()], choices=[SelectChoice(grade, grade) for grade in GRADES]
    )
    consent = BooleanField(_("客户同意我们联系"))
    consent_purpose = line(_("联系的目的"), 200)
    happened_at = DateTimeLocalField(_("发生时间"), [Optional()], format="%Y-%m-%dT%H:%M")

    def validate_consent_purpose(self, field: StringField) -> None:
        """A consent without a purpose is none (PIPL Art. 17)."""
        if self.consent.data and not (field.data or "").strip():
            raise ValidationError(gettext("请写明联系的目的。"))

    def offer(self, consultants: list[tuple[str, str]], at: dt.datetime) -> None:
        """The consultants to choose from, and how far back the time may be."""
        self.owner.choices = [
            SelectChoice("", gettext("请选择")),
            *(SelectChoice(key, name) for key, name in consultants),
        ]
        first = dt.datetime.combine(at.date() - dt.timedelta(days=DAYS_BACK), dt.time())
        self.happened_at.render_kw = {
            "min": first.strftime("%Y-%m-%dT%H:%M"),
            "max": at.strftime("%Y-%m-%dT%H:%M"),
        }

    def arrival(self, at: dt.datetime) -> Arrival:
        """What it says; without a time of its own it happened now."""
        return Arrival(
            name=self.name.data,
            kind=self.kind.data,
            happened_at=self.happened_at.data or at,
            phone=self.phone.data or "",
            channel=self.channel.data or "",
            need=self.need.data or "",
            intent_grade=self.intent_grade.data or "",
            consent_purpose=(self.consent_purpose.data or "").strip() if self.consent.data else "",
            owner=self.owner.data or "",
        )


class CustomerForm(FlaskForm):
    """What may be changed about a customer. Numbers are never shown: they are added, or taken off by their place."""

    version = IntegerField(validators=[InputRequired()], widget=HiddenInput())
    name = line(_("姓名"), 60, required=True)
    add_phone = line(_("增加一个号码"), 40)
    drop_phones = SelectMultipleField(_("去掉号码"), [Optional()], choices=[])
    id_number = line(_("身份证号"), 30)
    channel = line(_("认知途径"), 60)
    need = words(_("需求"), 500)
    intent_grade = line(_("意向等级"), 20)


class ConsentForm(FlaskForm):
    """A consent given later."""

    purpose = line(_("联系的目的"), 200, required=True)


class HouseholdForm(FlaskForm):
    """Whom to join, and why."""

    other = HiddenField(validators=[InputRequired(_("请选择一位客户。"))])
    reason = line(_("原因"), 200, required=True)


class ReasonForm(FlaskForm):
    """A reason that must be given."""

    reason = line(_("原因"), 200, required=True)


class AnswerForm(FlaskForm):
    """A manager's word on a request."""

    answer = line(_("意见"), 200)


class WaiverForm(FlaskForm):
    """Asks for a waiver of tracking."""

    reason = RadioField(
        _("种类"),
        [InputRequired(_("请选择。"))],
        choices=[
            SelectChoice("special", _("特殊情况")),
            SelectChoice("no_further_tracking", _("不再追踪")),
        ],
    )
    from_on = DateField(_("从哪天起"), [InputRequired(_("请填写日期。"))])
    to_on = DateField(_("到哪天为止"), [Optional()])
    note = words(_("说明"), 500, required=True)


class HandOverForm(FlaskForm):
    """To whom, from when, why."""

    to = SelectField(_("移交给"), [InputRequired(_("请选择。"))], choices=[])
    on = DateField(_("从哪天起"), [InputRequired(_("请填写日期。"))])
    reason = line(_("原因"), 200, required=True)

    def offer(self, people: list[tuple[str, str]]) -> None:
        """The colleagues to choose from, and the public pool."""
        self.to.choices = [
            SelectChoice("", gettext("请选择")),
            *(SelectChoice(key, name) for key, name in people),
            SelectChoice(POOL, gettext("公海（暂时无人负责）")),
        ]


POOL = "-"


class ViewForm(FlaskForm):
    """A name for the filters of a list."""

    name = line(_("名称"), 30, required=True)
