"""What bears on whose deal it is: who spoke with whom and when, who is linked and why, and who looked numbers up.

Worked out anew for the page, and kept with each ruling as it was then (`as_kept`): with ids, never with names or
numbers, so that erasing a customer leaves the ruling what it rests on.
"""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from crm.deals.attribution import Linked, began_on, linked_customers, suggestion_among
from crm.deals.models import Deal
from crm.exchange.services import parameters_in_force
from crm.leads.identity import fingerprint, numbers_of
from crm.leads.models import Contact, Customer, PhoneLookup
from crm.leads.pseudonyms import values_ever
from crm.leads.reveal import ACTION as REVEALING
from crm.people.accounts import AuditRow
from crm.rulebook.attribution import Candidate
from crm.rulebook.tables import day_number

LOOKED_UP, REVEALED = "looked_up", "revealed"
MOST_LOOKUPS = 200
DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class Link:
    """A customer linked to the deal's and why; `shared` is the number itself and is empty in what is kept."""

    customer_id: str
    by: str
    with_id: str
    shared: str = ""


@dataclass(frozen=True)
class Spoken:
    """A contact of a candidate: `protects` are its first and last protected dates, None for one recorded late."""

    staff_id: str
    customer_id: str
    kind: str
    happened_at: dt.datetime
    recorded_at: dt.datetime
    protects: tuple[dt.date, dt.date] | None


@dataclass(frozen=True)
class Lookup:
    """Somebody compared or revealed a number of a linked customer.

    `party`: a candidate, or the one the deal was entered for. `before_contact`: that party learned that the number
    was registered before having spoken with anyone linked, which is how a claim is made up (§7 五2).
    """

    at: dt.datetime
    actor: str
    what: str
    customer_id: str
    found: bool
    party: bool
    before_contact: bool


@dataclass(frozen=True)
class Evidence:
    """All of it, for one deal."""

    began: dt.date | None
    entered_for: str | None
    suggested: str | None
    candidates: Sequence[Candidate]
    linked: Sequence[Link]
    contacts: Sequence[Spoken]
    lookups: Sequence[Lookup]

    def people(self) -> set[str]:
        """Everybody who is named in it."""
        named = {self.entered_for, *(one["staff_id"] for one in self.candidates)}
        return {one for one in (*named, *(row.actor for row in self.lookups)) if one}


def gather(session: Session, deal: Deal, secret: str) -> Evidence:
    """The evidence as it is now; `secret` keys the log of compared numbers."""
    linked = linked_customers(session, deal.customer_id)
    ids = [one.customer.customer_id for one in linked]
    found = suggestion_among(session, deal, ids)
    people = [one["staff_id"] for one in found["candidates"]]
    contacts = _contacts(session, people, ids, began_on(deal))
    first: dict[str, dt.datetime] = {}
    for one in contacts:
        first.setdefault(one.staff_id, one.happened_at)
    parties = {*people, deal.staff_id}
    return Evidence(
        began_on(deal),
        deal.staff_id,
        found["suggested"],
        found["candidates"],
        [Link(one.customer.customer_id, one.by, one.with_id, one.shared) for one in linked],
        contacts,
        [_judged(row, row.actor in parties, first) for row in _lookups(session, linked, secret)],
    )


def _contacts(
    session: Session, candidates: Sequence[str], linked: Sequence[str], began: dt.date | None
) -> list[Spoken]:
    if began is None:
        return []
    parameters = parameters_in_force(session)
    query = select(Contact).where(
        Contact.customer_id.in_(linked),
        Contact.staff_id.in_(candidates),
        Contact.struck_at.is_(None),
        Contact.happened_at < dt.datetime.combine(began + DAY, dt.time()),
    )
    found = []
    for row in session.scalars(query.order_by(Contact.happened_at, Contact.contact_id)):
        day = row.happened_at.date()
        number = day_number(day)
        in_time = (row.recorded_at.date() - day).days <= parameters.integer("record_within_days", number)
        last = day + dt.timedelta(days=parameters.integer("protection_days", number))
        protects = (day, last) if in_time else None
        found.append(
            Spoken(row.staff_id, row.customer_id, row.kind, row.happened_at, row.recorded_at, protects)
        )
    return found


def spans(contacts: Iterable[Spoken], staff_id: str) -> list[tuple[dt.date, dt.date]]:
    """The spans of dates on which that candidate was protected, joined where they touch."""
    joined: list[tuple[dt.date, dt.date]] = []
    for one in sorted(one.protects for one in contacts if one.staff_id == staff_id and one.protects):
        if joined and one[0] <= joined[-1][1] + DAY:
            joined[-1] = (joined[-1][0], max(joined[-1][1], one[1]))
        else:
            joined.append(one)
    return joined


def _lookups(session: Session, linked: Sequence[Linked], secret: str) -> list[Lookup]:
    """Who compared or revealed a number that these customers have or had, newest first."""
    whose = {
        fingerprint(number, secret): one.customer.customer_id
        for one in reversed(linked)
        for number in _numbers(session, one.customer)
    }
    compared = select(PhoneLookup).where(PhoneLookup.phone_hash.in_(whose))
    newest = compared.order_by(PhoneLookup.at.desc()).limit(MOST_LOOKUPS)
    found = [
        Lookup(row.at, row.actor, LOOKED_UP, whose[row.phone_hash], row.found, False, False)
        for row in session.scalars(newest)
    ]
    ids = [one.customer.customer_id for one in linked]
    revealed = select(AuditRow).where(AuditRow.action == REVEALING, AuditRow.subject.in_(ids))
    found += [
        Lookup(row.at, row.actor, REVEALED, row.subject, True, False, False)
        for row in session.scalars(revealed.order_by(AuditRow.at.desc()).limit(MOST_LOOKUPS))
    ]
    return sorted(found, key=lambda one: one.at, reverse=True)


def _numbers(session: Session, customer: Customer) -> set[str]:
    """The numbers of a customer, those that were taken away again included."""
    return {number for cell in values_ever(session, customer, "phone") for number in numbers_of(cell)}


def _judged(row: Lookup, party: bool, first: Mapping[str, dt.datetime]) -> Lookup:
    spoken = first.get(row.actor)
    before = party and row.what == LOOKED_UP and row.found and (spoken is None or row.at < spoken)
    return Lookup(row.at, row.actor, row.what, row.customer_id, row.found, party, before)


def as_kept(evidence: Evidence) -> dict[str, Any]:
    """What is kept with a ruling: ids, kinds and moments."""
    return {
        "began": evidence.began and evidence.began.isoformat(),
        "entered_for": evidence.entered_for,
        "suggested": evidence.suggested,
        "candidates": list(evidence.candidates),
        "linked": [asdict(one) | {"shared": ""} for one in evidence.linked],
        "contacts": [_plain(asdict(one)) for one in evidence.contacts],
        "lookups": [_plain(asdict(one)) for one in evidence.lookups],
    }


def _plain(values: dict[str, Any]) -> dict[str, Any]:
    for name, value in values.items():
        if isinstance(value, dt.datetime):
            values[name] = value.isoformat()
        elif isinstance(value, tuple):
            values[name] = [day.isoformat() for day in value]
    return values


def from_kept(kept: Mapping[str, Any]) -> Evidence:
    """The evidence as a ruling keeps it."""
    return Evidence(
        dt.date.fromisoformat(kept["began"]) if kept["began"] else None,
        kept["entered_for"],
        kept["suggested"],
        kept["candidates"],
        [Link(**one) for one in kept["linked"]],
        [_spoken(one) for one in kept["contacts"]],
        [Lookup(**(one | {"at": dt.datetime.fromisoformat(one["at"])})) for one in kept["lookups"]],
    )


def _spoken(kept: Mapping[str, Any]) -> Spoken:
    days = kept["protects"]
    return Spoken(
        kept["staff_id"],
        kept["customer_id"],
        kept["kind"],
        dt.datetime.fromisoformat(kept["happened_at"]),
        dt.datetime.fromisoformat(kept["recorded_at"]),
        (dt.date.fromisoformat(days[0]), dt.date.fromisoformat(days[1])) if days else None,
    )
