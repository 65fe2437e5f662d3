"""Which deal has which units: claimed in the act that enters the deal, given back when it is cancelled."""

import datetime as dt
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from crm import clock
from crm.deals.models import Deal
from crm.deals.units_models import DealUnit, Hold, PermitAnswer, StockUnit
from crm.errors import Conflict, Invalid
from crm.people.settings import setting
from crm.workbook.check_stock import units_in

STATUSES = ("on_sale", "withheld", "held", "subscribed", "contracted", "handed_over", "titled")
_REACHED = (
    ("contract_on", "contracted"),
    ("subscription_on", "subscribed"),
    ("holding_deposit_on", "held"),
)


def label_of(unit: StockUnit) -> str:
    """How people call it: building and number."""
    return f"{unit.building} {unit.number}"


def status_of(unit: StockUnit, deal: Deal | None, steps_done: frozenset[str] = frozenset()) -> str:
    """What holds of the unit: its own status or the stage of the live deal that has it, whichever is further.

    `steps_done` are the after-sales steps of that deal that are done (`handover`, `title`).
    """
    own = unit.status or "on_sale"
    if deal is None:
        return own
    by_deal = next((status for column, status in _REACHED if getattr(deal, column) is not None), "held")
    if by_deal == "contracted":
        by_deal = (
            "titled" if "title" in steps_done else "handed_over" if "handover" in steps_done else by_deal
        )
    return max(own, by_deal, key=STATUSES.index)


def units_of(session: Session, deal: Deal) -> list[StockUnit]:
    """The units that the deal names, in its order; also those of a cancelled deal."""
    ids = units_in(deal.stock_units)
    found = {
        unit.unit_id: unit for unit in session.scalars(select(StockUnit).where(StockUnit.unit_id.in_(ids)))
    }
    return [found[unit_id] for unit_id in ids if unit_id in found]


def list_price_of(units: Sequence[StockUnit]) -> Decimal | None:
    """The list price of all of them; None where one has none."""
    prices = [unit.list_price for unit in units]
    return None if not prices or None in prices else sum((p for p in prices if p is not None), Decimal(0))


def claim(
    session: Session, deal: Deal, unit_ids: Sequence[str], project: str | None, at: dt.datetime
) -> None:
    """Give the units to the deal, all or none, inside the act that enters it.

    Invalid for a unit that the project has not, Conflict with its name where it is not for sale any more.
    """
    for unit_id in unit_ids:
        unit = session.get(StockUnit, unit_id)
        if unit is None or unit.project != project:
            raise Invalid(f"没有编号为 {unit_id} 的房源。", f"There is no unit {unit_id}.", "units")
        _check_free(session, unit)
        _check_permit(session, unit)
        session.add(DealUnit(unit_id=unit_id, deal_id=deal.deal_id, since=at, until=None))
        try:
            session.flush()
        except IntegrityError as taken:  # the unique row has the last word
            raise _taken(unit) from taken
    deal.stock_units = ";".join(unit_ids)
    deal.units = len(unit_ids)
    if deal.holding_deposit_on is not None:
        days = dt.timedelta(days=setting("holding_days"))
        session.add(Hold(deal_id=deal.deal_id, lapses_on=deal.holding_deposit_on + days, ended_at=None))
    session.flush()


def _check_free(session: Session, unit: StockUnit) -> None:
    query = select(DealUnit.claim_id).where(DealUnit.unit_id == unit.unit_id, DealUnit.until.is_(None))
    if session.scalar(query) is not None:
        raise _taken(unit)
    if (unit.status or "on_sale") != "on_sale":
        raise Conflict(
            f"{label_of(unit)} 现在不对外销售。", f"{label_of(unit)} is not for sale at the moment."
        )


def _taken(unit: StockUnit) -> Conflict:
    return Conflict(
        f"{label_of(unit)} 已被别的客户落订，请另选一套。",
        f"{label_of(unit)} has just gone to another customer. Choose another unit.",
    )


def unanswered(session: Session, units: Sequence[StockUnit]) -> list[StockUnit]:
    """The units without a presale permit, for whose building no manager has answered."""
    bare = [unit for unit in units if not unit.presale_permit]
    if not bare:
        return []
    buildings = {unit.building for unit in bare}
    query = select(PermitAnswer.project, PermitAnswer.building).where(PermitAnswer.building.in_(buildings))
    answered = {tuple(row) for row in session.execute(query)}
    return [unit for unit in bare if (unit.project, unit.building) not in answered]


def _check_permit(session: Session, unit: StockUnit) -> None:
    if unanswered(session, [unit]):
        raise Conflict(
            f"{unit.building} 没有预售许可证，不得收取任何预订款。须由经理书面担责后才能落订。",
            f"{unit.building} has no presale permit, so no deposit may be taken until a manager answers for it.",
        )


def check_receivable(session: Session, deal: Deal) -> None:
    """Conflict where money of the deal would be for a building without a permit that nobody answers for."""
    for unit in unanswered(session, units_of(session, deal)):
        _check_permit(session, unit)


def follow(session: Session, deal: Deal, at: dt.datetime) -> None:
    """After a step of the deal: a cancellation gives its units back, a subscription ends the hold."""
    if deal.cancelled_on is not None:
        for claimed in _live_of(session, deal.deal_id):
            claimed.until = at
    hold = session.get(Hold, deal.deal_id)
    if (
        hold is not None
        and hold.ended_at is None
        and (deal.cancelled_on or deal.subscription_on or deal.contract_on)
    ):
        hold.ended_at = at


def _live_of(session: Session, deal_id: str) -> Sequence[DealUnit]:
    return session.scalars(
        select(DealUnit).where(DealUnit.deal_id == deal_id, DealUnit.until.is_(None))
    ).all()


def after_import(session: Session, _merges: Mapping[str, Any]) -> None:
    """Bring the claims in step with the deals of a workbook."""
    wanted = {
        (unit_id, deal_id)
        for deal_id, cell in session.execute(
            select(Deal.deal_id, Deal.stock_units).where(
                Deal.stock_units.is_not(None), Deal.cancelled_on.is_(None)
            )
        )
        for unit_id in units_in(cell)
    }
    at = clock.now()
    present = session.scalars(select(DealUnit).where(DealUnit.until.is_(None))).all()
    for claimed in present:
        if (claimed.unit_id, claimed.deal_id) not in wanted:
            claimed.until = at
    session.flush()
    have = {(claimed.unit_id, claimed.deal_id) for claimed in present}
    session.add_all(
        DealUnit(unit_id=unit_id, deal_id=deal_id, since=at, until=None)
        for unit_id, deal_id in sorted(wanted - have)
    )
    session.flush()
