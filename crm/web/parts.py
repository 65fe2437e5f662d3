"""The small parts that a list draws in every row, written in Python because a page of fifty rows calls them often.

Templates import them from `macros/ui.html` like any macro.
"""

import datetime as dt
from decimal import Decimal
from functools import lru_cache

from flask import Flask
from markupsafe import Markup, escape

from crm.web import formats
from crm.web.assets import asset, icon, sprite_icon
from crm.web.filters import today
from crm.web.i18n import current_lang, translate

# A status has a colour and a sign, and always a word: colours alone are not seen by everybody.
SIGNS = {
    "overdue": ("red", "alert-circle"),
    "deduction": ("red", "minus"),
    "refused": ("red", "x"),
    "due": ("amber", "clock"),
    "waits": ("amber", "hourglass"),
    "done": ("green", "check"),
    "reward": ("green", "plus"),
    "way": ("blue", "arrow-right"),
    "none": ("grey", ""),
}
SPRITE = "app/icons.svg"


@lru_cache(maxsize=4096)
def _status(kind: str, text: str, sprite: str) -> Markup:
    colour, sign = SIGNS[kind]
    drawn = sprite_icon(sprite, sign) if sign else ""
    return Markup(f'<span class="status-mark mark-{colour}">{drawn}{escape(text)}</span>')


def status(kind: str, text: str) -> Markup:
    """A status: overdue, deduction, refused (red), due, waits (amber), done, reward (green), way (blue), none."""
    return _status(kind, str(text), asset(SPRITE))


@lru_cache(maxsize=4096)
def _due(day: dt.date, now: dt.date, lang: str, sprite: str) -> Markup:
    kind = "overdue" if day < now else "due" if day == now else "none"
    return _status(kind, formats.due_words(day, now, lang), sprite)


def due(day: dt.date | None) -> Markup:
    """How a due day stands: red overdue, amber today, grey later; nothing where there is none."""
    return _due(day, today(), current_lang(), asset(SPRITE)) if day else Markup("")


def signed_money(amount: Decimal | int | None) -> Markup:
    """Yuan of an entry or balance with sign and colour; an amount that is not known says so."""
    if amount is None:
        unknown = translate("待定")
        return Markup(f'<span class="text-secondary">{unknown}</span>')
    colour = " ink-red" if amount < 0 else " ink-green" if amount > 0 else ""
    return Markup(f'<span class="num nowrap{colour}">{formats.money(amount, sign=True)}</span>')


def _phone_box(inner: str) -> Markup:
    return Markup(f'<span class="nowrap num" data-phone>{inner}</span>')


def phone(number: str | None, reveal: str | None = None) -> Markup:
    """A masked phone; `reveal` is the logged POST address that answers with `phone_shown`."""
    masked = str(escape(formats.phone_mask(number)))
    if not reveal:
        return _phone_box(masked)
    show, whole = translate("显示"), translate("显示完整号码")
    return _phone_box(
        f'{masked} <button type="button" class="as-text" hx-post="{escape(reveal)}" hx-target="closest [data-phone]"'
        f' hx-swap="outerHTML" aria-label="{whole}">{show}</button>'
    )


def phone_shown(number: str, dial: bool = False) -> Markup:
    """The answer to a reveal; with `dial` the telephone starts the call at once."""
    now = " data-autodial" if dial else ""
    return _phone_box(f'<a href="tel:{escape(number)}"{now}>{escape(formats.phone_groups(number))}</a>')


def call_button(url: str, name: str) -> Markup:
    """Call from a list: the logged step that shows the number for this one call."""
    call, label = translate("拨打"), translate("拨打 %(name)s 的电话", name=name)
    return Markup(
        f'<span data-phone><button type="button" class="btn" hx-post="{escape(url)}" hx-target="closest [data-phone]"'
        f' hx-swap="outerHTML" aria-label="{label}">{icon("phone")}<span>{call}</span></button></span>'
    )


def init_app(app: Flask) -> None:
    """Let `macros/ui.html` hand them on."""
    app.jinja_env.globals["parts"] = {
        part.__name__: part for part in (status, due, signed_money, phone, phone_shown, call_button)
    }
