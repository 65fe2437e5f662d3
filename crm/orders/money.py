"""Deposit, balance and arrears of an order; what was wrong is reversed, never changed.

定金 counts as such up to 20 % of the price, what is above it is prepayment (Civil Code Art. 586).
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from crm.deals.receipts import BACK_DAYS, METHODS, NATURES, earnest_cap
from crm.errors import Conflict, Invalid, NotFound, Refused
from crm.extensions import db
from crm.leads.ids import new_id
from crm.orders.models import Order, OrderMoney
from crm.orders.services import NOTHING, lines_of, order_of, total_of
from crm.people import audit
from crm.people.accounts import Account
from crm.permissions import Permission
from crm.transactions import atomic


@dataclass(frozen=True)
class Taken:
    """Money received, as it is typed."""

    nature: str
    amount: Decimal
    method: str
    voucher_no: str
    received_on: dt.date
    note: str = ""


@dataclass(frozen=True)
class Sums:
    """Yuan of one order: its price, what came in, the 定金 of it, the part above the cap, and what is still owed."""

    price: Decimal
    received: Decimal
    earnest: Decimal
    excess: Decimal
    cap: Decimal

    @property
    def arrears(self) -> Decimal:
        """What is still to come; never below zero."""
        return max(self.price - self.received, NOTHING)


def take(user: Account, order_id: str, taken: Taken, at: dt.datetime) -> OrderMoney:
    """Keep money that was received, at most what the order costs."""
    if not user.may(Permission.PROJECT_RECEIPTS_WRITE):
        raise Refused
    with atomic() as session:
        order = order_of(user, order_id)
        if order.cancelled_at is not None:
            raise Conflict("订单已取消，不能再收款。", "The order is cancelled; no money can be taken.")
        _check(taken, at.date())
        owed = sums_of(session, order).arrears
        if taken.amount > owed:
            raise Invalid(
                f"这份订单最多还应收 {owed} 元。", f"At most {owed} yuan are still to come.", "amount"
            )
        row = OrderMoney(
            receipt_id=new_id("Q", at.date()),
            order_id=order_id,
            nature=taken.nature,
            amount=taken.amount,
            method=taken.method,
            voucher_no=taken.voucher_no.strip(),
            received_on=taken.received_on,
            note=taken.note.strip() or None,
            taken_by=user.actor,
            taken_at=at,
        )
        session.add(row)
        session.flush()
    return row


def _check(taken: Taken, today: dt.date) -> None:
    if taken.nature not in NATURES or taken.method not in METHODS:
        raise Invalid("请选择性质和方式。", "Choose its nature and the method.", "nature")
    if taken.amount <= 0:
        raise Invalid("金额必须大于零。", "The amount must be above zero.", "amount")
    if not taken.voucher_no.strip():
        raise Invalid("请填写凭证号。", "Enter the voucher number.", "voucher_no")
    if not today - dt.timedelta(days=BACK_DAYS) <= taken.received_on <= today:
        raise Invalid(
            f"收款日期应在最近 {BACK_DAYS} 天内，不晚于今天。",
            f"The day lies within the last {BACK_DAYS} days.",
            "received_on",
        )


def reverse(user: Account, receipt_id: str, reason: str, at: dt.datetime) -> OrderMoney:
    """Book the opposite of a row, naming it; also how money goes back after a cancelled order."""
    if not user.may(Permission.PROJECT_RECEIPTS_WRITE):
        raise Refused
    with atomic() as session:
        wrong = visible(user, receipt_id)
        if session.scalar(select(OrderMoney.receipt_id).where(OrderMoney.reverses == receipt_id)):
            raise Conflict("这笔收款已经冲销。", "This receipt was reversed already.")
        if not reason.strip():
            raise Invalid("请写明冲销的原因。", "Give the reason of the reversal.", "reason")
        row = OrderMoney(
            receipt_id=new_id("Q", at.date()),
            order_id=wrong.order_id,
            nature=wrong.nature,
            amount=-wrong.amount,
            method=wrong.method,
            voucher_no=wrong.voucher_no,
            received_on=at.date(),
            note=reason.strip(),
            reverses=receipt_id,
            taken_by=user.actor,
            taken_at=at,
        )
        session.add(row)
        audit.record(user.actor, "order_money.reversed", receipt_id, at=at, by=row.receipt_id)
        session.flush()
    return row


def visible(user: Account, receipt_id: str) -> OrderMoney:
    """A row that can be reversed, of an order that this person may see; else NotFound."""
    row = db.session.get(OrderMoney, receipt_id)
    if row is None or row.reverses is not None:
        raise NotFound
    order_of(user, row.order_id)
    return row


def rows_of(session: Session, order_id: str) -> Sequence[OrderMoney]:
    """What was taken and reversed, in the order in which it was booked."""
    query = select(OrderMoney).where(OrderMoney.order_id == order_id)
    return session.scalars(query.order_by(OrderMoney.taken_at, OrderMoney.receipt_id)).all()


def sums_of(session: Session, order: Order) -> Sums:
    """The sums of one order."""
    rows = rows_of(session, order.order_id)
    price = total_of(lines_of(session, order.order_id))
    named = sum((row.amount for row in rows if row.nature == "earnest_money"), NOTHING)
    received = sum((row.amount for row in rows), NOTHING)
    cap = earnest_cap(price) or NOTHING
    return Sums(price, received, min(named, cap), max(named - cap, NOTHING), cap)


def received_of(order_ids: Sequence[str]) -> Mapping[str, Decimal]:
    """What came in for each of these orders, in one question."""
    query = (
        select(OrderMoney.order_id, func.sum(OrderMoney.amount))
        .where(OrderMoney.order_id.in_(order_ids))
        .group_by(OrderMoney.order_id)
    )
    return {order_id: Decimal(amount) for order_id, amount in db.session.execute(query)}
