"""Verbs on a customer's own row: change it, note a consent or its end, and the wish not to be contacted."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import delete

from crm.errors import Conflict, Invalid, Stale
from crm.extensions import db
from crm.leads.events import Happening, note
from crm.leads.identity import normalized, numbers_of
from crm.leads.models import Customer, PhoneClaim
from crm.leads.page_queries import customer_of
from crm.leads.search_terms import rebuild
from crm.people import audit
from crm.people.accounts import Account
from crm.store.history import remember_change
from crm.transactions import atomic

SHOWN = ("name", "channel", "need", "intent_grade")


@dataclass(frozen=True)
class Change:
    """What an edit says. `drop_phones` are places in the list of numbers, from 0; an empty `id_number` stays."""

    version: int
    name: str
    channel: str = ""
    need: str = ""
    intent_grade: str = ""
    add_phone: str = ""
    drop_phones: Sequence[int] = ()
    id_number: str = ""

    def shown(self) -> dict[str, str | None]:
        """The columns that a form shows, with None for what was left empty."""
        return {name: getattr(self, name).strip() or None for name in SHOWN}


def change(user: Account, customer_id: str, change: Change, at: dt.datetime) -> bool:
    """Save an edit, with the row's history; tells whether anything changed. Stale where someone was first."""
    with atomic():
        customer = of_living(user, customer_id, at)
        if customer.version != change.version:
            raise Stale({name: getattr(customer, name) for name in SHOWN}, change.shown())
        for name, value in change.shown().items():
            setattr(customer, name, value)
        customer.phone = _phones(customer, change)
        if change.id_number.strip():
            customer.id_number = change.id_number.strip().upper()
        changed = remember_change(customer, at, user.actor)
        if changed:
            note(customer_id, Happening.CHANGED, user.actor, at)
            _give_claims_back(customer)
            rebuild([customer_id])
    return changed


def of_living(user: Account, customer_id: str, at: dt.datetime) -> Customer:
    """A customer of this person, not an erased one; inside an act."""
    customer = customer_of(user, customer_id, at.date())
    if customer.erased_at is not None:
        raise Conflict(
            "这位客户的资料已按要求抹除，不能再改。",
            "This customer's data was erased; nothing can be changed.",
        )
    return customer


def _phones(customer: Customer, change: Change) -> str | None:
    numbers = numbers_of(customer.phone)
    kept = [number for place, number in enumerate(numbers) if place not in change.drop_phones]
    if change.add_phone.strip():
        added = normalized(change.add_phone)
        if added is None:
            raise Invalid(
                "号码不完整：手机 11 位，座机带区号。",
                "The number is not complete: 11 digits, or a landline with its area code.",
                "add_phone",
            )
        kept = list(dict.fromkeys([*kept, added]))
    return customer.phone if kept == numbers else ";".join(kept) or None


def _give_claims_back(customer: Customer) -> None:
    """A number that was taken off can be registered again."""
    others = PhoneClaim.phone.not_in(numbers_of(customer.phone))
    db.session.execute(delete(PhoneClaim).where(PhoneClaim.customer_id == customer.customer_id, others))


def give_consent(user: Account, customer_id: str, purpose: str, at: dt.datetime) -> None:
    """The customer agrees to be contacted for that purpose (PIPL Art. 13, 17)."""
    with atomic():
        customer = of_living(user, customer_id, at)
        customer.consent_at, customer.consent_purpose = at, purpose.strip()
        customer.consent_withdrawn_at = None
        remember_change(customer, at, user.actor)
        note(customer_id, Happening.CONSENT_GIVEN, user.actor, at, purpose.strip())


def withdraw_consent(user: Account, customer_id: str, at: dt.datetime) -> None:
    """The customer takes the consent back (PIPL Art. 15); what was done before stays."""
    with atomic():
        customer = of_living(user, customer_id, at)
        if customer.consent_at is None or customer.consent_withdrawn_at is not None:
            raise Conflict("这位客户现在没有有效的同意。", "There is no consent to withdraw.")
        customer.consent_withdrawn_at = at
        remember_change(customer, at, user.actor)
        note(customer_id, Happening.CONSENT_WITHDRAWN, user.actor, at, customer.consent_purpose or "")


def opt_out(user: Account, customer_id: str, reason: str, at: dt.datetime) -> None:
    """The customer asked not to be contacted: from today there is no duty (rulebook 4)."""
    with atomic():
        customer = of_living(user, customer_id, at)
        if customer.opted_out_on is not None:
            raise Conflict("已经登记过不再联系。", "It is noted already.")
        customer.opted_out_on = at.date()
        remember_change(customer, at, user.actor)
        note(customer_id, Happening.OPTED_OUT, user.actor, at, reason.strip())
        audit.record(user.actor, "customer.opted_out", customer_id, at=at)
