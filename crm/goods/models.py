"""What a shop sells: goods, suppliers, shelves, orders, and every movement of the stock.

A store is a `project`. Quantities are `Quantity`, money is fen. `StockMove` and `Sale` are the rows; `StockLevel`,
`GoodsDay` and `StoreDay` are totals of them that are written in the same act (`crm.goods.booking`), and
`crm verify` holds them against the rows.
"""

import datetime as dt
from decimal import Decimal

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from crm.goods.quantities import Quantity
from crm.store.base import Base

"""A customer's return is no move: it is a `Sale` with a negative quantity."""
MOVES = (
    "opening",  # what was there when records began
    "receive",  # from a supplier, against a purchase
    "supplier_return",
    "loss",  # broken, gone, past its shelf life
    "transfer_out",
    "transfer_in",
    "count",  # the approved difference of a stock-take
)


class Supplier(Base):
    """Who delivers."""

    __tablename__ = "suppliers"

    supplier_id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    contact: Mapped[str | None]
    phone: Mapped[str | None]


class Goods(Base):
    """One article, the same in all stores; `self_sourced` 1 is 自采. `price` is the ordinary retail price."""

    __tablename__ = "goods"
    __table_args__ = (Index(None, "barcode"), Index(None, "category", "subcategory"))

    goods_id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    supplier_id: Mapped[str | None] = mapped_column(ForeignKey("suppliers.supplier_id"))
    category: Mapped[str]
    subcategory: Mapped[str | None]
    barcode: Mapped[str | None]
    origin: Mapped[str | None]
    maker: Mapped[str | None]
    specification: Mapped[str | None]
    unit: Mapped[str]
    shelf_life_days: Mapped[int | None]
    self_sourced: Mapped[bool] = mapped_column(default=False)
    price: Mapped[Decimal | None]
    introduced_on: Mapped[dt.date | None]
    discontinued_on: Mapped[dt.date | None]
    version: Mapped[int] = mapped_column(default=1, server_default="1")

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's own way


class Shelf(Base):
    """Where an article stands in a store, and the least that should be there."""

    __tablename__ = "shelves"

    project: Mapped[str] = mapped_column(primary_key=True)
    goods_id: Mapped[str] = mapped_column(ForeignKey("goods.goods_id"), primary_key=True)
    place: Mapped[str | None]
    minimum: Mapped[Quantity]


class Purchase(Base):
    """One article of an order to a supplier."""

    __tablename__ = "purchases"
    __table_args__ = (Index(None, "project", "ordered_on"),)

    purchase_id: Mapped[str] = mapped_column(primary_key=True)
    goods_id: Mapped[str] = mapped_column(ForeignKey("goods.goods_id"), primary_key=True)
    project: Mapped[str]
    supplier_id: Mapped[str | None] = mapped_column(ForeignKey("suppliers.supplier_id"))
    ordered_on: Mapped[dt.date]
    expected_on: Mapped[dt.date | None]
    quantity: Mapped[Quantity]
    unit_cost: Mapped[Decimal]
    closed_on: Mapped[dt.date | None]


class StockMove(Base):
    """A movement that is no sale. `quantity` is signed: what the stock gains. `cost` is signed likewise, in all."""

    __tablename__ = "stock_moves"
    __table_args__ = (Index(None, "project", "date"), Index(None, "purchase_id"), Index(None, "goods_id"))

    move_id: Mapped[str] = mapped_column(primary_key=True)
    project: Mapped[str]
    goods_id: Mapped[str] = mapped_column(ForeignKey("goods.goods_id"))
    kind: Mapped[str]
    date: Mapped[dt.date]
    quantity: Mapped[Quantity]
    cost: Mapped[Decimal]
    purchase_id: Mapped[str | None]
    other_project: Mapped[str | None]
    take_id: Mapped[str | None]
    expires_on: Mapped[dt.date | None]
    reason: Mapped[str | None]
    staff_id: Mapped[str | None] = mapped_column(ForeignKey("staff.staff_id"))
    recorded_at: Mapped[dt.datetime]


class Sale(Base):
    """One line of a ticket. `amount` is what was paid for it, `cost` what it had cost; a return is negative."""

    __tablename__ = "sales"
    __table_args__ = (
        Index(None, "project", "date", "goods_id"),
        Index(None, "goods_id", "date"),
        Index(None, "promotion_id"),
        Index(None, "project", "ticket"),
    )

    sale_id: Mapped[str] = mapped_column(primary_key=True)
    ticket: Mapped[str]
    project: Mapped[str]
    goods_id: Mapped[str] = mapped_column(ForeignKey("goods.goods_id"))
    date: Mapped[dt.date]
    sold_at: Mapped[dt.datetime]
    quantity: Mapped[Quantity]
    amount: Mapped[Decimal]
    cost: Mapped[Decimal]
    paid_by: Mapped[str]
    promotion_id: Mapped[str | None] = mapped_column(ForeignKey("promotions.promotion_id"))
    staff_id: Mapped[str | None] = mapped_column(ForeignKey("staff.staff_id"))
    recorded_at: Mapped[dt.datetime]


class StockLevel(Base):
    """What is there now, and what it cost; `unit_cost` is what one last cost, for when nothing is left.

    More may be sold than the book says is there, because it is the book that is wrong then: the quantity falls
    below zero, and a stock-take or a late receipt brings it right.
    """

    __tablename__ = "stock_levels"

    project: Mapped[str] = mapped_column(primary_key=True)
    goods_id: Mapped[str] = mapped_column(ForeignKey("goods.goods_id"), primary_key=True)
    quantity: Mapped[Quantity]
    cost: Mapped[Decimal]
    unit_cost: Mapped[Decimal]


class GoodsDay(Base):
    """An article's day in a store: all that its rows add up to. A date without rows has no day.

    `promo_*` is the part of `sold_*` that belongs to a promotion. `sold_*` counts what went out as positive, all
    others count what the stock gained. `closing_*` is the stock after the date.
    """

    __tablename__ = "goods_days"
    __table_args__ = (Index(None, "project", "date"), Index(None, "date"))

    goods_id: Mapped[str] = mapped_column(ForeignKey("goods.goods_id"), primary_key=True)
    project: Mapped[str] = mapped_column(primary_key=True)
    date: Mapped[dt.date] = mapped_column(primary_key=True)
    sold_quantity: Mapped[Quantity] = mapped_column(default=0, server_default="0")
    sold_amount: Mapped[Decimal] = mapped_column(default=0, server_default="0")
    sold_cost: Mapped[Decimal] = mapped_column(default=0, server_default="0")
    promo_quantity: Mapped[Quantity] = mapped_column(default=0, server_default="0")
    promo_amount: Mapped[Decimal] = mapped_column(default=0, server_default="0")
    promo_cost: Mapped[Decimal] = mapped_column(default=0, server_default="0")
    received_quantity: Mapped[Quantity] = mapped_column(default=0, server_default="0")
    received_cost: Mapped[Decimal] = mapped_column(default=0, server_default="0")
    returned_quantity: Mapped[Quantity] = mapped_column(default=0, server_default="0")
    returned_cost: Mapped[Decimal] = mapped_column(default=0, server_default="0")
    lost_quantity: Mapped[Quantity] = mapped_column(default=0, server_default="0")
    lost_cost: Mapped[Decimal] = mapped_column(default=0, server_default="0")
    moved_quantity: Mapped[Quantity] = mapped_column(default=0, server_default="0")
    moved_cost: Mapped[Decimal] = mapped_column(default=0, server_default="0")
    counted_quantity: Mapped[Quantity] = mapped_column(default=0, server_default="0")
    counted_cost: Mapped[Decimal] = mapped_column(default=0, server_default="0")
    closing_quantity: Mapped[Quantity] = mapped_column(default=0, server_default="0")
    closing_cost: Mapped[Decimal] = mapped_column(default=0, server_default="0")


class StoreDay(Base):
    """A store's day: tickets are no sum over articles, so they stand apart."""

    __tablename__ = "store_days"

    project: Mapped[str] = mapped_column(primary_key=True)
    date: Mapped[dt.date] = mapped_column(primary_key=True)
    tickets: Mapped[int] = mapped_column(default=0, server_default="0")
    sold_amount: Mapped[Decimal] = mapped_column(default=0, server_default="0")
    sold_cost: Mapped[Decimal] = mapped_column(default=0, server_default="0")


class SalesPlan(Base):
    """What a store should sell in a month; `month` is its first date."""

    __tablename__ = "sales_plans"

    project: Mapped[str] = mapped_column(primary_key=True)
    month: Mapped[dt.date] = mapped_column(primary_key=True)
    amount: Mapped[Decimal]
    fee: Mapped[Decimal | None]


class Threshold(Base):
    """A company's own figure for a report, such as from how many days on a stock is high."""

    __tablename__ = "report_thresholds"

    name: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[str]
    set_by: Mapped[str]
    set_at: Mapped[dt.datetime]
