"""The rows of the customers' list, drawn in Python: a page has fifty, and templates take their time over each cell."""

import datetime as dt
from collections.abc import Mapping, Sequence
from urllib.parse import quote

from flask import url_for
from markupsafe import Markup, escape

from crm.leads.blueprint import blueprint
from crm.leads.list_queries import Line, Shown
from crm.web.filters import today
from crm.web.formats import moment, phone_mask
from crm.web.i18n import current_lang, translate
from crm.web.parts import due, status


def _label(word: Markup) -> str:
    """What names a cell on a phone."""
    return f'data-label="{word}"'


class _Page:
    """What all rows of a page share: the words, the day, the beginning of the addresses."""

    def __init__(self, names: Mapping[str, str], manages: bool, ticks: bool) -> None:
        self.names, self.manages, self.ticks = names, manages, ticks
        self.day, self.lang = today(), current_lang()
        self.customer = url_for("leads.customer", customer_id="ID").split("ID")[0]
        self.refused = status("refused", translate("不再联系"))
        self.pool = status("waits", translate("公海"))
        self.phone = _label(translate("电话"))
        self.grade = _label(translate("意向等级"))
        self.channel = _label(translate("认知途径"))
        self.holder = _label(translate("负责顾问"))
        self.first = _label(translate("首次接触"))
        self.last = _label(translate("最近联系"))
        self.due = _label(translate("该做什么"))

    def moment(self, at: dt.datetime | None) -> str:
        """A moment as people say it."""
        return moment(at, self.day, self.lang)


@blueprint.app_template_global()
def customer_rows(lines: Sequence[Line], names: Mapping[str, str], manages: bool, ticks: bool) -> Markup:
    """The body of the list's table; `manages` shows who has each, `ticks` a box for handing over."""
    page = _Page(names, manages, ticks)
    return Markup("\n".join(_row(line, page) for line in lines))


def _row(line: Line, page: _Page) -> str:
    one, wanted = line.customer, line.overdue_since or line.due_on
    who = f"<td {page.holder}>{_holder(line, page)}</td>" if page.manages else ""
    return (
        f'<tr><th scope="row"><span>{_name(one, page)}</span></th>'
        f'<td class="num nowrap" {page.phone}>{escape(phone_mask((one.phone or "").split(";")[0]))}</td>'
        f"<td {page.grade}>{escape(one.intent_grade or '—')}</td>"
        f'<td class="rest" {page.channel}>{escape(one.channel or "—")}</td>{who}'
        f'<td class="nowrap rest" {page.first}>{page.moment(one.first_contact_at)}</td>'
        f'<td class="nowrap" {page.last}>{page.moment(line.last_at)}</td>'
        f'<td class="lead" {page.due}>{due(wanted) if wanted else "—"}</td></tr>'
    )


def _name(one: Shown, page: _Page) -> str:
    tick = ""
    if page.ticks and not one.erased_at:
        label = translate("勾选 %(name)s", name=one.name)
        tick = (
            f'<label class="tick"><input class="form-check-input" type="checkbox" name="customer_id" '
            f'value="{escape(one.customer_id)}" form="hand-over" aria-label="{label}"></label> '
        )
    address = f"{page.customer}{quote(one.customer_id, safe='')}"
    refused = f" {page.refused}" if one.opted_out_on else ""
    return f'{tick}<a class="row-name" href="{address}">{escape(one.name)}</a>{refused}'


def _holder(line: Line, page: _Page) -> str:
    return str(escape(page.names.get(line.holder, line.holder))) if line.holder else str(page.pool)
