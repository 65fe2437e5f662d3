"""A deal, a dispute and a reception of a customer, with the person's name in every column that takes words."""

import datetime as dt
from decimal import Decimal
from typing import Any

from sqlalchemy import JSON, String, Table

from crm.daily.models import Report, ReportMark
from crm.deals.disputes_models import Dispute, DisputeStatement, Ruling
from crm.deals.papers_models import DealPaper, PaperRemoval
from crm.deals.receipts_models import Receipt, Refund, RefundDecision, RefundPayment
from crm.deals.units_models import DealStep, PriceApproval
from crm.leads.reception_models import ReceptionEvent
from crm.orders.models import CallBack, Order, OrderApproval, OrderMoney, OrderNote, OrderSignature
from crm.penalties.models import LedgerEntry, Objection, ObjectionAnswer
from crm.people.accounts import AuditRow, RowChange
from crm.store.base import Base
from crm.store.history import row_key
from crm.store.models import metadata
from tests.leads.build import AT, ON

NAME = "周留名"
SOLD = Decimal(1000)


def saying(column: str) -> str:
    """Words that name the person and the column they stand in."""
    return f"{NAME}<{column}>"


def naming(column: str) -> str:
    """Words that name the erased customer, for the columns in which only the name goes."""
    return f"李秘密<{column}>，电话 138-1234 5678，证件 31010119900307 4258"


def without_naming(column: str) -> str:
    """The same words with the pseudonym."""
    return f"C1<{column}>，电话 C1，证件 C1"


def _of_the_books(customer_id: str, staff_id: str) -> list[Base]:
    """The first entry of the ledger, objected to, answered and lifted."""
    lift = LedgerEntry(
        kind="lift",
        rule="callin-missed",
        staff_id=staff_id,
        on=ON,
        amount=Decimal("50.00"),
        absent_days="",
        customer_id=customer_id,
        evidence_zh=customer_id,
        evidence_en=customer_id,
        rulebook="1",
        corrects=1,
        why_zh=saying("ledger.why_zh"),
        why_en=saying("ledger.why_en"),
        posted_at=AT,
    )
    said = Objection(entry_id=1, staff_id=staff_id, words=saying("objections.words"), objected_at=AT)
    answer = ObjectionAnswer(
        objection_id=1, reason=saying("objection_answers.reason"), answered_by="M01", answered_at=AT
    )
    return [lift, said, answer]


def rows_with_names(customer_id: str, deal_id: str, staff_id: str) -> list[Base]:
    """The rows, each after those it refers to."""
    return [
        *_of_the_way(deal_id),
        *_of_papers(deal_id),
        *_of_money(deal_id),
        *_of_the_dispute(deal_id, staff_id),
        *_of_the_order(customer_id, staff_id),
        *_of_the_books(customer_id, staff_id),
        *_of_reports(staff_id),
        ReceptionEvent(
            project="滨江壹号",
            on=ON,
            at=AT,
            kind="passed",
            staff_id=staff_id,
            customer_id=customer_id,
            actor="M01",
            reason=saying("reception_events.reason"),
        ),
    ]


def _of_the_way(deal_id: str) -> list[Base]:
    by: dict[str, Any] = {"saved_by": "A01", "saved_at": AT}
    return [
        DealStep(deal_id=deal_id, kind="mortgage", ticked=[], note=saying("deal_steps.note"), **by),
        RowChange(
            table_name="deal_steps",
            row_key=row_key([deal_id, "mortgage"]),
            at=AT,
            actor="A01",
            via="form",
            before={"note": saying("row_history.before")},
            after={"note": saying("row_history.after"), "done_on": None},
        ),
        PriceApproval(
            deal_id=deal_id,
            amount=SOLD,
            list_price=SOLD,
            reason=saying("price_approvals.reason"),
            answer=saying("price_approvals.answer"),
            asked_by="A01",
            asked_at=AT,
        ),
    ]


def _of_papers(deal_id: str) -> list[Base]:
    return [
        DealPaper(
            paper_id="F1",
            deal_id=deal_id,
            step="mortgage",
            item="other",
            name=saying("deal_papers.name"),
            media_type="image/png",
            size=1,
            sha256="0",
            uploaded_by="A01",
            uploaded_at=AT,
        ),
        PaperRemoval(
            paper_id="F1", reason=saying("deal_paper_removals.reason"), removed_by="A01", removed_at=AT
        ),
    ]


def _of_money(deal_id: str) -> list[Base]:
    about: dict[str, Any] = {"deal_id": deal_id, "amount": SOLD}
    return [
        Receipt(
            receipt_id="R1",
            kind="holding_deposit",
            nature="deposit",
            method="cash",
            voucher_no=saying("receipts.voucher_no"),
            invoice_no=saying("receipts.invoice_no"),
            note=saying("receipts.note"),
            received_on=ON,
            taken_by="N01",
            taken_at=AT,
            **about,
        ),
        Refund(
            refund_id="F1",
            kind="refund",
            cause="other",
            reason=saying("refunds.reason"),
            requested_on=ON,
            asked_by="N01",
            asked_at=AT,
            **about,
        ),
        RefundDecision(
            refund_id="F1",
            approved=True,
            answer=saying("refund_decisions.answer"),
            decided_by="M01",
            decided_at=AT,
        ),
        RefundPayment(
            refund_id="F1",
            paid_on=ON + dt.timedelta(days=1),
            method="cash",
            voucher_no=saying("refund_payments.voucher_no"),
            paid_by="N01",
            paid_at=AT,
        ),
        AuditRow(
            at=AT,
            actor="N01",
            action="receipt.reversed",
            subject="R1",
            details={"reason": saying("audit_log.details")},
            address="",
        ),
    ]


def _of_the_order(customer_id: str, staff_id: str) -> list[Base]:
    return [
        Order(
            order_id="O1",
            customer_id=customer_id,
            staff_id=staff_id,
            project="滨江壹号",
            customer_name=saying("orders.customer_name"),
            address=saying("orders.address"),
            note=saying("orders.note"),
            cancel_reason=saying("orders.cancel_reason"),
            entered_at=AT,
        ),
        OrderNote(order_id="O1", kind="inspected", note=saying("order_notes.note")),
        OrderSignature(order_id="O1", drawing=saying("order_signatures.drawing")),
        OrderApproval(
            order_id="O1",
            amount=SOLD,
            book_amount=SOLD,
            reason=saying("order_approvals.reason"),
            answer=saying("order_approvals.answer"),
            rivals="",
            asked_by=staff_id,
            asked_at=AT,
        ),
        CallBack(order_id="O1", number=1, staff_id=staff_id, due_on=ON, note=saying("order_call_backs.note")),
        OrderMoney(
            receipt_id="Q1",
            order_id="O1",
            nature="deposit",
            amount=SOLD,
            method="cash",
            voucher_no=saying("order_money.voucher_no"),
            note=saying("order_money.note"),
            received_on=ON,
            taken_by="N01",
            taken_at=AT,
        ),
    ]


def _of_the_dispute(deal_id: str, staff_id: str) -> list[Base]:
    return [
        Dispute(dispute_id="X1", deal_id=deal_id, cause="manager", opened_at=AT, state="ruled", rulings=1),
        DisputeStatement(
            dispute_id="X1",
            staff_id=staff_id,
            question=naming("dispute_statements.question"),
            asked_by="M01",
            asked_at=AT,
            answer=naming("dispute_statements.answer"),
            answered_at=AT,
        ),
        Ruling(
            dispute_id="X1",
            number=1,
            ruled_by="M01",
            ruled_at=AT,
            reason=naming("rulings.reason"),
            shares=[[staff_id, "100"]],
        ),
    ]


def _of_reports(staff_id: str) -> list[Base]:
    return [
        Report(
            staff_id=staff_id,
            date=ON,
            submitted_at=AT,
            remarks=naming("reports.remarks"),
            false_reason=naming("reports.false_reason"),
        ),
        ReportMark(
            staff_id=staff_id,
            date=ON,
            false=True,
            reason=naming("report_marks.reason"),
            made_by="M01",
            made_at=AT,
        ),
        RowChange(
            table_name="reports",
            row_key=row_key([staff_id, ON]),
            at=AT,
            actor=staff_id,
            via="form",
            before={"remarks": naming("row_history.before of a report")},
            after={"remarks": naming("row_history.after of a report")},
        ),
    ]


def tables_that_lead_to_customers() -> list[Table]:
    """Those with a customer's id, and those that refer to one of these, however far."""
    leading = {table for table in metadata.sorted_tables if "customer_id" in table.c}
    while more := {
        table
        for table in metadata.sorted_tables
        if table not in leading and any(key.column.table in leading for key in table.foreign_keys)
    }:
        leading |= more
    return sorted(leading, key=lambda table: table.name)


def text_columns(table: Table) -> list[str]:
    """`table.column` of whatever could hold words: text and JSON that does not refer to another row."""
    return [
        f"{table.name}.{column.name}"
        for column in table.c
        if isinstance(column.type, (String, JSON)) and not column.foreign_keys
    ]
