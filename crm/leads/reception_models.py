"""The reception queue of a project (轮接): whose turn it is, and every change of it."""

import datetime as dt
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, Select, false, select
from sqlalchemy.orm import Mapped, mapped_column

from crm.permissions import User, reach
from crm.store.base import Base, RowId


class ReceptionPlace(Base):
    """A consultant's place in the queue: the smallest `rank` is next; `away_on` is a day of being away."""

    __tablename__ = "reception_places"
    __table_args__ = (Index(None, "project", "rank"),)

    staff_id: Mapped[str] = mapped_column(ForeignKey("staff.staff_id"), primary_key=True)
    project: Mapped[str]
    rank: Mapped[int]
    away_on: Mapped[dt.date | None]


class ReceptionEvent(Base):
    """A change of the queue; `kind` is turn, returning, stand_in, passed, made_up, away, back or undone.

    `before` holds everybody's rank before the order changed, so that it can be undone.
    """

    __tablename__ = "reception_events"
    __table_args__ = (Index(None, "project", "on"),)

    event_id: Mapped[RowId]
    project: Mapped[str]
    on: Mapped[dt.date]
    at: Mapped[dt.datetime]
    kind: Mapped[str]
    staff_id: Mapped[str] = mapped_column(ForeignKey("staff.staff_id"))
    customer_id: Mapped[str | None]
    actor: Mapped[str]
    reason: Mapped[str] = mapped_column(default="")
    before: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    undone_by: Mapped[str | None]


def places_visible_to(user: User) -> Select[tuple[ReceptionPlace]]:
    """The queue of the own project."""
    inside = ReceptionPlace.project == user.project if reach(user, "reception:read") else false()
    return select(ReceptionPlace).where(inside)


def reception_events_visible_to(user: User) -> Select[tuple[ReceptionEvent]]:
    """What happened to the queue of the own project."""
    inside = ReceptionEvent.project == user.project if reach(user, "reception:read") else false()
    return select(ReceptionEvent).where(inside)
