"""The words of orders and of the shop's day."""

from flask_babel import lazy_gettext as _

STEP_WORDS = {
    "inspected": _("验货"),
    "written": _("开单"),
    "explained": _("客户签字"),
    "signed": _("店长签字"),
    "stamped": _("财务盖章"),
    "scheduled": _("安排提送货"),
    "delivered": _("已提送货"),
    "installed": _("已安装"),
}
STEP_DOES = {
    "inspected": _("记下验货结果"),
    "written": _("开单，不再改"),
    "explained": _("客户已签字"),
    "signed": _("店长签字"),
    "stamped": _("财务盖章"),
    "scheduled": _("安排"),
    "delivered": _("已交给客户"),
    "installed": _("安装完成"),
}
STEP_WHO = {
    "consultant": _("顾问"),
    "manager": _("店长或经理"),
    "finance": _("财务"),
    "shop": _("顾问或店长"),
}
MODES = {"delivery": _("送货上门"), "pickup": _("客户自提")}
RESULTS = {"content": _("满意"), "trouble": _("有问题要处理"), "unreached": _("没有联系上")}
RESULT_KINDS = {"content": "done", "trouble": "waits", "unreached": "none"}
NOTE_KINDS = {
    "damage": _("商品损坏"),
    "loss": _("商品丢失"),
    "found": _("拾到顾客物品"),
    "gift": _("顾客赠礼上交"),
    "price_check": _("物价检查"),
    "other_brand": _("其他品牌信息"),
}
CHECKS = {
    "doors": _("门窗门锁已关好"),
    "power": _("电源已切断"),
    "fire": _("没有烟头和火种"),
    "left_behind": _("没有顾客遗留物"),
}
