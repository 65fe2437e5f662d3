"""Evidence as a tired person reads it: names for ids, dates in words, each record a link where it may be seen.

The ledger keeps ids. Names are put in when a page is drawn, for what this reader may see today; everything else
stays an id.
"""

import datetime as dt
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy import select

from crm.deals.models import Deal, deals_visible_to
from crm.extensions import db
from crm.leads.models import Contact, Customer, contacts_visible_to, customers_visible_to
from crm.penalties.models import LedgerEntry, ProvisionalEntry
from crm.people.accounts import Account
from crm.people.models import Staff
from crm.rulebook.words import words
from crm.web.filters import word
from crm.web.formats import day_words, month_words, phone_mask

Entry = LedgerEntry | ProvisionalEntry
_TOKEN = re.compile(r"[^\s,，;；:：、()（）。]+")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_MONTH = re.compile(r"\d{4}-\d{2}")
_COUNT = re.compile(r"\d{1,4}")
_CHUNK = 500
_DECIDED = frozenset({"report-false", "severe-warning", "award-ineligible", "dismissal"})


@dataclass(frozen=True)
class Part:
    """A piece of a sentence; with `url` it leads to a record."""

    text: str
    url: str | None = None


@dataclass
class Known:
    """What the ids of a page stand for, as far as this reader may see it."""

    today: dt.date
    lang: str
    customers: dict[str, Customer] = field(default_factory=dict)
    contacts: dict[str, tuple[Contact, str]] = field(default_factory=dict)
    deals: dict[str, str] = field(default_factory=dict)
    people: dict[str, str] = field(default_factory=dict)


def known_to(user: Account, entries: Sequence[Entry], today: dt.date, lang: str) -> Known:
    """Look up the ids of these entries, in a few queries."""
    known = Known(today, lang)
    tokens = {token for entry in entries for token in _tokens(evidence_of(entry, lang))}
    ids = sorted(token for token in tokens if not (_DAY.fullmatch(token) or _COUNT.fullmatch(token)))
    customer_ids = sorted({entry.customer_id for entry in entries if entry.customer_id})
    for some in _chunks(customer_ids):
        visible = customers_visible_to(user, today).where(Customer.customer_id.in_(some))
        known.customers |= {row.customer_id: row for row in db.session.scalars(visible)}
    for some in _chunks(ids):
        contacts = (
            contacts_visible_to(user, today)
            .where(Contact.contact_id.in_(some))
            .join(Customer, Customer.customer_id == Contact.customer_id)
            .add_columns(Customer.name)
        )
        known.contacts |= {row.contact_id: (row, name) for row, name in db.session.execute(contacts)}
        deals = (
            deals_visible_to(user)
            .where(Deal.deal_id.in_(some))
            .join(Customer, Customer.customer_id == Deal.customer_id)
            .with_only_columns(Deal.deal_id, Customer.name)
        )
        known.deals |= {deal_id: name for deal_id, name in db.session.execute(deals)}
        people = select(Staff.staff_id, Staff.name).where(Staff.staff_id.in_(some))
        known.people |= {staff_id: name for staff_id, name in db.session.execute(people)}
    return known


def _chunks(ids: list[str]) -> Iterable[list[str]]:
    return (ids[start : start + _CHUNK] for start in range(0, len(ids), _CHUNK))


def _tokens(text: str) -> set[str]:
    return {token.rstrip(".") for token in _TOKEN.findall(text)}


def names_id(text: str, wanted: str) -> bool:
    """Whether the evidence names that id, as a whole word."""
    return wanted in _tokens(text)


def evidence_of(entry: Entry, lang: str) -> str:
    """The evidence in that language, as it was printed when it was computed."""
    return entry.evidence_en if lang == "en" else entry.evidence_zh


def sentence(entry: Entry, known: Known, *, with_pay: bool) -> list[Part]:
    """The entry in words; without the pay that it rests on where the reader may not see it."""
    text = evidence_of(entry, known.lang)
    if not with_pay:
        text = without_pay(entry.rule, text, known.lang)
    if entry.rule in ("followup-missed", "callin-missed"):
        short = _missed(entry, text, known)
        if short is not None:
            return short
    return _replaced(entry, text, known)


def _missed(entry: Entry, text: str, known: Known) -> list[Part] | None:
    """4.1 and 4.2 in the fewest words: who, until when, and the last record."""
    found = _pattern(entry.rule, known.lang).fullmatch(text)
    if found is None:
        return None
    groups = found.groups()
    customer, day = _customer(entry, known), day_words(entry.on, known.today, known.lang)
    if entry.rule == "followup-missed":
        lead = _("应于 %(day)s 前追踪；", day=day)
    else:
        lead = _("来电后还没有来访，%(day)s 当天没有联系记录；", day=day)
    before = groups[-1]
    if not _DAY.match(before):
        return [customer, Part(" " + lead + _("此前没有任何记录。"))]
    last = day_words(dt.date.fromisoformat(before[:10]), known.today, known.lang)
    record = next((token for token in sorted(_tokens(before[10:])) if token in known.contacts), None)
    url = url_for("leads.contact", contact_id=record) if record else None
    return [customer, Part(" " + lead + _("最近一条记录在 ")), Part(last, url)]


@cache
def _pattern(key: str, lang: str) -> re.Pattern[str]:
    """What a sentence of the core looks like once its places are filled."""
    escaped = re.escape(words(lang)[key]).replace("%%", "%")
    return re.compile(re.sub(r"%(?:\\\((\w+)\\\))?[sd]", _group, escaped), re.DOTALL)


def _group(found: re.Match[str]) -> str:
    return f"(?P<{found[1]}>.+?)" if found[1] else "(.+?)"


def without_pay(rule: str, text: str, lang: str) -> str:
    """The evidence without the pay from which its amount comes."""
    if rule == "resignation-deduction":
        found = _pattern(rule, lang).fullmatch(text)
        return found["reasons"] if found else ""
    return _pattern("pay-known", lang).sub("", text).strip()


def _customer(entry: Entry, known: Known) -> Part:
    row = known.customers.get(entry.customer_id)
    if row is None:
        return Part(_("客户 %(id)s", id=entry.customer_id))
    phone = phone_mask(row.phone)
    name = f"{row.name}({phone})" if row.phone else row.name
    return Part(name, url_for("leads.customer", customer_id=row.customer_id))


def _record(contact_id: str, known: Known) -> Part:
    row, name = known.contacts[contact_id]
    day = day_words(row.happened_at.date(), known.today, known.lang)
    kind = word(row.kind, "contacts.kind")
    text = _("%(name)s（%(day)s %(kind)s）", name=name, day=day, kind=kind)
    return Part(text, url_for("leads.contact", contact_id=contact_id))


def _replaced(entry: Entry, text: str, known: Known) -> list[Part]:
    """Every id and date of the evidence put into words, the rest as it is."""
    parts: list[Part] = []
    end = 0
    for found in _TOKEN.finditer(text):
        token = found[0].rstrip(".")
        part = _word(entry, token, known)
        if part is not None:
            parts += [Part(text[end : found.start()]), part]
            end = found.start() + len(token)
    return [part for part in [*parts, Part(text[end:])] if part.text]


def _word(entry: Entry, token: str, known: Known) -> Part | None:
    if not token:
        return None
    if _DAY.fullmatch(token):
        return Part(day_words(dt.date.fromisoformat(token), known.today, known.lang))
    if _MONTH.fullmatch(token):
        return Part(month_words(token, known.lang))
    if token == entry.customer_id:
        return _customer(entry, known)
    if token in known.contacts:
        return _record(token, known)
    if token in known.deals:
        return Part(_("%(name)s的成交", name=known.deals[token]), url_for("deals.deal", deal_id=token))
    if entry.rule in _DECIDED and token in known.people:
        return Part(known.people[token])
    return None
