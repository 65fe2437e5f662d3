"""The shape of what people type about a probation, and of a re-hire."""

from typing import Any

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import DateField, IntegerField, RadioField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional

from crm.people.roster_forms import StaffForm
from crm.targets.probation_models import CONFIRM, END, EXTEND
from crm.targets.staffing_reach import LONGEST

_LONG = _("太长了，最多 %(max)d 个字。")
MOST_MONTHS = 24


def _words(label: Any, needed: bool = True) -> TextAreaField:
    first = DataRequired(_("请填写。")) if needed else Optional()
    long = Length(max=LONGEST, message=_LONG)
    return TextAreaField(label, [first, long], render_kw={"maxlength": LONGEST, "rows": 3})


def _day(label: Any) -> DateField:
    return DateField(label, [DataRequired(_("请选择日期。"))])


class ConfirmForm(FlaskForm):
    """Confirmed from a day on."""

    on = _day(_("转正日期"))
    reason = _words(_("转正理由"))


class ExtendForm(FlaskForm):
    """A longer probation, as the person agreed in writing."""

    months = IntegerField(_("试用期总长（月）"), [InputRequired(_("请填写。")), NumberRange(1, MOST_MONTHS)])
    consent_on = _day(_("本人书面同意的日期"))
    reason = _words(_("延长理由"))


class EndForm(FlaskForm):
    """The last day, and what proves that the person does not meet the conditions of hiring."""

    on = _day(_("最后工作日"))
    reason = _words(_("不符合录用条件的事实和依据"))


FORMS: dict[str, type[FlaskForm]] = {CONFIRM: ConfirmForm, EXTEND: ExtendForm, END: EndForm}


class AnswerForm(FlaskForm):
    """The second person's word."""

    agreed = RadioField(
        _("您的决定"),
        [InputRequired(_("请选择。"))],
        choices=[SelectChoice("yes", _("同意这个决定")), SelectChoice("no", _("不同意"))],
    )
    answer = _words(_("意见"), needed=False)


class RehireForm(StaffForm):
    """A new employment of somebody who left; the person is known already, and nothing is carried over."""

    version = None
    person_id = None
    left_on = None
    confirmed_on = None
    past_is_meant = None
    because = _words(_("仍要约定试用期的理由"), needed=False)
