"""Who does what is left to do for a deal, where that is no longer the one whose deal it is.

A deal stays with whom it was sold by, because units and commission are; when that person leaves, another keeps it.
"""

import datetime as dt
from typing import Any

from sqlalchemy import ForeignKey, Index, exists, select
from sqlalchemy.orm import Mapped, aliased, mapped_column
from sqlalchemy.sql.elements import ColumnElement

from crm.store.base import Base


class DealKeeper(Base):
    """Who looks after a deal from a date on, until the next row; without one, the person of the deal does."""

    __tablename__ = "deal_keepers"
    __table_args__ = (Index(None, "staff_id"),)

    deal_id: Mapped[str] = mapped_column(ForeignKey("deals.deal_id"), primary_key=True)
    from_on: Mapped[dt.date] = mapped_column(primary_key=True)
    staff_id: Mapped[str] = mapped_column(ForeignKey("staff.staff_id"))
    given_by: Mapped[str]
    given_at: Mapped[dt.datetime]


def given_to(staff_id: str | None, on: dt.date, deal_id: Any) -> ColumnElement[bool]:
    """The deals that were given to that person last, on that date."""
    later = aliased(DealKeeper)
    replaced = exists().where(
        later.deal_id == DealKeeper.deal_id, later.from_on <= on, later.from_on > DealKeeper.from_on
    )
    own = DealKeeper.staff_id == staff_id
    return deal_id.in_(select(DealKeeper.deal_id).where(own, DealKeeper.from_on <= on, ~replaced))


def kept_by(staff_id: str | None, on: dt.date, deal_id: Any, whose: Any) -> ColumnElement[bool]:
    """The deals that this person looks after on that date: given to the person, or the person's and given to nobody."""
    given = exists().where(DealKeeper.deal_id == deal_id, DealKeeper.from_on <= on)
    return given_to(staff_id, on, deal_id) | ((whose == staff_id) & ~given)
