"""Everything that happened to a customer, newest first and day by day, in the words of the page."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from flask import current_app, url_for
from flask_babel import gettext as _

from crm.deals.models import Deal
from crm.leads.events import Happening
from crm.leads.models import Contact, Transfer, Waiver, WaiverRequest
from crm.leads.page_queries import Story
from crm.leads.pool_words import NIGHT, POOL_WORDS
from crm.people.accounts import Account
from crm.people.signed_in import me
from crm.permissions import Permission, allows, declared
from crm.web import formats
from crm.web.filters import today, word
from crm.web.i18n import current_lang

_DAY_START = dt.time()
_STEPS = ("holding_deposit_on", "subscription_on", "contract_on", "cancelled_on")


@dataclass(frozen=True)
class Happened:
    """One line. `timed` says that `at` is a time, not only a day; `kind` is a colour of the house."""

    at: dt.datetime
    title: str
    who: str = ""
    text: str = ""
    recorded_at: dt.datetime | None = None
    timed: bool = True
    kind: str = ""
    struck: bool = False
    contact_id: str = ""
    details: tuple[tuple[str, str], ...] = ()
    url: str = ""


def day_words(day: dt.date) -> str:
    """A day as people say it, in the language of the page."""
    return formats.day_words(day, today(), current_lang())


Days = list[tuple[dt.date, list[Happened]]]


def timeline(story: Story, user: Account) -> Days:
    """The lines by day. Who had a number shown is told to managers only."""
    lines = [
        *(_contact(story, row) for row in story.contacts if row.struck_at is None or row.replaced_by),
        *(_transfer(story, row) for row in story.transfers),
        *(_waiver(story, row) for row in story.waivers),
        *(line for row in story.requests for line in _request(story, row)),
        *(line for row in story.deals for line in _deal(story, row)),
        *_events(story, user),
        *_beginning(story),
    ]
    lines.sort(key=lambda line: (line.at.date(), line.timed, line.at), reverse=True)
    return [(day, list(some)) for day, some in groupby(lines, key=lambda line: line.at.date())]


def _name(story: Story, staff_id: str | None) -> str:
    return story.names.get(staff_id or "", staff_id or "")


def _contact(story: Story, row: Contact) -> Happened:
    title = word(row.kind, "contacts.kind")
    if not row.effective:
        title = _("%(kind)s，没有联系上", kind=title)
    if row.struck_at is not None:
        title = _("%(kind)s（已更正）", kind=title)
    details = (
        (_("看了"), row.shown),
        (_("喜欢"), row.liked),
        (_("顾虑"), row.objected),
        (_("下一步"), _next_step(row)),
    )
    return Happened(
        row.happened_at,
        title,
        _name(story, row.staff_id),
        row.note or "",
        row.recorded_at,
        kind="" if row.struck_at or not row.effective else "blue",
        struck=row.struck_at is not None,
        contact_id=row.contact_id,
        details=tuple((label, text) for label, text in details if text),
    )


def _next_step(row: Contact) -> str:
    day = day_words(row.next_on) if row.next_on else ""
    return " ".join(part for part in (day, row.next_step or "") if part)


def _transfer(story: Story, row: Transfer) -> Happened:
    title = _("移交给 %(name)s", name=_name(story, row.to)) if row.to else _("放入公海")
    same_day = row.made_at is not None and row.made_at.date() == row.on
    at = row.made_at if same_day and row.made_at else dt.datetime.combine(row.on, _DAY_START)
    who, why = _name(story, row.made_by), row.reason or ""
    if why in POOL_WORDS:
        who, why = (_("系统") if row.made_by == NIGHT else who), str(POOL_WORDS[why])
    return Happened(at, title, who, why, row.made_at, timed=same_day, kind="amber")


def _waiver(story: Story, row: Waiver) -> Happened:
    return Happened(
        dt.datetime.combine(row.signed_on, _DAY_START),
        _("免追踪已签字：%(span)s", span=span(row.from_on, row.to_on)),
        _name(story, row.signed_by),
        word(row.reason, "waivers.reason"),
        timed=False,
        kind="green",
    )


def _request(story: Story, row: WaiverRequest) -> Iterator[Happened]:
    asked = _("申请免追踪：%(span)s", span=span(row.from_on, row.to_on))
    reason = (
        f"{word(row.reason, 'waivers.reason')} · {row.note}"
        if row.note
        else word(row.reason, "waivers.reason")
    )
    yield Happened(row.asked_at, asked, _name(story, row.asked_by), reason, kind="amber")
    if row.state == "refused" and row.decided_at:
        yield Happened(
            row.decided_at, _("不同意免追踪"), _name(story, row.decided_by), row.answer or "", kind="red"
        )
    if row.state == "withdrawn" and row.decided_at:
        yield Happened(row.decided_at, _("撤回免追踪申请"), _name(story, row.decided_by))


def span(first: dt.date, last: dt.date | None) -> str:
    """A span of dates; without a last one it never ends."""
    if last is None:
        return _("%(first)s 起长期", first=day_words(first))
    if last == first:
        return day_words(first)
    return _("%(first)s 至 %(last)s", first=day_words(first), last=day_words(last))


def _deal(story: Story, row: Deal) -> Iterator[Happened]:
    titles = (_("小订"), _("大定"), _("签约"), _("取消"))
    for name, title in zip(_STEPS, titles, strict=True):
        day = getattr(row, name)
        if day is not None:
            yield Happened(
                dt.datetime.combine(day, _DAY_START),
                title,
                _name(story, row.staff_id),
                word(row.unit_kind, "deals.unit_kind"),
                timed=False,
                kind="red" if name == "cancelled_on" else "green",
            )


def _events(story: Story, user: Account) -> Iterator[Happened]:
    titles = {
        Happening.CHANGED: (_("修改资料"), ""),
        Happening.REVEALED: (_("查看完整号码"), ""),
        Happening.CONSENT_GIVEN: (_("同意联系"), "green"),
        Happening.CONSENT_WITHDRAWN: (_("撤回同意"), "red"),
        Happening.OPTED_OUT: (_("要求不再联系"), "red"),
        Happening.OPTED_IN: (_("重新同意联系"), "green"),
        Happening.HOUSEHOLD_JOINED: (_("并入家庭"), ""),
        Happening.HOUSEHOLD_LEFT: (_("离开家庭"), ""),
        Happening.ERASED: (_("按客户要求抹除资料"), "red"),
    }
    manages = user.may(Permission.PROJECT_CUSTOMERS_READ)
    for row in story.events:
        if row.kind == Happening.REVEALED and not manages:
            continue
        title, colour = titles[Happening(row.kind)]
        text = "" if row.kind == Happening.REVEALED else row.text
        yield Happened(row.at, title, _name(story, row.actor), text, kind=colour)


def _beginning(story: Story) -> Iterator[Happened]:
    customer = story.customer
    if customer.registered_at is not None:
        who = _name(story, customer.registered_by)
        yield Happened(customer.registered_at, _("登记"), who)
    noted = any(row.kind == Happening.OPTED_OUT for row in story.events)
    if customer.opted_out_on is not None and not noted:
        at = dt.datetime.combine(customer.opted_out_on, _DAY_START)
        yield Happened(at, _("要求不再联系"), timed=False, kind="red")


def place(endpoint: str, **values: Any) -> str | None:
    """The address of a page of another noun, None where this person has no such page."""
    view = current_app.view_functions.get(endpoint)
    permissions = declared(view) if view else None
    if permissions is None or (permissions and not allows(me(), *permissions)):
        return None
    return url_for(endpoint, **values)
