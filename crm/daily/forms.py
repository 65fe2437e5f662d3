"""The shape of what people type about a daily report."""

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import DateField, HiddenField
from wtforms.validators import InputRequired

from crm.leads.forms import words


class ReportForm(FlaskForm):
    """The remarks; figures come from the records."""

    date = DateField(_("日期"), [InputRequired()])
    remarks = words(_("备注"), 4000)
    version = HiddenField()


class JudgementForm(FlaskForm):
    """A manager's reason."""

    reason = words(_("理由"), 500, required=True)
