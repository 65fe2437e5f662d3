"""Objecting to an entry within the set days, and the answer with its reason (rulebook 11).

The days begin when the person concerned first sees the entry. One objection to an entry, one answer to it; both are
rows that stay, and both sides see them.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from crm.errors import Conflict, Invalid, NotFound, Refused
from crm.exchange.services import parameters_in_force
from crm.extensions import db
from crm.penalties.chain import append, append_one
from crm.penalties.lifting import checked_words, lift_row, liftable_by
from crm.penalties.models import LIFT, LedgerEntry, Objection, ObjectionAnswer, SeenEntry
from crm.people.accounts import Account
from crm.rulebook.parameters import Parameters
from crm.rulebook.tables import day_number
from crm.transactions import atomic

_CHUNK = 500


@dataclass(frozen=True)
class Standing:
    """How an entry stands with the person concerned."""

    seen_at: dt.datetime | None = None
    until: dt.date | None = None
    objection: Objection | None = None
    answer: ObjectionAnswer | None = None

    def open_on(self, day: dt.date) -> bool:
        """Whether an objection can still be made."""
        return self.objection is None and self.until is not None and day <= self.until


def note_seen(user: Account, entries: Sequence[LedgerEntry], at: dt.datetime) -> None:
    """Keep when the person concerned first saw each of these; entries of others are left out."""
    own = {row.entry_id for row in entries if row.staff_id == user.staff_id}
    if not own - _seen(db.session(), own):
        return
    with atomic() as session:
        fresh = sorted(own - _seen(session, own))
        rows = [{"entry_id": one, "staff_id": user.staff_id, "seen_at": at} for one in fresh]
        append(session, SeenEntry, rows)


def _seen(session: Session, ids: set[int]) -> set[int]:
    if not ids:
        return set()
    found: set[int] = set()
    ordered = sorted(ids)
    for start in range(0, len(ordered), _CHUNK):
        query = select(SeenEntry.entry_id).where(SeenEntry.entry_id.in_(ordered[start : start + _CHUNK]))
        found |= set(session.scalars(query))
    return found


def standing_of(session: Session, entry_id: int) -> Standing:
    """Since when the entry is known to the person, until when it can be objected to, and what was said."""
    return standings(session, [entry_id]).get(entry_id, Standing())


def standings(session: Session, ids: Sequence[int]) -> dict[int, Standing]:
    """The same of several; entries that nobody has seen or objected to are left out."""
    parameters = parameters_in_force(session)
    found: dict[int, Standing] = {}
    for start in range(0, len(ids), _CHUNK):
        some = ids[start : start + _CHUNK]
        seen = select(SeenEntry.entry_id, SeenEntry.seen_at).where(SeenEntry.entry_id.in_(some))
        said = (
            select(Objection, ObjectionAnswer)
            .outerjoin(ObjectionAnswer, ObjectionAnswer.objection_id == Objection.objection_id)
            .where(Objection.entry_id.in_(some))
        )
        objections = {objection.entry_id: (objection, given) for objection, given in session.execute(said)}
        for entry_id, at in session.execute(seen):
            objection, given = objections.get(entry_id, (None, None))
            found[entry_id] = Standing(at, _until(at, parameters), objection, given)
    return found


def _until(seen_at: dt.datetime, parameters: Parameters) -> dt.date:
    """The last date of the days to object."""
    day = seen_at.date()
    return day + dt.timedelta(days=parameters.integer("objection_days", day_number(day)))


def object_to(user: Account, entry_id: int, words: str, at: dt.datetime) -> int:
    """Object to an entry of one's own; the objection's number."""
    said = checked_words(words, "words")
    with atomic() as session:
        row = session.get(LedgerEntry, entry_id)
        if row is None or user.staff_id is None or row.staff_id != user.staff_id:
            raise NotFound
        if row.kind == LIFT:
            raise Conflict("撤回不需要异议。", "A lift cannot be objected to.")
        if not _seen(session, {entry_id}):
            append_one(session, SeenEntry, entry_id=entry_id, staff_id=user.staff_id, seen_at=at)
        standing = standing_of(session, entry_id)
        if standing.objection is not None:
            raise Conflict("您已经对这一笔提过异议。", "You have objected to this entry already.")
        if not standing.open_on(at.date()):
            raise Invalid(
                f"异议期到 {standing.until} 为止，已经过了。有新的情况请直接找经理。",
                f"The days to object ended on {standing.until}. Speak to your manager if something new came up.",
                "words",
            )
        return append_one(
            session, Objection, entry_id=entry_id, staff_id=row.staff_id, words=said, objected_at=at
        )


def answer(user: Account, objection_id: int, reason: str, lifts: bool, at: dt.datetime) -> int:
    """Answer an objection with a reason, and lift the entry where it was right; the answer's number."""
    said = checked_words(reason, "reason")
    with atomic() as session:
        objection, entry = _answerable(session, user, objection_id)
        given = select(ObjectionAnswer.answer_id).where(ObjectionAnswer.objection_id == objection_id)
        if session.scalar(given) is not None:
            raise Conflict("这条异议已经答复。", "This objection has been answered.")
        lift_id = lift_row(session, entry, said, user.actor, at) if lifts else None
        return append_one(
            session,
            ObjectionAnswer,
            objection_id=objection.objection_id,
            reason=said,
            answered_by=user.actor,
            answered_at=at,
            lift_id=lift_id,
        )


def _answerable(session: Session, user: Account, objection_id: int) -> tuple[Objection, LedgerEntry]:
    objection = session.get(Objection, objection_id)
    if objection is None:
        raise NotFound
    entry = session.scalar(liftable_by(user).where(LedgerEntry.entry_id == objection.entry_id))
    if entry is None:
        raise NotFound
    if entry.staff_id == user.staff_id:
        raise Refused("不能答复自己的异议。", "You may not answer an objection of your own.")
    return objection, entry


@dataclass(frozen=True)
class Raised:
    """An objection in the list of those who answer."""

    objection: Objection
    entry: LedgerEntry
    answer: ObjectionAnswer | None


def raised_for(user: Account, *, answered: bool) -> list[Raised]:
    """The objections that this person answers: the open ones, the oldest first, or those that were answered."""
    mine = liftable_by(user).subquery()
    query = (
        select(Objection, LedgerEntry, ObjectionAnswer)
        .join(LedgerEntry, LedgerEntry.entry_id == Objection.entry_id)
        .outerjoin(ObjectionAnswer, ObjectionAnswer.objection_id == Objection.objection_id)
        .where(Objection.entry_id.in_(select(mine.c.entry_id)))
    )
    if answered:
        query = query.where(ObjectionAnswer.answer_id.is_not(None)).order_by(ObjectionAnswer.answer_id.desc())
    else:
        query = query.where(ObjectionAnswer.answer_id.is_(None)).order_by(Objection.objection_id)
    rows = db.session.execute(query.limit(100)).all()
    return [Raised(*row) for row in rows if row[1].staff_id != user.staff_id or answered]


def open_count(user: Account) -> int:
    """How many objections wait for this person."""
    return len(raised_for(user, answered=False))
