"""Stock-takes, counted blind, and the day's reconciliation of till, payments and book."""

import datetime as dt
from decimal import Decimal

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from crm.goods.quantities import Quantity
from crm.store.base import Base, RowId


class StockTake(Base):
    """One stock-take: `state` is counting, counted, approved or given_up. Whoever counts does not see the book."""

    __tablename__ = "stock_takes"
    __table_args__ = (Index(None, "project", "taken_on"),)

    take_id: Mapped[str] = mapped_column(primary_key=True)
    project: Mapped[str]
    taken_on: Mapped[dt.date]
    category: Mapped[str | None]
    state: Mapped[str]
    opened_by: Mapped[str]
    opened_at: Mapped[dt.datetime]
    closed_by: Mapped[str | None]
    closed_at: Mapped[dt.datetime | None]
    approved_by: Mapped[str | None]
    approved_at: Mapped[dt.datetime | None]
    reason: Mapped[str | None]
    version: Mapped[int] = mapped_column(default=1, server_default="1")

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's own way


class StockTakeLine(Base):
    """An article to be counted, and what the book said at the moment at which its first count was written."""

    __tablename__ = "stock_take_lines"

    take_id: Mapped[str] = mapped_column(ForeignKey("stock_takes.take_id"), primary_key=True)
    goods_id: Mapped[str] = mapped_column(ForeignKey("goods.goods_id"), primary_key=True)
    counted: Mapped[Quantity | None]
    book: Mapped[Quantity | None]
    counted_by: Mapped[str | None]
    counted_at: Mapped[dt.datetime | None]
    reason: Mapped[str | None]


class StockCount(Base):
    """One count of one article; a second one is a row of its own, and the last one stands."""

    __tablename__ = "stock_counts"
    __table_args__ = (Index(None, "take_id", "goods_id"),)

    count_id: Mapped[RowId]
    take_id: Mapped[str] = mapped_column(ForeignKey("stock_takes.take_id"))
    goods_id: Mapped[str] = mapped_column(ForeignKey("goods.goods_id"))
    counted: Mapped[Quantity]
    book: Mapped[Quantity]
    counted_by: Mapped[str]
    counted_at: Mapped[dt.datetime]


class TillDay(Base):
    """What lay in the till and came in by each way, beside what the book says; corrected only by a later row."""

    __tablename__ = "till_days"
    __table_args__ = (Index(None, "project", "date"),)

    till_id: Mapped[RowId]
    project: Mapped[str]
    date: Mapped[dt.date]
    till: Mapped[Decimal]
    cash: Mapped[Decimal]
    card: Mapped[Decimal]
    wechat: Mapped[Decimal]
    alipay: Mapped[Decimal]
    other: Mapped[Decimal]
    book: Mapped[Decimal]
    note: Mapped[str | None]
    written_by: Mapped[str]
    written_at: Mapped[dt.datetime]
