"""What the demo company pays by: a plan of commission for each project, and a loss that waits for an answer."""

import datetime as dt
from collections.abc import Iterable
from decimal import Decimal

from sqlalchemy.orm import Session

from crm.pay.models import BookedLoss, CommissionPlan, CommissionTier

# From so many units of the month on: basis points of the amount.
TIERS = ((Decimal(0), Decimal(20)), (Decimal(3), Decimal(25)), (Decimal(6), Decimal(30)))
BEGAN = dt.date(2026, 1, 1)


def tell_pay(
    session: Session, projects: Iterable[str], consultant: str, actor: str, now: dt.datetime
) -> None:
    """Store the plans and the loss. Minimum wages stay unknown, as they are shipped."""
    for project in projects:
        plan = CommissionPlan(
            project=project,
            from_on=min(BEGAN, now.date().replace(day=1)),
            basis="units",
            pays="points",
            mode="marginal",
            paid_on="contract",
            note="",
            made_by=actor,
            made_at=now,
        )
        session.add(plan)
        session.flush()
        for place, (start, rate) in enumerate(TIERS):
            session.add(CommissionTier(plan_id=plan.plan_id, place=place, start=start, rate=rate))
    session.add(
        BookedLoss(
            staff_id=consultant,
            on=now.date() - dt.timedelta(days=6),
            amount=Decimal(260),
            cause="弄丢样板间钥匙，换锁费用",
            evidence="换锁发票、领用登记",
            booked_by=actor,
            booked_at=now,
        )
    )
