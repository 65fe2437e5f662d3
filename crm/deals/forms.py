"""The shape of what people type about deals."""

from typing import Any

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import DateField, HiddenField, IntegerField, RadioField, SelectChoice, SelectField, StringField
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from crm.deals.services import KINDS
from crm.deals.stages import CANCELLED, CONTRACT, FORWARD, HOLDING, SUBSCRIPTION

STAGE_WORDS = {
    HOLDING: _("小订"),
    SUBSCRIPTION: _("大定"),
    CONTRACT: _("签约"),
    CANCELLED: _("取消"),
}
KIND_WORDS = {
    "residential": _("住宅"),
    "shopfront": _("门面"),
    "parking": _("车位"),
    "other": _("其他"),
}
_WRONG_DATE = _("请选择日期。")


def _choices(keys: Any, words: Any) -> list[SelectChoice]:
    return [SelectChoice(key, words[key]) for key in keys]


def _amount() -> StringField:
    return StringField(
        _("金额"),
        [Optional(), Length(max=40, message=_("太长了，最多 %(max)d 个字。"))],
        render_kw={"maxlength": 40},
    )


class ContentForm(FlaskForm):
    """What is sold, for how much."""

    version = HiddenField()
    unit_kind = RadioField(_("类型"), [InputRequired(_("请选择类型。"))], choices=_choices(KINDS, KIND_WORDS))
    units = IntegerField(_("套数"), [InputRequired(_("请填写整数。"))], default=1)
    amount = _amount()


class DealForm(FlaskForm):
    """A new deal."""

    stage = RadioField(
        _("到哪一步"),
        [InputRequired(_("请选择小订、大定或签约。"))],
        choices=_choices(FORWARD, STAGE_WORDS),
        default=HOLDING,
    )
    on = DateField(_("日期"), [DataRequired(_WRONG_DATE)])
    unit_kind = RadioField(
        _("类型"), [InputRequired(_("请选择类型。"))], choices=_choices(KINDS, KIND_WORDS), default=KINDS[0]
    )
    units = IntegerField(_("套数"), [InputRequired(_("请填写整数。"))], default=1)
    amount = _amount()
    staff_id = SelectField(_("成交顾问"), validate_choice=False)


class StepForm(FlaskForm):
    """The next stage."""

    version = HiddenField()
    stage = RadioField(_("下一步"), [InputRequired(_("请选择下一步。"))], validate_choice=False)
    on = DateField(_("日期"), [DataRequired(_WRONG_DATE)])


class CorrectionForm(FlaskForm):
    """The right date, and why."""

    version = HiddenField()
    on = DateField(_("正确的日期"), [DataRequired(_WRONG_DATE)])
    reason = StringField(
        _("原因"),
        [DataRequired(_("请写明更正的原因。")), Length(max=200, message=_("太长了，最多 %(max)d 个字。"))],
    )
