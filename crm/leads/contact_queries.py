"""What the page of one contact says beside it."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from crm.leads.models import Contact, Customer
from crm.people.models import Staff
from crm.permissions import User


def contact_history(session: Session, contact: Contact, user: User) -> dict[str, object]:
    """The customer's and writer's names, the contacts that this one replaced, and whether the user may correct it.

    The chain is of one customer and one writer, so whoever may see the last may see the ones before.
    """
    customer = session.get_one(Customer, contact.customer_id)
    writer = session.get_one(Staff, contact.staff_id)
    return {
        "customer": customer,
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
