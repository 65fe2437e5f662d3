"""Money of deals. Rows of receipts and refunds are only ever added; the database refuses anything else."""

import datetime as dt
from decimal import Decimal

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from crm.store.base import Base, RowId


class Receipt(Base):
    """Money taken. A wrong one is reversed by a row with the opposite amount that names it in `reverses`.

    `nature` is earnest_money (定金), deposit (订金, no forfeiture), or price (part of the price).
    """

    __tablename__ = "receipts"
    __table_args__ = (
        Index(None, "deal_id"),
        Index(None, "received_on"),
        Index("uq_receipts_reverses", "reverses", unique=True),
    )

    receipt_id: Mapped[str] = mapped_column(primary_key=True)
    deal_id: Mapped[str] = mapped_column(ForeignKey("deals.deal_id"))
    kind: Mapped[str]
    nature: Mapped[str]
    amount: Mapped[Decimal]
    method: Mapped[str]
    voucher_no: Mapped[str]
    invoice_no: Mapped[str | None]
    received_on: Mapped[dt.date]
    note: Mapped[str | None]
    reverses: Mapped[str | None] = mapped_column(ForeignKey("receipts.receipt_id"))
    taken_by: Mapped[str]
    taken_at: Mapped[dt.datetime]


class PlanLine(Base):
    """What is to be paid when; a line that no longer holds is struck, not changed."""

    __tablename__ = "payment_plan"
    __table_args__ = (Index(None, "deal_id"), Index(None, "due_on"))

    line_id: Mapped[RowId]
    deal_id: Mapped[str] = mapped_column(ForeignKey("deals.deal_id"))
    kind: Mapped[str]
    due_on: Mapped[dt.date]
    amount: Mapped[Decimal]
    entered_by: Mapped[str]
    entered_at: Mapped[dt.datetime]
    struck_by: Mapped[str | None]
    struck_at: Mapped[dt.datetime | None]


class Refund(Base):
    """Money to go back (`refund`, `double`) or to stay (`forfeit`), asked for with its cause and reason."""

    __tablename__ = "refunds"
    __table_args__ = (Index(None, "deal_id"),)

    refund_id: Mapped[str] = mapped_column(primary_key=True)
    deal_id: Mapped[str] = mapped_column(ForeignKey("deals.deal_id"))
    kind: Mapped[str]
    cause: Mapped[str]
    reason: Mapped[str]
    amount: Mapped[Decimal]
    requested_on: Mapped[dt.date]
    asked_by: Mapped[str]
    asked_at: Mapped[dt.datetime]


class RefundDecision(Base):
    """The second person's answer, once."""

    __tablename__ = "refund_decisions"

    refund_id: Mapped[str] = mapped_column(ForeignKey("refunds.refund_id"), primary_key=True)
    approved: Mapped[bool]
    answer: Mapped[str]
    decided_by: Mapped[str]
    decided_at: Mapped[dt.datetime]


class RefundPayment(Base):
    """The refund was paid, once."""

    __tablename__ = "refund_payments"

    refund_id: Mapped[str] = mapped_column(ForeignKey("refunds.refund_id"), primary_key=True)
    paid_on: Mapped[dt.date]
    method: Mapped[str]
    voucher_no: Mapped[str]
    paid_by: Mapped[str]
    paid_at: Mapped[dt.datetime]


class ArrearsChase(Base):
    """A recorded contact that chased what a deal owed, with what was overdue then and the day that was promised."""

    __tablename__ = "arrears_chases"
    __table_args__ = (Index(None, "deal_id"),)

    contact_id: Mapped[str] = mapped_column(ForeignKey("contacts.contact_id"), primary_key=True)
    deal_id: Mapped[str] = mapped_column(ForeignKey("deals.deal_id"))
    overdue: Mapped[Decimal]
    promised_on: Mapped[dt.date | None]
    chased_by: Mapped[str]
    chased_at: Mapped[dt.datetime]
