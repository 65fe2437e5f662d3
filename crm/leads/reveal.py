"""Showing a whole number: one click, logged, and not without end."""

import datetime as dt

from sqlalchemy import func, select

from crm.errors import NotFound, TooMany
from crm.extensions import db
from crm.leads.events import Happening, note
from crm.leads.identity import numbers_of
from crm.leads.models import Customer, customers_visible_to
from crm.people import audit
from crm.people.accounts import Account, AuditRow
from crm.people.settings import setting
from crm.transactions import atomic

ACTION = "customer.revealed"
_HOUR = dt.timedelta(hours=1)


def reveal(user: Account, customer_id: str, at: dt.datetime, address: str = "", why: str = "") -> list[str]:
    """The customer's numbers, for this one time; the log, the time line and the brake know of it.

    `why` says from where, such as `call`. NotFound where the customer is not this person's to see; TooMany
    after `reveals_an_hour`.
    """
    with atomic() as session:
        customer = session.scalar(
            customers_visible_to(user, at.date()).where(Customer.customer_id == customer_id)
        )
        numbers = numbers_of(customer.phone) if customer is not None else []
        if not numbers:
            raise NotFound
        _refuse_too_many(user.actor, at)
        audit.record(user.actor, ACTION, customer_id, at=at, address=address, why=why)
        note(customer_id, Happening.REVEALED, user.actor, at, why)
    return numbers


def _refuse_too_many(actor: str, at: dt.datetime) -> None:
    lately = (AuditRow.actor == actor, AuditRow.at > at - _HOUR, AuditRow.action == ACTION)
    many, first = db.session.execute(select(func.count(), func.min(AuditRow.at)).where(*lately)).one()
    if many >= setting("reveals_an_hour"):
        raise TooMany(max(int((first + _HOUR - at).total_seconds()), 1))
