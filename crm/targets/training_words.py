"""How training notices are said, on pages and on paper."""

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext

from crm.targets.quota_words import count
from crm.targets.training_models import TrainingNotice, TrainingStep
from crm.web.formats import money

STATES = {
    "served": lazy_gettext("待签收"),
    "refused": lazy_gettext("拒签，有见证"),
    "acknowledged": lazy_gettext("已签收"),
    "trained": lazy_gettext("培训中"),
    "passed": lazy_gettext("培训合格"),
    "failed": lazy_gettext("培训后仍不合格"),
    "offered": lazy_gettext("新岗位待答复"),
    "consented": lazy_gettext("已书面同意调岗"),
    "declined": lazy_gettext("不同意调岗"),
    "moved": lazy_gettext("已调岗"),
    "withdrawn": lazy_gettext("已撤回"),
}
STATE_KINDS = {
    "served": "waits",
    "refused": "waits",
    "acknowledged": "way",
    "trained": "way",
    "passed": "done",
    "failed": "waits",
    "offered": "waits",
    "consented": "way",
    "declined": "waits",
    "moved": "done",
    "withdrawn": "none",
}
STEPS = {
    "acknowledged": lazy_gettext("本人签收"),
    "refused": lazy_gettext("本人拒签"),
    "trained": lazy_gettext("培训"),
    "passed": lazy_gettext("考核合格"),
    "failed": lazy_gettext("考核不合格"),
    "offered": lazy_gettext("提出新岗位"),
    "consented": lazy_gettext("书面同意新岗位"),
    "declined": lazy_gettext("不同意新岗位"),
    "moved": lazy_gettext("到新岗位"),
    "withdrawn": lazy_gettext("撤回通知书"),
}


def number_of(notice: TrainingNotice) -> str:
    """The notice's number as papers write it: 培字〔2026〕3号."""
    return _("培字〔%(year)s〕%(serial)s号", year=notice.year, serial=notice.serial)


def law_sentence() -> str:
    """What has to stand beside every notice."""
    return _(
        "业绩末位不等于不能胜任工作，仅凭名次不能解除合同或调岗。依《劳动合同法》第40条第2项，劳动者不能胜任工作，"
        "须先培训或者调整工作岗位；仍不能胜任的，才可以提前30日书面通知（或额外支付一个月工资）解除，并支付经济补偿。"
        "调整岗位、薪酬须双方书面协商一致（第35条）。"
    )


def fact_lines(facts: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The figures with their names; what is not known is a dash."""
    return [
        (_("任务"), _aim(facts.get("quota"), facts.get("quota_amount"))),
        (_("完成"), _aim(facts.get("units"), facts.get("amount"))),
        (_("算入的成交"), _("、").join(facts.get("deals") or []) or _("无")),
        (_("名次"), _place(facts)),
        (_("当月工作日"), _days(facts.get("workdays"))),
        (_("接待批次"), _plain(facts.get("groups"))),
        (_("接听来电"), _plain(facts.get("calls"))),
        (_("跟进次数"), _plain(facts.get("followups"))),
        (_("未按时追踪"), _plain(facts.get("missed"))),
    ]


def _aim(units: object, amount: object) -> str:
    if units is None:
        return "—"
    said = _("%(units)s 套", units=count(Decimal(str(units))))
    return said if amount is None else f"{said}  {money(Decimal(str(amount)))}"


def _place(facts: Mapping[str, Any]) -> str:
    if facts.get("place") is None:
        return _("不参加排名")
    return _("第 %(place)s 名，共 %(ranked)s 人", place=facts["place"], ranked=facts["ranked"])


def _days(value: object) -> str:
    return "—" if value is None else _("%(days)s 天", days=value)


def _plain(value: object) -> str:
    return "—" if value is None else str(value)


def step_lines(step: TrainingStep, names: Mapping[str, str]) -> list[str]:
    """What a step says besides its name and date."""
    details = step.details
    said = []
    if details.get("post"):
        said.append(_("岗位：%(post)s", post=details["post"]))
    if details.get("evidence"):
        said.append(_("依据：%(evidence)s", evidence=details["evidence"]))
    if details.get("witness"):
        said.append(_("见证人：%(name)s", name=names.get(details["witness"], details["witness"])))
    if step.kind in ("consented", "declined"):
        said.append(_("本人在系统中确认") if details.get("by") == "person" else _("本人签字的书面答复"))
    return [*said, step.note] if step.note else said


def date_words(day: dt.date) -> str:
    """A date as papers write it: 2026年11月24日."""
    return _("%(year)s年%(month)s月%(day)s日", year=day.year, month=day.month, day=day.day)


ACTS = {
    "refused": lazy_gettext("记录拒签"),
    "trained": lazy_gettext("记录一次培训"),
    "passed": lazy_gettext("考核合格"),
    "failed": lazy_gettext("考核不合格"),
    "offered": lazy_gettext("提出新岗位"),
    "consented": lazy_gettext("上传书面同意"),
    "declined": lazy_gettext("上传书面不同意"),
    "moved": lazy_gettext("记录到新岗位"),
    "withdrawn": lazy_gettext("撤回通知书"),
}
ACT_HINTS = {
    "refused": lazy_gettext("本人拒绝签收时，写明经过，并有另一位员工见证。"),
    "failed": lazy_gettext("写明考核的内容、标准和结果。名次不是依据。"),
    "offered": lazy_gettext("提出后由本人在系统中答复，或上传本人签字的书面答复；没有书面同意不能调岗。"),
    "moved": lazy_gettext("本人已书面同意。岗位和薪酬从哪天起变，请人事同时记入“任职变动”。"),
    "withdrawn": lazy_gettext("出错时撤回。通知书和各步记录都保留，只是不再有效。"),
}
