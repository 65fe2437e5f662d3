"""What people do with units: place a deposit, withhold, release, answer for a missing permit, extend a hold."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import select

from crm.deals import units
from crm.deals.models import Deal, deals_visible_to
from crm.deals.services import Draft, enter
from crm.deals.stages import HOLDING, SUBSCRIPTION
from crm.deals.units_models import DealUnit, Hold, PermitAnswer, StockUnit, stock_visible_to
from crm.errors import Conflict, Invalid, NotFound, Refused, Stale
from crm.leads.models import Customer
from crm.people import audit
from crm.people.accounts import Account
from crm.people.terms import terms_on
from crm.permissions import Permission
from crm.store.history import remember_change
from crm.transactions import atomic

LONGEST_EXTENSION = 60


def place(user: Account, draft: Draft, unit_ids: Sequence[str], at: dt.datetime) -> Deal:
    """Enter a deal and give it these units, in one act: of two at the same moment one gets a Conflict."""
    with atomic() as session:
        chosen = [unit_by_id(user, unit_id) for unit_id in dict.fromkeys(unit_ids)]
        if not chosen:
            raise Invalid("请选择房源。", "Choose a unit.", "units")
        if draft.stage not in (HOLDING, SUBSCRIPTION):
            raise Invalid("落订只能是小订或大定。", "Choose a holding deposit or a subscription.", "stage")
        deal = enter(user, replace(draft, unit_kind=chosen[0].unit_kind, units=len(chosen)), at)
        customer = session.get_one(Customer, deal.customer_id)
        began = customer.first_contact_at.date()
        project = customer.project or terms_on(customer.owner, began).project
        units.claim(session, deal, [unit.unit_id for unit in chosen], project, at)
        if deal.amount is None:
            deal.amount = units.list_price_of(chosen)
            session.flush()
    return deal


def unit_by_id(user: Account, unit_id: str) -> StockUnit:
    """The unit, if it is of the person's project; else NotFound."""
    from crm.extensions import db

    unit = db.session.scalar(stock_visible_to(user).where(StockUnit.unit_id == unit_id))
    if unit is None:
        raise NotFound
    return unit


def set_withheld(user: Account, unit_id: str, withheld: bool, version: int, at: dt.datetime) -> StockUnit:
    """A manager takes a unit off sale, or puts it back. Conflict where a deal has it."""
    _manager(user)
    with atomic() as session:
        unit = unit_by_id(user, unit_id)
        if unit.version != version:
            raise Stale(
                {"status": unit.status or "on_sale"}, {"status": "withheld" if withheld else "on_sale"}
            )
        live = select(DealUnit.claim_id).where(DealUnit.unit_id == unit_id, DealUnit.until.is_(None))
        if (unit.status or "on_sale") not in ("on_sale", "withheld") or session.scalar(live) is not None:
            raise Conflict(
                f"{units.label_of(unit)} 已售，不能改状态。", f"{units.label_of(unit)} is sold already."
            )
        unit.status = "withheld" if withheld else "on_sale"
        remember_change(unit, at, user.actor)
        audit.record(user.actor, "unit.withheld" if withheld else "unit.released", unit_id, at=at)
        session.flush()
    return unit


def answer_for_permit(user: Account, building: str, reason: str, at: dt.datetime) -> None:
    """A manager answers for deposits on a building without a presale permit; kept for good."""
    _manager(user)
    with atomic() as session:
        query = stock_visible_to(user).where(
            StockUnit.building == building, StockUnit.presale_permit.is_(None)
        )
        if session.scalar(query.limit(1)) is None:
            raise NotFound
        if len(reason.strip()) < 4:
            raise Invalid("请写明理由，至少 4 个字。", "Give the reason, in at least 4 characters.", "reason")
        session.add(
            PermitAnswer(
                project=user.project,
                building=building,
                reason=reason.strip(),
                answered_by=user.actor,
                answered_at=at,
            )
        )
        audit.record(user.actor, "permit.answered_for", building, at=at, reason=reason.strip())


def extend_hold(user: Account, deal_id: str, until: dt.date, at: dt.datetime) -> Hold:
    """A manager lets a holding deposit keep its units longer."""
    _manager(user)
    with atomic() as session:
        deal = session.scalar(deals_visible_to(user).where(Deal.deal_id == deal_id))
        hold = session.get(Hold, deal_id)
        if deal is None or hold is None:
            raise NotFound
        if hold.ended_at is not None:
            raise Conflict("这笔小订已经结束。", "This holding deposit has ended.")
        if not at.date() <= until <= at.date() + dt.timedelta(days=LONGEST_EXTENSION):
            raise Invalid(
                f"请选择今天起 {LONGEST_EXTENSION} 天内的日期。",
                f"Choose a day within {LONGEST_EXTENSION} days from today.",
                "until",
            )
        audit.record(
            user.actor,
            "hold.extended",
            deal_id,
            at=at,
            before=hold.lapses_on.isoformat(),
            after=until.isoformat(),
        )
        hold.lapses_on = until
        session.flush()
    return hold


def _manager(user: Account) -> None:
    if not user.may(Permission.PROJECT_DEALS_APPROVE):
        raise Refused
