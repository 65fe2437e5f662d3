"""How quotas, pace and places are said."""

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext

from crm.rulebook.sales import Sale
from crm.rulebook.tables import date_of
from crm.targets.standing import OwnPlace, Pace, Standing
from crm.web.formats import money, number

PACE_KINDS = {"ahead": "reward", "even": "none", "behind": "waits"}
NOT_RANKED = {
    "probation": lazy_gettext("试用期内，不参加排名"),
    "part_month": lazy_gettext("当月没有全月在职，不参加排名"),
    "other_post": lazy_gettext("不在置业顾问岗位，不参加排名"),
    "no_quota": lazy_gettext("没有任务，不参加排名"),
}
VIA = {
    "form": lazy_gettext("填写"),
    "copy": lazy_gettext("照上月"),
    "undo": lazy_gettext("撤销"),
    "workbook": lazy_gettext("导入"),
}


def count(value: Decimal | int | None) -> str:
    """Units, or a share of one: 3, 2.5, 0.33."""
    if value is None:
        return "—"
    rounded = round(Decimal(value), 2)
    return number(int(rounded) if rounded == int(rounded) else rounded.normalize())


def pace_word(pace: Pace | None) -> str:
    """ahead or behind, and by how much; in tenths of a unit."""
    if pace is None:
        return ""
    if pace.word == "even":
        return _("跟上进度")
    by = count(round(abs(pace.ahead), 1))
    return _("超前 %(units)s 套", units=by) if pace.word == "ahead" else _("落后 %(units)s 套", units=by)


def pace_sentence(line: Standing) -> str:
    """What the workdays that have passed ask for, beside what was sold."""
    if line.pace is None:
        return _("还没有任务。") if line.quota is None else _("这个月没有工作日，不算进度。")
    return _(
        "%(elapsed)s / %(workdays)s 个工作日已过，按进度应完成 %(needed)s 套，已完成 %(sold)s 套。",
        elapsed=line.elapsed,
        workdays=line.workdays,
        needed=count(round(line.pace.needed, 1)),
        sold=count(line.units),
    )


def amount_sentence(line: Standing) -> str:
    """The same for the amount; empty where the quota has none."""
    if line.amount_pace is None:
        return ""
    return _(
        "金额按进度应完成 %(needed)s，已完成 %(sold)s。",
        needed=money(round(line.amount_pace.needed)),
        sold=money(line.amount),
    )


def place_words(own: OwnPlace) -> str:
    """The own place among how many."""
    said = {"place": own.place, "ranked": own.ranked}
    return (
        _("并列第 %(place)s 名，共 %(ranked)s 人", **said)
        if own.shared
        else _("第 %(place)s 名，共 %(ranked)s 人", **said)
    )


def gap_words(own: OwnPlace) -> str:
    """What is missing to the next better place."""
    if own.gap is None:
        return _("前面没有人。")
    if own.gap.units and own.gap.amount:
        return _(
            "距上一名差 %(units)s 套、%(amount)s。",
            units=count(own.gap.units),
            amount=money(own.gap.amount),
        )
    if own.gap.units:
        return _("距上一名差 %(units)s 套。", units=count(own.gap.units))
    return _("套数与上一名相同，金额差 %(amount)s。", amount=money(own.gap.amount))


def change_said(values: Mapping[str, Any] | None) -> str:
    """One side of a change in the history; a workbook's change holds only what differs."""
    if values is None:
        return _("没有任务")
    said = []
    if values.get("units") is not None:
        said.append(_("%(units)s 套", units=values["units"]))
    if values.get("amount") is not None:
        said.append(money(Decimal(str(values["amount"]))))
    return " ".join(said) or "—"


def signed_on(sale: Sale) -> dt.date:
    """The date of the contract."""
    return date_of(sale.contract)
