"""Which trades a person has to do with, which decides what the bars show."""

from typing import Any

from flask import g
from sqlalchemy import or_, select

from crm.clock import today
from crm.extensions import db
from crm.people.models import Staff

SERVES = ("hr", "finance")
"""Who serves the people of others' trades: finance those of the project, HR everyone."""


def trades_of(user: Any) -> frozenset[str]:
    """The person's own trade today, which came with the account; for HR and finance also those they serve.

    Empty for an account without a person: nothing is known, so nothing is hidden. At most one question a request.
    """
    person = getattr(user, "staff", None)
    if person is None:
        return frozenset()
    if person.role not in SERVES:
        return frozenset({person.trade})
    if "trades_served" not in g:
        g.trades_served = _served(person)
    return frozenset(g.trades_served)


def _served(person: Staff) -> frozenset[str]:
    query = select(Staff.trade).where(
        Staff.role.not_in(SERVES), or_(Staff.left_on.is_(None), Staff.left_on >= today())
    )
    if person.role == "finance":
        query = query.where(Staff.project == person.project)
    return frozenset(db.session.scalars(query.distinct())) or frozenset({person.trade})
