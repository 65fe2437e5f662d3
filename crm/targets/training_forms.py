"""The shape of what people type into a training notice and its steps."""

from typing import Any

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import DateField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length, Optional

LONGEST = 2000
_NEEDED = _("请填写。")
_LONG = _("太长了，最多 %(max)d 个字。")


def _long(label: Any, needed: bool = True) -> TextAreaField:
    first = DataRequired(_NEEDED) if needed else Optional()
    return TextAreaField(
        label, [first, Length(max=LONGEST, message=_LONG)], render_kw={"maxlength": LONGEST, "rows": 3}
    )


def _line(label: Any) -> StringField:
    return StringField(
        label, [DataRequired(_NEEDED), Length(max=100, message=_LONG)], render_kw={"maxlength": 100}
    )


def _day(label: Any) -> DateField:
    return DateField(label, [DataRequired(_("请选择日期。"))])


class NoticeForm(FlaskForm):
    """A notice: whose, and what a person has to say besides the figures."""

    reason = _long(_("事实和理由"))
    help_given = _long(_("已经给予的帮助"))
    from_on = _day(_("培训开始"))
    to_on = _day(_("培训结束"))
    place = _line(_("地点"))
    trainer = _line(_("培训人"))
    content = _long(_("培训内容和考核办法"))


class AnswerForm(FlaskForm):
    """The person's own word."""

    note = _long(_("意见"), needed=False)


class RefusedForm(FlaskForm):
    """The person would not sign."""

    on = _day(_("日期"))
    witness = SelectField(_("见证人"), [DataRequired(_("请选择。"))], validate_choice=False)
    note = _long(_("经过"))


class TrainedForm(FlaskForm):
    """A date of training."""

    on = _day(_("日期"))
    note = _long(_("内容和出勤情况"))


class OutcomeForm(FlaskForm):
    """What the training came to."""

    on = _day(_("考核日期"))
    evidence = _long(_("考核依据"))


class OfferForm(FlaskForm):
    """A new post, from a date on."""

    on = _day(_("到岗日期"))
    post = _line(_("新岗位"))
    note = _long(_("工作内容、薪酬和理由"))


class SignedForm(FlaskForm):
    """The person's answer on paper."""

    on = _day(_("签字日期"))
    paper = FileField(_("本人签字的扫描件或照片（PDF、JPG、PNG，最大 8 MB）"))
    note = _long(_("说明"), needed=False)


class MovedForm(FlaskForm):
    """The person began at the new post."""

    on = _day(_("到岗日期"))
    note = _long(_("说明"), needed=False)


class WithdrawnForm(FlaskForm):
    """The notice was a mistake."""

    note = _long(_("原因"))


FORMS: dict[str, type[FlaskForm]] = {
    "refused": RefusedForm,
    "trained": TrainedForm,
    "passed": OutcomeForm,
    "failed": OutcomeForm,
    "offered": OfferForm,
    "consented": SignedForm,
    "declined": SignedForm,
    "moved": MovedForm,
    "withdrawn": WithdrawnForm,
}
