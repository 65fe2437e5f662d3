"""Duties kept as rows: computed by the core, refreshed by whatever act touches them, rolled to each new date.

A person's rows are whole where `duty_rolls` has the person with that date; otherwise `live` computes them for
whoever asks, and nothing is written.
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from decimal import Decimal

import pandas as pd
from sqlalchemy import bindparam, delete, insert, or_, select
from sqlalchemy.orm import Session

from crm.exchange.merge import Merge
from crm.exchange.services import parameters_in_force
from crm.leads.models import Customer, held_by
from crm.leads.worklist_light import FEW, light_duties
from crm.leads.worklist_models import DutyRoll, KeptDuty
from crm.leads.worklist_rows import Households, Row, households_of, tables_of
from crm.people.models import Staff, in_force
from crm.rulebook import duties
from crm.rulebook.entries import NO_MONEY
from crm.rulebook.household import Due
from crm.rulebook.tables import NO_DAY, SECONDS_A_DAY, date_of, day_number
from crm.store.base import moment_of, yuan_of
from crm.transactions import atomic


@dataclass(frozen=True)
class Duty:
    """One row of the worklist, as `KeptDuty` stores it."""

    customer_id: str
    staff_id: str
    on: dt.date
    kind: str
    due_on: dt.date
    done: bool
    overdue_since: dt.date | None
    cost: Decimal | None
    held_since: dt.date
    last_contact_id: str | None
    tried_at: dt.datetime | None


FIELDS = tuple(field.name for field in fields(Duty))
_DUTIES, _ROLLS = KeptDuty.__table__, DutyRoll.__table__
# Asked in each act, so they are put together once; what they change is never loaded as objects in such an act.
_ROLLED_TO = select(_ROLLS.c.on).where(_ROLLS.c.staff_id == bindparam("staff_id"))
_FORGET_DUTIES = delete(KeptDuty).where(_DUTIES.c.customer_id.in_(bindparam("ids", expanding=True)))
_KEEP_DUTIES = insert(KeptDuty)


def computed(session: Session, customer_ids: Iterable[str], on: dt.date) -> list[Duty]:
    """The duties of these customers and of everyone of their households, fresh from the core."""
    return _computed(session, households_of(session, customer_ids), on)


def _computed(session: Session, rows: Households, on: dt.date) -> list[Duty]:
    if not rows.customers:
        return []
    found = light_duties(session, rows, on) if len(rows.customers) <= FEW else None
    if found is None:
        found = _dues(duties(tables_of(session, rows), parameters_in_force(session), on))
    beside = _Beside(rows, on)
    return [_duty(due, beside, on) for due in found]


def _dues(frame: pd.DataFrame) -> list[Due]:
    columns = ("kind", "customer_id", "staff_id", "due_on", "done", "overdue_since", "cost")
    rows = zip(*(frame[name].tolist() for name in columns), strict=True)
    return [
        Due(kind, customer, staff, due, done, None if overdue == NO_DAY else overdue, cost)
        for kind, customer, staff, due, done, overdue, cost in rows
        if kind != "report"
    ]


def _duty(due: Due, beside: "_Beside", on: dt.date) -> Duty:
    return Duty(
        customer_id=due.customer_id,
        staff_id=due.staff_id,
        on=on,
        kind=due.kind,
        due_on=date_of(due.due),
        done=due.done,
        overdue_since=None if due.overdue is None else date_of(due.overdue),
        cost=None if due.cost == NO_MONEY else yuan_of(due.cost),
        held_since=beside.held_since[due.customer_id],
        last_contact_id=beside.last_contact(due.customer_id),
        tried_at=None if due.done else beside.tried.get(due.customer_id),
    )


class _Beside:
    """What a list says beside a duty."""

    def __init__(self, rows: Households, on: dt.date) -> None:
        self.household = {row[0]: row[1] or f"\0{row[0]}" for row in rows.customers}
        self.held_since = {row[0]: date_of(row[3] // SECONDS_A_DAY) for row in rows.customers}
        for customer, since, _ in rows.transfers:
            if self.held_since[customer] < since <= on:
                self.held_since[customer] = since
        self.latest: dict[str, Row] = {}
        self.tried: dict[str, dt.datetime] = {}
        end = (day_number(on) + 1) * SECONDS_A_DAY
        for row in rows.contacts:
            if row[3] < end:
                self._take(row, end - SECONDS_A_DAY)

    def _take(self, row: Row, today: int) -> None:
        contact_id, customer, _, happened, _, effective = row
        household = self.household[customer]
        latest = self.latest.get(household)
        if latest is None or (happened, contact_id) > (latest[3], latest[0]):
            self.latest[household] = row
        if happened >= today and not effective:
            at = moment_of(happened)
            self.tried[customer] = max(at, self.tried.get(customer, at))

    def last_contact(self, customer: str) -> str | None:
        """The household's latest contact."""
        latest = self.latest.get(self.household[customer])
        return latest[0] if latest else None


def live(session: Session, staff_id: str, on: dt.date) -> list[Duty]:
    """A person's duties on any date, computed now; nothing is written."""
    ids = session.scalars(select(Customer.customer_id).where(held_by(staff_id, on))).all()
    return [duty for duty in computed(session, ids, on) if duty.staff_id == staff_id]


def is_rolled(session: Session, staff_id: str, on: dt.date) -> bool:
    """Whether the person's kept rows are whole, as of that date."""
    return session.connection().scalar(_ROLLED_TO, {"staff_id": staff_id}) == on


def refresh_household(session: Session, customer_ids: Iterable[str], on: dt.date) -> None:
    """Compute the kept duties of these customers and their households anew; inside `atomic()`."""
    rows = households_of(session, customer_ids)
    members = [row[0] for row in rows.customers]
    session.connection().execute(_FORGET_DUTIES, {"ids": members})
    _store(session, _computed(session, rows, on))


def roll(session: Session, staff_id: str, on: dt.date) -> None:
    """Bring one person's kept duties to a date; inside `atomic()`."""
    fresh = live(session, staff_id, on)
    session.execute(delete(KeptDuty).where(KeptDuty.staff_id == staff_id))
    for start in range(0, len(fresh), 5000):
        ids = [duty.customer_id for duty in fresh[start : start + 5000]]
        session.execute(delete(KeptDuty).where(KeptDuty.customer_id.in_(ids)))
    _store(session, fresh)
    session.execute(delete(DutyRoll).where(DutyRoll.staff_id == staff_id))
    session.execute(insert(DutyRoll), [{"staff_id": staff_id, "on": on}])


def _store(session: Session, fresh: list[Duty]) -> None:
    if fresh:
        rows = [{name: getattr(duty, name) for name in FIELDS} for duty in fresh]
        session.connection().execute(_KEEP_DUTIES, rows)


def roll_if_needed(session: Session, staff_id: str, on: dt.date) -> None:
    """At the first need on a new date, in the act that is going on."""
    if not is_rolled(session, staff_id, on):
        roll(session, staff_id, on)


def roll_everyone(on: dt.date) -> int:
    """The nightly work: each person's duties in an act of its own, so that others can write in between.

    Gives the number of people. Rows of those who are no longer there are dropped.
    """
    with atomic() as session:
        tracked = select(Staff.staff_id).where(
            in_force("role", on) == "consultant", in_force("trade", on) == "property"
        )
        here = tracked.where(or_(Staff.left_on.is_(None), Staff.left_on >= on), Staff.hired_on <= on)
        people = list(session.scalars(here.order_by(Staff.staff_id)))
        session.execute(delete(KeptDuty).where(KeptDuty.staff_id.not_in(people)))
        session.execute(delete(DutyRoll).where(DutyRoll.staff_id.not_in(people)))
    for staff_id in people:
        with atomic() as session:
            roll_if_needed(session, staff_id, on)
    return len(people)


def forget_rolls(session: Session, staff_ids: Iterable[str] | None = None) -> None:
    """The kept duties of these people (None: of all) can no longer be relied on; inside `atomic()`."""
    statement = delete(DutyRoll)
    if staff_ids is not None:
        statement = statement.where(DutyRoll.staff_id.in_(list(staff_ids)))
    session.execute(statement)


def after_import(session: Session, merges: Mapping[str, Merge]) -> None:
    """A workbook writes past the session; where it changed anything, everyone's list is computed anew."""
    if any(merge.touched for merge in merges.values()):
        forget_rolls(session)


def differences(session: Session) -> list[str]:
    """What a check finds: every kept duty of a rolled person that the core would not give now."""
    found = []
    for staff_id, on in session.execute(select(DutyRoll.staff_id, DutyRoll.on)).all():
        fresh = {duty.customer_id: duty for duty in live(session, staff_id, on)}
        kept = {duty.customer_id: duty for duty in _kept(session, staff_id)}
        found += _unlike(staff_id, fresh, kept)
    return found


def _kept(session: Session, staff_id: str) -> list[Duty]:
    columns = [getattr(KeptDuty, name) for name in FIELDS]
    return [Duty(*row) for row in session.execute(select(*columns).where(KeptDuty.staff_id == staff_id))]


def _unlike(staff_id: str, fresh: Mapping[str, Duty], kept: Mapping[str, Duty]) -> list[str]:
    return [
        f"{staff_id} {customer}: kept {kept.get(customer)}, computed {fresh.get(customer)}"
        for customer in sorted(fresh.keys() | kept.keys())
        if fresh.get(customer) != kept.get(customer)
    ]
