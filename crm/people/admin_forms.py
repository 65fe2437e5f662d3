"""The shape of what the administrator types."""

from typing import Any

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import BooleanField, DateField, IntegerField, SelectMultipleField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, NumberRange, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from crm.people.forms import PRESENT, text
from crm.workbook.schema import ROLES


def _number(label: Any, least: int, most: int) -> IntegerField:
    """A required whole number; 0 counts as typed."""
    return IntegerField(label, [InputRequired(_("请填写。")), NumberRange(least, most)])


class AccountForm(FlaskForm):
    """A new account for somebody of the staff."""

    login = text(_("账号"), 40)


class SettingsForm(FlaskForm):
    """The company's settings."""

    company = text(_("公司"))
    projects = TextAreaField(_("项目"), [PRESENT, Length(max=4000)])
    records_begin = DateField(_("从哪天开始有记录"), [Optional()])
    totp_roles = SelectMultipleField(
        _("必须开启两步验证的角色"),
        choices=[SelectChoice(role, _(word)) for role, word in ROLES.items()],
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )
    lookups_an_hour = IntegerField(_("每人每小时可查重的号码数"), [PRESENT, NumberRange(1, 1000)])
    holding_days = _number(_("小订保留几天"), 1, 365)
    holding_warning_days = _number(_("小订到期前几天提醒"), 0, 365)
    contract_days = _number(_("认购后几天内签约"), 1, 3650)
    mortgage_days = _number(_("签约后几天内办按揭"), 1, 3650)
    handover_days = _number(_("签约后几天内交房"), 1, 3650)
    title_days = _number(_("交房后几天内办产权证"), 1, 3650)
    pool_lapsed_days = _number(_("几天没有有效联系就掉入公海（0 为不掉）"), 0, 3650)
    pool_warning_days = _number(_("掉入公海前几天提醒"), 0, 365)
    pool_claims_a_day = _number(_("每位顾问一天可认领几位"), 0, 10000)
    pool_holding_limit = _number(_("名下满几位就不能再认领"), 0, 1000000)
    pool_cooling_days = _number(_("原顾问几天内不能认领掉入公海的客户"), 0, 3650)
    pool_of_leavers = BooleanField(_("离职顾问的客户掉入公海"))
