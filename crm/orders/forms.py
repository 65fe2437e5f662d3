"""The shape of what people type about orders and the shop's day."""

from typing import Any

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import BooleanField, DateField, IntegerField, RadioField, SelectChoice, SelectField, StringField
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from crm.deals.stock_words import METHODS, NATURES
from crm.orders import words

_LONG = _("太长了，最多 %(max)d 个字。")
_DAY = _("请选择日期。")


def _line(label: Any, needed: bool = True, longest: int = 200) -> StringField:
    first = DataRequired(_("请填写。")) if needed else Optional()
    return StringField(label, [first, Length(max=longest, message=_LONG)], render_kw={"maxlength": longest})


def _choice(label: Any, choices: Any, **rest: Any) -> RadioField:
    listed = [SelectChoice(key, word) for key, word in choices.items()]
    return RadioField(label, [InputRequired(_("请选择一项。"))], choices=listed, **rest)


class LineForm(FlaskForm):
    """A piece of an order."""

    price_id = SelectField(
        _("产品和型号"), [DataRequired(_("请选择产品。"))], coerce=str, validate_choice=False
    )
    quantity = IntegerField(_("数量"), [InputRequired(_("请填写整数。"))], default=1)
    price = _line(_("成交单价"), needed=False, longest=40)


class OrderForm(LineForm):
    """A new order."""

    customer_name = _line(_("客户姓名"), longest=60)
    address = _line(_("详细家庭住址"))
    note = _line(_("备注"), needed=False)


class StepForm(FlaskForm):
    """A step of the way; each uses what it needs."""

    damaged = BooleanField(_("发现损伤"))
    note = _line(_("说明"), needed=False)
    acknowledged = BooleanField(_("已向客户逐条说明上述条款"))
    drawing = StringField(_("客户签名"))
    mode = RadioField(
        _("方式"),
        [Optional()],
        choices=[SelectChoice(key, word) for key, word in words.MODES.items()],
        default="delivery",
    )
    on = DateField(_("日期"), [Optional()])


class MoneyForm(FlaskForm):
    """Money received."""

    nature = _choice(_("性质"), NATURES)
    amount = _line(_("金额"), longest=40)
    method = _choice(_("方式"), METHODS)
    voucher_no = _line(_("凭证号"), longest=60)
    received_on = DateField(_("收款日期"), [DataRequired(_DAY)])
    note = _line(_("备注"), needed=False)


class PriceForm(FlaskForm):
    """A price of the book."""

    product = _line(_("产品"), longest=60)
    model = _line(_("型号"), longest=60)
    size = _line(_("尺寸"), longest=60)
    material = _line(_("材质"), longest=60)
    origin = _line(_("产地"), longest=60)
    purpose = _line(_("用途"), longest=60)
    price = _line(_("统一价"), longest=40)
    from_on = DateField(_("执行日期"), [DataRequired(_DAY)])


class NoteForm(FlaskForm):
    """A report."""

    kind = _choice(_("类别"), words.NOTE_KINDS)
    what = _line(_("物品或产品"), longest=60)
    model = _line(_("型号"), needed=False, longest=60)
    brand = _line(_("品牌"), needed=False, longest=60)
    price = _line(_("看到的价格"), needed=False, longest=40)
    note = _line(_("情况"), needed=False, longest=500)


class ClosingForm(FlaskForm):
    """The closing inspection."""

    doors = BooleanField(words.CHECKS["doors"])
    power = BooleanField(words.CHECKS["power"])
    fire = BooleanField(words.CHECKS["fire"])
    left_behind = BooleanField(words.CHECKS["left_behind"])
    note = _line(_("异常情况和处理"), needed=False, longest=500)


class CallForm(FlaskForm):
    """A call-back."""

    result = _choice(_("结果"), words.RESULTS)
    note = _line(_("客户怎么说"), needed=False, longest=500)
