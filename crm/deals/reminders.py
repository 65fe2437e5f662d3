"""What of the person's own deals stands in Today: steps, holding deposits about to lapse, arrears to chase."""

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import select

from crm.deals.aftersales import next_step, standing_of
from crm.deals.chasing import chaseable, is_quiet, last_chases
from crm.deals.keepers import kept_by
from crm.deals.models import Deal, deals_visible_to
from crm.deals.receipts import outstanding
from crm.deals.units_models import DealStep, Hold
from crm.extensions import db
from crm.leads.models import Customer
from crm.people.accounts import Account
from crm.people.settings import setting
from crm.permissions import Permission

SOON_DAYS = 7
"""How long before its day a step stands in Today."""
LAPSE, ARREARS = "lapse", "arrears"


@dataclass(frozen=True)
class Reminder:
    """`kind` is a step, `lapse` for a holding deposit about to end, or `arrears`; `overdue` is in yuan."""

    kind: str
    deal_id: str
    customer_name: str
    due_on: dt.date
    missing: int
    overdue: Decimal = Decimal(0)


def reminders(user: Account, today: dt.date) -> list[Reminder]:
    """What is due within days or overdue, the earliest first."""
    if user.staff_id is None or not user.may(Permission.OWN_DEALS_WRITE):
        return []
    query = (
        deals_visible_to(user)
        .where(kept_by(user.staff_id, today, Deal.deal_id, Deal.staff_id), Deal.cancelled_on.is_(None))
        .join(Customer, Customer.customer_id == Deal.customer_id)
        .add_columns(Customer.name)
    )
    open_deals = [(deal, name) for deal, name in db.session.execute(query)]
    kept = {deal.deal_id for deal, _ in open_deals}
    return sorted(
        [*_steps_due(open_deals, today), *_lapsing(open_deals, today), *_arrears(user, kept, today)],
        key=lambda one: (one.due_on, one.deal_id),
    )


def _steps_due(deals: Sequence[tuple[Deal, str]], today: dt.date) -> list[Reminder]:
    begun = [(deal, name) for deal, name in deals if deal.subscription_on or deal.contract_on]
    rows: dict[str, list[DealStep]] = {}
    ids = [deal.deal_id for deal, _ in begun]
    for row in db.session.scalars(select(DealStep).where(DealStep.deal_id.in_(ids))):
        rows.setdefault(row.deal_id, []).append(row)
    found = []
    for deal, name in begun:
        # Deals of before the units were kept here have no stock unit; of those nobody waits for a title.
        step = next_step(standing_of(deal, rows.get(deal.deal_id, []))) if deal.stock_units else None
        if step and step.due_on and (step.due_on - today).days <= SOON_DAYS:
            found.append(Reminder(step.kind, deal.deal_id, name, step.due_on, len(step.missing)))
    return found


def _lapsing(deals: Sequence[tuple[Deal, str]], today: dt.date) -> list[Reminder]:
    names = {deal.deal_id: name for deal, name in deals}
    warned = today + dt.timedelta(days=setting("holding_warning_days"))
    query = select(Hold).where(Hold.deal_id.in_(names), Hold.ended_at.is_(None), Hold.lapses_on <= warned)
    return [
        Reminder(LAPSE, hold.deal_id, names[hold.deal_id], hold.lapses_on, 0)
        for hold in db.session.scalars(query)
    ]


def _arrears(user: Account, kept: Collection[str], today: dt.date) -> list[Reminder]:
    """Overdue money of the deals that the person keeps that was not chased lately and for which no promise is still open."""
    owing = [line for line in outstanding(user, today) if line.overdue > 0 and line.deal.deal_id in kept]
    deals = [line.deal for line in owing]
    chased, mine = last_chases([deal.deal_id for deal in deals]), chaseable(user, deals, today)
    return [
        Reminder(ARREARS, line.deal.deal_id, line.customer.name, line.oldest, 0, line.overdue)
        for line in owing
        if line.deal.deal_id in mine and not is_quiet(chased.get(line.deal.deal_id), today)
    ]
