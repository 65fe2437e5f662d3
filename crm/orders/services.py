"""An order: entered for one's own customer, its goods changed until they are inspected, cancelled until delivered."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from crm.errors import Conflict, Invalid, NotFound, Refused
from crm.extensions import db
from crm.leads.ids import new_id
from crm.leads.models import Customer
from crm.leads.page_queries import customer_of
from crm.orders import book
from crm.orders.models import BookPrice, Order, OrderLine, OrderStep, orders_visible_to
from crm.people import audit
from crm.people.accounts import Account
from crm.permissions import Permission
from crm.transactions import atomic

MOST_PIECES = 999
SHORTEST_ADDRESS = 8
"""Characters that city, street and number take at least."""
NOTHING = Decimal("0.00")


@dataclass(frozen=True)
class Goods:
    """A line as it is typed: a row of the price book, how many, and what one costs (None: as the book says)."""

    price_id: int
    quantity: int
    price: Decimal | None = None


@dataclass(frozen=True)
class Draft:
    """An order as it is typed."""

    customer_name: str
    address: str
    goods: Goods
    note: str = ""


def customer_to_serve(user: Account, customer_id: str, on: dt.date) -> Customer:
    """The customer of this consultant, if there is one and nothing was erased."""
    customer = customer_of(user, customer_id, on)
    if customer.erased_at is not None:
        raise Conflict("这位客户的资料已抹除，不能开单。", "This customer's data was erased.")
    return customer


def enter(user: Account, customer_id: str, draft: Draft, at: dt.datetime) -> Order:
    """Begin an order. Everything on it is required (§9 9); it is written only after the goods were inspected."""
    if not user.may(Permission.OWN_ORDERS_WRITE) or user.staff_id is None:
        raise Refused
    with atomic() as session:
        customer_to_serve(user, customer_id, at.date())
        _check(draft)
        order = Order(
            order_id=new_id("F", at.date()),
            customer_id=customer_id,
            staff_id=user.staff_id,
            project=user.project or "",
            customer_name=draft.customer_name.strip(),
            address=draft.address.strip(),
            note=draft.note.strip() or None,
            entered_at=at,
        )
        session.add(order)
        session.flush()
        session.add(_line(order.order_id, draft.goods, at.date()))
        session.flush()
    return order


def _check(draft: Draft) -> None:
    if not draft.customer_name.strip():
        raise Invalid("请填写客户姓名。", "Enter the customer's name.", "customer_name")
    if len("".join(draft.address.split())) < SHORTEST_ADDRESS:
        raise Invalid(
            "请写全地址：市、区、街道、小区、门牌号。",
            "Enter the full address: city, district, street and number.",
            "address",
        )


def _line(order_id: str, goods: Goods, on: dt.date) -> OrderLine:
    chosen = db.session.get(BookPrice, goods.price_id)
    held = book.price_on(chosen.product, chosen.model, on) if chosen else None
    if chosen is None or held is None or held.price_id != chosen.price_id:
        raise Invalid(
            "请从现行价目中选择产品。", "Choose a product from the price book of today.", "price_id"
        )
    if not 1 <= goods.quantity <= MOST_PIECES:
        raise Invalid(f"数量为 1 到 {MOST_PIECES}。", f"Between 1 and {MOST_PIECES}.", "quantity")
    price = chosen.price if goods.price is None else goods.price
    if price <= 0:
        raise Invalid("价格必须大于零。", "The price must be above zero.", "price")
    return OrderLine(
        order_id=order_id,
        product=chosen.product,
        model=chosen.model,
        size=chosen.size,
        material=chosen.material,
        quantity=goods.quantity,
        book_price=chosen.price,
        price=price,
    )


def add_line(user: Account, order_id: str, goods: Goods, at: dt.datetime) -> OrderLine:
    """Another piece on an order whose goods were not inspected yet."""
    with atomic() as session:
        order = _changeable(session, user, order_id)
        line = _line(order_id, goods, at.date())
        session.add(line)
        _touch(order)
        session.flush()
    return line


def remove_line(user: Account, order_id: str, line_id: int) -> None:
    """Take a piece off again; the last one stays."""
    with atomic() as session:
        order = _changeable(session, user, order_id)
        line = session.get(OrderLine, line_id)
        if line is None or line.order_id != order_id:
            raise NotFound
        if len(lines_of(session, order_id)) == 1:
            raise Conflict("订单至少要有一件商品。", "An order has at least one piece.")
        session.delete(line)
        _touch(order)
        session.flush()


def _touch(order: Order) -> None:
    """Let the order's version move, so that two who change its lines cannot both win."""
    order.version = order.version + 1


def _changeable(session: Session, user: Account, order_id: str) -> Order:
    order = own_order(user, order_id)
    if order.cancelled_at is not None or steps_of(session, order_id):
        raise Conflict(
            "已经验货，商品不能再改；要改请取消后重开。",
            "The goods were inspected and can no longer be changed; cancel the order and begin anew.",
        )
    return order


def cancel(user: Account, order_id: str, reason: str, at: dt.datetime) -> Order:
    """End an order that was not delivered: the consultant until the customer signed, after that a manager."""
    with atomic() as session:
        order = order_of(user, order_id)
        done = {row.kind for row in steps_of(session, order_id)}
        signs = user.may(Permission.PROJECT_ORDERS_SIGN)
        if not signs and not (user.may(Permission.OWN_ORDERS_WRITE) and order.staff_id == user.staff_id):
            raise Refused
        if order.cancelled_at is not None or "delivered" in done:
            raise Conflict("已取消或已提送货的订单不能取消。", "It is cancelled or delivered already.")
        if "explained" in done and not signs:
            raise Refused("客户签字后，只有店长或经理可以取消。", "Once signed, only a manager cancels it.")
        if not reason.strip():
            raise Invalid("请写明取消的原因。", "Give the reason.", "reason")
        order.cancelled_at, order.cancelled_by, order.cancel_reason = at, user.actor, reason.strip()
        audit.record(user.actor, "order.cancelled", order_id, at=at)
        session.flush()
    return order


def order_of(user: Account, order_id: str) -> Order:
    """The order, if this person may see it; else NotFound."""
    order = db.session.scalar(orders_visible_to(user).where(Order.order_id == order_id))
    if order is None:
        raise NotFound
    return order


def own_order(user: Account, order_id: str) -> Order:
    """The order, if it is this consultant's own; Refused for who may only read it."""
    order = order_of(user, order_id)
    if not user.may(Permission.OWN_ORDERS_WRITE) or order.staff_id != user.staff_id:
        raise Refused
    return order


def lines_of(session: Session, order_id: str) -> Sequence[OrderLine]:
    """The goods of an order."""
    query = select(OrderLine).where(OrderLine.order_id == order_id)
    return session.scalars(query.order_by(OrderLine.line_id)).all()


def steps_of(session: Session, order_id: str) -> Sequence[OrderStep]:
    """The steps that are done, in the order in which they were."""
    query = select(OrderStep).where(OrderStep.order_id == order_id)
    return session.scalars(query.order_by(OrderStep.done_at)).all()


def total_of(lines: Sequence[OrderLine]) -> Decimal:
    """Yuan for all of it."""
    return sum((line.amount for line in lines), NOTHING)


def book_total_of(lines: Sequence[OrderLine]) -> Decimal:
    """Yuan for all of it as the book has it."""
    return sum((line.book_price * line.quantity for line in lines), NOTHING)
