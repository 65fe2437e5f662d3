"""What the pages about one customer and about arrivals need, narrowed to what this person may see."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from sqlalchemy import Select, select

from crm.deals.models import Deal, deals_visible_to
from crm.errors import NotFound
from crm.extensions import db
from crm.leads.models import (
    Contact,
    Customer,
    CustomerEvent,
    Transfer,
    Waiver,
    WaiverRequest,
    arrivals_visible_to,
    customers_visible_to,
    waiver_requests_visible_to,
)
from crm.leads.registration import consultants_of
from crm.leads.worklist import Duty, computed
from crm.leads.worklist_models import KeptDuty
from crm.people.accounts import Account
from crm.people.models import Staff


def customer_of(user: Account, customer_id: str, on: dt.date) -> Customer:
    """The customer, if this person may see it on that date; else NotFound."""
    found = db.session.scalar(customers_visible_to(user, on).where(Customer.customer_id == customer_id))
    if found is None:
        raise NotFound
    return found


@dataclass(frozen=True)
class Story:
    """Everything about one customer that its page shows. `names` are those of the staff concerned, by id."""

    customer: Customer
    holder: str | None
    members: Sequence[Customer]
    deals: Sequence[Deal]
    duty: Duty | KeptDuty | None
    contacts: Sequence[Contact]
    transfers: Sequence[Transfer]
    waivers: Sequence[Waiver]
    requests: Sequence[WaiverRequest]
    events: Sequence[CustomerEvent]
    names: dict[str, str]


def story_of(user: Account, customer: Customer, on: dt.date) -> Story:
    """The rows of a customer's page; the customer was narrowed before."""
    which = customer.customer_id
    contacts = db.session.scalars(select(Contact).where(Contact.customer_id == which)).all()
    transfers = db.session.scalars(
        select(Transfer).where(Transfer.customer_id == which).order_by(Transfer.on)
    ).all()
    waivers = db.session.scalars(select(Waiver).where(Waiver.customer_id == which)).all()
    requests = db.session.scalars(select(WaiverRequest).where(WaiverRequest.customer_id == which)).all()
    events = db.session.scalars(select(CustomerEvent).where(CustomerEvent.customer_id == which)).all()
    deals = db.session.scalars(
        deals_visible_to(user).where(Deal.customer_id == which).order_by(Deal.deal_id)
    ).all()
    handed = [row for row in transfers if row.on <= on]
    holder = handed[-1].to if handed else customer.owner
    people = {
        customer.owner,
        holder,
        customer.registered_by,
        *(row.staff_id for row in contacts),
        *(name for row in transfers for name in (row.to, row.made_by)),
        *(row.signed_by for row in waivers),
        *(name for row in requests for name in (row.asked_by, row.decided_by)),
        *(row.actor for row in events),
        *(name for row in deals for name in (row.staff_id, row.entered_by)),
    }
    return Story(
        customer,
        holder,
        members_of(user, customer, on),
        deals,
        duty_of(which, on),
        contacts,
        transfers,
        waivers,
        requests,
        events,
        names_of(people),
    )


def members_of(user: Account, customer: Customer, on: dt.date) -> Sequence[Customer]:
    """The others of the household whom this person may see."""
    if not customer.household:
        return []
    query = customers_visible_to(user, on).where(
        Customer.household == customer.household, Customer.customer_id != customer.customer_id
    )
    return db.session.scalars(query.order_by(Customer.customer_id)).all()


def duty_of(customer_id: str, on: dt.date) -> Duty | KeptDuty | None:
    """What is due with the customer: as it is kept, or computed where the kept one is of another date."""
    kept = db.session.get(KeptDuty, customer_id)
    if kept is not None and kept.on == on:
        return kept
    fresh = computed(db.session(), [customer_id], on)
    return next((duty for duty in fresh if duty.customer_id == customer_id), None)


def names_of(staff_ids: Iterable[str | None]) -> dict[str, str]:
    """The names of these people of the staff."""
    wanted = sorted({staff_id for staff_id in staff_ids if staff_id})
    if not wanted:
        return {}
    query = select(Staff.staff_id, Staff.name).where(Staff.staff_id.in_(wanted))
    return dict(db.session.execute(query).all())


def consultants(user: Account, on: dt.date) -> list[tuple[str, str]]:
    """The consultants of the person's project on that date, as (staff_id, name)."""
    rows = db.session().connection().execute(_named_consultants(user.project, on))
    return [(row.staff_id, row.name) for row in rows]


@lru_cache(maxsize=64)
def _named_consultants(project: str | None, on: dt.date) -> Select[str, str]:
    """Put together once a project and date, because each list asks it."""
    query: Select[str, str] = consultants_of(project, on).with_only_columns(Staff.staff_id, Staff.name)
    return query


@dataclass(frozen=True)
class Arrived:
    """Who came or called, as the reception sees it."""

    happened_at: dt.datetime
    name: str
    phone: str | None
    kind: str
    staff: str


def arrivals(user: Account, on: dt.date) -> list[Arrived]:
    """Today's calls and visits of the project, latest first; names masked but for those one registered oneself."""
    start = dt.datetime.combine(on, dt.time())
    customers = arrivals_visible_to(user, on).subquery()
    query = (
        select(Contact, Customer, Staff.name)
        .join(Customer, Customer.customer_id == Contact.customer_id)
        .join(Staff, Staff.staff_id == Contact.staff_id)
        .where(
            Contact.customer_id.in_(select(customers.c.customer_id)),
            Contact.happened_at >= start,
            Contact.happened_at < start + dt.timedelta(days=1),
            Contact.struck_at.is_(None),
            Contact.kind.in_(("call_in", "visit")),
        )
        .order_by(Contact.happened_at.desc(), Contact.contact_id)
    )
    return [
        Arrived(
            contact.happened_at,
            customer.name if customer.registered_by == user.actor else masked_name(customer.name),
            customer.phone,
            contact.kind,
            staff,
        )
        for contact, customer, staff in db.session.execute(query)
    ]


def masked_name(name: str) -> str:
    """李** for 李小明: enough to greet by."""
    return f"{name[:1]}**"


def customers_of(user: Account, customer_ids: Sequence[str], on: dt.date) -> Sequence[Customer]:
    """These customers, if this person may see all of them; else NotFound."""
    wanted = set(customer_ids)
    query = customers_visible_to(user, on).where(
        Customer.customer_id.in_(wanted), Customer.erased_at.is_(None)
    )
    rows = db.session.scalars(query.order_by(Customer.customer_id)).all()
    if len(rows) != len(wanted):
        raise NotFound
    return rows


@dataclass(frozen=True)
class RequestLine:
    """A request for a waiver as its list shows it."""

    request: WaiverRequest
    customer: Customer
    asked_by: str
    decided_by: str


REQUESTS = 100


def requests_page(user: Account, on: dt.date) -> list[RequestLine]:
    """The requests about customers whom this person sees: those that wait first, then the latest decided ones."""
    seen = customers_visible_to(user, on).with_only_columns(Customer.customer_id)
    query = (
        waiver_requests_visible_to(user)
        .add_columns(Customer)
        .join(Customer, Customer.customer_id == WaiverRequest.customer_id)
        .where(WaiverRequest.customer_id.in_(seen))
        .order_by(WaiverRequest.state != "asked", WaiverRequest.request_id.desc())
        .limit(REQUESTS)
    )
    rows = db.session.execute(query).all()
    names = names_of(name for row, _ in rows for name in (row.asked_by, row.decided_by))
    return [
        RequestLine(row, customer, names.get(row.asked_by, ""), names.get(row.decided_by or "", ""))
        for row, customer in rows
    ]
