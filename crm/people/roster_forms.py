"""The shape of asking for leave, of staff, and of the company's own calendar days."""

from decimal import Decimal
from typing import Any

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import BooleanField, DateField, DecimalField, HiddenField, IntegerField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from crm.people.forms import PRESENT, text
from crm.workbook.schema import ROLES, TRADES

# HR gives every role but the administrator's: nobody makes somebody who may more.
GIVEN_ROLES = [SelectChoice(role, _(word)) for role, word in ROLES.items() if role != "admin"]
MONEY = NumberRange(Decimal(0), Decimal("99999999"))


class LeaveForm(FlaskForm):
    """Leave on these dates, both included."""

    from_on = DateField(_("从"), [InputRequired(_("请填写。"))])
    to_on = DateField(_("到"), [InputRequired(_("请填写。"))])
    reason = text(_("原因"), 200)


def _money(label: Any) -> DecimalField:
    return DecimalField(label, [Optional(), MONEY], places=2)


class StaffForm(FlaskForm):
    """One employment."""

    version = HiddenField()
    staff_id = text(_("员工编号"), 40)
    name = text(_("姓名"), 50)
    person_id = StringField(_("人员编号"), [Optional(), Length(max=40)])
    role = SelectField(_("角色"), choices=GIVEN_ROLES)
    project = SelectField(_("项目"), validators=[PRESENT])
    trade = SelectField(_("行业"), choices=[SelectChoice(key, _(word)) for key, word in TRADES.items()])
    hired_on = DateField(_("入职日期"), [InputRequired(_("请填写。"))])
    left_on = DateField(_("离职日期"), [Optional()])
    probation_months = IntegerField(_("试用期（月）"), [InputRequired(_("请填写。")), NumberRange(0, 24)])
    contract_years = DecimalField(
        _("合同年限"), [InputRequired(_("请填写。")), NumberRange(0, 50)], places=None
    )
    confirmed_on = DateField(_("转正日期"), [Optional()])
    monthly_base_pay = _money(_("月基本工资"))
    monthly_variable_pay = _money(_("月浮动工资"))
    past_is_meant = BooleanField(_("当初填错了，从入职起更正"))


def _unchanged(choices: list[SelectChoice]) -> list[SelectChoice]:
    return [SelectChoice("", _("不变")), *choices]


class TermForm(FlaskForm):
    """What changes for a person from a date on; empty is as before."""

    from_on = DateField(_("生效日期"), [InputRequired(_("请填写。"))])
    role = SelectField(_("角色"), [Optional()], choices=_unchanged(GIVEN_ROLES))
    project = SelectField(_("项目"), [Optional()])
    trade = SelectField(
        _("行业"),
        [Optional()],
        choices=_unchanged([SelectChoice(key, _(word)) for key, word in TRADES.items()]),
    )
    monthly_base_pay = _money(_("月基本工资"))
    monthly_variable_pay = _money(_("月浮动工资"))
    past_is_meant = BooleanField(_("确实从过去的日期起"))
