"""The terms of a person: what is in force on a date, and what follows from when on."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import select

from crm.errors import NotFound
from crm.extensions import db
from crm.people.models import DATED, Staff, Term, in_force


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


@dataclass(frozen=True)
class Step:
    """One step of what held of a person: from when on, and what it changed from what to what.

    `from_on` is None for the staff row, whose changes are what held at first. `begun` says whether it holds
    already, or is planned.
    """

    from_on: dt.date | None
    changes: list[tuple[str, object, object]]
    begun: bool


def steps_of(person: Staff, today: dt.date) -> list[Step]:
    """What held of a person and what will, the latest first; the last is the staff row."""
    held: dict[str, object] = {name: getattr(person, f"first_{name}") for name in DATED}
    found = [Step(None, [(name, None, held[name]) for name in DATED], True)]
    for term in terms_of(person.staff_id):
        said = {name: value for name in DATED if (value := getattr(term, name)) is not None}
        found.append(
            Step(
                term.from_on,
                [(name, held[name], value) for name, value in said.items()],
                term.from_on <= today,
            )
        )
        held |= said
    return found[::-1]


def terms_of(staff_id: str) -> Sequence[Term]:
    """The stored terms of a person, the earliest first."""
    query = select(Term).where(Term.staff_id == staff_id).order_by(Term.from_on)
    return db.session.scalars(query).all()
