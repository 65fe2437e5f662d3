"""The evidence sentences, in Chinese and English: every one names the records it rests on.

Placeholders are `%`-style, because half a million of them are filled in one go. Customers, people, contacts
and deals appear as ids, never as names, so that a customer's data can be erased and the entry stands
(rulebook 11).
"""

from collections.abc import Mapping
from types import MappingProxyType

LANGUAGES = ("zh", "en")

_ZH: dict[str, str] = {
    "two-deposits-day": "%(on)s 落下 %(count)d 个小订：%(deals)s。",
    "two-deposits-3-days": "连续 %(days)d 个工作日每天都落下至少 %(least)d 个小订：%(dates)s。",
    "six-groups-no-deposit": "%(first)s 至 %(last)s 的 %(days)d 个工作日（%(dates)s）接待 %(count)d 批，没有小订。来访记录：%(contacts)s。",
    "holding-drought": "%(first)s 至 %(last)s 连续 %(days)d 个工作日没有小订；此前最近一次小订：%(before)s。",
    "subscription-drought": "%(first)s 至 %(last)s 连续 %(days)d 天没有大定（请假日不计）；此前最近一次大定：%(before)s。",
    "callin-missed": "客户 %s 来电未访（首次来电 %s %s），%s 是工作日，没有联系记录；此前最近一条记录：%s。",
    "followup-missed": "客户 %s 应于 %s 前追踪（%s 起算，%s），期间没有记录；此前最近一条记录：%s。",
    "clock-start": "追踪开始",
    "clock-visit": "首次来访",
    "clock-begin": "记录启用",
    "clock-record": "上一条记录",
    "clock-missed": "上一次到期未追踪",
    "clock-waived": "免追踪到期",
    "report-false": "%(on)s 的日报由 %(by)s 认定为虚假，按旷工 %(days)s 天。%(pay)s",
    "report-none": "%(on)s 没有提交日报",
    "report-late": "%(on)s 的日报提交于 %(at)s，不在当天",
    "report-contacts": "当天的来电或来访没有及时记录：%(contacts)s",
    "report-untracked": "%(reasons)s，按旷工 %(days)s 天。%(pay)s",
    "pay-known": "月基本工资 %(base)s 元 ÷ %(paid)s 天。",
    "pay-unknown": "月基本工资未知，金额待定。",
    "quota-missed": "%(month)s 任务 %(quota)s 套，完成 %(sold)s 套（%(deals)s），扣除当月浮动工资%(cut)s。",
    "cut-known": "，并降低提成点数 %(points)s",
    "training-notice": "%(month)s 完成 %(sold)s 套（任务 %(quota)s 套），金额 %(amount)s 元，在 %(project)s 参加排名的 %(count)d 人中最后（%(deals)s）。",
    "early-month": "%(month)s 到 %(on)s 为止当月销售 %(units)s 套，达到 %(needed)s 套：%(deals)s。",
    "early-total": "入职 %(hired)s 以来到 %(on)s 为止累计销售 %(units)s 套，达到 %(needed)s 套，且已工作满 %(months)d 个月：%(deals)s。",
    "case": "%(on)s %(kind)s，情节%(severity)s，由 %(by)s 决定%(second)s。",
    "case-second": "，%(second)s 复核",
    "award-ineligible": "%(on)s %(kind)s，取消 %(year)d 年全年评奖资格，由 %(by)s 决定%(second)s。",
    "resign-notice": "%(applied)s 申请，%(last)s 离岗，提前 %(given)d 天，少于 %(notice)d 天",
    "resign-loans": "借款未清",
    "resignation-deduction": "%(reasons)s。出勤工资 %(pay)s 的一半加全部销售奖金 %(bonus)s。",
    "none": "无",
    "unknown": "未知",
    "join": "、",
    "and": "；",
    "deal-record": "成交 %s",
}
_EN: dict[str, str] = {
    "two-deposits-day": "%(count)d holding deposits on %(on)s: %(deals)s.",
    "two-deposits-3-days": "At least %(least)d holding deposits on each of %(days)d workdays running: %(dates)s.",
    "six-groups-no-deposit": "%(count)d groups received on the %(days)d workdays from %(first)s to %(last)s (%(dates)s), and no holding deposit. Visits: %(contacts)s.",
    "holding-drought": "No holding deposit on %(days)d workdays, %(first)s to %(last)s; the last one before: %(before)s.",
    "subscription-drought": "No subscription on %(days)d dates, %(first)s to %(last)s (leave not counted); the last one before: %(before)s.",
    "callin-missed": "Customer %s called and has not visited (first call %s %s); %s was a workday and has no record of contact; the last record before: %s.",
    "followup-missed": "Customer %s was due by %s (counted from %s, %s), and there is no record in between; the last record before: %s.",
    "clock-start": "tracking began",
    "clock-visit": "first visit",
    "clock-begin": "records begin",
    "clock-record": "last record",
    "clock-missed": "last due date, missed",
    "clock-waived": "end of the waiver",
    "report-false": "The report of %(on)s was found false by %(by)s: %(days)s day(s) absent. %(pay)s",
    "report-none": "No report for %(on)s",
    "report-late": "The report of %(on)s was submitted at %(at)s, not on that date",
    "report-contacts": "calls or visits of that date not recorded in time: %(contacts)s",
    "report-untracked": "%(reasons)s: %(days)s day(s) absent. %(pay)s",
    "pay-known": "Monthly base pay %(base)s yuan ÷ %(paid)s days.",
    "pay-unknown": "The monthly base pay is not known, so the amount is open.",
    "quota-missed": "%(month)s: quota %(quota)s units, sold %(sold)s (%(deals)s); the month's variable pay is withheld%(cut)s.",
    "cut-known": ", and the commission falls by %(points)s points",
    "training-notice": "%(month)s: sold %(sold)s units (quota %(quota)s), %(amount)s yuan, last of the %(count)d ranked in %(project)s (%(deals)s).",
    "early-month": "%(units)s units sold in %(month)s by %(on)s, of %(needed)s needed: %(deals)s.",
    "early-total": "%(units)s units sold from %(hired)s to %(on)s, of %(needed)s needed, after %(months)d months of work: %(deals)s.",
    "case": "%(on)s: %(kind)s, %(severity)s, decided by %(by)s%(second)s.",
    "case-second": ", seconded by %(second)s",
    "award-ineligible": "%(on)s: %(kind)s; no awards in %(year)d, decided by %(by)s%(second)s.",
    "resign-notice": "applied on %(applied)s and left on %(last)s, %(given)d days of notice, fewer than %(notice)d",
    "resign-loans": "loans are not cleared",
    "resignation-deduction": "%(reasons)s. Half of the attendance pay %(pay)s plus all of the sales bonus %(bonus)s.",
    "none": "none",
    "unknown": "not known",
    "join": ", ",
    "and": "; ",
    "deal-record": "deal %s",
}
_KINDS_ZH = {
    "foreign_product": "销售其他公司产品",
    "attribution_error": "判单归属严重失误",
    "attribution_fraud": "判单归属舞弊",
    "serious": "严重",
    "especially_serious": "特别严重",
}
_KINDS_EN = {
    "foreign_product": "sold another company's product",
    "attribution_error": "a grave error in an attribution",
    "attribution_fraud": "fraud in an attribution",
    "serious": "serious",
    "especially_serious": "especially serious",
}
_WORDS: Mapping[str, Mapping[str, str]] = MappingProxyType({"zh": _ZH | _KINDS_ZH, "en": _EN | _KINDS_EN})


def words(lang: str) -> Mapping[str, str]:
    """The sentences of a language; ValueError for one that there is not."""
    if lang not in _WORDS:
        raise ValueError(f"lang must be one of {', '.join(LANGUAGES)}, not {lang!r}")
    return _WORDS[lang]
