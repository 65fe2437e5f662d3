"""Which words of a customer's rows go on erasure, and which the law makes the company keep.

A text column in a table that leads to a customer is in `WORDS`, in `KEPT`, or holds no words; a test asks each of them.
"""

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any

from sqlalchemy import select
from sqlalchemy.sql.elements import ColumnElement

from crm.deals.disputes_models import Dispute, DisputeStatement, Ruling
from crm.deals.models import Deal
from crm.deals.units_models import DealStep, PriceApproval
from crm.extensions import db
from crm.leads.models import Contact, CustomerEvent, Transfer, WaiverRequest
from crm.leads.reception_models import ReceptionEvent
from crm.orders.models import CallBack, Order, OrderApproval, OrderNote, OrderSignature
from crm.store.base import Base

OF_CONTACT = ("note", "next_step", "shown", "liked", "objected")

# A ruling is emptied too: who decided, when and the shares stay, and these are what the deal is settled by.
WORDS: Mapping[type[Base], tuple[str, ...]] = MappingProxyType(
    {
        Contact: OF_CONTACT,
        Transfer: ("reason",),
        WaiverRequest: ("note", "answer"),
        CustomerEvent: ("text",),
        ReceptionEvent: ("reason",),
        DealStep: ("note",),
        PriceApproval: ("reason", "answer"),
        DisputeStatement: ("question", "answer"),
        Ruling: ("reason",),
        Order: ("customer_name", "address", "note", "cancel_reason"),
        OrderNote: ("note",),
        OrderSignature: ("drawing",),
        OrderApproval: ("reason", "answer"),
        CallBack: ("note",),
    }
)

_VOUCHER = "part of the voucher of money taken or paid back, kept under bookkeeping law; its row only grows"
# PIPL art. 47: where a law's term of storage has not run out, data is only stored and kept safe.
KEPT: Mapping[str, str] = MappingProxyType(
    {
        "receipts.note": _VOUCHER,
        "receipts.voucher_no": _VOUCHER,
        "receipts.invoice_no": _VOUCHER,
        "order_money.note": _VOUCHER,
        "order_money.voucher_no": _VOUCHER,
        "refunds.reason": _VOUCHER,
        "refund_decisions.answer": _VOUCHER,
        "refund_payments.voucher_no": _VOUCHER,
        "audit_log.details": "why a receipt was reversed, as its row says too; the audit log is never changed",
    }
)


def rows_with_words(customer_id: str) -> Iterator[tuple[Base, tuple[str, ...]]]:
    """Every row of the customer, the deals and their disputes that holds words, with those columns."""
    for model, columns in WORDS.items():
        for row in db.session.scalars(select(model).where(_about(model, customer_id))):
            yield row, columns


def _about(model: Any, customer_id: str) -> ColumnElement[bool]:
    """The rows of a model that lead to the customer: at once, by a deal, or by a dispute over one."""
    if hasattr(model, "customer_id"):
        return model.customer_id == customer_id  # type: ignore[no-any-return]
    deals = select(Deal.deal_id).where(Deal.customer_id == customer_id)
    if hasattr(model, "deal_id"):
        return model.deal_id.in_(deals)  # type: ignore[no-any-return]
    if hasattr(model, "order_id"):
        orders = select(Order.order_id).where(Order.customer_id == customer_id)
        return model.order_id.in_(orders)  # type: ignore[no-any-return]
    return model.dispute_id.in_(select(Dispute.dispute_id).where(Dispute.deal_id.in_(deals)))  # type: ignore[no-any-return]
