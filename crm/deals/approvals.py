"""A price below the list: asked for with a reason, approved by a manager for exactly the amount shown."""

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from crm.deals.models import Deal, deals_visible_to
from crm.deals.units import list_price_of, units_of
from crm.deals.units_models import PriceApproval
from crm.errors import Conflict, Invalid, NotFound, Refused
from crm.extensions import db
from crm.leads.models import Customer
from crm.people import audit
from crm.people.accounts import Account
from crm.permissions import Permission
from crm.transactions import atomic


def below_list(session: Session, deal: Deal) -> Decimal | None:
    """The list price, where the deal's amount is below it; else None."""
    price = list_price_of(units_of(session, deal))
    return price if price is not None and deal.amount is not None and deal.amount < price else None


def approvals_of(session: Session, deal_id: str) -> Sequence[PriceApproval]:
    """What was asked and answered, the newest first."""
    query = select(PriceApproval).where(PriceApproval.deal_id == deal_id)
    return session.scalars(query.order_by(PriceApproval.approval_id.desc())).all()


def is_approved(session: Session, deal: Deal) -> bool:
    """Whether a manager approved this amount against the list price as it is now."""
    price = below_list(session, deal)
    return price is None or any(
        row.approved and row.amount == deal.amount and row.list_price == price
        for row in approvals_of(session, deal.deal_id)
    )


def check_price(session: Session, deal: Deal) -> None:
    """Before the contract: a deal with units has an amount, and one below the list its approval."""
    if deal.stock_units and deal.amount is None:
        raise Invalid("签约前请先填写成交金额。", "Enter the price before the contract.", "stage")
    if not is_approved(session, deal):
        raise Conflict(
            "成交价低于标价，须经理批准这个价格后才能签约。",
            "The price is below the list; a manager has to approve it before the contract.",
        )


def ask(user: Account, deal_id: str, amount: Decimal, reason: str, at: dt.datetime) -> PriceApproval:
    """Ask for the deal's present amount; Conflict where it is another one now, or where there is no need."""
    with atomic() as session:
        deal = session.scalar(deals_visible_to(user).where(Deal.deal_id == deal_id))
        if deal is None or not _may_write(user):
            raise NotFound
        price = below_list(session, deal)
        if price is None or deal.contract_on is not None or deal.cancelled_on is not None:
            raise Conflict("这笔成交不需要价格审批。", "This deal needs no approval of its price.")
        if deal.amount != amount:
            raise _moved()
        if not reason.strip():
            raise Invalid("请写明原因。", "Give the reason.", "reason")
        if any(row.approved is None and row.amount == amount for row in approvals_of(session, deal_id)):
            raise Conflict("已经申请过，等经理答复。", "It was asked for already and waits for the manager.")
        row = PriceApproval(
            deal_id=deal_id,
            amount=amount,
            list_price=price,
            reason=reason.strip(),
            asked_by=user.actor,
            asked_at=at,
        )
        session.add(row)
        session.flush()
    return row


def decide(
    user: Account, approval_id: int, amount: Decimal, approved: bool, answer: str, at: dt.datetime
) -> PriceApproval:
    """A manager's answer; `amount` is the one that was on the page, and must still be the deal's."""
    if not user.may(Permission.PROJECT_DEALS_APPROVE):
        raise Refused
    with atomic() as session:
        row = visible(user, approval_id)
        if row.approved is not None:
            raise Conflict("这个申请已有答复。", "This request was answered already.")
        deal = session.get_one(Deal, row.deal_id)
        if approved and (
            row.amount != amount or deal.amount != amount or below_list(session, deal) != row.list_price
        ):
            raise _moved()
        row.approved, row.answer = approved, answer.strip() or None
        row.decided_by, row.decided_at = user.actor, at
        audit.record(
            user.actor,
            "price.approved" if approved else "price.refused",
            row.deal_id,
            at=at,
            amount=str(row.amount),
            list_price=str(row.list_price),
        )
        session.flush()
    return row


def visible(user: Account, approval_id: int) -> PriceApproval:
    """The request, if the person may see its deal; else NotFound."""
    deals = deals_visible_to(user).with_only_columns(Deal.deal_id)
    row = db.session.scalar(
        select(PriceApproval).where(
            PriceApproval.approval_id == approval_id, PriceApproval.deal_id.in_(deals)
        )
    )
    if row is None:
        raise NotFound
    return row


def waiting(user: Account) -> Sequence[tuple[PriceApproval, Deal, Customer]]:
    """Requests of the project that nobody answered yet, the oldest first."""
    deals = deals_visible_to(user).with_only_columns(Deal.deal_id)
    query = (
        select(PriceApproval, Deal, Customer)
        .join(Deal, Deal.deal_id == PriceApproval.deal_id)
        .join(Customer, Customer.customer_id == Deal.customer_id)
        .where(
            PriceApproval.approved.is_(None),
            PriceApproval.deal_id.in_(deals),
            Deal.contract_on.is_(None),
            Deal.cancelled_on.is_(None),
        )
        .order_by(PriceApproval.approval_id)
    )
    return [(row, deal, customer) for row, deal, customer in db.session.execute(query)]


def _may_write(user: Account) -> bool:
    return user.may(Permission.OWN_DEALS_WRITE) or user.may(Permission.PROJECT_DEALS_WRITE)


def _moved() -> Conflict:
    return Conflict(
        "价格在此期间改变了，请按新的价格重新核对。",
        "The price has changed meanwhile; look at the new one first.",
    )
