"""The rows of Today, drawn in Python: a page has thirty, and templates take their time over each.

Templates import `row`, `why` and `near` from `leads/today_macros.html` like any macro.
"""

import datetime as dt
from dataclasses import dataclass
from urllib.parse import quote

from flask import g, url_for
from markupsafe import Markup, escape

from crm.leads.blueprint import blueprint
from crm.leads.worklist_queries import Line
from crm.web.assets import icon, new_key
from crm.web.filters import today
from crm.web.formats import clock_time, day_words, money, weekday
from crm.web.i18n import current_lang, translate
from crm.web.parts import due


@dataclass(frozen=True)
class _Shared:
    """What all rows of a page share: the day, the beginnings of addresses, words, the telephone's picture."""

    day: dt.date
    lang: str
    customer: str
    record: str
    today: str
    telephone: Markup
    call: Markup
    nobody: Markup
    write: Markup


def _shared() -> _Shared:
    """Made once a request."""
    if "today_rows" not in g:
        g.today_rows = _Shared(
            today(),
            current_lang(),
            _before_the_id("leads.customer"),
            _before_the_id("leads.record_form"),
            _before_the_id("leads.call_customer"),
            icon("phone"),
            translate("拨打"),
            translate("未接通"),
            translate("记录"),
        )
    shared: _Shared = g.today_rows
    return shared


def _before_the_id(endpoint: str) -> str:
    return url_for(endpoint, customer_id="ID").split("ID")[0]


def _near(day: dt.date, now: dt.date, lang: str) -> str:
    return weekday(day, lang) if 1 < (now - day).days < 7 else day_words(day, now, lang)


@blueprint.app_template_global("today_why")
def why(line: Line) -> Markup:
    """Why it is due, and since when."""
    duty, same = line.duty, _shared()
    last = line.last_at.date() if line.last_at else None
    called, taken_over = duty.kind == "callin", last is None or duty.held_since > last
    since = line.first_at.date() if called else duty.held_since if last is None or taken_over else last
    words = {"when": _near(since, same.day, same.lang), "days": (same.day - since).days}
    if called:
        said = translate("%(when)s来电，尚未到访", **words)
    elif taken_over:
        said = translate("%(when)s接手，已 %(days)s 天未跟进", **words)
    elif line.last_kind == "visit":
        said = translate("%(when)s来访后已 %(days)s 天", **words)
    else:
        said = translate("%(when)s跟进后已 %(days)s 天", **words)
    if duty.tried_at is None:
        return said
    tried = translate("；%(at)s 打过，未接通", at=clock_time(duty.tried_at))
    return Markup(f'{said}<span class="ink-amber">{tried}</span>')


@blueprint.app_template_global("today_row")
def row(line: Line) -> Markup:
    """One customer of the list."""
    duty, same = line.duty, _shared()
    id, name = quote(duty.customer_id, safe=""), escape(line.name)
    grade = f' <span class="text-secondary">{escape(line.intent_grade)}</span>' if line.intent_grade else ""
    when = due(duty.overdue_since if line.section == "overdue" else duty.due_on)
    cost = translate("漏一次扣 %(amount)s", amount=money(duty.cost)) if duty.cost else ""
    costs = f'<span class="text-secondary"> · {cost}</span>' if cost else ""
    return Markup(
        f'<li data-customer="{escape(duty.customer_id)}"><div class="row-line">\n'
        f'<div class="row-main"><a class="row-name" href="{same.customer}{id}">{name}</a>{grade}\n{when}\n'
        f'<div class="row-why">{why(line)}{costs}</div>{_note(line, same)}</div>\n'
        f'<div class="row-side">{_buttons(line, id, name, same)}</div></div><div class="row-open"></div></li>'
    )


def _note(line: Line, same: _Shared) -> str:
    """The next step that was agreed, else what was said last."""
    if line.next_step:
        when = _near(line.next_on, same.day, same.lang) if line.next_on else ""
        said = translate("说好%(when)s：%(step)s", when=when, step=line.next_step)
    elif line.last_note:
        said = escape(line.last_note)
    else:
        return ""
    return f'<div class="row-note one-line">{said}</div>'


def _buttons(line: Line, id: str, name: Markup, same: _Shared) -> str:
    """Call, reached nobody, record."""
    swap = 'hx-swap="outerHTML"'
    record = f"{same.record}{id}/record"
    call = (
        f'<span data-phone><button type="button" class="btn" hx-post="{same.today}{id}/call" '
        f'hx-target="closest [data-phone]" {swap} aria-label="{same.call} {name}">{same.telephone}'
        f"<span>{same.call}</span></button></span>"
    )
    return (
        f"{call if line.phone else ''}"
        f'<button type="button" class="btn" hx-post="{same.today}{id}/no-answer" '
        f'hx-vals=\'{{"idem_key": "{new_key()}"}}\' hx-target="closest li" {swap} hx-disabled-elt="this" '
        f'aria-label="{same.nobody} {name}">{same.nobody}</button>\n'
        f'<a class="btn btn-primary" href="{record}" hx-get="{record}" hx-target="next .row-open" '
        f'hx-swap="innerHTML" aria-label="{same.write} {name}">{same.write}</a>\n'
    )
