"""What the audit log says in the reader's language: a word for each act, and for the names of its details."""

from flask_babel import lazy_gettext

_ = lazy_gettext

ACTIONS = {
    "access.refused": _("访问被拒绝"),
    "account.disabled": _("停用了账号"),
    "account.enabled": _("启用了账号"),
    "account.made": _("开了账号"),
    "account.password_changed": _("改了密码"),
    "account.password_reset": _("重设了密码"),
    "backup.made": _("做了备份"),
    "backup.restored": _("恢复了备份"),
    "calendar.changed": _("改了公司日历"),
    "company.started": _("建立了公司"),
    "contact.corrected": _("更正了联系记录"),
    "contact.undone": _("撤销了联系记录"),
    "customer.erased": _("删除了客户的个人信息"),
    "customer.opted_in": _("登记客户恢复联系"),
    "customer.opted_out": _("登记客户拒绝联系"),
    "customer.revealed": _("查看了完整号码"),
    "customers.handed_over": _("移交了客户"),
    "deal.date_corrected": _("更正了成交日期"),
    "deal.ruled": _("判单"),
    "deal.step_done": _("办完了售后一步"),
    "demo.seeded": _("生成了演示公司"),
    "hold.extended": _("延长了小订"),
    "hold.lapsed": _("小订到期失效"),
    "household.joined": _("合并为一户"),
    "household.left": _("从一户中分出"),
    "leave.granted": _("批准了请假"),
    "leave.refused": _("拒绝了请假"),
    "leave.withdrawn": _("撤回了请假"),
    "paper.printed": _("打印了单据"),
    "permit.answered_for": _("对无预售证收款负责"),
    "phone.looked_up": _("查重了号码"),
    "pool.claimed": _("从公海认领了客户"),
    "pool.fallen": _("客户落入公海"),
    "price.approved": _("批准了低于标价的价格"),
    "price.refused": _("拒绝了低于标价的价格"),
    "proof.failed": _("再次验证身份失败"),
    "receipt.reversed": _("冲销了收款"),
    "refund.approved": _("批准了退款"),
    "refund.refused": _("拒绝了退款"),
    "report.mark_taken_back": _("撤回了虚假日报的认定"),
    "report.marked_false": _("认定日报虚假"),
    "roster.changed": _("改了排班"),
    "roster.copied": _("照上一周排了班"),
    "second_factor.failed": _("动态口令不对"),
    "second_factor.given": _("通过了动态口令"),
    "second_factor.switched_off": _("关闭了两步验证"),
    "second_factor.switched_on": _("开启了两步验证"),
    "session.ended": _("结束了登录"),
    "settings.changed": _("改了设置"),
    "sign_in.done": _("登录"),
    "sign_in.failed": _("登录失败"),
    "staff.changed": _("改了员工资料"),
    "staff.taken_on": _("登记了新员工"),
    "unit.released": _("放开了房源"),
    "unit.withheld": _("保留了房源"),
    "waiver.signed": _("签了免追踪"),
    "waiver_request.refused": _("拒绝了免追踪申请"),
    "waiver_request.signed": _("同意了免追踪申请"),
    "workbook.exported": _("导出了工作簿"),
    "workbook.imported": _("导入了工作簿"),
}
"""Each act that is written down, by its name `noun.verb`."""

DETAILS = {
    "accounts": _("账号数"),
    "address": _("地址"),
    "after": _("之后"),
    "amount": _("金额"),
    "because": _("原因"),
    "before": _("之前"),
    "by": _("凭"),
    "bytes": _("字节"),
    "cause": _("事由"),
    "changed": _("改动"),
    "count": _("次数"),
    "customers": _("客户数"),
    "days": _("天数"),
    "found": _("已登记"),
    "from_on": _("起"),
    "household": _("户"),
    "kind": _("种类"),
    "lapses_on": _("到期日"),
    "list_price": _("标价"),
    "method": _("方式"),
    "new": _("新记录"),
    "number": _("号码"),
    "on": _("日期"),
    "other": _("另一位"),
    "path": _("页面"),
    "reason": _("理由"),
    "request": _("申请号"),
    "rows": _("行数"),
    "shares": _("分成"),
    "staff_id": _("员工"),
    "stage": _("阶段"),
    "step": _("哪一步"),
    "to_on": _("止"),
    "why": _("用途"),
    "workday": _("工作日"),
}
"""Each detail that an act writes beside its subject."""


VALUES = {
    "account disabled": _("账号停用"),
    "call": _("打电话"),
    "ended by the administrator": _("管理员结束"),
    "left": _("离职"),
    "password changed": _("改了密码"),
    "password reset": _("重设了密码"),
    "second factor reset": _("重设了两步验证"),
    "signed out": _("退出登录"),
}
"""The reasons that the program itself writes down."""


def detail_words(value: object) -> str:
    """A detail's value as a reader expects it: yes and no, lists with commas, anything else as it stands."""
    if isinstance(value, bool):
        return str(_("是") if value else _("否"))
    if isinstance(value, dict):
        return "，".join(f"{name} {detail_words(each)}" for name, each in value.items())
    if isinstance(value, list):
        return "、".join(detail_words(each) for each in value)
    if value in (None, "", "None"):
        return "—"
    return str(VALUES.get(str(value), value))
