"""Chasing arrears (§5): a recorded contact with the customer, with what was overdue and the day that was promised."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import or_, select

from crm.deals.models import Deal, deals_visible_to
from crm.deals.receipts import NOTHING, age_of, plan_of
from crm.deals.receipts_models import ArrearsChase
from crm.errors import Conflict, Invalid, NotFound, Refused
from crm.extensions import db
from crm.leads.contact_services import Draft, record
from crm.leads.models import Contact, Customer, customers_visible_to
from crm.people.accounts import Account
from crm.permissions import Permission
from crm.transactions import atomic
from crm.workbook.schema import BY_NAME

FARTHEST_DAYS = 90
"""How far ahead a customer may promise: one instalment's ordinary distance."""
MEDIA = tuple(BY_NAME["contacts"].column("medium").choices)
QUIET_DAYS = 7
"""How long after a chase without a promise the next one is asked for."""


@dataclass(frozen=True)
class Chased:
    """What was typed: whether the customer was reached, what was said, and when the money is to come."""

    effective: bool
    medium: str
    note: str
    promised_on: dt.date | None = None


def chase(user: Account, deal_id: str, chased: Chased, at: dt.datetime) -> ArrearsChase:
    """Keep the contact, a follow-up whose note says what it was for, and the promise beside it.

    NotFound for a deal or a customer that is not this person's, Conflict where nothing is overdue.
    """
    if not user.may(Permission.OWN_CONTACTS_WRITE):
        raise Refused
    with atomic() as session:
        deal = session.scalar(deals_visible_to(user).where(Deal.deal_id == deal_id))
        if deal is None:
            raise NotFound
        overdue = overdue_of(deal, at.date())
        if deal.cancelled_on is not None or overdue <= 0:
            raise Conflict("这笔成交没有逾期的款项。", "Nothing of this deal is overdue.")
        _check(chased, at.date())
        contact = record(user, deal.customer_id, _contact(chased), at)
        row = ArrearsChase(
            contact_id=contact.contact_id,
            deal_id=deal_id,
            overdue=overdue,
            promised_on=chased.promised_on,
            chased_by=user.actor,
            chased_at=at,
        )
        session.add(row)
        session.flush()
    return row


def _contact(chased: Chased) -> Draft:
    """The kinds of contact are fixed names, so the purpose stands in the note, and the promise as the next step."""
    said = chased.note.strip()
    return Draft(
        "follow_up",
        effective=chased.effective,
        medium=chased.medium,
        note=f"催款：{said}" if said else "催款：未联系上",
        next_step="核对承诺的款项" if chased.promised_on else "",
        next_on=chased.promised_on,
    )


def _check(chased: Chased, today: dt.date) -> None:
    if chased.medium not in MEDIA:
        raise Invalid("请选择方式。", "Choose how.", "medium")
    if chased.effective and not chased.note.strip():
        raise Invalid("请写一句客户怎么说。", "Write in a sentence what the customer said.", "note")
    if chased.promised_on is None:
        return
    if not chased.effective:
        raise Invalid("没联系上，就没有承诺的日期。", "Who was not reached promised nothing.", "promised_on")
    if not today <= chased.promised_on <= today + dt.timedelta(days=FARTHEST_DAYS):
        raise Invalid(
            f"承诺付款的日期应在今天起 {FARTHEST_DAYS} 天内。",
            f"The promised day lies within {FARTHEST_DAYS} days from today.",
            "promised_on",
        )


def overdue_of(deal: Deal, today: dt.date) -> Decimal:
    """What the deal should have paid by now and has not, in yuan."""
    late = (due.open for due in plan_of(db.session(), deal) if age_of(due.line.due_on, today) > 0)
    return sum(late, NOTHING)


def last_chases(deal_ids: Sequence[str]) -> dict[str, ArrearsChase]:
    """The last chase of each deal whose contact was not taken back; one put right in words still counts."""
    query = (
        select(ArrearsChase)
        .join(Contact, Contact.contact_id == ArrearsChase.contact_id)
        .where(
            ArrearsChase.deal_id.in_(deal_ids),
            or_(Contact.struck_at.is_(None), Contact.replaced_by.is_not(None)),
        )
        .order_by(ArrearsChase.chased_at, ArrearsChase.contact_id)
    )
    return {row.deal_id: row for row in db.session.scalars(query)}


def is_quiet(last: ArrearsChase | None, today: dt.date) -> bool:
    """Whether the customer need not be chased today: there is a promise still open, or it was done lately."""
    if last is None:
        return False
    if last.promised_on is not None:
        return today <= last.promised_on
    return (today - last.chased_at.date()).days < QUIET_DAYS


def chaseable(user: Account, deals: Sequence[Deal], today: dt.date) -> set[str]:
    """Those of the deals whose customers the person may record a contact with."""
    if not user.may(Permission.OWN_CONTACTS_WRITE):
        return set()
    mine = customers_visible_to(user, today).where(
        Customer.customer_id.in_({deal.customer_id for deal in deals})
    )
    customers = set(db.session.scalars(mine.with_only_columns(Customer.customer_id)))
    return {deal.deal_id for deal in deals if deal.customer_id in customers}
