"""Erasing a customer on request (PIPL Art. 47): the id stays as a pseudonym, what names the person goes.

Dates, kinds and ids stay, so that every entry of the ledger is as it was and settles the same again. What was
written on vouchers of money stays as well (`crm.leads.erasing_words.KEPT`). Rulings and reports, which others answer
for, keep their words with the pseudonym in them (`crm.leads.pseudonyms`).
"""

import datetime as dt
import json
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import delete, inspect, select, update
from sqlalchemy.orm import Session

from crm.deals.models import Deal
from crm.errors import Conflict, Invalid
from crm.extensions import db
from crm.leads.erasing_words import OF_CONTACT, WORDS, forget_papers, rows_with_words
from crm.leads.events import Happening, note
from crm.leads.identity import numbers_of
from crm.leads.models import Contact, Customer, CustomerTerm, PhoneClaim
from crm.leads.page_queries import customer_of
from crm.leads.pseudonyms import rewrite
from crm.leads.tables import ERASED
from crm.people import audit
from crm.people.accounts import Account, Job, RowChange
from crm.store.base import Base
from crm.store.history import key_of
from crm.transactions import atomic

PERSONAL = ("phone", "id_number", "need", "consent_purpose")
FORGOTTEN = (CustomerTerm, PhoneClaim)  # rows that go as a whole
TOLD = frozenset({"name", *PERSONAL}.union(*WORDS.values()))


def erase(user: Account, customer_id: str, reason: str, at: dt.datetime, address: str = "") -> None:
    """Take away whatever names the customer, in the history too, and log who did it and why.

    Who asks to be erased may not be contacted either, so the duty ends today. It cannot be undone.
    """
    if not reason.strip():
        raise Invalid("请写明原因。", "Give the reason.", "reason")
    with atomic() as session:
        customer = customer_of(user, customer_id, at.date())
        if customer.erased_at is not None:
            raise Conflict("已经抹除过。", "It was erased already.")
        _empty_imports([customer.name, *numbers_of(customer.phone), customer.phone, customer.id_number])
        rewrite(session, customer)
        _empty_customer(customer, at)
        told = list(rows_with_words(customer_id))
        for row, columns in told:
            _empty(row, columns)
        for forgotten in FORGOTTEN:
            session.execute(delete(forgotten).where(forgotten.customer_id == customer_id))
        forget_papers(customer_id)
        deals = session.scalars(select(Deal).where(Deal.customer_id == customer_id)).all()
        _empty_history([customer, *deals, *(row for row, _columns in told)])
        note(customer_id, Happening.ERASED, user.actor, at, reason.strip())
        audit.record(
            user.actor, "customer.erased", customer_id, at=at, address=address, reason=reason.strip()
        )


def _empty_customer(customer: Customer, at: dt.datetime) -> None:
    customer.name, customer.spelling = customer.customer_id, ""
    for column in PERSONAL:
        setattr(customer, column, None)
    customer.erased_at = at
    customer.opted_out_on = customer.opted_out_on or at.date()
    if customer.consent_at is not None:
        customer.consent_withdrawn_at = customer.consent_withdrawn_at or at


def _empty(row: Base, columns: Iterable[str]) -> None:
    table = inspect(type(row)).columns
    for column in columns:
        setattr(row, column, None if table[column].nullable else "")


def _empty_history(rows: Iterable[Base]) -> None:
    """The history keeps which columns changed and when, not what they said."""
    keys: dict[str, list[str]] = {}
    for row in rows:
        keys.setdefault(row.__tablename__, []).append(key_of(row))
    for table, wanted in keys.items():
        changes = select(RowChange).where(RowChange.table_name == table, RowChange.row_key.in_(wanted))
        for change in db.session.scalars(changes):
            change.before, change.after = _blank(change.before), _blank(change.after)


def _blank(values: dict[str, Any] | None) -> dict[str, Any] | None:
    if values is None:
        return None
    return {name: None if name in TOLD else value for name, value in values.items()}


def _empty_imports(told: Iterable[str | None]) -> None:
    """What imports said of their rows quotes cells: the sentences that quote one of these go."""
    wanted = [text for text in told if text]
    for job in db.session.scalars(select(Job).where(Job.result.is_not(None))):
        if any(text in json.dumps(job.result, ensure_ascii=False) for text in wanted):
            job.result = {name: _without(value, wanted) for name, value in (job.result or {}).items()}


def _without(value: Any, wanted: list[str]) -> Any:
    if isinstance(value, list):
        return [line for line in value if not any(text in str(line) for text in wanted)]
    return value


def after_import(session: Session, merges: Mapping[str, Any]) -> None:
    """A workbook that tells of further contacts with an erased customer brings their dates, not their words."""
    if merges["contacts"].touched:
        silent = {name: None for name in OF_CONTACT}
        session.execute(update(Contact).where(Contact.customer_id.in_(ERASED)).values(silent))
