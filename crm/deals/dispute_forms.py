"""The shape of what people type in disputes."""

from decimal import Decimal, InvalidOperation
from typing import Any

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import HiddenField, SelectChoice, SelectField, TextAreaField
from wtforms.validators import DataRequired, Length

from crm.deals.disputes import LONGEST, MOST_SHARES, WHOLE, Decision
from crm.errors import Invalid

PRESENT = DataRequired(_("请填写。"))


def _words(label: Any) -> TextAreaField:
    return TextAreaField(label, [PRESENT, Length(max=LONGEST, message=_("太长了，最多 %(max)d 个字。"))])


class ReaderForm(FlaskForm):
    """Who may see it too."""

    staff_id = SelectField(_("允许查看的人"), [PRESENT], validate_choice=False)


class QuestionForm(FlaskForm):
    """What a party should say something about."""

    staff_id = SelectField(_("请谁说明"), [PRESENT], validate_choice=False)
    question = _words(_("要说明什么"))


class AnswerForm(FlaskForm):
    """The statement."""

    answer = _words(_("我的说明"))


class RulingForm(FlaskForm):
    """The reason of a ruling; whose and how many percent stand in the fields `share` and `percent`, as often as needed."""

    seen = HiddenField()
    reason = _words(_("理由"))


def choices(people: list[tuple[str, str]]) -> list[SelectChoice]:
    """People to choose from."""
    return [SelectChoice(key, name) for key, name in people]


def decision_of(form: RulingForm, people: list[str], percents: list[str]) -> Decision:
    """The ruling as typed; one person without a percent gets all. Invalid for what is no number."""
    pairs = [(who, percent.strip()) for who, percent in zip(people, percents, strict=False) if who]
    alone = len(pairs) == 1
    shares = [(who, WHOLE if alone and not percent else _percent(percent)) for who, percent in pairs]
    return Decision(shares[: MOST_SHARES + 1], form.reason.data or "", int(form.seen.data or 0))


def _percent(text: str) -> Decimal:
    try:
        return Decimal(text.rstrip("%％") or "x")
    except InvalidOperation:
        raise Invalid("比例应为数字，如 50。", "A percent is a number, such as 50.", "shares") from None
