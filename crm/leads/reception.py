"""The reception queue (轮接): whose turn it is, and what changes it.

The queue is the project's consultants in order. A new visitor goes to the first who is there, who then goes to the
end. Who is absent by roster or leave, or away for now, is passed over and keeps the place. A returning customer goes to
the own consultant and costs no turn; where that one is absent, the next stands in, which costs none either. A
make-up turn (补接) puts a person at the front, with a reason.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select

from crm.errors import Conflict, Invalid, Refused
from crm.extensions import db
from crm.leads import lookups
from crm.leads.identity import normalized
from crm.leads.models import Customer, CustomerTerm, holder_on, in_project
from crm.leads.reception_models import ReceptionEvent, ReceptionPlace
from crm.leads.registration import AlreadyRegistered, Arrival, consultants_of, register
from crm.leads.search_terms import TAIL
from crm.people.accounts import Account
from crm.people.models import LeaveRequest, RosterDay, Staff
from crm.permissions import Permission, reach
from crm.store.once import once
from crm.transactions import atomic

TURN, RETURNING, STAND_IN, PASSED, MADE_UP = "turn", "returning", "stand_in", "passed", "made_up"
AWAY, BACK = "away", "back"
REST, LEAVE = "rest", "leave"
REASONED = frozenset({PASSED, MADE_UP, AWAY})


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
        .where(ReceptionEvent.project == project, ReceptionEvent.on == on, ReceptionEvent.kind == TURN)
        .group_by(ReceptionEvent.staff_id)
    )
    return dict(db.session.execute(query).all())


def next_of(places: Sequence[Place]) -> Place | None:
    """Whose turn it is."""
    return next((place for place in places if not place.absent), None)


@dataclass(frozen=True)
class Received:
    """Who receives, and how: turn, returning or stand_in."""

    kind: str
    staff_id: str
    name: str


def receive(
    user: Account, arrival: Arrival, expected: str, form: Mapping[str, Any], at: dt.datetime, secret: str
) -> Received:
    """Register a visitor with whose turn it is, and take the turn, in one act; a known number is a returning customer.

    `expected` is whose turn the form showed: Conflict where it is another's by now. Invalid for a wrong number, and
    for one that another project has.
    """
    _writes(user, Permission.PROJECT_CUSTOMERS_REGISTER)
    number = normalized(arrival.phone) if arrival.phone.strip() else None
    try:
        return _receive(user, arrival, expected, number, form, at, secret)
    except AlreadyRegistered:
        if number is not None:  # the log of the question went with the act
            lookups.log(number, True, user.actor, at, secret)
        raise


def _receive(
    user: Account,
    arrival: Arrival,
    expected: str,
    number: str | None,
    form: Mapping[str, Any],
    at: dt.datetime,
    secret: str,
) -> Received:
    with atomic():
        known = _known(user, number, at, secret) if number else None
        if known is not None:
            return _again(user, known, form, at)
        place = _first(user, expected, at)
        mine = Arrival(**{**arrival.__dict__, "owner": place.staff.staff_id})
        made = register(user, mine, form, at, secret)
        already = select(ReceptionEvent).where(ReceptionEvent.customer_id == made["customer_id"])
        stored = db.session.scalar(already)
        if stored is None:
            _to_the_end(place, user)
            stored = _note(user, TURN, place.staff.staff_id, at, customer_id=made["customer_id"])
        return _told(stored)


def _known(user: Account, number: str, at: dt.datetime, secret: str) -> Customer | None:
    """The customer of this project with that number, the first registered; the question is logged and braked."""
    lookups.refuse_too_many(number, user.actor, at, secret)
    query = select(Customer).where(
        in_project(user.project),
        Customer.erased_at.is_(None),
        Customer.customer_id.in_(
            select(CustomerTerm.customer_id).where(
                CustomerTerm.kind == TAIL, CustomerTerm.term == number[::-1]
            )
        ),
    )
    found = db.session.scalar(query.order_by(Customer.first_contact_at, Customer.customer_id).limit(1))
    if found is not None:
        lookups.log(number, True, user.actor, at, secret)
    return found


def _again(user: Account, customer: Customer, form: Mapping[str, Any], at: dt.datetime) -> Received:
    """A returning customer: to the own consultant, or to a stand-in; a customer of the pool to whose turn it is."""

    def act() -> dict[str, str]:
        holder = db.session.scalar(
            select(holder_on(at.date()))
            .select_from(Customer)
            .where(Customer.customer_id == customer.customer_id)
        )
        places = queue_of(_project(user), at.date())
        present = {place.staff.staff_id for place in places if not place.absent}
        kind = RETURNING if holder in present else STAND_IN
        who = holder if holder in present else _present(places).staff.staff_id
        event = _note(user, kind, str(who), at, customer_id=customer.customer_id)
        return {"kind": kind, "staff_id": event.staff_id, "name": _told(event).name}

    return Received(**once(user.actor, form, at, act))


def turn(user: Account, expected: str, form: Mapping[str, Any], at: dt.datetime) -> Received:
    """Take a turn for a visitor who leaves no name."""
    _writes(user, Permission.PROJECT_RECEPTION_WRITE)

    def act() -> dict[str, str]:
        place = _first(user, expected, at)
        _to_the_end(place, user)
        _note(user, TURN, place.staff.staff_id, at)
        return {"kind": TURN, "staff_id": place.staff.staff_id, "name": place.staff.name}

    return Received(**once(user.actor, form, at, act))


def change(
    user: Account, staff_id: str, kind: str, reason: str, form: Mapping[str, Any], at: dt.datetime
) -> None:
    """Pass a person over once (to behind the next), give a make-up turn, or note that somebody is away or back."""
    _writes(user, Permission.PROJECT_RECEPTION_WRITE)
    if kind not in (PASSED, MADE_UP, AWAY, BACK):
        raise Invalid("请选择怎么调整。", "Choose what to change.", "kind")
    if kind in REASONED and not reason.strip():
        raise Invalid("请写明原因。", "Give the reason.", "reason")

    def act() -> dict[str, str]:
        places = queue_of(_project(user), at.date())
        place = next((one for one in places if one.staff.staff_id == staff_id), None)
        if place is None:
            raise Invalid("请选择本项目的顾问。", "Choose a consultant of the project.", "staff_id")
        _keep(places, user)
        row = db.session.get_one(ReceptionPlace, staff_id)
        if kind == MADE_UP:
            row.rank = min(one.rank for one in places) - 1
        elif kind == PASSED:
            _behind_next(places, place)
        else:
            row.away_on = at.date() if kind == AWAY else None
        _note(user, kind, staff_id, at, reason.strip())
        return {}

    once(user.actor, form, at, act)


def _behind_next(places: Sequence[Place], place: Place) -> None:
    """The person changes places with the next who is there."""
    later = [one for one in places[places.index(place) + 1 :] if not one.absent]
    if later:
        row = db.session.get_one(ReceptionPlace, place.staff.staff_id)
        other = db.session.get_one(ReceptionPlace, later[0].staff.staff_id)
        row.rank, other.rank = other.rank, row.rank


def _first(user: Account, expected: str, at: dt.datetime) -> Place:
    places = queue_of(_project(user), at.date())
    place = _present(places)
    if place.staff.staff_id != expected:
        raise Conflict(
            f"轮次刚刚变了，现在轮到 {place.staff.name}。请再确认一次。",
            f"The queue has just changed: it is {place.staff.name}'s turn. Confirm again.",
        )
    _keep(places, user)
    return place


def _present(places: Sequence[Place]) -> Place:
    place = next_of(places)
    if place is None:
        raise Conflict("今天没有在岗的顾问。", "No consultant is there today.")
    return place


def _keep(places: Sequence[Place], user: Account) -> None:
    """Give everybody in the queue a stored place, with ranks that differ."""
    for place in places:
        row = db.session.get(ReceptionPlace, place.staff.staff_id)
        if row is None:
            row = ReceptionPlace(staff_id=place.staff.staff_id, project=_project(user), rank=place.rank)
            db.session.add(row)
        elif row.project != user.project:
            row.project, row.rank, row.away_on = _project(user), place.rank, None
    db.session.flush()


def _to_the_end(place: Place, user: Account) -> None:
    last = db.session.scalar(
        select(func.max(ReceptionPlace.rank)).where(ReceptionPlace.project == _project(user))
    )
    db.session.get_one(ReceptionPlace, place.staff.staff_id).rank = int(last or 0) + 1


def _note(
    user: Account, kind: str, staff_id: str, at: dt.datetime, reason: str = "", customer_id: str | None = None
) -> ReceptionEvent:
    event = ReceptionEvent(
        project=_project(user),
        on=at.date(),
        at=at,
        kind=kind,
        staff_id=staff_id,
        customer_id=customer_id,
        actor=user.actor,
        reason=reason,
    )
    db.session.add(event)
    db.session.flush()
    return event


def _told(event: ReceptionEvent) -> Received:
    return Received(event.kind, event.staff_id, db.session.get_one(Staff, event.staff_id).name)


def _project(user: Account) -> str:
    if user.project is None:
        raise Refused
    return user.project


def _writes(user: Account, permission: Permission) -> None:
    if not user.may(permission) or reach(user, "reception:write") != "project":
        raise Refused
