"""The public pool (公海): who falls into it, the warning before, and claiming out of it.

A customer is in the pool while a transfer to nobody is the last one. At night those fall whose consultant has left,
and those whose tracking lapsed: no effective contact and no change of owner for `pool_lapsed_days` dates. A live
deal, a waiver in force or an opting-out keeps a customer out of it.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, false, func, or_, select, true
from sqlalchemy.orm import Session

from crm.deals.models import Deal
from crm.errors import Conflict, Invalid, NotFound
from crm.extensions import db
from crm.jobs import Told
from crm.leads.models import (
    FIRST_DAY,
    LAST_DAY,
    Contact,
    Customer,
    Holding,
    Transfer,
    Waiver,
    held_by,
    holder_on,
    in_project,
    turn_of,
)
from crm.leads.pool_words import CLAIMED, GIVEN_BACK, LAPSED, LEFT
from crm.leads.reveal import ACTION as REVEALING
from crm.people import audit
from crm.people.accounts import Account, AuditRow
from crm.people.models import Staff
from crm.people.settings import setting
from crm.permissions import User, Who, reach
from crm.store.history import remember_change
from crm.transactions import atomic

UNDO_SECONDS = 60
DAY = dt.timedelta(days=1)
_MIDNIGHT = dt.time()


@dataclass(frozen=True)
class Falling:
    """A customer who falls, or is about to: on which date, from whom, and whether because of leaving or lapsing."""

    customer: Customer
    holder: str
    falls_on: dt.date
    why: str


def pool_visible_to(user: User, on: dt.date) -> Select[tuple[Customer]]:
    """The pool of the own project, for consultants and managers; the page shows no numbers."""
    if reach(user, "pool:read") != "project":
        return select(Customer).where(false())
    return select(Customer).where(
        in_project(user.project), Customer.erased_at.is_(None), holder_on(on).is_(None)
    )


def falling_visible_to(user: User, on: dt.date) -> list[Falling]:
    """Who is about to fall: a consultant's own, the project's for its managers; the first to fall first."""
    warned = on + int(setting("pool_warning_days")) * DAY
    return falling(db.session(), on, warned, Who.of(user))


def falling(session: Session, on: dt.date, until: dt.date, who: Who | None = None) -> list[Falling]:
    """The customers whom somebody has on `on` and who fall into the pool by `until`, of those whom `who` sees."""
    lapse = int(setting("pool_lapsed_days"))
    if lapse <= 0 and not setting("pool_of_leavers"):
        return []
    rows = session.execute(_falling_of(who, on, until, lapse, bool(setting("pool_of_leavers")))).all()
    found = [_falling(row, lapse) for row in rows]
    return sorted(
        (one for one in found if one.falls_on <= until),
        key=lambda one: (one.falls_on, one.customer.customer_id),
    )


@lru_cache(maxsize=256)
def _falling_of(who: Who | None, on: dt.date, until: dt.date, lapse: int, of_leavers: bool) -> Select[Any]:
    """Put together once a person and date, because Today asks it; by the turn that each customer is in."""
    before = dt.datetime.combine(until - (lapse - 1) * DAY, _MIDNIGHT)
    quiet = and_(
        Customer.first_contact_at < before,
        ~exists().where(*_effective(), Contact.happened_at >= before),
        Holding.from_on <= until - lapse * DAY,
    )
    leaves = Staff.left_on < until if of_leavers else false()
    query = (
        select(Customer, Holding.staff_id, _last_contact(), Holding.from_on, Staff.left_on)
        .join(Holding, and_(Holding.customer_id == Customer.customer_id, *turn_of(on)))
        .join(Staff, Staff.staff_id == Holding.staff_id)
        .where(_may_fall(on), or_(leaves, quiet if lapse > 0 else false()))
    )
    if who is None:
        return query
    scope = reach(who, "customers:read")
    if scope == "project":
        return query.where(in_project(who.project))
    return query.where(Holding.staff_id == who.staff_id if scope == "own" else false())


def _effective() -> tuple[ColumnElement[bool], ...]:
    return (
        Contact.customer_id == Customer.customer_id,
        Contact.struck_at.is_(None),
        Contact.effective.is_(True),
    )


def _last_contact() -> Any:
    return select(func.max(Contact.happened_at)).where(*_effective()).correlate(Customer).scalar_subquery()


def _last_transfer(on: dt.date) -> Any:
    return (
        select(func.max(Transfer.on))
        .where(Transfer.customer_id == Customer.customer_id, Transfer.on <= on)
        .correlate(Customer)
        .scalar_subquery()
    )


def _may_fall(on: dt.date) -> ColumnElement[bool]:
    live = exists().where(Deal.customer_id == Customer.customer_id, Deal.cancelled_on.is_(None))
    waived = exists().where(
        Waiver.customer_id == Customer.customer_id,
        Waiver.from_on <= on,
        or_(Waiver.to_on.is_(None), Waiver.to_on >= on),
    )
    unplanned = Holding.to_on == LAST_DAY
    return and_(Customer.erased_at.is_(None), Customer.opted_out_on.is_(None), ~live, ~waived, unplanned)


def _falling(row: Any, lapse: int) -> Falling:
    customer, holder, spoken, handed, left = row
    heard = [customer.first_contact_at.date()]
    heard += [spoken.date()] if spoken is not None else []
    heard += [handed] if handed != FIRST_DAY else []
    lapses = max(heard) + lapse * DAY if lapse > 0 else dt.date.max
    leaves = left + DAY if left is not None and setting("pool_of_leavers") else dt.date.max
    return Falling(customer, holder, min(lapses, leaves), LEFT if leaves <= lapses else LAPSED)


def nightly(at: dt.datetime, actor: str, told: Told) -> dict[str, Any]:
    """Let fall who is due; each is a transfer to nobody. Run twice, the second time nobody falls."""
    with atomic() as session:
        found = falling(session, at.date(), at.date())
        for one in found:
            transfer(session, one.customer.customer_id, None, one.why, actor, at)
        if found:
            audit.record(actor, "pool.fallen", at=at, customers=len(found))
    return {"fallen": len(found)}


def claim(user: Account, customer_id: str, at: dt.datetime) -> None:
    """Take a customer out of the pool, under the limits of the settings.

    NotFound where the customer is not in the pool of this person's project (any more); Invalid, with the limit, where
    one stands in the way.
    """
    with atomic() as session:
        query = pool_visible_to(user, at.date()).where(Customer.customer_id == customer_id)
        if reach(user, "pool:claim") != "project" or session.scalar(query) is None:
            raise NotFound("这位客户已经不在公海里。", "This customer is not in the pool any more.")
        _check_claims(session, user, at.date())
        _check_cooling(session, user, customer_id, at.date())
        transfer(session, customer_id, user.staff_id, CLAIMED, user.actor, at)
        audit.record(user.actor, "pool.claimed", customer_id, at=at)


def _check_claims(session: Session, user: Account, on: dt.date) -> None:
    most = int(setting("pool_claims_a_day"))
    if _claimed_on(session, user, on) >= most:
        raise Invalid(f"每天最多认领 {most} 位，请明天再来。", f"At most {most} a day; come back tomorrow.")
    held = session.scalar(select(func.count()).select_from(Customer).where(held_by(user.staff_id, on)))
    limit = int(setting("pool_holding_limit"))
    if (held or 0) >= limit:
        raise Invalid(
            f"您名下已有 {held} 位客户，最多 {limit} 位时才能认领。",
            f"You have {held} customers; claiming ends at {limit}.",
        )


def _claimed_on(session: Session, user: Account, on: dt.date) -> int:
    start = dt.datetime.combine(on, _MIDNIGHT)
    claimed = select(func.count()).where(
        Transfer.to == user.staff_id, Transfer.reason == CLAIMED, Transfer.made_at >= start
    )
    return session.scalar(claimed) or 0


def _check_cooling(session: Session, user: Account, customer_id: str, on: dt.date) -> None:
    """The former owner waits, so that nobody lets a customer fall only to begin anew."""
    rows = session.scalars(
        select(Transfer).where(Transfer.customer_id == customer_id, Transfer.on <= on).order_by(Transfer.on)
    ).all()
    owner = session.get_one(Customer, customer_id).owner
    former = rows[-2].to if len(rows) > 1 else owner
    free_on = rows[-1].on + int(setting("pool_cooling_days")) * DAY
    if former == user.staff_id and on < free_on:
        raise Invalid(
            f"这位客户从您名下进入公海，{free_on} 起才能再认领。",
            f"This customer fell from you; you may claim again from {free_on}.",
        )


def transfer(
    session: Session, customer_id: str, to: str | None, reason: str, actor: str, at: dt.datetime
) -> None:
    """The customer is that person's from today on, nobody's for None; a second change of one date takes its place."""
    row = session.get(Transfer, (customer_id, at.date()))
    if row is None:
        row = Transfer(customer_id=customer_id, on=at.date())
        session.add(row)
    row.to, row.reason, row.made_by, row.made_at = to, reason, actor, at
    remember_change(row, at, actor)
    session.flush()


def give_back(user: Account, customer_id: str, at: dt.datetime) -> None:
    """Take a claim back: within a minute, and while its number was not shown; it then does not count against the day.

    NotFound for what this person did not claim; Conflict where it is too late.
    """
    with atomic() as session:
        row = session.get(Transfer, (customer_id, at.date()))
        if row is None or (row.to, row.reason, row.made_by) != (user.staff_id, CLAIMED, user.actor):
            raise NotFound
        late = row.made_at is None or (at - row.made_at).total_seconds() > UNDO_SECONDS
        if late or _touched(session, user, customer_id, row.made_at or at):
            raise Conflict(
                "已超过一分钟，或者已经看过号码、有了记录，不能撤销了。",
                "A minute has passed, or the number was shown or something recorded: it cannot be undone.",
            )
        transfer(session, customer_id, None, GIVEN_BACK, user.actor, at)
        audit.record(user.actor, "pool.given_back", customer_id, at=at)


def _touched(session: Session, user: Account, customer_id: str, since: dt.datetime) -> bool:
    seen = exists().where(
        AuditRow.action == REVEALING,
        AuditRow.subject == customer_id,
        AuditRow.actor == user.actor,
        AuditRow.at >= since,
    )
    spoken = exists().where(Contact.customer_id == customer_id, Contact.recorded_at >= since)
    return bool(session.scalar(select(or_(seen, spoken))))


def claims_left(user: Account, on: dt.date) -> int:
    """How many more this person may claim that day."""
    return max(int(setting("pool_claims_a_day")) - _claimed_on(db.session(), user, on), 0)


def claimable(user: Account, on: dt.date, limit: int, offset: int, grade: str = "") -> Sequence[Any]:
    """A page of the pool: the customer and since when, the latest first; of one grade where it is named."""
    since = _last_transfer(on)
    query = pool_visible_to(user, on).add_columns(since).where(_of_grade(grade))
    return db.session.execute(
        query.order_by(since.desc(), Customer.customer_id).limit(limit).offset(offset)
    ).all()


def _of_grade(grade: str) -> ColumnElement[bool]:
    return Customer.intent_grade == grade if grade else true()


def pool_sizes(user: Account, on: dt.date) -> dict[str, int]:
    """How many customers of each grade are in the pool that this person may see; those without one under ""."""
    query = pool_visible_to(user, on).with_only_columns(
        func.coalesce(Customer.intent_grade, ""), func.count()
    )
    return dict(db.session.execute(query.group_by(Customer.intent_grade)).all())
