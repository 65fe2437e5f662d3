"""Setting the quotas of a month: typed, copied from the month before, undone; each change keeps what was before."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import select

from crm.errors import Invalid, NotFound, Stale
from crm.extensions import db
from crm.people import audit
from crm.people.accounts import Account, RowChange
from crm.people.roster_queries import next_month
from crm.store.history import row_key, shown
from crm.targets.closed import refuse_closed
from crm.targets.members import written_by
from crm.targets.models import Quota
from crm.transactions import atomic

MOST_UNITS = 9999
FORM, COPY, UNDO = "form", "copy", "undo"


@dataclass(frozen=True)
class Aim:
    """What a quota says: units, and yuan where an amount is set."""

    units: int
    amount: Decimal | None = None


@dataclass(frozen=True)
class Typed:
    """A line of the sheet: what is wanted now, and what the page showed; None: no quota."""

    staff_id: str
    wanted: Aim | None
    seen: Aim | None


def save(user: Account, month: dt.date, lines: Sequence[Typed], at: dt.datetime) -> int:
    """Set the quotas that were changed on the page; says how many were.

    `Stale` where somebody else changed one of them meanwhile, with both versions by staff_id; nothing is kept then.
    """
    changed = [line for line in lines if line.wanted != line.seen]
    for line in changed:
        _check(line)
    with atomic():
        refuse_closed(month)
        _refuse_others(user, month, {line.staff_id for line in lines}, at.date())
        stored = {line.staff_id: stored_aim(line.staff_id, month) for line in changed}
        late = [line for line in changed if stored[line.staff_id] not in (line.seen, line.wanted)]
        if late:
            raise Stale(
                {line.staff_id: stored[line.staff_id] for line in late},
                {line.staff_id: line.wanted for line in late},
            )
        done = sum(_put(line.staff_id, month, line.wanted, at, user.actor, FORM) for line in changed)
        if done:
            audit.record(user.actor, "quotas.changed", f"{month:%Y-%m}", at=at, people=done)
    return done


def copy_last_month(user: Account, month: dt.date, project: str | None, at: dt.datetime) -> int:
    """Give whoever has no quota for the month the one of the month before; says how many got one."""
    before = next_month(month, -1)
    with atomic() as session:
        refuse_closed(month)
        people = [
            one.staff_id
            for one in written_by(user, month, at.date())
            if project in (None, one.project) and stored_aim(one.staff_id, month) is None
        ]
        rows = session.scalars(
            select(Quota).where(Quota.month == before, Quota.staff_id.in_(people)).order_by(Quota.staff_id)
        ).all()
        for row in rows:
            _put(row.staff_id, month, Aim(row.units, row.amount), at, user.actor, COPY)
        if rows:
            audit.record(user.actor, "quotas.copied", f"{month:%Y-%m}", at=at, people=len(rows))
    return len(rows)


def undo(user: Account, month: dt.date, moment: dt.datetime, at: dt.datetime) -> int:
    """Take back what this person saved or copied at that moment, where it still stands; says how many."""
    with atomic():
        refuse_closed(month)
        reach = {one.staff_id for one in written_by(user, month, at.date())}
        keys = {row_key([staff_id, month]): staff_id for staff_id in reach}
        done = 0
        for change in _changes_at(user.actor, moment, keys):
            staff_id = keys[change.row_key]
            if _values(stored_aim(staff_id, month)) == change.after:
                done += _put(staff_id, month, _aim(change.before), at, user.actor, UNDO)
        if done:
            audit.record(user.actor, "quotas.undone", f"{month:%Y-%m}", at=at, people=done)
    return done


def _changes_at(actor: str, moment: dt.datetime, keys: Mapping[str, str]) -> Sequence[RowChange]:
    query = select(RowChange).where(
        RowChange.table_name == Quota.__tablename__,
        RowChange.row_key.in_(keys),
        RowChange.at == moment,
        RowChange.actor == actor,
        RowChange.via.in_((FORM, COPY)),
    )
    return db.session.scalars(query.order_by(RowChange.change_id.desc())).all()


def stored_aim(staff_id: str, month: dt.date) -> Aim | None:
    """What is stored; None where there is no quota."""
    row = db.session.get(Quota, (staff_id, month))
    return None if row is None else Aim(row.units, row.amount)


def _put(staff_id: str, month: dt.date, wanted: Aim | None, at: dt.datetime, actor: str, via: str) -> bool:
    """Whether that changed anything."""
    row = db.session.get(Quota, (staff_id, month))
    before = None if row is None else Aim(row.units, row.amount)
    if before == wanted:
        return False
    if wanted is None:
        db.session.delete(row)
    elif row is None:
        db.session.add(Quota(staff_id=staff_id, month=month, units=wanted.units, amount=wanted.amount))
    else:
        row.units, row.amount = wanted.units, wanted.amount
    db.session.add(
        RowChange(
            table_name=Quota.__tablename__,
            row_key=row_key([staff_id, month]),
            at=at,
            actor=actor,
            via=via,
            before=_values(before),
            after=_values(wanted),
        )
    )
    return True


def _values(aim: Aim | None) -> dict[str, object] | None:
    return None if aim is None else {"units": aim.units, "amount": shown(aim.amount)}


def _aim(values: Mapping[str, object] | None) -> Aim | None:
    if values is None:
        return None
    amount = values["amount"]
    return Aim(int(str(values["units"])), None if amount is None else Decimal(str(amount)))


def _check(line: Typed) -> None:
    if line.wanted is None:
        return
    if not 0 <= line.wanted.units <= MOST_UNITS:
        raise Invalid(
            f"套数应在 0 到 {MOST_UNITS} 之间。",
            f"Units are from 0 to {MOST_UNITS}.",
            f"units-{line.staff_id}",
        )


def _refuse_others(user: Account, month: dt.date, people: set[str], today: dt.date) -> None:
    if people - {one.staff_id for one in written_by(user, month, today)}:
        raise NotFound
