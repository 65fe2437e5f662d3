"""A booked loss and a decision for each of the world's three consultants."""

import datetime as dt
from decimal import Decimal

from crm.pay.models import BookedLoss, PaymentDecision
from crm.store.base import Base

AT = dt.datetime(2026, 11, 22, 9)


def pay_belongings(number: int, owner: str) -> list[Base]:
    """What of pay belongs to the person; `number` is that of the person's entry in the ledger."""
    return [
        BookedLoss(
            staff_id=owner,
            on=dt.date(2026, 11, 5),
            amount=Decimal(500),
            cause="弄丢认购书",
            evidence="监控",
            booked_by="H9",
            booked_at=AT,
        ),
        PaymentDecision(
            entry_id=number, verdict="withhold", reason="没有损失", decided_by="H9", decided_at=AT
        ),
    ]
