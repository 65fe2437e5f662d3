"""What the pages of disputes show, narrowed to what this person may see."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import or_, select

from crm.deals.attribution import Linked, began_on, linked_customers, suggestion_among
from crm.deals.disputes_models import (
    Dispute,
    DisputeLook,
    DisputeReader,
    DisputeStatement,
    Ruling,
    disputes_ruled_by,
    disputes_visible_to,
    statements_visible_to,
)
from crm.deals.models import Deal
from crm.errors import NotFound
from crm.exchange.services import parameters_in_force
from crm.extensions import db
from crm.leads.identity import fingerprint, numbers_of
from crm.leads.models import Contact, Customer, PhoneLookup, customers_visible_to
from crm.leads.page_queries import names_of
from crm.leads.reveal import ACTION as REVEALED
from crm.people.accounts import Account, AuditRow
from crm.people.models import Staff, ever_a_consultant
from crm.rulebook.attribution import Candidate, Suggestion
from crm.rulebook.tables import day_number

LOOKED_UP = "looked_up"
MOST_LOOKUPS = 200
DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class Line:
    """A dispute in the list."""

    dispute: Dispute
    deal: Deal
    customer: str
    began: dt.date | None


@dataclass(frozen=True)
class Spoken:
    """A contact of a candidate: `protects` are its first and last protected dates, None for one recorded late."""

    staff_id: str
    customer_id: str
    kind: str
    happened_at: dt.datetime
    recorded_at: dt.datetime
    protects: tuple[dt.date, dt.date] | None


@dataclass(frozen=True)
class Lookup:
    """Somebody compared or revealed a number of a linked customer."""

    at: dt.datetime
    actor: str
    what: str
    customer_id: str
    found: bool


@dataclass(frozen=True)
class Shown:
    """Everything on a dispute's page. `names` are of staff by id, `customers` of linked customers by id."""

    dispute: Dispute
    deal: Deal
    began: dt.date | None
    found: Suggestion
    linked: Sequence[Linked]
    customers: dict[str, str]
    contacts: Sequence[Spoken]
    lookups: Sequence[Lookup]
    readers: Sequence[DisputeReader]
    statements: Sequence[DisputeStatement]
    rulings: Sequence[Ruling]
    looks: Sequence[DisputeLook]
    names: dict[str, str]
    rules: bool

    @property
    def candidates(self) -> list[Candidate]:
        """In the order of their first contact."""
        return self.found["candidates"]


def disputes_list(user: Account) -> list[Line]:
    """Open ones first, then the newest."""
    query = (
        disputes_visible_to(user)
        .join(Deal, Deal.deal_id == Dispute.deal_id)
        .join(Customer, Customer.customer_id == Deal.customer_id)
        .add_columns(Deal, Customer.name)
        .order_by(Dispute.state, Dispute.opened_at.desc(), Dispute.dispute_id)
    )
    return [Line(row, deal, name, began_on(deal)) for row, deal, name in db.session.execute(query)]


def dispute_of(user: Account, dispute_id: str) -> Dispute:
    """The dispute, if this person may see it; else NotFound."""
    row = db.session.scalar(disputes_visible_to(user).where(Dispute.dispute_id == dispute_id))
    if row is None:
        raise NotFound
    return row


def may_rule(user: Account, dispute_id: str) -> bool:
    """Whether this person is a manager of the deal's project."""
    return db.session.scalar(disputes_ruled_by(user).where(Dispute.dispute_id == dispute_id)) is not None


def dispute_over(user: Account, deal_id: str) -> str | None:
    """The id of the dispute over that deal, for who may see it."""
    row = db.session.scalar(disputes_visible_to(user).where(Dispute.deal_id == deal_id))
    return row.dispute_id if row else None


def shown(user: Account, dispute: Dispute, on: dt.date, secret: str) -> Shown:
    """The page of a dispute that this person may see; `secret` keys the log of compared numbers."""
    session = db.session()
    deal = session.get_one(Deal, dispute.deal_id)
    linked = linked_customers(session, deal.customer_id)
    ids = [one.customer.customer_id for one in linked]
    found = suggestion_among(session, deal, ids)
    which = dispute.dispute_id
    contacts = _contacts([one["staff_id"] for one in found["candidates"]], ids, began_on(deal))
    lookups = _lookups(linked, secret)
    readers = session.scalars(select(DisputeReader).where(DisputeReader.dispute_id == which)).all()
    asked = select(DisputeStatement).where(DisputeStatement.dispute_id == which)
    statements = session.scalars(asked.order_by(DisputeStatement.asked_at)).all()
    rulings = session.scalars(
        select(Ruling).where(Ruling.dispute_id == which).order_by(Ruling.number.desc())
    ).all()
    looked = select(DisputeLook).where(DisputeLook.dispute_id == which)
    looks = session.scalars(looked.order_by(DisputeLook.at.desc()).limit(50)).all()
    people = {
        deal.staff_id,
        *(one["staff_id"] for one in found["candidates"]),
        *(one.actor for one in lookups),
        *(name for one in readers for name in (one.staff_id, one.named_by)),
        *(name for one in statements for name in (one.staff_id, one.asked_by)),
        *(one.ruled_by for one in rulings),
        *(share[0] for one in rulings for share in one.shares),
        *(name for one in looks for name in (one.actor, one.about)),
    }
    return Shown(
        dispute,
        deal,
        began_on(deal),
        found,
        linked,
        _customer_names(user, [one.customer for one in linked], deal.customer_id, on),
        contacts,
        lookups,
        readers,
        statements,
        rulings,
        looks,
        names_of(people),
        may_rule(user, which),
    )


def _customer_names(user: Account, customers: Sequence[Customer], own: str, on: dt.date) -> dict[str, str]:
    """Names of the deal's customer and of those this person may read; of others only the first character."""
    ids = [row.customer_id for row in customers]
    query = customers_visible_to(user, on).with_only_columns(Customer.customer_id)
    readable = {own, *db.session.scalars(query.where(Customer.customer_id.in_(ids)))}
    return {
        row.customer_id: row.name if row.customer_id in readable else f"{row.name[:1]}**" for row in customers
    }


def _contacts(candidates: Sequence[str], linked: Sequence[str], began: dt.date | None) -> list[Spoken]:
    if began is None:
        return []
    parameters = parameters_in_force(db.session())
    query = select(Contact).where(
        Contact.customer_id.in_(linked),
        Contact.staff_id.in_(candidates),
        Contact.struck_at.is_(None),
        Contact.happened_at < dt.datetime.combine(began + DAY, dt.time()),
    )
    found = []
    for row in db.session.scalars(query.order_by(Contact.happened_at, Contact.contact_id)):
        day = row.happened_at.date()
        number = day_number(day)
        in_time = (row.recorded_at.date() - day).days <= parameters.integer("record_within_days", number)
        last = day + dt.timedelta(days=parameters.integer("protection_days", number))
        protects = (day, last) if in_time else None
        found.append(
            Spoken(row.staff_id, row.customer_id, row.kind, row.happened_at, row.recorded_at, protects)
        )
    return found


def spans(contacts: Iterable[Spoken], staff_id: str) -> list[tuple[dt.date, dt.date]]:
    """The spans of dates on which that candidate was protected, joined where they touch."""
    joined: list[tuple[dt.date, dt.date]] = []
    for one in sorted(one.protects for one in contacts if one.staff_id == staff_id and one.protects):
        if joined and one[0] <= joined[-1][1] + DAY:
            joined[-1] = (joined[-1][0], max(joined[-1][1], one[1]))
        else:
            joined.append(one)
    return joined


def _lookups(linked: Sequence[Linked], secret: str) -> list[Lookup]:
    """Who compared or revealed a number of these customers, newest first (§7 五2)."""
    whose = {
        fingerprint(number, secret): one.customer.customer_id
        for one in reversed(linked)
        for number in numbers_of(one.customer.phone)
    }
    ids = [one.customer.customer_id for one in linked]
    compared = (
        select(PhoneLookup)
        .where(PhoneLookup.phone_hash.in_(whose))
        .order_by(PhoneLookup.at.desc())
        .limit(MOST_LOOKUPS)
    )
    found = [
        Lookup(row.at, row.actor, LOOKED_UP, whose[row.phone_hash], row.found)
        for row in db.session.scalars(compared)
    ]
    revealed = select(AuditRow).where(AuditRow.action == REVEALED, AuditRow.subject.in_(ids))
    query = revealed.order_by(AuditRow.at.desc()).limit(MOST_LOOKUPS)
    found += [Lookup(row.at, row.actor, "revealed", row.subject, True) for row in db.session.scalars(query)]
    return sorted(found, key=lambda one: one.at, reverse=True)


def statements_of(user: Account) -> Sequence[DisputeStatement]:
    """What this person was asked, unanswered first."""
    query = statements_visible_to(user).order_by(
        DisputeStatement.answered_at.is_not(None), DisputeStatement.asked_at.desc()
    )
    return db.session.scalars(query).all()


def statement_of(user: Account, statement_id: str) -> DisputeStatement:
    """One's own request; else NotFound."""
    row = db.session.scalar(statements_visible_to(user).where(DisputeStatement.statement_id == statement_id))
    if row is None:
        raise NotFound
    return row


def waiting_statements(user: Account) -> int:
    """How many requests this person has not answered."""
    return sum(1 for row in statements_of(user) if row.answered_at is None)


def people_to_name(user: Account, on: dt.date) -> list[tuple[str, str]]:
    """Who can be let in: everyone employed that day, by name."""
    query = select(Staff.staff_id, Staff.name).where(
        Staff.hired_on <= on,
        or_(Staff.left_on.is_(None), Staff.left_on >= on),
        Staff.staff_id != user.staff_id,
    )
    return [(key, f"{name} {key}") for key, name in db.session.execute(query.order_by(Staff.name))]


def consultants_to_rule(found: Shown, user: Account) -> list[tuple[str, str]]:
    """Whom a ruling can name: the candidates first, then those of the project who are or were consultants."""
    first = [one["staff_id"] for one in found.candidates]
    query = select(Staff.staff_id, Staff.name).where(
        ever_a_consultant(), or_(Staff.project == user.project, Staff.staff_id.in_(first))
    )
    names = {key: f"{name} {key}" for key, name in db.session.execute(query.order_by(Staff.staff_id))}
    return [(key, names[key]) for key in [*first, *(key for key in names if key not in first)]]
