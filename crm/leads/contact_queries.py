"""What the page of one contact says beside it."""

import datetime as dt
from typing import Any

from sqlalchemy import Row, bindparam, select
from sqlalchemy.orm import Session

from crm.leads.models import Contact, Customer, customers_visible_to
from crm.people.models import Staff
from crm.permissions import User

_C = Contact.__table__.c
_BRIEF = select(_C.customer_id, _C.kind, _C.shown, _C.struck_at).where(_C.contact_id == bindparam("which"))


def contact_in_brief(session: Session, contact_id: str) -> Row[*tuple[Any, ...]]:
    """With whom, of which kind, what was shown, whether it stands: of a contact that was just written."""
    return session.connection().execute(_BRIEF, {"which": contact_id}).one()


def contact_history(session: Session, contact: Contact, user: User, on: dt.date) -> dict[str, object]:
    """Who it was with and by, the contacts that it replaced, and what the user may open or correct.

    The chain is of one customer and one writer, so whoever may see the last may see the ones before.
    """
    customer = session.get_one(Customer, contact.customer_id)
    theirs = customers_visible_to(user, on).where(Customer.customer_id == customer.customer_id)
    writer = session.get_one(Staff, contact.staff_id)
    return {
        "customer": customer,
        "opens": session.scalar(theirs) is not None,
        "writer": writer.name,
        "replaced": _replaced_by(session, contact),
        "correctable": contact.struck_at is None and contact.staff_id == user.staff_id,
    }


def _replaced_by(session: Session, contact: Contact) -> list[Contact]:
    chain: list[Contact] = []
    last = contact
    while True:
        older = session.scalar(select(Contact).where(Contact.replaced_by == last.contact_id))
        if older is None or older in chain:
            return chain
        chain.append(older)
        last = older
