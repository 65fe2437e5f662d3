"""Who stands where in the reception queue, and who is there today."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select

from crm.extensions import db
from crm.leads.reception_models import ReceptionEvent, ReceptionPlace
from crm.leads.registration import consultants_of
from crm.people.models import LeaveRequest, RosterDay, Staff

TURN, AWAY = "turn", "away"
REST, LEAVE = "rest", "leave"


@dataclass(frozen=True)
class Place:
    """A consultant in the queue; `absent` is rest, leave, away, or empty for who is there. `taken` counts today's turns."""

    staff: Staff
    rank: int
    absent: str
    taken: int


def queue_of(project: str, on: dt.date) -> list[Place]:
    """The consultants employed that day, in the order of the queue; who has no place yet stands at the end."""
    stored = {
        row.staff_id: row
        for row in db.session.scalars(select(ReceptionPlace).where(ReceptionPlace.project == project))
    }
    last = max((row.rank for row in stored.values()), default=0)
    people: Sequence[Staff] = db.session.scalars(consultants_of(project, on)).all()
    roster, leave = _roster(people, on), _on_leave(people, on)
    taken = _taken(project, on)
    found = []
    for number, one in enumerate(people, 1):
        row = stored.get(one.staff_id)
        absent = LEAVE if one.staff_id in leave else roster.get(one.staff_id, "")
        if not absent and row is not None and row.away_on == on:
            absent = AWAY
        rank = last + number if row is None else row.rank
        found.append(Place(one, rank, absent, taken.get(one.staff_id, 0)))
    return sorted(found, key=lambda place: (place.rank, place.staff.staff_id))


def _roster(people: Sequence[Staff], on: dt.date) -> dict[str, str]:
    ids = [one.staff_id for one in people]
    query = select(RosterDay.staff_id, RosterDay.kind).where(
        RosterDay.date == on, RosterDay.staff_id.in_(ids), RosterDay.kind.in_((REST, LEAVE))
    )
    return dict(db.session.execute(query).all())


def _on_leave(people: Sequence[Staff], on: dt.date) -> set[str]:
    query = select(LeaveRequest.staff_id).where(
        LeaveRequest.state == "granted",
        LeaveRequest.from_on <= on,
        LeaveRequest.to_on >= on,
        LeaveRequest.staff_id.in_([one.staff_id for one in people]),
    )
    return set(db.session.scalars(query))


def _taken(project: str, on: dt.date) -> dict[str, int]:
    query = (
        select(ReceptionEvent.staff_id, func.count())
        .where(
            ReceptionEvent.project == project,
            ReceptionEvent.on == on,
            ReceptionEvent.kind == TURN,
            ReceptionEvent.undone_by.is_(None),
        )
        .group_by(ReceptionEvent.staff_id)
    )
    return dict(db.session.execute(query).all())


def next_of(places: Sequence[Place]) -> Place | None:
    """Whose turn it is."""
    return next((place for place in places if not place.absent), None)
