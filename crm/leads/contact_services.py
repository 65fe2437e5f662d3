"""Writing contacts down, taking the last one back, and replacing one that was wrong.

`recorded_at` is always the server's time. A contact is never edited: a corrected one takes its place, linked
and dated, and the old one stays to be read.
"""

import datetime as dt
from dataclasses import asdict, dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import Select, String, bindparam, func, select
from sqlalchemy.orm import Session

from crm.daily.models import Report
from crm.deals.models import Deal
from crm.errors import Conflict, Invalid, NotFound, Stale
from crm.leads import worklist
from crm.leads.ids import new_id
from crm.leads.models import Contact, Customer, contacts_visible_to, customer_visible_to
from crm.leads.reveal import reveal
from crm.people import audit
from crm.people.accounts import Account
from crm.permissions import User, Who
from crm.store.history import remember_change
from crm.transactions import atomic, joined
from crm.workbook.schema import BY_NAME

BACK_DAYS = 3
UNDO_SECONDS = 60
LONGEST_NOTE = 2000
KINDS = tuple(BY_NAME["contacts"].column("kind").choices)


@dataclass(frozen=True)
class Draft:
    """What was typed about a contact. `happened_at` None means now."""

    kind: str
    effective: bool = True
    note: str = ""
    medium: str | None = None
    next_step: str = ""
    next_on: dt.date | None = None
    happened_at: dt.datetime | None = None
    shown: str = ""
    liked: str = ""
    objected: str = ""

    def values(self) -> dict[str, object]:
        """The columns, with nothing for what was left empty."""
        return {name: value if value != "" else None for name, value in asdict(self).items()}


def record(user: User, customer_id: str, draft: Draft, at: dt.datetime) -> Contact:
    """Write a contact of the user with a customer down. `NotFound` for someone else's, `Invalid` for a bad field."""
    with joined() as session:
        first = _first_contact_at(session, user, customer_id, at)
        happened = draft.happened_at or at
        _check(draft, at)
        _check_moment(first, happened, at)
        contact = _new_contact(user, customer_id, draft, happened, at)
        session.add(contact)
        session.flush()
        if user.staff_id:
            worklist.roll_if_needed(session, user.staff_id, at.date())
        return contact


def _first_contact_at(session: Session, user: User, customer_id: str, at: dt.datetime) -> dt.datetime:
    """When a customer of the user's was first in contact; `NotFound` for someone else's."""
    asked = _mine(Who.of(user), at.date())
    first: dt.datetime | None = session.connection().scalar(asked, {"which": customer_id})
    if first is None or user.staff_id is None:
        raise NotFound
    return first


@lru_cache(maxsize=256)
def _mine(who: Who, on: dt.date) -> Select[Any]:
    """Put together once a person and date, because records are made all day."""
    query = customer_visible_to(who, on, bindparam("which", type_=String))
    return query.with_only_columns(Customer.first_contact_at)


def _customer(session: Session, user: User, customer_id: str, at: dt.datetime) -> Customer:
    customer = session.scalar(customer_visible_to(user, at.date(), customer_id))
    if customer is None or user.staff_id is None:
        raise NotFound
    return customer


def _new_contact(
    user: User, customer_id: str, draft: Draft, happened: dt.datetime, recorded: dt.datetime
) -> Contact:
    values = draft.values() | {"happened_at": happened, "recorded_at": recorded}
    return Contact(
        contact_id=new_id("K", recorded.date()), customer_id=customer_id, staff_id=user.staff_id, **values
    )


def _check(draft: Draft, at: dt.datetime) -> None:
    if draft.kind not in KINDS:
        raise Invalid("请选择联系类型。", "Choose the kind of contact.", "kind")
    if draft.effective and not draft.note.strip():
        raise Invalid("请写一句谈了什么。", "Write in a sentence what was said.", "note")
    if draft.kind == "visit" and not draft.effective:
        raise Invalid(
            "来访就是见到了客户，请选“联系上了”。",
            "A visit reached the customer: choose reached.",
            "effective",
        )
    for name in ("note", "next_step", "shown", "liked", "objected"):
        if len(getattr(draft, name)) > LONGEST_NOTE:
            raise Invalid(
                f"太长了，最多 {LONGEST_NOTE} 字。", f"Too long: at most {LONGEST_NOTE} characters.", name
            )
    if draft.next_on and draft.next_on < at.date():
        raise Invalid("下一步的日期不能在今天之前。", "The next step cannot be before today.", "next_on")
    if draft.next_step and not draft.next_on:
        raise Invalid("请给下一步选一个日期。", "Give the next step a date.", "next_on")


def _check_moment(first: dt.datetime, happened: dt.datetime, at: dt.datetime) -> None:
    if happened > at:
        raise Invalid("发生时间不能晚于现在。", "It cannot have happened later than now.", "happened_at")
    if (at.date() - happened.date()).days > BACK_DAYS:
        raise Invalid(
            f"只能补记 {BACK_DAYS} 天以内的联系。",
            f"At most {BACK_DAYS} days back can be written down.",
            "happened_at",
        )
    if happened < first:
        raise Invalid(
            "不能早于客户的首次联系时间。", "It cannot be before the customer's first contact.", "happened_at"
        )


def add_viewing(
    user: Account, contact_id: str, shown: str, liked: str, objected: str, at: dt.datetime
) -> Contact:
    """Fill in what was shown, liked and objected to, on the date of writing; later it takes a correction."""
    with atomic() as session:
        contact = _own(session, user, contact_id, at)
        _refuse_struck(contact)
        if contact.kind != "visit":
            raise Conflict("只有来访才有带看记录。", "Only a visit has viewing details.")
        if not shown.strip():
            raise Invalid("请写下看了什么。", "Write what was shown.", "shown")
        if contact.shown or contact.recorded_at.date() != at.date():
            raise Conflict(
                "这条记录已不能补填，请用“更正”。", "It can no longer be filled in; correct it instead."
            )
        contact.shown, contact.liked, contact.objected = shown, liked or None, objected or None
        return contact


def undo(user: Account, contact_id: str, at: dt.datetime) -> Contact:
    """Take back what was just written down: within a minute, and before anything was built on it."""
    with atomic() as session:
        contact = _own(session, user, contact_id, at)
        _refuse_struck(contact)
        if (at - contact.recorded_at).total_seconds() > UNDO_SECONDS and not _just_corrected(
            session, contact, at
        ):
            raise Conflict(
                "已超过一分钟，不能撤销了，可以用“更正”。", "A minute has passed: correct it instead."
            )
        if _built_upon(session, contact):
            raise Conflict(
                "之后已有别的记录，不能撤销了，可以用“更正”。",
                "Something was built on it: correct it instead.",
            )
        contact.struck_at, contact.struck_by = at, user.actor
        remember_change(contact, at, user.actor)
        for old in session.scalars(select(Contact).where(Contact.replaced_by == contact_id)):
            old.struck_at = old.struck_by = old.replaced_by = None
            remember_change(old, at, user.actor)
        session.flush()
        _keep_first_contact(session, contact.customer_id)
        audit.record(user.actor, "contact.undone", contact_id, at=at)
        return contact


def _just_corrected(session: Session, contact: Contact, at: dt.datetime) -> bool:
    struck = session.scalar(
        select(func.max(Contact.struck_at)).where(Contact.replaced_by == contact.contact_id)
    )
    return struck is not None and (at - struck).total_seconds() <= UNDO_SECONDS


def _built_upon(session: Session, contact: Contact) -> bool:
    """Whether a record of the household, a deal of it, or the person's report came after the contact."""
    since = contact.recorded_at
    members = _household(session, contact.customer_id)
    later = select(Contact.contact_id).where(
        Contact.customer_id.in_(members),
        Contact.contact_id != contact.contact_id,
        Contact.struck_at.is_(None),
        Contact.recorded_at > since,
    )
    deal = select(Deal.deal_id).where(Deal.customer_id.in_(members), Deal.entered_at > since)
    sent = func.coalesce(Report.corrected_at, Report.submitted_at)
    report = select(Report.staff_id).where(Report.staff_id == contact.staff_id, sent > since)
    return any(session.scalar(query.limit(1)) is not None for query in (later, deal, report))


def _household(session: Session, customer_id: str) -> Select[tuple[str]]:
    household = session.scalar(select(Customer.household).where(Customer.customer_id == customer_id))
    query = select(Customer.customer_id)
    if household:
        return query.where(Customer.household == household)
    return query.where(Customer.customer_id == customer_id)


def correct(user: Account, contact_id: str, draft: Draft, version: int, at: dt.datetime) -> Contact:
    """Put a corrected contact in the place of a wrong one of the user's.

    What the rules look at (kind, reached, when) gets the time of the correction as `recorded_at`; where only
    words change, the time of the record stands, so that nobody pays for mending a slip of the pen. `Stale` where
    the contact was filled in since the form was made.
    """
    with atomic() as session:
        old = _own(session, user, contact_id, at)
        _refuse_struck(old)
        if old.version != version:
            typed = draft.values()
            raise Stale({name: getattr(old, name) for name in typed}, typed)
        happened = draft.happened_at or old.happened_at
        _check(draft, at)
        customer = session.get_one(Customer, old.customer_id)
        same = (draft.kind, draft.effective, happened) == (old.kind, old.effective, old.happened_at)
        if happened != old.happened_at:
            _check_moment(customer.first_contact_at, happened, at)
        new = _new_contact(user, old.customer_id, draft, happened, old.recorded_at if same else at)
        session.add(new)
        session.flush()
        old.struck_at, old.struck_by, old.replaced_by = at, user.actor, new.contact_id
        remember_change(old, at, user.actor)
        session.flush()
        _keep_first_contact(session, old.customer_id)
        audit.record(user.actor, "contact.corrected", contact_id, at=at, new=new.contact_id)
        return new


def _own(session: Session, user: User, contact_id: str, at: dt.datetime) -> Contact:
    """A contact that the user wrote; `NotFound` for any other."""
    mine = contacts_visible_to(user, at.date()).where(
        Contact.contact_id == contact_id, Contact.staff_id == user.staff_id
    )
    contact = session.scalar(mine)
    if contact is None:
        raise NotFound
    return contact


def _refuse_struck(contact: Contact) -> None:
    if contact.struck_at is not None:
        raise Conflict("这条记录已被撤销或更正。", "This record was already undone or corrected.")


def _keep_first_contact(session: Session, customer_id: str) -> None:
    """A customer's first contact must stay the first, on its date (the workbook's own condition)."""
    customer = session.get_one(Customer, customer_id)
    standing = select(func.min(Contact.happened_at)).where(
        Contact.customer_id == customer_id, Contact.struck_at.is_(None)
    )
    first = session.scalar(standing)
    if first is None or first.date() != customer.first_contact_at.date() or first < customer.first_contact_at:
        raise Invalid(
            "这是客户的首次联系，不能撤销，日期也不能改。",
            "This is the customer's first contact: it cannot be undone, and its date stays.",
            "happened_at",
        )


def call(user: Account, customer_id: str, at: dt.datetime, address: str) -> list[str]:
    """The customer's numbers for one call from the list, logged as any reveal, and never after an opt-out."""
    with atomic() as session:
        customer = _customer(session, user, customer_id, at)
        if customer.opted_out_on is not None and customer.opted_out_on <= at.date():
            raise Conflict("客户已要求不再联系。", "The customer asked not to be contacted.")
        return reveal(user, customer_id, at, address, why="call")


def phrases_of(session: Session, user: User, many: int = 5) -> list[str]:
    """The person's last few different short notes, to pick from."""
    query = (
        select(Contact.note)
        .where(
            Contact.staff_id == user.staff_id,
            Contact.struck_at.is_(None),
            Contact.note.is_not(None),
            func.length(Contact.note) <= 24,
        )
        .order_by(Contact.happened_at.desc())
        .limit(40)
    )
    return list(dict.fromkeys(note for note in session.scalars(query) if note))[:many]
