"""The formats as Jinja filters, in the language of the request and as of its day."""

import datetime as dt
from decimal import Decimal
from functools import lru_cache
from urllib.parse import urlencode

from flask import Flask, g, request
from flask_babel import gettext
from markupsafe import Markup

from crm import clock
from crm.web import formats
from crm.web.i18n import current_lang
from crm.workbook.schema import BY_NAME, TABLES

FEN = 100


def today() -> dt.date:
    """The day of the request, read once, so that a page over midnight is of one day."""
    held = g._get_current_object()
    if "today" not in held:
        held.today = clock.today()
    day: dt.date = held.today
    return day


def days_left(day: dt.date) -> int:
    """Days until `day`; negative when it is past."""
    return (day - today()).days


def fen(value: int | None, sign: bool = False) -> str:
    """Money that is kept in fen, as the ledger keeps it."""
    return formats.money(None if value is None else Decimal(value) / FEN, sign)


@lru_cache(maxsize=1)
def _words() -> dict[str, dict[str, str]]:
    return {
        f"{table.name}.{column.name}": dict(column.choices)
        for table in TABLES
        for column in table.columns
        if column.choices
    }


def word(value: object, column: str) -> str:
    """The word for a choice of the workbook: `'visit' | word('contacts.kind')` gives 来访."""
    if value in (None, ""):
        return "—"
    words = _words()[column]
    return str(gettext(words[str(value)])) if str(value) in words else str(value)


def column_word(column: str) -> str:
    """The heading of a column of the workbook: `column_word('contacts.kind')`."""
    table, name = column.split(".")
    heading: str = gettext(BY_NAME[table].column(name).zh)
    return heading


def script_json(text: str) -> Markup:
    """JSON text made safe to stand inside a script element."""
    escaped = text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
    return Markup(escaped.replace("\u2028", "\\u2028").replace("\u2029", "\\u2029"))


def here(**changes: object) -> str:
    """The present address with some query values changed; None takes one out."""
    values = request.args.to_dict(flat=False)
    for name, value in changes.items():
        values.pop(name, None)
        if value is not None:
            values[name] = [str(value)]
    query = urlencode(values, doseq=True)
    return f"{request.path}?{query}" if query else request.path


def init_app(app: Flask) -> None:
    """Register the filters and the few functions that go with them."""
    app.jinja_env.filters.update(
        money=formats.money,
        money_wan=lambda value: formats.money_wan(value, current_lang()),
        fen=fen,
        number=formats.number,
        percent=formats.percent,
        day_words=lambda day: formats.day_words(day, today(), current_lang()),
        due_words=lambda day: formats.due_words(day, today(), current_lang()),
        moment=lambda at: formats.moment(at, today(), current_lang()),
        clock_time=formats.clock_time,
        weekday=lambda day: formats.weekday(day, current_lang()),
        month_words=lambda month: formats.month_words(month, current_lang()),
        phone_mask=formats.phone_mask,
        phone_groups=formats.phone_groups,
        file_size=formats.file_size,
        word=word,
        script_json=script_json,
    )
    app.jinja_env.globals.update(today=today, days_left=days_left, here=here, column_word=column_word)
