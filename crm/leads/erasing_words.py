"""Which words of a customer's rows go on erasure, and which the law makes the company keep.

A text column in a table that leads to a customer is in `WORDS`, in `KEPT`, in `pseudonyms.REWRITTEN`, or holds no words;
a test asks each of them.
"""

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any

from sqlalchemy import Select, delete, select
from sqlalchemy.sql.elements import ColumnElement

from crm.deals.models import Deal
from crm.deals.papers_models import DealPaper, PaperContent, PaperRemoval
from crm.deals.units_models import DealStep, PriceApproval
from crm.extensions import db
from crm.leads.models import Contact, CustomerEvent, Transfer, WaiverRequest
from crm.leads.reception_models import ReceptionEvent
from crm.orders.models import CallBack, Order, OrderApproval, OrderNote, OrderSignature
from crm.store.base import Base

OF_CONTACT = ("note", "next_step", "shown", "liked", "objected")

# Rulings, statements and reports are in `pseudonyms.REWRITTEN`: they stay, with the pseudonym in place of the name.
WORDS: Mapping[type[Base], tuple[str, ...]] = MappingProxyType(
    {
        Contact: OF_CONTACT,
        Transfer: ("reason",),
        WaiverRequest: ("note", "answer"),
        CustomerEvent: ("text",),
        ReceptionEvent: ("reason",),
        DealStep: ("note",),
        DealPaper: ("name",),
        PaperRemoval: ("reason",),
        PriceApproval: ("reason", "answer"),
        Order: ("customer_name", "address", "note", "cancel_reason"),
        OrderNote: ("note",),
        OrderSignature: ("drawing",),
        OrderApproval: ("reason", "answer"),
        CallBack: ("note",),
    }
)

_VOUCHER = "part of the voucher of money taken or paid back, kept under bookkeeping law; its row only grows"
# PIPL art. 47: where a law's term of storage has not run out, data is only stored and kept safe.
_BOOK = "what was lifted or objected to and why; the form asks for ids, and a row of a book is never changed"
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
        "ledger.why_zh": _BOOK,
        "ledger.why_en": _BOOK,
        "objections.words": _BOOK,
        "objection_answers.reason": _BOOK,
        "audit_log.details": "why a receipt was reversed, as its row says too; the audit log is never changed",
    }
)

PERSONNEL = frozenset(
    {
        *(
            f"misconduct_{name}"
            for name in ("decisions.reason", "evidence.name", "reports.facts", "seconds.answer")
        ),
        *(f"misconduct_hearings.{name}" for name in ("question", "answer", "refusal")),
        *("payment_decisions.reason", "payment_confirmations.answer"),
        *(f"training_notices.{name}" for name in ("reason", "facts", "help_given", "trainer", "content")),
        *("training_files.name", "training_steps.note", "training_steps.details"),
    }
)
"""Files about the staff, by which a company and a person defend themselves while a dispute about labour is possible.

They tell of the staff's work, their forms ask for ids, and their rows only grow; so they stay as they are.
"""


def rows_with_words(customer_id: str) -> Iterator[tuple[Base, tuple[str, ...]]]:
    """Every row of the customer, the deals and their disputes that holds words, with those columns."""
    for model, columns in WORDS.items():
        for row in db.session.scalars(select(model).where(_about(model, customer_id))):
            yield row, columns


def papers_about(customer_id: str) -> Select[tuple[str]]:
    """The ids of the papers of the customer's deals."""
    deals = select(Deal.deal_id).where(Deal.customer_id == customer_id)
    return select(DealPaper.paper_id).where(DealPaper.deal_id.in_(deals))


def forget_papers(customer_id: str) -> None:
    """Delete what was uploaded: copies of cards and statements of banks, which name the person on every page."""
    papers = papers_about(customer_id)
    db.session.execute(delete(PaperContent).where(PaperContent.paper_id.in_(papers)))


def _about(model: Any, customer_id: str) -> ColumnElement[bool]:
    """The rows of a model that lead to the customer: at once, by a deal, or by a paper of one."""
    if hasattr(model, "customer_id"):
        return model.customer_id == customer_id  # type: ignore[no-any-return]
    deals = select(Deal.deal_id).where(Deal.customer_id == customer_id)
    if hasattr(model, "deal_id"):
        return model.deal_id.in_(deals)  # type: ignore[no-any-return]
    if hasattr(model, "order_id"):
        orders = select(Order.order_id).where(Order.customer_id == customer_id)
        return model.order_id.in_(orders)  # type: ignore[no-any-return]
    return model.paper_id.in_(papers_about(customer_id))  # type: ignore[no-any-return]
