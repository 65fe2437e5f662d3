"""Rows of a furniture store: the price book, orders with their steps and money, what follows, the shop's day.

A store is a `project`. Steps, money, prices and closing checks are only ever added; the database refuses anything else.
"""

import datetime as dt
from decimal import Decimal

from sqlalchemy import ForeignKey, Index, Select, false, select
from sqlalchemy.orm import Mapped, mapped_column

from crm.permissions import User, reach
from crm.store.base import Base, RowId


class BookPrice(Base):
    """The price of a product in one model from a date on, the same in all stores (§9 8).

    Of several rows of one product and model the latest `from_on` counts, of one date the last entered.
    """

    __tablename__ = "price_book"
    __table_args__ = (Index(None, "product", "model", "from_on"),)

    price_id: Mapped[RowId]
    product: Mapped[str]
    model: Mapped[str]
    size: Mapped[str]
    material: Mapped[str]
    origin: Mapped[str]
    purpose: Mapped[str]
    price: Mapped[Decimal]
    from_on: Mapped[dt.date]
    entered_by: Mapped[str]
    entered_at: Mapped[dt.datetime]


class Order(Base):
    """A customer's order. What it says of the customer is kept as it was written; `version` guards its lines."""

    __tablename__ = "orders"
    __table_args__ = (
        Index(None, "customer_id"),
        Index(None, "staff_id"),
        Index(None, "project", "entered_at"),
    )

    order_id: Mapped[str] = mapped_column(primary_key=True)
    customer_id: Mapped[str] = mapped_column(ForeignKey("customers.customer_id"))
    staff_id: Mapped[str] = mapped_column(ForeignKey("staff.staff_id"))
    project: Mapped[str]
    customer_name: Mapped[str]
    address: Mapped[str]
    note: Mapped[str | None]
    entered_at: Mapped[dt.datetime]
    cancelled_at: Mapped[dt.datetime | None]
    cancelled_by: Mapped[str | None]
    cancel_reason: Mapped[str | None]
    version: Mapped[int] = mapped_column(default=1, server_default="1")

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's own way


class OrderLine(Base):
    """Goods of an order, for a unit price; `book_price` is what the book said on the day of the order."""

    __tablename__ = "order_lines"
    __table_args__ = (Index(None, "order_id"), Index(None, "product", "model"))

    line_id: Mapped[RowId]
    order_id: Mapped[str] = mapped_column(ForeignKey("orders.order_id"))
    product: Mapped[str]
    model: Mapped[str]
    size: Mapped[str]
    material: Mapped[str]
    quantity: Mapped[int]
    book_price: Mapped[Decimal]
    price: Mapped[Decimal]

    @property
    def amount(self) -> Decimal:
        """Yuan for the whole line."""
        return self.price * self.quantity


class OrderStep(Base):
    """One step of the order's way, done once: who, when, and what it notes.

    `on` is the day of the delivery that is scheduled or was made; `mode` is delivery or pickup.
    """

    __tablename__ = "order_steps"

    order_id: Mapped[str] = mapped_column(ForeignKey("orders.order_id"), primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    done_by: Mapped[str]
    done_at: Mapped[dt.datetime]
    on: Mapped[dt.date | None]
    mode: Mapped[str | None]


class OrderNote(Base):
    """Words to a step, such as the damage found or where the goods were left; apart, so that they can be erased."""

    __tablename__ = "order_notes"

    order_id: Mapped[str] = mapped_column(ForeignKey("orders.order_id"), primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    note: Mapped[str]


class OrderSignature(Base):
    """What the customer drew on the screen: an SVG path on 600 by 200 points."""

    __tablename__ = "order_signatures"

    order_id: Mapped[str] = mapped_column(ForeignKey("orders.order_id"), primary_key=True)
    drawing: Mapped[str]


class OrderMoney(Base):
    """Money taken for an order; a wrong row is reversed by one with the opposite amount that names it."""

    __tablename__ = "order_money"
    __table_args__ = (
        Index(None, "order_id"),
        Index("uq_order_money_reverses", "reverses", unique=True),
    )

    receipt_id: Mapped[str] = mapped_column(primary_key=True)
    order_id: Mapped[str] = mapped_column(ForeignKey("orders.order_id"))
    nature: Mapped[str]
    amount: Mapped[Decimal]
    method: Mapped[str]
    voucher_no: Mapped[str]
    received_on: Mapped[dt.date]
    note: Mapped[str | None]
    reverses: Mapped[str | None] = mapped_column(ForeignKey("order_money.receipt_id"))
    taken_by: Mapped[str]
    taken_at: Mapped[dt.datetime]


class OrderApproval(Base):
    """A price below the book, asked for with its reason; `rivals` are the colleagues who served the customer then."""

    __tablename__ = "order_approvals"
    __table_args__ = (Index(None, "order_id"),)

    approval_id: Mapped[RowId]
    order_id: Mapped[str] = mapped_column(ForeignKey("orders.order_id"))
    amount: Mapped[Decimal]
    book_amount: Mapped[Decimal]
    reason: Mapped[str]
    rivals: Mapped[str]
    asked_by: Mapped[str]
    asked_at: Mapped[dt.datetime]
    approved: Mapped[bool | None]
    taken_on: Mapped[bool] = mapped_column(default=False)
    answer: Mapped[str | None]
    decided_by: Mapped[str | None]
    decided_at: Mapped[dt.datetime | None]


class CallBack(Base):
    """One line of the after-sales follow-up sheet: when to call, and what the customer said."""

    __tablename__ = "order_call_backs"
    __table_args__ = (Index(None, "staff_id", "done_at", "due_on"),)

    order_id: Mapped[str] = mapped_column(ForeignKey("orders.order_id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    staff_id: Mapped[str] = mapped_column(ForeignKey("staff.staff_id"))
    due_on: Mapped[dt.date]
    done_at: Mapped[dt.datetime | None]
    done_by: Mapped[str | None]
    result: Mapped[str | None]
    note: Mapped[str | None]


class ShopNote(Base):
    """What is reported at once: damage, loss, found articles, gifts, price checks, word of other brands."""

    __tablename__ = "shop_notes"
    __table_args__ = (Index(None, "project", "noted_at"), Index(None, "staff_id"))

    note_id: Mapped[RowId]
    project: Mapped[str]
    staff_id: Mapped[str] = mapped_column(ForeignKey("staff.staff_id"))
    kind: Mapped[str]
    what: Mapped[str]
    brand: Mapped[str | None]
    price: Mapped[Decimal | None]
    book_price: Mapped[Decimal | None]
    note: Mapped[str]
    noted_at: Mapped[dt.datetime]
    answer: Mapped[str | None]
    answered_by: Mapped[str | None]
    answered_at: Mapped[dt.datetime | None]


class ClosingCheck(Base):
    """The area inspection at closing: doors, power, fire, and what customers left; the last one of a day counts."""

    __tablename__ = "closing_checks"
    __table_args__ = (Index(None, "project", "date"),)

    check_id: Mapped[RowId]
    project: Mapped[str]
    date: Mapped[dt.date]
    doors: Mapped[bool]
    power: Mapped[bool]
    fire: Mapped[bool]
    left_behind: Mapped[bool]
    note: Mapped[str | None]
    checked_by: Mapped[str]
    checked_at: Mapped[dt.datetime]

    @property
    def whole(self) -> bool:
        """Whether everything was in order."""
        return self.doors and self.power and self.fire and self.left_behind


def orders_visible_to(user: User) -> Select[Order]:
    """A consultant's own, those of the store for its managers and finance."""
    scope = reach(user, "orders:read")
    query = select(Order)
    if scope == "project":
        return query.where(Order.project == user.project)
    return query.where(Order.staff_id == user.staff_id if scope == "own" else false())


def shop_notes_visible_to(user: User) -> Select[ShopNote]:
    """Those of the store for its managers, one's own for a consultant."""
    scope = reach(user, "shop:read")
    query = select(ShopNote)
    if scope == "project":
        return query.where(ShopNote.project == user.project)
    return query.where(ShopNote.staff_id == user.staff_id if scope == "own" else false())


def closing_checks_visible_to(user: User) -> Select[ClosingCheck]:
    """Those of the store, for whoever works there."""
    query = select(ClosingCheck)
    return query.where(ClosingCheck.project == user.project if reach(user, "shop:read") else false())
