"""Units, money and waiting decisions for the world of the access matrix."""

import datetime as dt
from decimal import Decimal

from crm.deals.papers_models import DealPaper, PaperContent
from crm.deals.receipts_models import PlanLine, Receipt, Refund, RefundDecision
from crm.deals.units_models import DealUnit, Hold, PriceApproval, StockUnit
from crm.store.base import Base
from tests.people_builders import HOME

DAY = dt.date(2026, 11, 20)
AT = dt.datetime(2026, 11, 20, 10)


def stock_unit(unit_id: str, project: str = HOME, **values: object) -> StockUnit:
    """A flat of 1栋 with a permit."""
    ordinary: dict[str, object] = {
        "building": "1栋",
        "floor": "3",
        "number": unit_id,
        "unit_kind": "residential",
        "list_price": Decimal(2900000),
        "presale_permit": "预字第1号",
    }
    return StockUnit(unit_id=unit_id, project=project, **(ordinary | values))


def stock_belongings(owner: str, project: str) -> list[Base]:
    """The unit of the deal, one that is free, one without a permit; money, a plan, refunds, a price that waits."""
    building = "1栋" if project == HOME else "9栋"
    deal_id = f"D-{owner}"
    return [
        stock_unit(f"U-{owner}", project, building=building),
        stock_unit(f"V-{owner}", project, building=building),
        stock_unit(f"W-{owner}", project, building=building, presale_permit=None),
        DealUnit(unit_id=f"U-{owner}", deal_id=deal_id, since=AT),
        Hold(deal_id=deal_id, lapses_on=dt.date(2026, 11, 27)),
        PriceApproval(
            deal_id=deal_id,
            amount=Decimal(2850000),
            list_price=Decimal(2900000),
            reason="老客户",
            asked_by=owner,
            asked_at=AT,
        ),
        Receipt(
            receipt_id=f"R-{owner}",
            deal_id=deal_id,
            kind="holding",
            nature="deposit",
            amount=Decimal(10000),
            method="cash",
            voucher_no="1",
            received_on=DAY,
            taken_by="N1",
            taken_at=AT,
        ),
        PlanLine(
            deal_id=deal_id,
            kind="instalment",
            due_on=DAY - dt.timedelta(days=1),
            amount=Decimal(100),
            entered_by="N1",
            entered_at=AT,
        ),
        DealPaper(
            paper_id=f"F-{owner}",
            deal_id=deal_id,
            step="contract",
            item="identity",
            name="身份证.pdf",
            media_type="application/pdf",
            size=5,
            sha256="0",
            uploaded_by=owner,
            uploaded_at=AT,
        ),
        PaperContent(paper_id=f"F-{owner}", content=b"%PDF-"),
        _refund(f"B-{owner}", deal_id),
        _refund(f"P-{owner}", deal_id),
        RefundDecision(refund_id=f"P-{owner}", approved=True, answer="", decided_by="M1", decided_at=AT),
    ]


def _refund(refund_id: str, deal_id: str) -> Refund:
    return Refund(
        refund_id=refund_id,
        deal_id=deal_id,
        kind="refund",
        cause="agreed",
        reason="协商",
        amount=Decimal(100),
        requested_on=DAY,
        asked_by="N1",
        asked_at=AT,
    )
