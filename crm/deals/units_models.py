"""Units for sale, and which deal has which: the one place where "never sold twice" is a unique row."""

import datetime as dt
from decimal import Decimal

from sqlalchemy import ForeignKey, Index, Select, false, select, text
from sqlalchemy.orm import Mapped, mapped_column

from crm.permissions import User, reach
from crm.store.base import Base, Exact, RowId


class StockUnit(Base):
    """A flat, shop or parking place. `status` is what holds apart from deals; None means on sale."""

    __tablename__ = "stock_units"
    __table_args__ = (Index(None, "project", "building"),)

    unit_id: Mapped[str] = mapped_column(primary_key=True)
    project: Mapped[str]
    building: Mapped[str]
    floor: Mapped[str]
    number: Mapped[str]
    unit_kind: Mapped[str]
    area: Mapped[Exact | None]
    list_price: Mapped[Decimal | None]
    presale_permit: Mapped[str | None]
    status: Mapped[str | None]
    version: Mapped[int] = mapped_column(default=1, server_default="1")

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's own way


_LIVE = text("until IS NULL")


class DealUnit(Base):
    """A deal has a unit from `since` on, until it is cancelled; only one deal at a time can."""

    __tablename__ = "deal_units"
    __table_args__ = (
        Index("uq_deal_units_live", "unit_id", unique=True, sqlite_where=_LIVE, postgresql_where=_LIVE),
        Index(None, "deal_id"),
    )

    claim_id: Mapped[RowId]
    unit_id: Mapped[str] = mapped_column(ForeignKey("stock_units.unit_id"))
    deal_id: Mapped[str] = mapped_column(ForeignKey("deals.deal_id"))
    since: Mapped[dt.datetime]
    until: Mapped[dt.datetime | None]


class PermitAnswer(Base):
    """A manager answers for deposits on a building that has no presale permit, with the reason."""

    __tablename__ = "permit_answers"
    __table_args__ = (Index(None, "project", "building"),)

    answer_id: Mapped[RowId]
    project: Mapped[str]
    building: Mapped[str]
    reason: Mapped[str]
    answered_by: Mapped[str]
    answered_at: Mapped[dt.datetime]


class Hold(Base):
    """Until when a holding deposit keeps its units; extended by a manager, ended by the night."""

    __tablename__ = "holds"
    __table_args__ = (Index(None, "lapses_on"),)

    deal_id: Mapped[str] = mapped_column(ForeignKey("deals.deal_id"), primary_key=True)
    lapses_on: Mapped[dt.date]
    ended_at: Mapped[dt.datetime | None]


class DealStep(Base):
    """What was done of an after-sales duty: the things ticked off, another due date, the day it was done."""

    __tablename__ = "deal_steps"

    deal_id: Mapped[str] = mapped_column(ForeignKey("deals.deal_id"), primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    due_on: Mapped[dt.date | None]
    ticked: Mapped[list[str]]
    done_on: Mapped[dt.date | None]
    not_needed: Mapped[bool] = mapped_column(default=False)
    note: Mapped[str | None]
    saved_by: Mapped[str]
    saved_at: Mapped[dt.datetime]
    version: Mapped[int] = mapped_column(default=1, server_default="1")

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's own way


class PriceApproval(Base):
    """Somebody asks to sell below the list; a manager decides about exactly that amount."""

    __tablename__ = "price_approvals"
    __table_args__ = (Index(None, "deal_id"),)

    approval_id: Mapped[RowId]
    deal_id: Mapped[str] = mapped_column(ForeignKey("deals.deal_id"))
    amount: Mapped[Decimal]
    list_price: Mapped[Decimal]
    reason: Mapped[str]
    asked_by: Mapped[str]
    asked_at: Mapped[dt.datetime]
    approved: Mapped[bool | None]
    decided_by: Mapped[str | None]
    decided_at: Mapped[dt.datetime | None]
    answer: Mapped[str | None]


def stock_visible_to(user: User) -> Select[StockUnit]:
    """The units of the person's project, for whoever may see deals."""
    if user.project is None or reach(user, "deals:read") is None:
        return select(StockUnit).where(false())
    return select(StockUnit).where(StockUnit.project == user.project)
