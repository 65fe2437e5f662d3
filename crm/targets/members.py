"""Whose quotas a month has: the property consultants of a project, as their terms were."""

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import or_, select

from crm.extensions import db
from crm.people.models import Staff
from crm.people.roster_queries import dates_of
from crm.people.terms import terms_of_all
from crm.permissions import User, reach
from crm.targets.models import Quota

WRITE = "quotas:write"


@dataclass(frozen=True)
class Member:
    """A person of a month's quotas, with the project that counts for it and whether the rules do (`subject`)."""

    person: Staff
    project: str
    subject: bool

    @property
    def staff_id(self) -> str:
        """Whose."""
        return self.person.staff_id


def members(month: dt.date, today: dt.date, project: str | None = None) -> list[Member]:
    """The property consultants employed in the month, and whoever else has a quota for it; by project and id.

    A person's project, role and trade are those of the month's last date, or of today while that is earlier.
    """
    dates = dates_of(month)
    employed = select(Staff).where(
        Staff.hired_on <= dates[-1], or_(Staff.left_on.is_(None), Staff.left_on >= dates[0])
    )
    people = {person.staff_id: person for person in db.session.scalars(employed)}
    terms = terms_of_all(sorted(people), min(dates[-1], today))
    given = set(db.session.scalars(select(Quota.staff_id).where(Quota.month == month)))
    found = [
        Member(person, terms[staff_id].project, terms[staff_id].subject)
        for staff_id, person in people.items()
        if (terms[staff_id].subject or staff_id in given) and project in (None, terms[staff_id].project)
    ]
    return sorted(found, key=lambda one: (one.project, one.staff_id))


def written_by(user: User, month: dt.date, today: dt.date) -> list[Member]:
    """The people whose quotas for the month this user writes."""
    scope = reach(user, WRITE)
    if scope == "all":
        return members(month, today)
    return members(month, today, user.project) if scope == "project" else []
