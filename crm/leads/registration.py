"""Registering a caller or visitor: the customer, the first contact and the claim on the number, in one act."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.exc import IntegrityError

from crm.errors import Invalid
from crm.extensions import db
from crm.leads import lookups
from crm.leads.events import Happening, note
from crm.leads.identity import normalized
from crm.leads.ids import new_id
from crm.leads.models import Contact, Customer, PhoneClaim
from crm.leads.search_terms import rebuild
from crm.people.accounts import Account
from crm.people.models import Staff, in_force
from crm.permissions import Permission
from crm.store.once import once

DAYS_BACK = 3
_MEDIUM = {"call_in": "phone", "visit": "in_person"}


@dataclass(frozen=True)
class Arrival:
    """What a registration says. `phone` is as typed; `owner` is the consultant whom a front desk chose."""

    name: str
    kind: str
    happened_at: dt.datetime
    phone: str = ""
    channel: str = ""
    need: str = ""
    intent_grade: str = ""
    consent_purpose: str = ""
    owner: str = ""


class AlreadyRegistered(Invalid):
    """Some customer of the company has that number; by whom is not said."""

    def __init__(self) -> None:
        super().__init__(
            "这个号码已经登记过，请找您的经理。",
            "This number is registered already. Ask your manager.",
            "phone",
        )


def register(
    user: Account, arrival: Arrival, form: Mapping[str, Any], at: dt.datetime, secret: str
) -> dict[str, str]:
    """Store the customer and the first contact; gives their ids as customer_id and contact_id.

    Sent twice (`form` has the key), it is one. Of two people who register one number at the same moment one
    gets `AlreadyRegistered`. Invalid for what is wrong with it, TooMany for too many numbers.
    """
    number = _number_of(arrival)
    _refuse_time(arrival.happened_at, at)

    def act() -> dict[str, str]:
        return _store(user, arrival, number, at, secret)

    try:
        return once(user.actor, form, at, act)
    except IntegrityError as problem:
        if number is None or "phone_claims" not in str(problem.orig):
            raise
        found = AlreadyRegistered()
    except AlreadyRegistered as problem:
        found = problem
    assert number is not None
    lookups.log(number, True, user.actor, at, secret)
    raise found


def _number_of(arrival: Arrival) -> str | None:
    if not arrival.phone.strip():
        return None
    number = normalized(arrival.phone)
    if number is None:
        raise Invalid(
            "号码不完整：手机 11 位，座机带区号。",
            "The number is not complete: 11 digits, or a landline with its area code.",
            "phone",
        )
    return number


def _refuse_time(happened_at: dt.datetime, at: dt.datetime) -> None:
    if happened_at > at:
        raise Invalid("时间还没有到。", "That time has not come yet.", "happened_at")
    if (at.date() - happened_at.date()).days > DAYS_BACK:
        raise Invalid(
            f"最多补记 {DAYS_BACK} 天以内的来电来访。",
            f"It may be at most {DAYS_BACK} days back.",
            "happened_at",
        )


def _store(
    user: Account, arrival: Arrival, number: str | None, at: dt.datetime, secret: str
) -> dict[str, str]:
    owner = _owner(user, arrival.owner, at.date())
    if number is not None:
        lookups.refuse_too_many(number, user.actor, at, secret)
        if lookups.is_known(number):
            raise AlreadyRegistered
        lookups.log(number, False, user.actor, at, secret)
    customer = _customer(user, arrival, owner, number, at)
    contact = _first_contact(customer, arrival, at)
    for row in (customer, contact):
        db.session.add(row)
        db.session.flush()
    if number is not None:
        claim = PhoneClaim(
            phone=number, customer_id=customer.customer_id, claimed_by=user.actor, claimed_at=at
        )
        db.session.add(claim)
    if arrival.consent_purpose:
        note(customer.customer_id, Happening.CONSENT_GIVEN, user.actor, at, arrival.consent_purpose)
    rebuild([customer.customer_id])
    return {"customer_id": customer.customer_id, "contact_id": contact.contact_id}


def _owner(user: Account, chosen: str, on: dt.date) -> Staff:
    """The consultant whose customer it becomes: oneself, or for a front desk a consultant of the project."""
    if user.may(Permission.OWN_CUSTOMERS_REGISTER) and user.staff is not None:
        return user.staff
    consultant = db.session.scalar(consultants_of(user.project, on).where(Staff.staff_id == chosen))
    if consultant is None:
        raise Invalid("请选择接待的顾问。", "Choose the consultant who receives them.", "owner")
    return consultant


def consultants_of(project: str | None, on: dt.date) -> Select[Any]:
    """A select of those who on that date are employed and consultants of the project, by id."""
    return (
        select(Staff)
        .where(
            in_force("project", on) == project,
            in_force("role", on) == "consultant",
            Staff.hired_on <= on,
            Staff.left_on.is_(None) | (Staff.left_on >= on),
        )
        .order_by(Staff.staff_id)
    )


def _customer(user: Account, arrival: Arrival, owner: Staff, number: str | None, at: dt.datetime) -> Customer:
    return Customer(
        customer_id=new_id("C", at.date()),
        name=arrival.name.strip(),
        phone=number,
        owner=owner.staff_id,
        project=owner.project,
        channel=arrival.channel.strip() or None,
        need=arrival.need.strip() or None,
        intent_grade=arrival.intent_grade.strip() or None,
        first_contact_at=arrival.happened_at,
        registered_by=user.actor,
        registered_at=at,
        consent_at=at if arrival.consent_purpose else None,
        consent_purpose=arrival.consent_purpose or None,
    )


def _first_contact(customer: Customer, arrival: Arrival, at: dt.datetime) -> Contact:
    return Contact(
        contact_id=new_id("K", at.date()),
        customer_id=customer.customer_id,
        staff_id=customer.owner,
        kind=arrival.kind,
        happened_at=arrival.happened_at,
        recorded_at=at,
        effective=True,
        medium=_MEDIUM[arrival.kind],
    )
