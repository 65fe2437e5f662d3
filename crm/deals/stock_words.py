"""The words of stock, steps and money, as pages and papers say them."""

from flask_babel import lazy_gettext as _

from crm.workbook.schema import BY_NAME

STATUS_WORDS = {
    "on_sale": _("待售"),
    "withheld": _("销控"),
    "held": _("小订"),
    "subscribed": _("认购"),
    "contracted": _("签约"),
    "handed_over": _("交房"),
    "titled": _("已办证"),
}
STATUS_KINDS = {
    "on_sale": "done",
    "withheld": "refused",
    "held": "waits",
    "subscribed": "way",
    "contracted": "way",
    "handed_over": "none",
    "titled": "none",
}
STEP_WORDS = {
    "holding": _("小订"),
    "subscription": _("大定"),
    "contract": _("签约"),
    "mortgage": _("按揭"),
    "handover": _("交房"),
    "title": _("产权证"),
    "lapse": _("小订到期"),
    "arrears": _("催款"),
}
LIST_WORDS = {
    "identity": _("身份证和户口本复印件"),
    "subscription_agreement": _("认购书"),
    "down_payment": _("首付款凭证"),
    "contract_explained": _("合同条款已说明"),
    "filed": _("合同已备案（30 日内）"),
    "income_proof": _("收入证明"),
    "credit_report": _("征信报告"),
    "bank_statement": _("银行流水"),
    "bank_signed": _("银行已面签"),
    "loan_released": _("贷款已放款"),
    "notice_sent": _("交房通知已送达"),
    "inspected": _("已陪同验房"),
    "balance_settled": _("尾款已结清"),
    "keys": _("钥匙已移交"),
    "manuals": _("质量保证书和使用说明书已交"),
    "invoice": _("购房发票"),
    "deed_tax": _("契税完税凭证"),
    "maintenance_fund": _("维修资金缴存凭证"),
    "application": _("登记已受理"),
    "certificate_handed_over": _("产权证已交给客户"),
    "other": _("其他资料"),
}
RECEIPT_KINDS = {
    "holding": _("小订"),
    "subscription": _("大定"),
    "down_payment": _("首付款"),
    "instalment": _("分期款"),
    "mortgage_loan": _("按揭款"),
    "other": _("其他"),
}
NATURES = {"earnest_money": _("定金"), "deposit": _("订金"), "price": _("房款")}
METHODS = {
    "cash": _("现金"),
    "transfer": _("转账"),
    "card": _("刷卡"),
    "wechat": _("微信"),
    "alipay": _("支付宝"),
    "cheque": _("支票"),
}
MEDIA = {key: _(zh) for key, zh in BY_NAME["contacts"].column("medium").choices.items()}
REFUND_KINDS = {"refund": _("退还"), "forfeit": _("没收定金"), "double": _("双倍返还定金")}
CAUSES = {
    "agreed": _("双方协商"),
    "lapsed": _("小订到期"),
    "neither": _("不可归责于双方"),
    "loan_refused": _("贷款未获批准"),
    "no_permit": _("没有预售许可证"),
    "buyer": _("买方违约"),
    "seller": _("卖方违约"),
}
REFUND_STATES = {
    "waits": _("待审批"),
    "refused": _("未同意"),
    "kept": _("已没收"),
    "to_pay": _("待付款"),
    "paid": _("已退"),
}
REFUND_STATUS = {"waits": "waits", "refused": "none", "kept": "deduction", "to_pay": "waits", "paid": "done"}
