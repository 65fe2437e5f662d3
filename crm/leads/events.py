"""The log of what happened to a customer beside contacts, transfers and deals."""

import datetime as dt
from enum import StrEnum

from crm.leads.models import CustomerEvent
from crm.transactions import atomic


class Happening(StrEnum):
    """What can be noted."""

    CHANGED = "changed"
    REVEALED = "revealed"
    CONSENT_GIVEN = "consent_given"
    CONSENT_WITHDRAWN = "consent_withdrawn"
    OPTED_OUT = "opted_out"
    OPTED_IN = "opted_in"
    HOUSEHOLD_JOINED = "household_joined"
    HOUSEHOLD_LEFT = "household_left"
    ERASED = "erased"


def note(customer_id: str, kind: Happening, actor: str, at: dt.datetime, text: str = "") -> None:
    """Write one line, in the act that is going on or in one of its own."""
    with atomic() as session:
        session.add(CustomerEvent(customer_id=customer_id, kind=kind, actor=actor, at=at, text=text))
