"""The shape of what people type against an entry, and of the answer."""

from typing import Any

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import RadioField, SelectChoice, TextAreaField
from wtforms.validators import DataRequired, Length

from crm.penalties.lifting import LONGEST

PRESENT = DataRequired(_("请填写。"))


def _words(label: Any) -> TextAreaField:
    return TextAreaField(label, [PRESENT, Length(max=LONGEST, message=_("太长了，最多 %(max)d 个字。"))])


class ObjectionForm(FlaskForm):
    """What the person concerned says."""

    words = _words(_("哪里不对"))


class LiftForm(FlaskForm):
    """Why an entry is lifted."""

    reason = _words(_("理由"))


class AnswerForm(FlaskForm):
    """The answer: whether the entry stands, and why."""

    outcome = RadioField(
        _("怎么处理"),
        [DataRequired(_("请选一项。"))],
        choices=[SelectChoice("stands", _("维持原样")), SelectChoice("lifted", _("撤回这一笔"))],
    )
    reason = _words(_("理由"))
