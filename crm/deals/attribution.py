"""Whose deal it is, out of the database: the rows that rulebook 9 looks at, and the core's answer to them.

Only the customers linked to the deal's are read: by phone number, identity card or household, over any chain.
The questions use indexes, so the size of the company does not matter; the core then decides who is linked, from
the same rows.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import product

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from crm.deals.models import Deal
from crm.errors import NotFound
from crm.exchange.services import parameters_in_force
from crm.exchange.stored import stored_frame
from crm.leads.identity import kept_as
from crm.leads.models import Contact, Customer, CustomerTerm
from crm.leads.search_terms import TAIL
from crm.people.models import Staff, Term
from crm.rulebook.attribution import Suggestion, phone_numbers, suggest
from crm.rulebook.parameters import Parameters
from crm.workbook.frames import tables_of
from crm.workbook.schema import BY_NAME

PHONE, ID_NUMBER, HOUSEHOLD = "phone", "id_number", "household"
Mark = tuple[str, str]
_COUNTRY = ("", "86", "0086")
_MOST_LETTERS = 4


@dataclass(frozen=True)
class Linked:
    """A customer linked to the deal's, and why: what is shared, with which customer that was known before."""

    customer: Customer
    by: str
    shared: str
    with_id: str


def linked_customers(session: Session, customer_id: str) -> list[Linked]:
    """The deal's customer first (with nothing shared), then everyone linked, in the order of being found."""
    first = session.get(Customer, customer_id)
    if first is None:
        raise NotFound
    found = {customer_id: Linked(first, "", "", "")}
    whose: dict[Mark, str] = {}
    new = [first]
    while new:
        fresh = {mark: row.customer_id for row in new for mark in marks_of(row) if mark not in whose}
        whose |= fresh
        new = []
        for row in _with_marks(session, list(fresh)):
            mark = next((one for one in marks_of(row) if one in whose), None)
            if row.customer_id not in found and mark is not None:
                found[row.customer_id] = Linked(row, mark[0], mark[1], whose[mark])
                new.append(row)
    return list(found.values())


def marks_of(customer: Customer) -> list[Mark]:
    """What another customer would have to share to be linked to this one (rulebook 9)."""
    marks = [(PHONE, number) for number in phone_numbers(customer.phone or "")]
    if customer.id_number and customer.id_number.strip():
        marks.append((ID_NUMBER, customer.id_number.strip().upper()))
    if customer.household:
        marks.append((HOUSEHOLD, customer.household))
    return marks


def _with_marks(session: Session, marks: Iterable[Mark]) -> list[Customer]:
    by: dict[str, list[str]] = {PHONE: [], ID_NUMBER: [], HOUSEHOLD: []}
    for kind, value in marks:
        by[kind].append(value)
    terms = sorted({form[::-1] for number in by[PHONE] for form in _kept_forms(number)})
    ids = sorted({form for number in by[ID_NUMBER] for form in _written(number)})
    having = select(CustomerTerm.customer_id).where(CustomerTerm.kind == TAIL, CustomerTerm.term.in_(terms))
    query = select(Customer).order_by(Customer.customer_id)
    rows: dict[str, Customer] = {}
    for condition, values in (
        (Customer.customer_id.in_(having), terms),
        (Customer.id_number.in_(ids), ids),
        (Customer.household.in_(by[HOUSEHOLD]), by[HOUSEHOLD]),
    ):
        if values:
            rows |= {row.customer_id: row for row in session.scalars(query.where(condition))}
    for number in by[ID_NUMBER]:
        if _letters(number) > _MOST_LETTERS:
            alike = func.upper(Customer.id_number) == number
            rows |= {row.customer_id: row for row in session.scalars(query.where(alike))}
    return list(rows.values())


def _kept_forms(number: str) -> set[str]:
    """Every form in which the search terms may keep a number that is compared as these digits."""
    plain = [country + number for country in _COUNTRY]
    return {*plain, *(kept_as(written) for one in plain for written in (one, f"+{one}"))} - {""}


def _letters(text: str) -> int:
    return sum(c.upper() != c.lower() for c in text)


def _written(number: str) -> set[str]:
    """The writings of an identity-card number in large and small letters."""
    if _letters(number) > _MOST_LETTERS:
        return {number, number.lower()}
    return {"".join(letters) for letters in product(*({c.upper(), c.lower()} for c in number))}


def suggestion(session: Session, deal_id: str, parameters: Parameters | None = None) -> Suggestion:
    """Whose deal it is by rulebook 9, from the stored rows. NotFound for an unknown deal."""
    deal = session.get(Deal, deal_id)
    if deal is None:
        raise NotFound
    linked = [one.customer.customer_id for one in linked_customers(session, deal.customer_id)]
    return suggestion_among(session, deal, linked, parameters)


def suggestion_among(
    session: Session, deal: Deal, linked: Sequence[str], parameters: Parameters | None = None
) -> Suggestion:
    """The same for customers known to be linked."""
    connection = session.connection()
    people = {deal.staff_id, *session.scalars(_writers(linked))} - {None}
    owners = session.scalars(select(Customer.owner).where(Customer.customer_id.in_(linked)))
    people |= set(owners)
    only = {
        "customers": Customer.customer_id.in_(linked),
        "contacts": Contact.customer_id.in_(linked),
        "deals": Deal.deal_id == deal.deal_id,
        "staff": Staff.staff_id.in_(sorted(map(str, people))),
        "terms": Term.staff_id.in_(sorted(map(str, people))),
    }
    frames = {name: stored_frame(connection, BY_NAME[name], where) for name, where in only.items()}
    return suggest(tables_of(frames), parameters or parameters_in_force(session), deal.deal_id)


def _writers(linked: Sequence[str]) -> Select[tuple[str]]:
    return (
        select(Contact.staff_id)
        .where(Contact.customer_id.in_(linked), Contact.struck_at.is_(None))
        .distinct()
    )


def began_on(deal: Deal) -> dt.date | None:
    """The earliest of the deposit and contract dates, cancelled or not."""
    steps = (deal.holding_deposit_on, deal.subscription_on, deal.contract_on)
    return min((day for day in steps if day is not None), default=None)


def disputed_because(found: Suggestion, staff_id: str | None) -> str:
    """Why a deal entered for that person is in dispute: suggestion or protected; empty where it is not."""
    if found["suggested"] != staff_id:
        return "suggestion"
    others = [one for one in found["candidates"] if one["staff_id"] != staff_id and one["protected"]]
    return "protected" if others else ""
