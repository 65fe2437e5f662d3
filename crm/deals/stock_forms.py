"""The shape of what people type about units, steps and money."""

from typing import Any

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from flask_wtf.file import MultipleFileField
from wtforms import (
    BooleanField,
    DateField,
    HiddenField,
    RadioField,
    SelectChoice,
    SelectField,
    SelectMultipleField,
    StringField,
)
from wtforms.validators import DataRequired, InputRequired, Length, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from crm.deals import stock_words as words

_DAY = _("请选择日期。")
_LONG = _("太长了，最多 %(max)d 个字。")


def _choice(label: Any, choices: Any, **rest: Any) -> RadioField:
    listed = [SelectChoice(key, word) for key, word in choices.items()]
    return RadioField(label, [InputRequired(_("请选择一项。"))], choices=listed, **rest)


def _line(label: Any, needed: bool = True, longest: int = 200) -> StringField:
    first = DataRequired(_("请填写。")) if needed else Optional()
    return StringField(label, [first, Length(max=longest, message=_LONG)], render_kw={"maxlength": longest})


def _day(label: Any) -> DateField:
    return DateField(label, [DataRequired(_DAY)])


class PlaceForm(FlaskForm):
    """A deposit on a unit."""

    q = StringField(_("找客户"), [Optional(), Length(max=60, message=_LONG)], render_kw={"maxlength": 60})
    customer_id = RadioField(_("客户"), [InputRequired(_("请选择客户。"))], validate_choice=False)
    stage = _choice(
        _("到哪一步"),
        {"holding_deposit_on": _("小订"), "subscription_on": _("大定")},
        default="holding_deposit_on",
    )
    on = _day(_("日期"))
    amount = _line(_("成交价"), needed=False, longest=40)
    more = _line(_("同时购买的其他房源"), needed=False)
    staff_id = SelectField(_("成交顾问"), validate_choice=False)


class StepForm(FlaskForm):
    """An after-sales step."""

    version = HiddenField()
    ticked = SelectMultipleField(
        _("清单和资料"),
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )
    due_on = DateField(_("到期日"), [Optional()])
    done_on = DateField(_("办结日期"), [Optional()])
    not_needed = BooleanField(_("不需要办（如全款）"))
    note = _line(_("备注"), needed=False)


class PaperForm(FlaskForm):
    """Papers of a step; what they are is judged by their content."""

    item = SelectField(_("是哪一项的资料"), validate_choice=False)
    files = MultipleFileField(_("文件"))


class ReceiptForm(FlaskForm):
    """Money received."""

    kind = _choice(_("款项"), words.RECEIPT_KINDS)
    nature = _choice(_("性质"), words.NATURES)
    amount = _line(_("金额"), longest=40)
    method = _choice(_("方式"), words.METHODS)
    voucher_no = _line(_("凭证号"), longest=60)
    invoice_no = _line(_("发票号"), needed=False, longest=60)
    received_on = _day(_("收款日期"))
    note = _line(_("备注"), needed=False)


class ChaseForm(FlaskForm):
    """A contact that chased arrears."""

    effective = _choice(_("结果"), {"1": _("联系上了"), "0": _("没联系上")}, default="1")
    medium = _choice(_("方式"), words.MEDIA, default="phone")
    note = _line(_("客户怎么说"), needed=False)
    promised_on = DateField(_("承诺付款的日期"), [Optional()])


class PlanForm(FlaskForm):
    """A payment that is planned."""

    kind = _choice(_("款项"), words.RECEIPT_KINDS)
    due_on = _day(_("应付日期"))
    amount = _line(_("金额"), longest=40)


class RefundForm(FlaskForm):
    """Money to give back, to keep, to return double."""

    kind = _choice(_("处理"), words.REFUND_KINDS, default="refund")
    cause = _choice(_("事由"), words.CAUSES)
    amount = _line(_("金额"), needed=False, longest=40)
    requested_on = _day(_("客户提出的日期"))
    reason = _line(_("原因"))


class PayForm(FlaskForm):
    """A refund that was paid."""

    paid_on = _day(_("付款日期"))
    method = SelectField(_("方式"), choices=[SelectChoice(key, word) for key, word in words.METHODS.items()])
    voucher_no = _line(_("凭证号"), longest=60)
