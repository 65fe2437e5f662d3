"""A price below the book: asked for with a reason, approved by a manager; no cut to win an order from a colleague.

Who else serves the customer is found among all customers that are linked by telephone, card or household: another
consultant's open order, or a contact within the protection (§9 8, rulebook 9).
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from crm.deals.attribution import linked_customers
from crm.errors import Conflict, Invalid, NotFound, Refused
from crm.exchange.services import parameters_in_force
from crm.extensions import db
from crm.leads.models import Contact, Transfer
from crm.orders.models import Order, OrderApproval, OrderStep, orders_visible_to
from crm.orders.services import book_total_of, lines_of, order_of, own_order, steps_of, total_of
from crm.people import audit
from crm.people.accounts import Account
from crm.permissions import Permission
from crm.rulebook.tables import day_number
from crm.transactions import atomic


def is_below(session: Session, order: Order) -> bool:
    """Whether any piece is cheaper than the book says; a dearer one beside it makes up for nothing."""
    return any(line.price < line.book_price for line in lines_of(session, order.order_id))


def requests_of(session: Session, order_id: str) -> Sequence[OrderApproval]:
    """What was asked and answered, the newest first."""
    query = select(OrderApproval).where(OrderApproval.order_id == order_id)
    return session.scalars(query.order_by(OrderApproval.approval_id.desc())).all()


def is_approved(session: Session, order: Order) -> bool:
    """Whether a manager approved the price as it is now, or none needs to."""
    if not is_below(session, order):
        return True
    amounts = _amounts(session, order)
    return any(
        row.approved and (row.amount, row.book_amount) == amounts
        for row in requests_of(session, order.order_id)
    )


def check_price(session: Session, order: Order) -> None:
    """Before anybody signs: a price below the book has its approval."""
    if not is_approved(session, order):
        raise Conflict(
            "价格低于统一价，须店长批准后才能签字。",
            "The price is below the book; the store manager has to approve it before anybody signs.",
        )


def rivals_of(session: Session, order: Order, on: dt.date) -> list[str]:
    """The other consultants who serve the customer on that date, by staff id."""
    linked = [one.customer.customer_id for one in linked_customers(session, order.customer_id)]
    through = select(OrderStep.order_id).where(OrderStep.kind == "installed")
    ordering = select(Order.staff_id).where(
        Order.customer_id.in_(linked),
        Order.staff_id != order.staff_id,
        Order.cancelled_at.is_(None),
        Order.order_id.not_in(through),
    )
    return sorted({*session.scalars(ordering), *_in_touch(session, order, linked, on)})


def _in_touch(session: Session, order: Order, linked: Iterable[str], on: dt.date) -> set[str]:
    """Colleagues whose contact protects; those from before the customer was handed over to the seller do not."""
    days = parameters_in_force(session).integer("protection_days", day_number(on))
    since = on - dt.timedelta(days=days)
    handed = session.scalar(
        select(func.max(Transfer.on)).where(
            Transfer.customer_id == order.customer_id, Transfer.to == order.staff_id, Transfer.on <= on
        )
    )
    query = select(Contact.staff_id).where(
        Contact.customer_id.in_(list(linked)),
        Contact.staff_id != order.staff_id,
        Contact.struck_at.is_(None),
        Contact.happened_at >= dt.datetime.combine(max(since, handed or since), dt.time()),
        Contact.happened_at < dt.datetime.combine(on + dt.timedelta(days=1), dt.time()),
    )
    return set(session.scalars(query))


def ask(user: Account, order_id: str, reason: str, at: dt.datetime) -> OrderApproval:
    """Ask for the order's present price; Conflict where there is no need or it was asked already."""
    with atomic() as session:
        order = own_order(user, order_id)
        if order.cancelled_at is not None or not is_below(session, order) or _is_signed(session, order):
            raise Conflict("这份订单不需要价格审批。", "This order needs no approval of its price.")
        amounts = _amounts(session, order)
        rows = requests_of(session, order_id)
        if any(row.approved is None and (row.amount, row.book_amount) == amounts for row in rows):
            raise Conflict("已经申请过，等店长答复。", "It was asked for already and waits for the manager.")
        if is_approved(session, order):
            raise Conflict("这个价格已经批准。", "This price is approved already.")
        if not reason.strip():
            raise Invalid("请写明降价的原因。", "Give the reason.", "reason")
        row = OrderApproval(
            order_id=order_id,
            amount=amounts[0],
            book_amount=amounts[1],
            reason=reason.strip(),
            rivals=",".join(rivals_of(session, order, at.date())),
            asked_by=user.actor,
            asked_at=at,
        )
        session.add(row)
        session.flush()
    return row


def _is_signed(session: Session, order: Order) -> bool:
    return any(row.kind == "explained" for row in steps_of(session, order.order_id))


def _amounts(session: Session, order: Order) -> tuple[Decimal, Decimal]:
    lines = lines_of(session, order.order_id)
    return total_of(lines), book_total_of(lines)


def decide(
    user: Account, approval_id: int, approved: bool, takes_on: bool, answer: str, at: dt.datetime
) -> OrderApproval:
    """A manager's answer. Where the order competes with a colleague's, only one who takes that on may approve."""
    if not user.may(Permission.PROJECT_ORDERS_SIGN):
        raise Refused
    with atomic() as session:
        row = visible(user, approval_id)
        order = order_of(user, row.order_id)
        if row.approved is not None or order.cancelled_at is not None:
            raise Conflict(
                "这个申请已有答复，或订单已取消。", "It was answered already, or the order is cancelled."
            )
        if approved and (row.amount, row.book_amount) != _amounts(session, order):
            raise Conflict(
                "订单在此期间改变了，请重新申请。", "The order has changed meanwhile; it is asked anew."
            )
        rivals = {*rivals_of(session, order, at.date()), *filter(None, row.rivals.split(","))}
        if approved and rivals and not takes_on:
            raise Conflict(
                "另有顾问在接待这位客户：抢单降价不予批准，除非您勾选承担责任。",
                "Another consultant serves this customer: no cut to win the order, unless you take it on.",
            )
        if (takes_on or not approved) and not answer.strip():
            raise Invalid("请写明理由。", "Give the reason.", "answer")
        row.rivals = ",".join(sorted(rivals))
        row.approved, row.taken_on, row.answer = approved, bool(rivals) and approved, answer.strip() or None
        row.decided_by, row.decided_at = user.actor, at
        audit.record(
            user.actor,
            "order_price.approved" if approved else "order_price.refused",
            row.order_id,
            at=at,
            amount=str(row.amount),
            book_amount=str(row.book_amount),
            rivals=row.rivals,
        )
        session.flush()
    return row


def visible(user: Account, approval_id: int) -> OrderApproval:
    """The request, if the person may see its order; else NotFound."""
    orders = orders_visible_to(user).with_only_columns(Order.order_id)
    row = db.session.scalar(
        select(OrderApproval).where(
            OrderApproval.approval_id == approval_id, OrderApproval.order_id.in_(orders)
        )
    )
    if row is None:
        raise NotFound
    return row
