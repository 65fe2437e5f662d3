"""The terms of a person: what is in force on a date, and what follows from when on."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import select

from crm.errors import NotFound
from crm.extensions import db
from crm.people.models import DATED, Staff, in_force


@dataclass(frozen=True)
class Terms:
    """What holds of a person on a date; a pay that is not known is None."""

    project: str
    role: str
    trade: str
    monthly_base_pay: Decimal | None
    monthly_variable_pay: Decimal | None

    @property
    def subject(self) -> bool:
        """A property consultant, to whom sections 3 to 7 of the rulebook apply."""
        return self.role == "consultant" and self.trade == "property"


def terms_on(staff_id: str, day: dt.date) -> Terms:
    """What is in force of a person on a date; `NotFound` for an unknown person.

    The staff row holds before the first term, and an empty value of a term is as it was before it.
    """
    found = terms_of_all([staff_id], day).get(staff_id)
    if found is None:
        raise NotFound
    return found


def terms_of_all(staff_ids: Sequence[str], day: dt.date) -> dict[str, Terms]:
    """What is in force of each of these people on a date, in one query."""
    query = select(Staff.staff_id, *(in_force(name, day) for name in DATED)).where(
        Staff.staff_id.in_(staff_ids)
    )
    return {staff_id: Terms(*values) for staff_id, *values in db.session.execute(query)}
