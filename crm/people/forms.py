"""The shape of what people type about accounts and settings."""

from typing import Any

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import DateField, PasswordField, StringField
from wtforms.validators import DataRequired, Length, Optional

from crm.errors import Invalid
from crm.web.i18n import current_lang

PRESENT = DataRequired(_("请填写。"))


def put_back(form: FlaskForm, problem: Invalid) -> None:
    """Put a service's sentence beside its field, or above the form."""
    field = form._fields.get(problem.field)
    sentence = problem.sentence(current_lang())
    if field is None:
        form.form_errors.append(sentence)
    else:
        field.errors = [*field.errors, sentence]


def text(label: Any, longest: int = 100, **rest: Any) -> StringField:
    """A required line of text."""
    return StringField(label, [PRESENT, Length(max=longest, message=_("太长了。"))], **rest)


class SignInForm(FlaskForm):
    """Name and password."""

    login = text(_("账号"))
    password = PasswordField(_("密码"), [PRESENT, Length(max=200)])


class CodeForm(FlaskForm):
    """The second factor."""

    code = text(_("验证码"), 40)


class ProofForm(FlaskForm):
    """The password once more."""

    password = PasswordField(_("密码"), [PRESENT, Length(max=200)])


class PasswordForm(FlaskForm):
    """A change of the own password."""

    old = PasswordField(_("当前密码"), [PRESENT, Length(max=200)])
    new = PasswordField(_("新密码"), [PRESENT, Length(max=200)])


class SetupForm(FlaskForm):
    """The first start."""

    company = text(_("公司"))
    project = text(_("项目"))
    records_begin = DateField(_("从哪天开始有记录"), [Optional()])
    name = text(_("您的姓名"))
    login = text(_("账号"))
    password = PasswordField(_("密码"), [PRESENT, Length(max=200)])
