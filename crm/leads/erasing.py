"""Erasing a customer on request (PIPL Art. 47): the id stays as a pseudonym, what names the person goes.

Dates, kinds and ids stay, so that every entry of the ledger is as it was and settles the same again.
"""

import datetime as dt
import json
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from crm.deals.models import Deal
from crm.errors import Conflict, Invalid
from crm.extensions import db
from crm.leads.events import Happening, note
from crm.leads.identity import numbers_of
from crm.leads.models import (
    Contact,
    Customer,
    CustomerEvent,
    CustomerTerm,
    PhoneClaim,
    Transfer,
    WaiverRequest,
)
from crm.leads.page_queries import customer_of
from crm.leads.tables import ERASED
from crm.people import audit
from crm.people.accounts import Account, Job, RowChange
from crm.store.history import row_key
from crm.transactions import atomic

PERSONAL = ("phone", "id_number", "need", "consent_purpose")
OF_CONTACT = ("note", "next_step", "shown", "liked", "objected")
TOLD = frozenset({"name", *PERSONAL, *OF_CONTACT, "reason", "text", "answer"})


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
        contacts = session.scalars(select(Contact).where(Contact.customer_id == customer_id)).all()
        _empty_imports([customer.name, *numbers_of(customer.phone), customer.phone, customer.id_number])
        _empty_customer(customer, at)
        _empty(contacts, OF_CONTACT)
        _empty(_rows(Transfer, customer_id), ("reason",))
        _empty(_rows(WaiverRequest, customer_id), ("answer",))
        for request in _rows(WaiverRequest, customer_id):
            request.note = ""
        for event in _rows(CustomerEvent, customer_id):
            event.text = ""
        for forgotten in (CustomerTerm, PhoneClaim):
            session.execute(delete(forgotten).where(forgotten.customer_id == customer_id))
        _empty_history(customer_id, [contact.contact_id for contact in contacts])
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


def _rows(model: Any, customer_id: str) -> list[Any]:
    return list(db.session.scalars(select(model).where(model.customer_id == customer_id)))


def _empty(rows: Any, columns: tuple[str, ...]) -> None:
    for row in rows:
        for column in columns:
            setattr(row, column, None)


def _empty_history(customer_id: str, contact_ids: list[str]) -> None:
    """The history keeps which columns changed and when, not what they said."""
    keys = {
        "customers": [row_key([customer_id])],
        "contacts": [row_key([contact_id]) for contact_id in contact_ids],
        "transfers": [row_key([customer_id, row.on]) for row in _rows(Transfer, customer_id)],
        "deals": [row_key([row.deal_id]) for row in _rows(Deal, customer_id)],
    }
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
