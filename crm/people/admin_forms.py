"""The shape of what the administrator types."""

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import DateField, IntegerField, SelectMultipleField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length, NumberRange, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from crm.people.forms import PRESENT, text
from crm.workbook.schema import ROLES


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
