"""The customers' list: searched, filtered, sorted and paged by key, within what the person may see.

It takes a fixed number of statements however many customers there are, and none of them counts beyond `MANY`.
"""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from typing import Any

from sqlalchemy import Select, and_, func, literal, select, tuple_
from sqlalchemy.sql.elements import ColumnElement

from crm.extensions import db
from crm.leads.models import (
    Contact,
    Customer,
    Transfer,
    customers_visible_to,
    held_by,
    holder_on,
)
from crm.leads.registration import consultants_of
from crm.leads.search_queries import is_frequent, matches, words_of
from crm.leads.worklist import roll_if_needed
from crm.leads.worklist_models import DutyRoll, KeptDuty
from crm.people.accounts import Account
from crm.people.models import Staff
from crm.permissions import reach
from crm.transactions import atomic

PAGE = 50
MANY = 1000
SORTS = ("-first", "first", "name", "-name")
STATES = ("tracked", "overdue", "pool", "opted_out", "erased")
KINDS = ("call_in", "visit")


@dataclass(frozen=True)
class Wanted:
    """What the list is asked for. `q` are words to search for; `after` is the key of the last row shown."""

    q: str = ""
    grade: str = ""
    channel: str = ""
    kind: str = ""
    state: str = ""
    owner: str = ""
    sort: str = SORTS[0]
    after: str = ""

    @classmethod
    def of(cls, given: Mapping[str, str]) -> "Wanted":
        """From an address; whatever is not known is left out."""
        known = {field.name for field in fields(cls)}
        wanted = cls(**{name: str(value)[:200] for name, value in given.items() if name in known})
        return replace(
            wanted,
            sort=wanted.sort if wanted.sort in SORTS else SORTS[0],
            state=wanted.state if wanted.state in STATES else "",
            kind=wanted.kind if wanted.kind in KINDS else "",
        )

    def filters(self) -> dict[str, str]:
        """What a saved view keeps: neither what was searched for nor the place in the list."""
        kept = {name: value for name, value in asdict(self).items() if value and name not in ("q", "after")}
        if kept.get("sort") == SORTS[0]:
            del kept["sort"]
        return kept


@dataclass(frozen=True)
class Line:
    """One customer of the list."""

    customer: Customer
    holder: str | None
    last_at: dt.datetime | None
    due_on: dt.date | None
    overdue_since: dt.date | None


@dataclass(frozen=True)
class Listed:
    """A page of the list. `count` is None beyond `MANY`; `next` is the key to go on from, empty at the end."""

    lines: Sequence[Line]
    count: int | None
    next: str
    names: Mapping[str, str]


def customers_list(user: Account, wanted: Wanted, on: dt.date) -> Listed:
    """A page of customers, with who has each, the last contact and what is due."""
    _bring_duties(_whose_lists(user, on), on)
    query = _narrowed(user, wanted, on)
    rows = db.session.scalars(_ordered(_after(query, wanted), wanted).limit(PAGE + 1)).all()
    following = _key(rows[PAGE - 1], wanted) if len(rows) > PAGE else ""
    count = len(rows) if not wanted.after and not following else _count(query)
    lines = _lines(rows[:PAGE], on)
    return Listed(lines, count, following, _names({line.holder for line in lines}))


def _whose_lists(user: Account, on: dt.date) -> list[str]:
    """The consultants whose customers this person sees."""
    if reach(user, "customers:read") == "own":
        return [user.staff_id or ""]
    return [person.staff_id for person in db.session.scalars(consultants_of(user.project, on))]


def _bring_duties(staff_ids: Iterable[str], on: dt.date) -> None:
    """The kept duties of these people, brought to the date where the night's work has not done it yet."""
    query = select(DutyRoll.staff_id).where(DutyRoll.on == on)
    rolled = set(db.session.scalars(query))
    for staff_id in sorted(set(staff_ids) - rolled):
        with atomic() as session:
            roll_if_needed(session, staff_id, on)


def _narrowed(user: Account, wanted: Wanted, on: dt.date) -> Select[tuple[Customer]]:
    query = customers_visible_to(user, on)
    if wanted.state == "erased":
        query = query.where(Customer.erased_at.is_not(None))
    else:
        query = query.where(Customer.erased_at.is_(None))
    for column in ("grade", "channel"):
        if value := getattr(wanted, column):
            query = query.where((Customer.intent_grade if column == "grade" else Customer.channel) == value)
    if wanted.owner:
        query = query.where(held_by(wanted.owner, on))
    if wanted.kind:
        query = query.where(_first_kind() == wanted.kind)
    if wanted.state in ("tracked", "overdue", "pool", "opted_out"):
        query = query.where(_state(wanted.state, user, on))
    for word in words_of(wanted.q):
        query = query.where(matches(word))
    return query


def _first_kind() -> ColumnElement[str | None]:
    """The kind of the customer's first contact (rulebook 4): call_in or visit."""
    return (
        select(Contact.kind)
        .where(Contact.customer_id == Customer.customer_id, Contact.struck_at.is_(None))
        .order_by(Contact.happened_at, Contact.contact_id)
        .limit(1)
        .correlate(Customer)
        .scalar_subquery()
    )


def _state(state: str, user: Account, on: dt.date) -> ColumnElement[bool]:
    if state in ("tracked", "overdue"):
        return _has_duty(user, on, overdue=state == "overdue")
    if state == "pool":
        handed = select(Transfer.customer_id).where(Transfer.to.is_(None), Transfer.on <= on)
        return and_(Customer.customer_id.in_(handed), holder_on(on).is_(None))
    return Customer.opted_out_on <= on


def _has_duty(user: Account, on: dt.date, overdue: bool) -> ColumnElement[bool]:
    duties = select(KeptDuty.customer_id).where(KeptDuty.on == on)
    if overdue:
        duties = duties.where(KeptDuty.overdue_since.is_not(None))
    if reach(user, "customers:read") == "own":
        duties = duties.where(KeptDuty.staff_id == user.staff_id)
    if is_frequent(duties):
        return duties.where(KeptDuty.customer_id == Customer.customer_id).exists()
    return Customer.customer_id.in_(duties)


def _columns(wanted: Wanted) -> tuple[Any, Any]:
    first: Any = Customer.spelling if wanted.sort.endswith("name") else Customer.first_contact_at
    return first, Customer.customer_id


def _ordered(query: Select[tuple[Customer]], wanted: Wanted) -> Select[tuple[Customer]]:
    columns = _columns(wanted)
    down = wanted.sort.startswith("-")
    return query.order_by(*(column.desc() if down else column for column in columns))


def _after(query: Select[tuple[Customer]], wanted: Wanted) -> Select[tuple[Customer]]:
    value = _read_key(wanted)
    if value is None:
        return query
    columns = tuple_(*_columns(wanted))
    return query.where(columns < value if wanted.sort.startswith("-") else columns > value)


def _key(last: Customer, wanted: Wanted) -> str:
    first = last.spelling if wanted.sort.endswith("name") else last.first_contact_at.isoformat()
    return f"{first}|{last.customer_id}"


def _read_key(wanted: Wanted) -> Any:
    first, found, which = wanted.after.rpartition("|")
    if not found:
        return None
    value: str | dt.datetime | None = first if wanted.sort.endswith("name") else _moment(first)
    if value is None:
        return None
    return tuple_(
        *(literal(part, column.type) for part, column in zip((value, which), _columns(wanted), strict=True))
    )


def _moment(text: str) -> dt.datetime | None:
    try:
        moment = dt.datetime.fromisoformat(text)
    except ValueError:
        return None
    return None if moment.tzinfo else moment


def _count(query: Select[tuple[Customer]]) -> int | None:
    some = query.with_only_columns(Customer.customer_id).limit(MANY + 1).subquery()
    many = db.session.scalar(select(func.count()).select_from(some)) or 0
    return None if many > MANY else many


def _lines(page: Sequence[Customer], on: dt.date) -> list[Line]:
    ids = [row.customer_id for row in page]
    if not ids:
        return []
    latest = (
        select(Contact.customer_id, func.max(Contact.happened_at))
        .where(Contact.customer_id.in_(ids), Contact.struck_at.is_(None))
        .group_by(Contact.customer_id)
    )
    last = dict(db.session.execute(latest).all())
    held = select(Customer.customer_id, holder_on(on)).where(Customer.customer_id.in_(ids))
    holders = dict(db.session.execute(held).all())
    due = {
        which: (day, since)
        for which, day, since in db.session.execute(
            select(KeptDuty.customer_id, KeptDuty.due_on, KeptDuty.overdue_since).where(
                KeptDuty.customer_id.in_(ids), KeptDuty.on == on
            )
        )
    }
    return [
        Line(
            row,
            holders.get(row.customer_id),
            last.get(row.customer_id),
            *due.get(row.customer_id, (None, None)),
        )
        for row in page
    ]


def _names(staff_ids: set[str | None]) -> dict[str, str]:
    wanted = sorted(staff_id for staff_id in staff_ids if staff_id)
    query = select(Staff.staff_id, Staff.name).where(Staff.staff_id.in_(wanted))
    return dict(db.session.execute(query).all()) if wanted else {}
