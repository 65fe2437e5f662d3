"""What the pages of disputes show, narrowed to what this person may see."""

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import lru_cache

from sqlalchemy import Select, func, or_, select

from crm.deals.attribution import began_on
from crm.deals.disputes_models import (
    OPEN,
    Dispute,
    DisputeLook,
    DisputeReader,
    DisputeStatement,
    Ruling,
    disputes_ruled_by,
    disputes_visible_to,
    statements_visible_to,
)
from crm.deals.evidence import Evidence, gather
from crm.deals.models import Deal
from crm.errors import NotFound
from crm.extensions import db
from crm.leads.models import Customer, customers_visible_to
from crm.leads.page_queries import names_of
from crm.people.accounts import Account
from crm.people.models import Staff, ever_a_consultant
from crm.permissions import Who

MOST_LOOKS = 50


@dataclass(frozen=True)
class Line:
    """A dispute in the list."""

    dispute: Dispute
    deal: Deal
    customer: str
    began: dt.date | None


@dataclass(frozen=True)
class Shown:
    """Everything on a dispute's page. `names` are of staff by id, `customers` of linked customers by id."""

    dispute: Dispute
    deal: Deal
    evidence: Evidence
    customers: dict[str, str]
    readers: Sequence[DisputeReader]
    statements: Sequence[DisputeStatement]
    rulings: Sequence[Ruling]
    looks: Sequence[DisputeLook]
    names: dict[str, str]
    rules: bool


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
    rules = may_rule(user, dispute.dispute_id)
    return assembled(user, dispute, gather(session, deal, secret), on, rules)


def assembled(user: Account, dispute: Dispute, evidence: Evidence, on: dt.date, rules: bool = False) -> Shown:
    """That evidence with what was said, decided and looked at, and with the names of all who occur."""
    session, which = db.session(), dispute.dispute_id
    deal = session.get_one(Deal, dispute.deal_id)
    readers = session.scalars(select(DisputeReader).where(DisputeReader.dispute_id == which)).all()
    asked = select(DisputeStatement).where(DisputeStatement.dispute_id == which)
    statements = session.scalars(asked.order_by(DisputeStatement.asked_at)).all()
    rulings = session.scalars(
        select(Ruling).where(Ruling.dispute_id == which).order_by(Ruling.number.desc())
    ).all()
    looked = select(DisputeLook).where(DisputeLook.dispute_id == which)
    looks = session.scalars(looked.order_by(DisputeLook.at.desc()).limit(MOST_LOOKS)).all()
    people = {
        deal.staff_id,
        *evidence.people(),
        *(name for one in readers for name in (one.staff_id, one.named_by)),
        *(name for one in statements for name in (one.staff_id, one.asked_by)),
        *(one.ruled_by for one in rulings),
        *(one.suggested for one in rulings),
        *(share[0] for one in rulings for share in one.shares),
        *(name for one in looks for name in (one.actor, one.about)),
    }
    ids = {deal.customer_id, *(one.customer_id for one in evidence.linked)}
    return Shown(
        dispute,
        deal,
        evidence,
        _customer_names(user, ids, deal.customer_id, on),
        readers,
        statements,
        rulings,
        looks,
        names_of(people),
        rules,
    )


def _customer_names(user: Account, ids: Collection[str], own: str, on: dt.date) -> dict[str, str]:
    """Names of the deal's customer and of those this person may read; of others only the first character."""
    query = customers_visible_to(user, on).with_only_columns(Customer.customer_id)
    readable = {own, *db.session.scalars(query.where(Customer.customer_id.in_(ids)))}
    named = select(Customer.customer_id, Customer.name, Customer.erased_at).where(
        Customer.customer_id.in_(ids)
    )
    return {
        which: name if which in readable or erased else f"{name[:1]}**"
        for which, name, erased in db.session.execute(named)
    }


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
    return db.session().connection().scalar(_waiting(Who.of(user))) or 0


@lru_cache(maxsize=256)
def _waiting(who: Who) -> Select[int]:
    """Put together once a person, because Today asks it."""
    unanswered = statements_visible_to(who).where(DisputeStatement.answered_at.is_(None))
    return unanswered.with_only_columns(func.count())


def waiting_disputes(user: Account) -> int:
    """How many disputes wait that this person may rule."""
    waiting = disputes_ruled_by(user).where(Dispute.state == OPEN)
    return db.session.scalar(select(func.count()).select_from(waiting.subquery())) or 0


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
    first = [one["staff_id"] for one in found.evidence.candidates]
    query = select(Staff.staff_id, Staff.name).where(
        ever_a_consultant(), or_(Staff.project == user.project, Staff.staff_id.in_(first))
    )
    names = {key: f"{name} {key}" for key, name in db.session.execute(query.order_by(Staff.staff_id))}
    return [(key, names[key]) for key in [*first, *(key for key in names if key not in first)]]
