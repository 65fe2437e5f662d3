"""Deals and their shares."""

import datetime as dt
from decimal import Decimal

from sqlalchemy import ForeignKey, Index, Select, false, or_, select
from sqlalchemy.orm import Mapped, mapped_column

from crm.clock import today
from crm.deals.keepers import given_to
from crm.leads.models import Customer, in_project
from crm.permissions import User, reach
from crm.store.base import Base, Exact


class Deal(Base):
    """A sale on its way: deposit, subscription, contract. `staff_id` is empty while it is disputed."""

    __tablename__ = "deals"
    __table_args__ = (
        Index(None, "customer_id"),
        Index(None, "staff_id"),
        Index(None, "contract_on"),
        Index(None, "holding_deposit_on"),
    )

    deal_id: Mapped[str] = mapped_column(primary_key=True)
    customer_id: Mapped[str] = mapped_column(ForeignKey("customers.customer_id"))
    staff_id: Mapped[str | None] = mapped_column(ForeignKey("staff.staff_id"))
    unit_kind: Mapped[str]
    units: Mapped[int] = mapped_column(default=1)
    amount: Mapped[Decimal | None]
    holding_deposit_on: Mapped[dt.date | None]
    subscription_on: Mapped[dt.date | None]
    contract_on: Mapped[dt.date | None]
    cancelled_on: Mapped[dt.date | None]
    stock_units: Mapped[str | None]
    entered_by: Mapped[str | None]
    entered_at: Mapped[dt.datetime | None]
    version: Mapped[int] = mapped_column(default=1, server_default="1")

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's own way


class Share(Base):
    """A person's percent of a deal, after a ruling."""

    __tablename__ = "shares"
    __table_args__ = (Index(None, "staff_id"),)

    deal_id: Mapped[str] = mapped_column(ForeignKey("deals.deal_id"), primary_key=True)
    staff_id: Mapped[str] = mapped_column(ForeignKey("staff.staff_id"), primary_key=True)
    percent: Mapped[Exact]


def deals_visible_to(user: User) -> Select[Deal]:
    """A consultant's own (by `staff_id`, a share, or given to keep), the project's for managers and finance."""
    scope = reach(user, "deals:read")
    query = select(Deal)
    if scope == "project":
        of_project = select(Customer.customer_id).where(in_project(user.project))
        return query.where(Deal.customer_id.in_(of_project))
    if scope != "own":
        return query.where(false())
    shared = select(Share.deal_id).where(Share.staff_id == user.staff_id)
    given = given_to(user.staff_id, today(), Deal.deal_id)
    return query.where(or_(Deal.staff_id == user.staff_id, Deal.deal_id.in_(shared), given))
