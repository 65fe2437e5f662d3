"""Promotions: the year's plan and budget, the actions, gifts, and what is heard of competitors."""

import datetime as dt
from decimal import Decimal

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from crm.goods.quantities import Quantity
from crm.store.base import Base, RowId


class PromotionPlan(Base):
    """A store's budget for promotions in a month of a year; `project` empty is the company."""

    __tablename__ = "promotion_plans"

    project: Mapped[str] = mapped_column(primary_key=True)
    month: Mapped[dt.date] = mapped_column(primary_key=True)
    theme: Mapped[str | None]
    budget: Mapped[Decimal]


class Promotion(Base):
    """An action in a store, or in all where `project` is empty, from a date to a date, both included."""

    __tablename__ = "promotions"
    __table_args__ = (Index(None, "from_on"),)

    promotion_id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    project: Mapped[str | None]
    from_on: Mapped[dt.date]
    to_on: Mapped[dt.date]
    budget: Mapped[Decimal | None]
    cost: Mapped[Decimal | None]
    note: Mapped[str | None]
    version: Mapped[int] = mapped_column(default=1, server_default="1")

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's own way


class PromotionGoods(Base):
    """An article in a promotion, and its price there."""

    __tablename__ = "promotion_goods"

    promotion_id: Mapped[str] = mapped_column(ForeignKey("promotions.promotion_id"), primary_key=True)
    goods_id: Mapped[str] = mapped_column(ForeignKey("goods.goods_id"), primary_key=True)
    price: Mapped[Decimal | None]


class Gift(Base):
    """Gifts taken in for a promotion (positive) or given out (negative), each accounted for."""

    __tablename__ = "gifts"
    __table_args__ = (Index(None, "promotion_id"),)

    gift_id: Mapped[str] = mapped_column(primary_key=True)
    promotion_id: Mapped[str] = mapped_column(ForeignKey("promotions.promotion_id"))
    project: Mapped[str]
    date: Mapped[dt.date]
    name: Mapped[str]
    quantity: Mapped[Quantity]
    given_to: Mapped[str | None]
    staff_id: Mapped[str | None] = mapped_column(ForeignKey("staff.staff_id"))
    recorded_at: Mapped[dt.datetime]


class CompetitorNote(Base):
    """What was seen or heard of another shop or brand."""

    __tablename__ = "competitor_notes"
    __table_args__ = (Index(None, "project", "date"),)

    note_id: Mapped[RowId]
    project: Mapped[str]
    date: Mapped[dt.date]
    competitor: Mapped[str]
    goods: Mapped[str | None]
    price: Mapped[Decimal | None]
    note: Mapped[str]
    source: Mapped[str | None]
    staff_id: Mapped[str | None] = mapped_column(ForeignKey("staff.staff_id"))
    written_at: Mapped[dt.datetime]
