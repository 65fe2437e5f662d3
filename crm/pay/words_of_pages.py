"""The words for what rows of pay hold as codes."""

from flask_babel import lazy_gettext as _

BASES = {"units": _("按套数分档"), "amount": _("按金额分档")}
PAYS = {"points": _("按成交金额的比例"), "yuan": _("每套固定金额")}
MODES = {"marginal": _("分段计提（跳点部分用新比例）"), "whole": _("全额计提（跳点后当月全部用新比例）")}
PAID_ON = {"contract": _("签约当月计提"), "received": _("按回款进度计提")}
STANDINGS = {"in_force": _("生效中"), "coming": _("待生效"), "past": _("已被后来的方案代替")}
STANDING_STATUS = {"in_force": "done", "coming": "way", "past": "none"}
VERDICTS = {"withhold": _("不计入工资"), "release": _("放行：按制度金额计入工资")}
FLAGS = {"red": _("红色：与法律不符"), "amber": _("黄色：法律上需斟酌")}
LOSS_STATES = {
    "asked": _("等本人答复"),
    "agreed": _("本人已同意"),
    "refused": _("本人不同意"),
    "withdrawn": _("已撤回"),
}
LOSS_STATUS = {"asked": "waits", "agreed": "way", "refused": "refused", "withdrawn": "none"}
HELD_STATES = {
    "waits_first": _("等人决定"),
    "waits_second": _("等第二人确认"),
    "release": _("已放行"),
    "withhold": _("不计入工资"),
    "paid": _("按约定计入工资"),
}
HELD_STATUS = {
    "waits_first": "waits",
    "waits_second": "waits",
    "release": "deduction",
    "withhold": "done",
    "paid": "none",
}
