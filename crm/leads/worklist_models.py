"""Duties kept as rows, so that Today is one indexed look-up; the core computes them, nobody edits them."""

import datetime as dt
from decimal import Decimal

from sqlalchemy import ForeignKey, Index, Select, false, select
from sqlalchemy.orm import Mapped, mapped_column

from crm.people.models import Staff
from crm.permissions import User, reach
from crm.store.base import Base


class KeptDuty(Base):
    """A customer's duty (rulebook 12) as of the date `on`, with what a list says beside it.

    `last_contact_id` is the household's latest contact, `held_since` when the present holder got the customer
    (or first saw it), `tried_at` a call of that date that reached nobody. `cost` is what a miss deducts.
    """

    __tablename__ = "duties_kept"
    __table_args__ = (Index(None, "staff_id", "overdue_since", "due_on"),)

    customer_id: Mapped[str] = mapped_column(ForeignKey("customers.customer_id"), primary_key=True)
    staff_id: Mapped[str] = mapped_column(ForeignKey("staff.staff_id"))
    on: Mapped[dt.date]
    kind: Mapped[str]
    due_on: Mapped[dt.date]
    done: Mapped[bool]
    overdue_since: Mapped[dt.date | None]
    cost: Mapped[Decimal | None]
    held_since: Mapped[dt.date]
    last_contact_id: Mapped[str | None]
    tried_at: Mapped[dt.datetime | None]


class DutyRoll(Base):
    """A person's kept duties are whole, as of the date `on`; without a row of today they are computed anew."""

    __tablename__ = "duty_rolls"

    staff_id: Mapped[str] = mapped_column(ForeignKey("staff.staff_id"), primary_key=True)
    on: Mapped[dt.date]


def duties_visible_to(user: User) -> Select[tuple[KeptDuty]]:
    """One's own; those of the project for a manager."""
    scope = reach(user, "duties:read")
    query = select(KeptDuty)
    if scope == "project":
        of_project = select(Staff.staff_id).where(Staff.project == user.project)
        return query.where(KeptDuty.staff_id.in_(of_project))
    return query.where(KeptDuty.staff_id == user.staff_id if scope == "own" else false())
