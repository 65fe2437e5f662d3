"""The shape of what people type about pay."""

from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import DateField, RadioField, SelectChoice, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from crm.deals.amounts import parse_yuan
from crm.errors import Invalid
from crm.pay import words_of_pages as words

TIERS = 6
PERCENT = Decimal(100)
_LONG = _("太长了，最多 %(max)d 个字。")


def _line(label: Any, needed: bool = True, longest: int = 200) -> StringField:
    first = DataRequired(_("请填写。")) if needed else Optional()
    return StringField(label, [first, Length(max=longest, message=_LONG)], render_kw={"maxlength": longest})


def _text(label: Any, longest: int = 1000) -> TextAreaField:
    return TextAreaField(label, [DataRequired(_("请填写。")), Length(max=longest, message=_LONG)])


def _choice(label: Any, choices: Any, **rest: Any) -> RadioField:
    listed = [SelectChoice(key, word) for key, word in choices.items()]
    return RadioField(label, [InputRequired(_("请选择一项。"))], choices=listed, **rest)


class PlanForm(FlaskForm):
    """A plan of commission; its tiers are the fields `start_0`, `rate_0` and so on."""

    project = SelectField(_("项目"), validate_choice=False)
    from_on = DateField(_("从哪月 1 日起"), [DataRequired(_("请选择日期。"))])
    basis = _choice(_("分档依据"), words.BASES, default="units")
    pays = _choice(_("提成算法"), words.PAYS, default="points")
    mode = _choice(_("跳点方式"), words.MODES, default="marginal")
    paid_on = _choice(_("何时计提"), words.PAID_ON, default="contract")
    note = _line(_("备注"), needed=False)

    def offer(self, projects: Sequence[str]) -> "PlanForm":
        """The projects to choose from."""
        self.project.choices = [SelectChoice(one, one) for one in projects]
        return self

    @property
    def rows(self) -> list[tuple[Any, Any]]:
        """The fields of the tiers."""
        return [(self[f"start_{place}"], self[f"rate_{place}"]) for place in range(TIERS)]

    def tiers(self) -> list[tuple[Decimal, Decimal]]:
        """The filled-in tiers; a rate in percent becomes basis points. Invalid names the field."""
        found = []
        for start, rate in self.rows:
            if not (start.data or "").strip() and not (rate.data or "").strip():
                continue
            points = PERCENT if self.pays.data == "points" else Decimal(1)
            begins = _number(start.data, start.name) if self.basis.data == "units" else _yuan(start)
            found.append((begins, _number(rate.data, rate.name) * points))
        return found


for _place in range(TIERS):
    setattr(PlanForm, f"start_{_place}", _line(_("起点"), needed=False, longest=40))
    setattr(PlanForm, f"rate_{_place}", _line(_("提成"), needed=False, longest=40))


def _yuan(field: Any) -> Decimal:
    amount = parse_yuan(field.data, field.name)
    if amount is None:
        raise Invalid("请填写起点。", "Enter where the tier begins.", field.name)
    return amount


def _number(text: str | None, field: str) -> Decimal:
    try:
        number = Decimal((text or "").strip().rstrip("%％"))
    except InvalidOperation:
        raise Invalid("请填写数字，如 0.3。", "Enter a number such as 0.3.", field) from None
    if not number.is_finite() or number != round(number, 6) or abs(number) > 10**12:
        raise Invalid("数字太大，或小数太多。", "The number is too large or has too many decimals.", field)
    return number


class WageForm(FlaskForm):
    """A city's minimum wage."""

    city = _line(_("城市"), longest=60)
    from_on = DateField(_("从哪天起"), [DataRequired(_("请选择日期。"))])
    amount = _line(_("每月最低工资（元）"), longest=40)
    source = _line(_("出处（文号或网址）"))


class LossForm(FlaskForm):
    """A proven loss."""

    staff_id = SelectField(_("员工"), validate_choice=False)
    on = DateField(_("损失日期"), [DataRequired(_("请选择日期。"))])
    amount = _line(_("损失金额"), longest=40)
    cause = _line(_("原因"))
    evidence = _text(_("证据"))

    def offer(self, people: Sequence[tuple[str, str]]) -> "LossForm":
        """The people to choose from."""
        self.staff_id.choices = [SelectChoice(key, name) for key, name in people]
        return self
