"""The customers' list: searched, filtered, sorted and paged by key, within what the person may see.

It takes a fixed number of statements however many customers there are, and none of them counts beyond `MANY`.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, Select, and_, func, literal, select, tuple_
from sqlalchemy.sql.elements import ColumnElement

from crm.extensions import db
from crm.leads.models import (
    Contact,
    Customer,
    Holding,
    customers_visible_to,
    held_by,
    turn_of,
)
from crm.leads.registration import consultants_of
from crm.leads.search_queries import is_frequent, matching, words_of
from crm.leads.worklist import roll_if_needed
from crm.leads.worklist_models import DutyRoll, KeptDuty
from crm.people.models import Staff
from crm.permissions import User, Who, reach
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

    @property
    def is_plain(self) -> bool:
        """Whether nothing is searched or filtered, on the first page."""
        return self == Wanted(sort=self.sort)

    def filters(self) -> dict[str, str]:
        """What a saved view keeps: neither what was searched for nor the place in the list."""
        kept = {name: value for name, value in asdict(self).items() if value and name not in ("q", "after")}
        if kept.get("sort") == SORTS[0]:
            del kept["sort"]
        return kept


class Shown(NamedTuple):
    """What the list says of a customer itself."""

    customer_id: str
    name: str
    phone: str | None
    intent_grade: str | None
    channel: str | None
    first_contact_at: dt.datetime
    opted_out_on: dt.date | None
    erased_at: dt.datetime | None
    spelling: str


_SHOWN = tuple(getattr(Customer, name) for name in Shown._fields)


@dataclass(frozen=True, slots=True)
class Line:
    """One customer of the list."""

    customer: Shown
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


def customers_list(user: User, wanted: Wanted, on: dt.date) -> Listed:
    """A page of customers, with who has each, the last contact and what is due."""
    _bring_duties(user, on)
    shown, counted = _statements(user, wanted, on)
    connection = db.session().connection()
    rows = connection.execute(shown).all()
    lines = [_line(row) for row in rows[:PAGE]]
    following = _key(lines[-1].customer, wanted) if len(rows) > PAGE else ""
    count = len(rows) if not wanted.after and not following else _count(connection, counted)
    names = {line.holder: row[-1] for line, row in zip(lines, rows, strict=False) if line.holder and row[-1]}
    return Listed(lines, count, following, names)


def _line(row: Row[Any]) -> Line:
    return Line(Shown(*row[: len(_SHOWN)]), *row[len(_SHOWN) : -1])


def _bring_duties(user: User, on: dt.date) -> None:
    """The kept duties of whoever's customers are listed, brought to the date where the night's work has not done it."""
    own = reach(user, "customers:read") == "own"
    who = _rolled_of(user.staff_id if own else None, None if own else user.project, on)
    late = [row[0] for row in db.session().connection().execute(who) if row[1] != on]
    for staff_id in late:
        with atomic() as session:
            roll_if_needed(session, staff_id, on)


@lru_cache(maxsize=256)
def _rolled_of(staff_id: str | None, project: str | None, on: dt.date) -> Select[str, dt.date]:
    """These consultants by id, and to which date their duties are brought."""
    people = select(Staff) if staff_id else consultants_of(project, on)
    query = people.with_only_columns(Staff.staff_id, DutyRoll.on)
    query = query.outerjoin_from(Staff, DutyRoll, DutyRoll.staff_id == Staff.staff_id)
    return query.where(Staff.staff_id == staff_id) if staff_id else query


def _narrowed(user: User, wanted: Wanted, on: dt.date) -> Select[Customer]:
    words = [matching(word) for word in words_of(wanted.q)]
    query = customers_visible_to(user, on, by_row=any(word.rare for word in words))
    query = query.where(*(word.condition for word in words))
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


def _state(state: str, user: User, on: dt.date) -> ColumnElement[bool]:
    if state in ("tracked", "overdue"):
        return _has_duty(user, on, overdue=state == "overdue")
    if state == "pool":
        return held_by(None, on)
    return Customer.opted_out_on <= on


def _has_duty(user: User, on: dt.date, overdue: bool) -> ColumnElement[bool]:
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


def _ordered(query: Select[Customer], wanted: Wanted) -> Select[Customer]:
    columns = _columns(wanted)
    down = wanted.sort.startswith("-")
    return query.order_by(*(column.desc() if down else column for column in columns))


def _after(query: Select[Customer], wanted: Wanted) -> Select[Customer]:
    value = _read_key(wanted)
    if value is None:
        return query
    columns = tuple_(*_columns(wanted))
    return query.where(columns < value if wanted.sort.startswith("-") else columns > value)


def _key(last: Shown, wanted: Wanted) -> str:
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


def _counted(query: Select[Customer]) -> Select[int]:
    some = query.with_only_columns(Customer.customer_id).limit(MANY + 1).subquery()
    return select(func.count()).select_from(some)


def _count(connection: Connection, counted: Select[int]) -> int | None:
    many = connection.scalar(counted) or 0
    return None if many > MANY else many


def _shown(query: Select[Customer], wanted: Wanted, on: dt.date) -> Select[Any]:
    """The page's rows in one statement: which customers first, then all that a line says of each."""
    page = _ordered(_after(query, wanted), wanted).limit(PAGE + 1)
    ids = page.with_only_columns(Customer.customer_id).subquery("page")
    last = (
        select(func.max(Contact.happened_at))
        .where(Contact.customer_id == Customer.customer_id, Contact.struck_at.is_(None))
        .correlate(Customer)
        .scalar_subquery()
    )
    turn = and_(Holding.customer_id == ids.c.customer_id, *turn_of(on))
    due = and_(KeptDuty.customer_id == ids.c.customer_id, KeptDuty.on == on)
    rows = (
        select(*_SHOWN, Holding.staff_id, last, KeptDuty.due_on, KeptDuty.overdue_since, Staff.name)
        .select_from(ids)
        .join(Customer, Customer.customer_id == ids.c.customer_id)
        .join(Holding, turn)
        .outerjoin(KeptDuty, due)
        .outerjoin(Staff, Staff.staff_id == Holding.staff_id)
    )
    return _ordered(rows, wanted)


@lru_cache(maxsize=256)
def _plain(who: Who, wanted: Wanted, on: dt.date) -> tuple[Select[Any], Select[Any]]:
    """The rows and the count of the list as most people open it, put together once a person and date."""
    query = _narrowed(who, wanted, on)
    return _shown(query, wanted, on), _counted(query)


def _statements(user: User, wanted: Wanted, on: dt.date) -> tuple[Select[Any], Select[Any]]:
    if wanted.is_plain:
        return _plain(Who.of(user), wanted, on)
    query = _narrowed(user, wanted, on)
    return _shown(query, wanted, on), _counted(query)
