"""How a probation and what was decided about it are said, on pages and on paper."""

import datetime as dt

from flask_babel import gettext as _
from flask_babel import lazy_gettext

from crm.clock import today
from crm.people.models import Staff
from crm.rulebook.probation import Progress
from crm.rulebook.tables import date_of
from crm.targets.probation_models import CONFIRM, END, EXTEND
from crm.targets.probation_queries import Decided, Standing, last_day
from crm.targets.quota_words import count

KINDS = {
    CONFIRM: lazy_gettext("转正"),
    EXTEND: lazy_gettext("延长试用期"),
    END: lazy_gettext("试用期内解除"),
}
OPENERS = {
    CONFIRM: lazy_gettext("提出转正"),
    EXTEND: lazy_gettext("提出延长"),
    END: lazy_gettext("提出解除"),
}
LETTERS = {
    CONFIRM: lazy_gettext("转正通知书"),
    EXTEND: lazy_gettext("试用期延长确认书"),
    END: lazy_gettext("试用期解除劳动合同通知书"),
}
STATES = {
    "waits": lazy_gettext("等另一人同意"),
    "agreed": lazy_gettext("已生效"),
    "refused": lazy_gettext("未同意"),
}
STATE_KINDS = {"waits": "waits", "agreed": "done", "refused": "refused"}
URGENCY_KINDS = {"urgent": "overdue", "soon": "waits", "": "none"}


def days_words(standing: Standing) -> str:
    """How long the probation still lasts."""
    if standing.days_left == 0:
        return _("今天到期")
    return _("还剩 %(days)s 天", days=standing.days_left)


def eligible_words(progress: Progress) -> str:
    """Since when HR may confirm early, or what is missing."""
    if progress.eligible_on is not None:
        return _("%(day)s 起可提前转正", day=date_of(progress.eligible_on).isoformat())
    in_month, in_all = progress.needed - progress.in_month, progress.needed - progress.in_all
    counts_from = total_from(progress)
    if in_all <= 0:
        return _("累计已够，%(day)s 起可提前转正", day=counts_from.isoformat())
    if in_all < in_month and counts_from <= today():
        return _("累计再签 %(count)s 套可提前转正", count=count(in_all))
    return _("本月再签 %(count)s 套可提前转正", count=count(in_month))


def total_from(progress: Progress) -> dt.date:
    """The day from which the units since the hiring count."""
    return date_of(progress.total_from)


def decision_words(person: Staff, one: Decided) -> str:
    """What was decided, in one sentence."""
    decision = one.decision
    if decision.kind == EXTEND:
        return _(
            "试用期延长到共 %(months)s 个月，到 %(day)s 止；本人于 %(consent)s 书面同意。",
            months=decision.months,
            day=last_day(person, decision.months).isoformat(),
            consent=decision.consent_on.isoformat() if decision.consent_on else "",
        )
    if decision.kind == CONFIRM:
        return _("从 %(day)s 起转正。", day=one.on.isoformat())
    return _("最后工作日 %(day)s。", day=one.on.isoformat())


def number_of(one: Decided) -> str:
    """The number of its letter."""
    decision = one.decision
    return _("试〔%(year)s〕%(number)s 号", year=decision.decided_at.year, number=decision.decision_id)


def date_words(day: dt.date) -> str:
    """A date as on paper."""
    return _("%(year)s年%(month)s月%(day)s日", year=day.year, month=day.month, day=day.day)
