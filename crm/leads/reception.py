"""The reception queue (轮接): whose turn it is, and what changes it.

The queue is the project's consultants in order. A new visitor goes to the first who is there, who then goes to the
end. Who is absent by roster or leave, or away for now, is passed over and keeps the place. A returning customer goes to
the own consultant and costs no turn; where that one is absent, the next stands in, which costs none either. A
make-up turn (补接) puts a person at the front, with a reason. A customer of the public pool who comes in is new again: a
turn, and from now on of whoever takes it. What was only a slip is undone, and the order is as it was before.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import func, select

from crm.errors import Conflict, Invalid, NotFound, Refused
from crm.extensions import db
from crm.leads import lookups
from crm.leads.identity import normalized
from crm.leads.models import Customer, CustomerTerm, holder_on, in_project
from crm.leads.pool import transfer
from crm.leads.pool_words import CAME
from crm.leads.reception_models import ReceptionEvent, ReceptionPlace, reception_events_visible_to
from crm.leads.reception_queue import AWAY, TURN, Place, next_of, queue_of
from crm.leads.registration import AlreadyRegistered, Arrival, register
from crm.leads.search_terms import TAIL
from crm.people.accounts import Account
from crm.people.models import Staff
from crm.permissions import Permission, reach
from crm.store.once import once
from crm.transactions import atomic

RETURNING, STAND_IN, PASSED, MADE_UP = "returning", "stand_in", "passed", "made_up"
BACK, UNDONE = "back", "undone"
REASONED = frozenset({PASSED, MADE_UP, AWAY})
ORDERING = frozenset({TURN, PASSED, MADE_UP, UNDONE})  # what changes the order


@dataclass(frozen=True)
class Received:
    """Who receives, and how: turn, returning or stand_in."""

    kind: str
    staff_id: str
    name: str
    event_id: int = 0


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
            return _again(user, known, expected, form, at)
        place = _first(user, expected, at)
        mine = Arrival(**{**arrival.__dict__, "owner": place.staff.staff_id})
        made = register(user, mine, form, at, secret)
        already = select(ReceptionEvent).where(ReceptionEvent.customer_id == made["customer_id"])
        stored = db.session.scalar(already)
        if stored is None:
            stored = _taken_by(user, place, at, made["customer_id"])
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


def _again(
    user: Account, customer: Customer, expected: str, form: Mapping[str, Any], at: dt.datetime
) -> Received:
    """A returning customer: to the own consultant, or to a stand-in; one of the pool is of whose turn it is."""
    which = customer.customer_id

    def act() -> dict[str, Any]:
        holder = db.session.scalar(
            select(holder_on(at.date())).select_from(Customer).where(Customer.customer_id == which)
        )
        if holder is None:
            return _answer(_out_of_the_pool(user, which, expected, at))
        places = queue_of(_project(user), at.date())
        present = {place.staff.staff_id for place in places if not place.absent}
        kind = RETURNING if holder in present else STAND_IN
        who = holder if holder in present else _present(places).staff.staff_id
        return _answer(_note(user, kind, str(who), at, customer_id=which))

    return Received(**once(user.actor, form, at, act))


def _out_of_the_pool(user: Account, customer_id: str, expected: str, at: dt.datetime) -> ReceptionEvent:
    place = _first(user, expected, at)
    transfer(db.session(), customer_id, place.staff.staff_id, CAME, user.actor, at)
    return _taken_by(user, place, at, customer_id)


def _taken_by(user: Account, place: Place, at: dt.datetime, customer_id: str | None = None) -> ReceptionEvent:
    """A turn: the person goes to the end."""
    before = _ranks(user)
    _to_the_end(place, user)
    return _note(user, TURN, place.staff.staff_id, at, customer_id=customer_id, before=before)


def _ranks(user: Account) -> dict[str, int]:
    query = select(ReceptionPlace.staff_id, ReceptionPlace.rank).where(
        ReceptionPlace.project == _project(user)
    )
    return dict(db.session.execute(query).all())


def turn(user: Account, expected: str, form: Mapping[str, Any], at: dt.datetime) -> Received:
    """Take a turn for a visitor who leaves no name."""
    _writes(user, Permission.PROJECT_RECEPTION_WRITE)

    def act() -> dict[str, Any]:
        return _answer(_taken_by(user, _first(user, expected, at), at))

    return Received(**once(user.actor, form, at, act))


def change(
    user: Account, staff_id: str, kind: str, reason: str, form: Mapping[str, Any], at: dt.datetime
) -> int:
    """Pass a person over once (to behind the next), give a make-up turn, or note that somebody is away or back.

    Gives the event's id.
    """
    _writes(user, Permission.PROJECT_RECEPTION_WRITE)
    if kind not in (PASSED, MADE_UP, AWAY, BACK):
        raise Invalid("请选择怎么调整。", "Choose what to change.", "kind")
    if kind in REASONED and not reason.strip():
        raise Invalid("请写明原因。", "Give the reason.", "reason")

    def act() -> dict[str, int]:
        places = queue_of(_project(user), at.date())
        place = next((one for one in places if one.staff.staff_id == staff_id), None)
        if place is None:
            raise Invalid("请选择本项目的顾问。", "Choose a consultant of the project.", "staff_id")
        _keep(places, user)
        before = _ranks(user) if kind in ORDERING else None
        row = db.session.get_one(ReceptionPlace, staff_id)
        if kind == MADE_UP:
            row.rank = min(one.rank for one in places) - 1
        elif kind == PASSED:
            _behind_next(places, place)
        else:
            row.away_on = at.date() if kind == AWAY else None
        return {"event_id": _note(user, kind, staff_id, at, reason.strip(), before=before).event_id}

    return int(once(user.actor, form, at, act)["event_id"])


def undo(user: Account, event_id: int, at: dt.datetime) -> None:
    """Put the order back to what it was before a nameless turn, a make-up turn or a passing over of today.

    NotFound for what is not of this project's queue or is no such thing; Conflict once the order changed again.
    """
    _writes(user, Permission.PROJECT_RECEPTION_WRITE)
    with atomic() as session:
        event = session.scalar(reception_events_visible_to(user).where(ReceptionEvent.event_id == event_id))
        if event is None or event.before is None or event.customer_id or event.on != at.date():
            raise NotFound
        later = select(ReceptionEvent.event_id).where(
            ReceptionEvent.project == event.project,
            ReceptionEvent.event_id > event_id,
            ReceptionEvent.kind.in_(ORDERING),
        )
        if event.undone_by is not None or session.scalar(later.limit(1)) is not None:
            raise Conflict(
                "之后顺序又变过，不能撤销了，可以用“补接”。",
                "The order changed since and this cannot be undone; use a make-up turn.",
            )
        for staff_id, rank in event.before.items():
            session.get_one(ReceptionPlace, staff_id).rank = rank
        event.undone_by = user.actor
        _note(user, UNDONE, event.staff_id, at)


def _answer(event: ReceptionEvent) -> dict[str, Any]:
    return asdict(_told(event))


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
    user: Account,
    kind: str,
    staff_id: str,
    at: dt.datetime,
    reason: str = "",
    customer_id: str | None = None,
    before: dict[str, int] | None = None,
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
        before=before,
    )
    db.session.add(event)
    db.session.flush()
    return event


def _told(event: ReceptionEvent) -> Received:
    name = db.session.get_one(Staff, event.staff_id).name
    undoable = event.before is not None and event.customer_id is None
    return Received(event.kind, event.staff_id, name, event.event_id if undoable else 0)


def _project(user: Account) -> str:
    if user.project is None:
        raise Refused
    return user.project


def _writes(user: Account, permission: Permission) -> None:
    if not user.may(permission) or reach(user, "reception:write") != "project":
        raise Refused
