"""A small sales floor on Monday 23 November 2026: callers, three-day customers, somebody else's customers."""

import datetime as dt

from crm.extensions import db
from crm.leads.models import Contact
from tests.people_builders import contact, customer, keep, staff

MONDAY = dt.date(2026, 11, 23)
NINE = dt.datetime(2026, 11, 23, 9)


def morning(day: int, hour: int = 10) -> dt.datetime:
    """A time of November 2026."""
    return dt.datetime(2026, 11, day, hour)


def build() -> None:
    """A1 has a caller of today's list, an overdue one, a three-day customer and one for tomorrow; A2 has one."""
    keep([staff("A2"), staff("M1", "manager")])
    keep(
        [
            customer("C-CALLED", "A1", name="周女士", first_contact_at=morning(22), phone="13800138001"),
            contact("K-CALLED", "C-CALLED", "A1", happened_at=morning(22)),
            customer("C-LATE", "A1", name="李先生", first_contact_at=morning(17), phone="13800138002"),
            contact("K-LATE", "C-LATE", "A1", happened_at=morning(17), kind="visit", note="看了样板间"),
            customer("C-THREE", "A1", name="吴女士", first_contact_at=morning(20), phone="13800138003"),
            contact("K-THREE", "C-THREE", "A1", happened_at=morning(20), kind="visit", note="喜欢南向"),
            customer("C-NEXT", "A1", name="郑先生", first_contact_at=morning(21)),
            contact("K-NEXT", "C-NEXT", "A1", happened_at=morning(21), kind="visit"),
            customer("C-OTHER", "A2", name="别人的", first_contact_at=morning(17)),
            contact("K-OTHER", "C-OTHER", "A2", happened_at=morning(17), kind="visit"),
        ]
    )


def contacts_of(customer_id: str) -> list[Contact]:
    """The contacts with a customer that stand, oldest first."""
    query = db.session.query(Contact).filter_by(customer_id=customer_id, struck_at=None)
    return query.order_by(Contact.happened_at, Contact.recorded_at).all()
