"""Is this number new to the company? The answer is one word, never by whom; each question is logged and braked."""

import datetime as dt
from enum import StrEnum

from sqlalchemy import exists, func, select

from crm.errors import TooMany
from crm.extensions import db
from crm.leads.identity import fingerprint, normalized
from crm.leads.models import CustomerTerm, PhoneClaim, PhoneLookup
from crm.leads.search_terms import TAIL
from crm.people import audit
from crm.people.settings import setting
from crm.transactions import atomic

_HOUR = dt.timedelta(hours=1)


class Standing(StrEnum):
    """What a number is to the company."""

    INCOMPLETE = "incomplete"
    NEW = "new"
    KNOWN = "known"


def look_up(written: str, actor: str, at: dt.datetime, secret: str) -> Standing:
    """Compare a complete number with the whole company; one that is not complete is not even compared.

    `secret` keys what the log keeps of the number. TooMany after `lookups_an_hour` different numbers.
    """
    number = normalized(written)
    if number is None:
        return Standing.INCOMPLETE
    with atomic():
        refuse_too_many(number, actor, at, secret)
        known = is_known(number)
        log(number, known, actor, at, secret)
    return Standing.KNOWN if known else Standing.NEW


def is_known(number: str) -> bool:
    """Whether any customer of the company has that normalized number, or a registration took it."""
    stored = exists().where(CustomerTerm.kind == TAIL, CustomerTerm.term == number[::-1])
    claimed = exists().where(PhoneClaim.phone == number)
    return bool(db.session.scalar(select(stored | claimed)))


def log(number: str, known: bool, actor: str, at: dt.datetime, secret: str) -> None:
    """Write down who compared it; the audit log shows it masked."""
    with atomic() as session:
        session.add(PhoneLookup(actor=actor, at=at, phone_hash=fingerprint(number, secret), found=known))
        audit.record(actor, "phone.looked_up", at=at, number=number, found=known)


def refuse_too_many(number: str, actor: str, at: dt.datetime, secret: str) -> None:
    """TooMany where that person has compared as many other numbers in the last hour as may be."""
    lately = (PhoneLookup.actor == actor, PhoneLookup.at > at - _HOUR)
    others = PhoneLookup.phone_hash != fingerprint(number, secret)
    compared = select(func.count(PhoneLookup.phone_hash.distinct()), func.min(PhoneLookup.at)).where(
        *lately, others
    )
    many, first = db.session.execute(compared).one()
    if many >= setting("lookups_an_hour"):
        raise TooMany(max(int((first + _HOUR - at).total_seconds()), 1))
