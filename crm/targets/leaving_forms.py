"""The shape of what people type about leaving."""

from decimal import Decimal
from typing import Any

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import BooleanField, DateField, DecimalField, HiddenField, SelectField, TextAreaField
from wtforms.validators import DataRequired, Length, NumberRange, Optional

from crm.targets.staffing_reach import LONGEST

_NEEDED = _("请填写。")
_DAY = _("请选择日期。")
_MOST = NumberRange(Decimal(0), Decimal("99999999"), _("请填写 0 到 99999999 之间的金额。"))


def _words(label: Any, needed: bool) -> TextAreaField:
    first = DataRequired(_NEEDED) if needed else Optional()
    longest = Length(max=LONGEST, message=_("太长了，最多 %(max)d 个字。"))
    return TextAreaField(label, [first, longest], render_kw={"maxlength": LONGEST, "rows": 3})


def _money(label: Any) -> DecimalField:
    return DecimalField(label, [Optional(), _MOST], places=2)


class OwnForm(FlaskForm):
    """One's own application; `knows` is the last day whose short notice the person was warned of."""

    wished_on = DateField(_("希望的最后工作日"), [DataRequired(_DAY)])
    reason = _words(_("离职原因"), True)
    knows = HiddenField()


class PaperForm(OwnForm):
    """An application that somebody handed in on paper."""

    staff_id = SelectField(_("员工"), [DataRequired(_("请选择。"))], validate_choice=False)
    applied_on = DateField(_("收到申请的日期"), [DataRequired(_DAY)])


class AcceptForm(FlaskForm):
    """The last day."""

    last_on = DateField(_("最后工作日"), [DataRequired(_DAY)])
    answer = _words(_("答复"), False)


class SettleForm(FlaskForm):
    """What the last pay needs; `seen` is what the form showed."""

    loans_cleared = BooleanField(_("借款、备用金和公司物品已结清"))
    attendance_pay = _money(_("应发的出勤工资（元）"))
    sales_bonus = _money(_("应发的销售奖金（元）"))
    seen = HiddenField()
