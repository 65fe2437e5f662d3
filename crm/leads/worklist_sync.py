"""Kept duties follow every act by themselves: what an act touched is gathered, and refreshed before it commits.

A service need not remember it. Rows that go through the session, and inserts, updates and deletes executed on
it, are noticed; statements on a bare connection are not, so whoever writes that way calls `forget_rolls`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import event, func, inspect, select
from sqlalchemy.orm import ORMExecuteState, Session

from crm.deals.models import Deal
from crm.leads.models import Contact, Customer, Transfer, Waiver, held_by
from crm.leads.worklist import forget_rolls, refresh_household
from crm.leads.worklist_models import DutyRoll
from crm.leads.worklist_rows import customers_ever_of
from crm.people.models import CalendarDay, ParameterValue, RosterDay, Staff, Term

OF_CUSTOMERS = (Customer, Contact, Transfer, Waiver, Deal)
OF_STAFF = (Staff, Term, RosterDay)
OF_EVERYONE = (CalendarDay, ParameterValue)
_TABLES = frozenset(rows.__tablename__ for rows in (*OF_CUSTOMERS, *OF_STAFF, *OF_EVERYONE))
_CUSTOMER_TABLES = frozenset(rows.__tablename__ for rows in OF_CUSTOMERS)
_IGNORED = frozenset({"spelling", "version", "name", "phone", "need", "channel", "intent_grade"})
MANY = 200
"""Beyond so many customers in one act it is cheaper to compute the people's whole lists anew."""
_TOUCHED = "crm_duties_touched"
_ROLLED_TO = select(func.max(DutyRoll.__table__.c.on))


@dataclass
class Touched:
    """What an act has changed so far."""

    customers: set[str] = field(default_factory=set)
    households: set[str] = field(default_factory=set)
    staff: set[str] = field(default_factory=set)
    everyone: bool = False

    def __bool__(self) -> bool:
        return bool(self.customers or self.households or self.staff or self.everyone)


def touched_of(session: Session) -> Touched:
    """What the act of this session has touched."""
    found: Touched = session.info.setdefault(_TOUCHED, Touched())
    return found


def keep_duties_in_step() -> None:
    """Listen to all sessions; calling it again changes nothing."""
    for name, listener in (
        ("before_flush", _gather_rows),
        ("do_orm_execute", _gather_statement),
        ("before_commit", _refresh),
        ("after_rollback", _forget),
        ("after_commit", _forget),
    ):
        if not event.contains(Session, name, listener):
            event.listen(Session, name, listener)


def _gather_rows(session: Session, *_: object) -> None:
    changed = [row for row in session.dirty if session.is_modified(row)]
    for row in (*session.new, *session.deleted, *changed):
        if isinstance(row, OF_CUSTOMERS):
            _gather_customer(touched_of(session), row)
        elif isinstance(row, OF_STAFF):
            touched_of(session).staff.add(row.staff_id)
        elif isinstance(row, OF_EVERYONE):
            touched_of(session).everyone = True


def _gather_customer(touched: Touched, row: Any) -> None:
    if isinstance(row, Customer):
        state = inspect(row)
        changed = {attribute.key for attribute in state.attrs if attribute.history.has_changes()}
        if state.persistent and changed <= _IGNORED:
            return
        touched.households.update(name for name in state.attrs.household.history.deleted or () if name)
    else:
        moved = inspect(row).attrs.customer_id.history.deleted or ()
        touched.customers.update(moved)
    if row.customer_id:
        touched.customers.add(row.customer_id)


def _gather_statement(act: ORMExecuteState) -> None:
    if not (act.is_insert or act.is_update or act.is_delete):
        return
    table = getattr(getattr(act.statement, "table", None), "name", "")
    if table not in _TABLES:
        return
    touched = touched_of(act.session)
    ids = _ids_in(act) if table in _CUSTOMER_TABLES and act.is_insert else None
    if ids is None:
        touched.everyone = True
    else:
        touched.customers.update(ids)


def _ids_in(act: ORMExecuteState) -> set[str] | None:
    """The customers whom an insert names, None where that cannot be told."""
    given = act.parameters
    rows: Iterable[Mapping[str, Any]] = [given] if isinstance(given, Mapping) else given or ()
    ids = {row.get("customer_id") for row in rows}
    return {str(one) for one in ids} if ids and None not in ids else None


def _refresh(session: Session) -> None:
    """Before an act commits: bring what it touched up to date."""
    if session.in_nested_transaction():
        return
    if session.new or session.dirty or session.deleted:
        session.flush()
    touched = session.info.pop(_TOUCHED, None)
    if not touched or (on := session.connection().scalar(_ROLLED_TO)) is None:
        return
    ids = touched.customers | _members(session, touched.households)
    if touched.everyone:
        forget_rolls(session)
    else:
        if touched.staff:
            forget_rolls(session, _whose_duties_hang_on(session, touched.staff))
        if len(ids) > MANY:
            forget_rolls(session)
        elif ids:
            refresh_household(session, ids, on)


def _members(session: Session, households: set[str]) -> set[str]:
    if not households:
        return set()
    return set(session.scalars(select(Customer.customer_id).where(Customer.household.in_(households))))


def _whose_duties_hang_on(session: Session, staff: set[str]) -> set[str]:
    """These people, and whoever has a customer now that was theirs once: a miss of then is overdue now."""
    found = set(staff)
    for staff_id, on in session.execute(select(DutyRoll.staff_id, DutyRoll.on)).all():
        if staff_id in found:
            continue
        theirs = select(Customer.customer_id).where(held_by(staff_id, on), customers_ever_of(staff)).limit(1)
        if session.scalar(theirs) is not None:
            found.add(staff_id)
    return found


def _forget(session: Session) -> None:
    if not session.in_nested_transaction():
        session.info.pop(_TOUCHED, None)
