"""Who left and may be hired again."""

import datetime as dt
from collections.abc import Sequence

from sqlalchemy import exists
from sqlalchemy.orm import aliased

from crm.errors import NotFound
from crm.extensions import db
from crm.people.accounts import Account
from crm.people.models import Staff, staff_visible_to
from crm.permissions import reach


def former_people(user: Account, on: dt.date) -> Sequence[Staff]:
    """Whoever left and is not back, the last to leave first; for HR, who may hire them again."""
    if reach(user, "staff:write") != "all":
        return []
    back = aliased(Staff)
    again = exists().where(
        back.person_id == Staff.person_id, back.staff_id != Staff.staff_id, back.hired_on > Staff.hired_on
    )
    query = staff_visible_to(user).where(Staff.left_on < on, Staff.role != "admin", ~again)
    return db.session.scalars(query.order_by(Staff.left_on.desc(), Staff.staff_id)).all()


def former_visible_to(user: Account, staff_id: str, on: dt.date) -> Staff:
    """One of these; NotFound for anybody else."""
    found = next((row for row in former_people(user, on) if row.staff_id == staff_id), None)
    if found is None:
        raise NotFound
    return found
