"""The shape of what people type about misconduct."""

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import BooleanField, DateField, RadioField, SelectChoice, SelectField, TextAreaField
from wtforms.validators import DataRequired, Length, Optional

from crm.targets.cases_models import DROPPED, ESPECIALLY, SERIOUS
from crm.targets.staffing_reach import LONGEST
from crm.workbook.schema import CASE_KINDS

_CHOOSE = DataRequired(_("请选择。"))
_DAY = DataRequired(_("请选择日期。"))
_LONG = _("太长了，最多 %(max)d 个字。")


def _words(label: Any, needed: bool = True) -> TextAreaField:
    first = DataRequired(_("请填写。")) if needed else Optional()
    limits = [first, Length(max=LONGEST, message=_LONG)]
    return TextAreaField(label, limits, render_kw={"maxlength": LONGEST, "rows": 4})


def with_empty(pairs: Sequence[tuple[str, str]]) -> list[SelectChoice]:
    """The choices of a list, with none chosen first."""
    return [SelectChoice(key, word) for key, word in (("", gettext("请选择")), *pairs)]


class ReportForm(FlaskForm):
    """What somebody is said to have done."""

    staff_id = SelectField(_("当事人"), [_CHOOSE], validate_choice=False)
    kind = RadioField(
        _("情形"),
        [_CHOOSE],
        choices=[SelectChoice(key, _(word)) for key, word in CASE_KINDS.items()],
        validate_choice=False,
    )
    happened_on = DateField(_("发生日期"), [_DAY])
    facts = _words(_("经过"))
    dispute_id = SelectField(_("由哪次判单发现"), [Optional()], validate_choice=False)


class EvidenceForm(FlaskForm):
    """A file that shows something."""

    file = FileField(_("文件（PDF、JPG、PNG，最大 8 MB）"), [DataRequired(_("请选择文件。"))])


class HearingForm(FlaskForm):
    """What the person concerned is to answer."""

    question = _words(_("请本人说明什么"))


class RefusalForm(FlaskForm):
    """The person would not say anything."""

    refusal = _words(_("经过"))
    witness = SelectField(_("见证人"), [_CHOOSE], validate_choice=False)


class AnswerForm(FlaskForm):
    """The statement of the person concerned."""

    answer = _words(_("我的说明"))


class DecisionForm(FlaskForm):
    """The decision, and what a dismissal needs besides."""

    verdict = RadioField(
        _("处理结果"),
        [_CHOOSE],
        choices=[
            SelectChoice(SERIOUS, _("情节严重：书面警告，取消当年评优资格")),
            SelectChoice(ESPECIALLY, _("情节特别严重：书面警告，取消当年评优资格并辞退")),
            SelectChoice(DROPPED, _("不予处理")),
        ],
        validate_choice=False,
    )
    reason = _words(_("理由"))
    last_on = DateField(_("最后工作日（辞退时填）"), [Optional()])
    union_told_on = DateField(_("理由通知工会的日期（辞退时填）"), [Optional()])
    sure = BooleanField(
        _("我已看过证据和本人的说明，知道决定生效后不能撤回"), [DataRequired(_("请先确认。"))]
    )


class SecondForm(FlaskForm):
    """The second person's word."""

    agreed = RadioField(
        _("您的意见"),
        [_CHOOSE],
        choices=[SelectChoice("yes", _("同意")), SelectChoice("no", _("不同意"))],
        validate_choice=False,
    )
    answer = _words(_("意见或不同意的原因"), needed=False)
