"""What the lines of a statement rest on, in both languages, as they are kept with a fixed statement.

Ids, dates and sums, never names of customers, so that a customer can be erased and the statement stands.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from crm.pay.commission import HUNDRED, Earned, Paid, Step

Both = tuple[str, str]
"""Chinese and English."""


@dataclass(frozen=True)
class Stretch:
    """Dates of a month on which one monthly pay holds; `pay` in fen, None where it is not known."""

    first: dt.date
    last: dt.date
    pay: int | None
    workdays: int


def yuan(fen: int) -> str:
    """1234.50."""
    return f"{Decimal(fen).scaleb(-2):,.2f}"


def plain(number: Decimal) -> str:
    """A decimal without needless zeros."""
    return f"{number.normalize():f}"


PAY_NAMES = {"base": ("月基本工资", "monthly base pay"), "variable": ("月浮动工资", "monthly variable pay")}


def pay_words(kind: str, stretches: Sequence[Stretch], workdays: int, whole: bool) -> Both:
    """How the month's pay comes about; in parts by workdays where it is not one pay for the whole month."""
    zh_name, en_name = PAY_NAMES[kind]
    if any(stretch.pay is None for stretch in stretches):
        return f"{zh_name}未登记", f"the {en_name} is not entered"
    if whole:
        pay = yuan(stretches[0].pay or 0)
        return f"{zh_name} {pay} 元", f"{en_name} {pay} yuan"
    zh = "；".join(
        f"{one.first} 至 {one.last}：{yuan(one.pay or 0)} 元 × {one.workdays}/{workdays} 个工作日"
        for one in stretches
    )
    en = "; ".join(
        f"{one.first} to {one.last}: {yuan(one.pay or 0)} yuan × {one.workdays}/{workdays} workdays"
        for one in stretches
    )
    return f"{zh_name}，{zh}", f"{en_name}, {en}"


def commission_words(paid: Paid) -> Both:
    """What a month pays for a deal or takes back, and by which tier."""
    one = paid.earned
    if paid.fen is None:
        return (
            f"成交 {one.sale.deal_id} 没有成交金额，提成待定",
            f"deal {one.sale.deal_id} has no price; its commission is not known",
        )
    rates = _rates(one)
    if paid.kind == "clawback" and one.sale.cancelled_on is not None:
        return (
            f"成交 {one.sale.deal_id} 于 {one.sale.cancelled_on} 取消，追回此前已发的提成 {yuan(paid.before)} 元",
            f"deal {one.sale.deal_id} was cancelled on {one.sale.cancelled_on}; "
            f"the {yuan(paid.before)} yuan paid before are taken back",
        )
    zh, en = _basis(one, rates)
    if one.plan.paid_on == "received":
        through = paid.before + paid.fen
        zh += (
            f"；应得 {yuan(one.fen or 0)} 元，按回款累计 {yuan(through)} 元，此前已发 {yuan(paid.before)} 元"
        )
        en += (
            f"; {yuan(one.fen or 0)} yuan in all, {yuan(through)} by the money received, "
            f"{yuan(paid.before)} paid before"
        )
    return zh, en


def _basis(one: Earned, rates: Both) -> Both:
    sale, month = one.sale, f"{one.sale.contract_on:%Y-%m}"
    if one.plan.basis == "units":
        total_zh, total_en = f"{plain(one.measured)} 套", f"{plain(one.measured)} units"
    else:
        total_zh, total_en = f"{one.measured:,.2f} 元", f"{one.measured:,.2f} yuan"
    part = f"{plain(sale.units)} 套" if one.plan.pays == "yuan" else f"{yuan(sale.amount or 0)} 元"
    part_en = f"{plain(sale.units)} units" if one.plan.pays == "yuan" else f"{yuan(sale.amount or 0)} yuan"
    cut_zh = f"，当月未完成指标，点数下调 {plain(one.cut)} 个百分点" if one.cut else ""
    cut_en = f", lowered by {plain(one.cut)} points for the missed quota" if one.cut else ""
    return (
        f"成交 {sale.deal_id}（{sale.contract_on} 签约，本人 {part}）：{month} 月业绩 {total_zh}，{rates[0]}{cut_zh}",
        f"deal {sale.deal_id} (contract {sale.contract_on}, own part {part_en}): "
        f"{total_en} in {month}, {rates[1]}{cut_en}",
    )


def _rates(one: Earned) -> Both:
    """The rates of the deal's steps, with the share of each where there are several."""

    def rate(step: Step) -> Both:
        if one.plan.pays == "yuan":
            return f"每套 {plain(step.rate)} 元", f"{plain(step.rate)} yuan a unit"
        percent = plain(step.rate / HUNDRED)
        return f"提成 {percent}%", f"{percent}%"

    if len(one.steps) == 1:
        return rate(one.steps[0])
    shares = [(rate(step), plain(round(step.share * HUNDRED, 2))) for step in one.steps]
    return (
        "、".join(f"{words[0]}（占 {share}%）" for words, share in shares),
        ", ".join(f"{words[1]} (of {share}%)" for words, share in shares),
    )


def loss_words(loss_id: int, cause: str, left: int, taken: int, cap: int | None) -> Both:
    """What a booked loss takes of a month, and what goes on to the next."""
    if cap is None:
        return (
            f"损失第 {loss_id} 号（{cause}）：尚余 {yuan(left)} 元；当地最低工资或当月工资未知，本月不扣，等待填写",
            f"loss no. {loss_id} ({cause}): {yuan(left)} yuan left; the local minimum wage or the month's wage is "
            "not known, so nothing is deducted and it waits",
        )
    return (
        f"损失第 {loss_id} 号（{cause}）：尚余 {yuan(left)} 元，本月上限 {yuan(cap)} 元，扣 {yuan(taken)} 元，"
        f"结转 {yuan(left - taken)} 元",
        f"loss no. {loss_id} ({cause}): {yuan(left)} yuan left, at most {yuan(cap)} this month, {yuan(taken)} "
        f"deducted, {yuan(left - taken)} carried on",
    )


def given_back_words(loss_id: int, cause: str, taken: int) -> Both:
    """A loss was withdrawn after something was taken for it."""
    return (
        f"损失第 {loss_id} 号（{cause}）已撤回，退还已扣的 {yuan(taken)} 元",
        f"loss no. {loss_id} ({cause}) was withdrawn; the {yuan(taken)} yuan deducted are given back",
    )


KIND_WORDS: dict[str, Both] = {
    "base": ("基本工资", "base pay"),
    "variable": ("浮动工资", "variable pay"),
    "variable_cut": ("未完成指标扣浮动工资", "variable pay lost for a missed quota"),
    "commission": ("提成", "commission"),
    "clawback": ("追回提成", "commission taken back"),
    "reward": ("奖励", "reward"),
    "deduction": ("扣罚", "deduction"),
    "loss": ("赔偿损失", "loss"),
}


def correction_words(month: str, kind: str, was: int, now: int, source: Both) -> Both:
    """What of a fixed month is different now, and on what it rests."""
    zh, en = KIND_WORDS[kind]
    tail_zh, tail_en = (f"：{source[0]}" if source[0] else ""), (f": {source[1]}" if source[1] else "")
    return (
        f"更正 {month} {zh}：原 {yuan(was)} 元，现 {yuan(now)} 元{tail_zh}",
        f"correction of {en} in {month}: {yuan(was)} yuan before, {yuan(now)} now{tail_en}",
    )
