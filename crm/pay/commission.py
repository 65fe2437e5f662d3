"""Commission: what a person's deals earn by a plan of tiers, and in which month it is paid or taken back.

Pure: deals, plans and days in, lines out. Money is whole fen, units and rates are decimal. A month's tier is that of
the person's deals contracted in it and not cancelled by its last date (rulebook 1, units sold). Which deals count as
units is the rulebook's: residential and shopfront; a parking place moves no tier of units.
"""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Literal

HUNDRED = Decimal(100)
BASIS_POINTS = Decimal(10_000)
ONE = Decimal(1)
NOTHING = Decimal(0)


@dataclass(frozen=True)
class Tier:
    """From `start` on (units, or yuan of sales) the rate holds: basis points of the amount, or yuan a unit."""

    start: Decimal
    rate: Decimal


@dataclass(frozen=True)
class Plan:
    """What a project pays. `basis`: what is counted to find the tier. `pays`: what the rate is of.

    `mode` whole: the month's tier holds for all of the month; marginal: each unit or yuan earns the rate of the
    tier that it falls into. `paid_on` contract: in the month of the contract; received: as the buyer's money comes.
    """

    plan_id: int
    basis: Literal["units", "amount"]
    pays: Literal["points", "yuan"]
    mode: Literal["whole", "marginal"]
    paid_on: Literal["contract", "received"]
    tiers: tuple[Tier, ...]


@dataclass(frozen=True)
class Sale:
    """One person's part of a contracted deal.

    `units` and `amount` (fen; None: no price is known) are the part's, `price` is the whole deal's in fen.
    `received` is the money of the whole deal by date, in fen; what went back to the buyer is negative.
    """

    deal_id: str
    contract_on: dt.date
    cancelled_on: dt.date | None
    units: Decimal
    amount: int | None
    price: int | None = None
    received: tuple[tuple[dt.date, int], ...] = ()

    def stands_by(self, day: dt.date) -> bool:
        """Not cancelled on or before that day."""
        return self.cancelled_on is None or self.cancelled_on > day


@dataclass(frozen=True)
class Step:
    """A piece of a deal in one tier: how much of the deal, and the rate that it earned."""

    share: Decimal
    rate: Decimal


@dataclass(frozen=True)
class Earned:
    """What a deal earns in all, in fen (None: its price is not known), by which steps, out of which total."""

    sale: Sale
    plan: Plan
    fen: int | None
    steps: tuple[Step, ...]
    measured: Decimal
    cut: Decimal


@dataclass(frozen=True)
class Paid:
    """What a month pays for a deal, or takes back."""

    kind: Literal["commission", "clawback"]
    earned: Earned
    fen: int | None
    before: int


def split(total: int, percents: Mapping[str, Decimal]) -> dict[str, int]:
    """Divide whole fen by percents that add up to 100, so that the parts add up to the whole.

    The fen that are left after rounding down go to the largest remainders, of equal ones to the smaller id.
    """
    if sum(percents.values(), NOTHING) != HUNDRED:
        raise ValueError("the percents of a deal add up to 100")
    exact = {who: total * percent / HUNDRED for who, percent in percents.items()}
    parts = {who: int(part // 1) for who, part in exact.items()}
    left = total - sum(parts.values())
    by_remainder = sorted(exact, key=lambda who: (parts[who] - exact[who], who))
    for who in by_remainder[:left]:
        parts[who] += 1
    return parts


def month_of(day: dt.date) -> dt.date:
    """The first date of the day's month."""
    return day.replace(day=1)


def last_of(month: dt.date) -> dt.date:
    """The last date of the month that begins on that date."""
    return (month.replace(day=28) + dt.timedelta(days=4)).replace(day=1) - dt.timedelta(days=1)


def earned_in(plan: Plan, month: dt.date, sales: Iterable[Sale], cut: Decimal = NOTHING) -> list[Earned]:
    """What the deals of one person contracted in the month earn, by contract date and id.

    `cut` are percentage points that a missed quota takes off the rate (rulebook 6.1); they do not touch yuan a unit.
    """
    standing = [
        sale for sale in sales if month_of(sale.contract_on) == month and sale.stands_by(last_of(month))
    ]
    standing.sort(key=lambda sale: (sale.contract_on, sale.deal_id))
    total = sum((_measure(plan, sale) for sale in standing), NOTHING)
    found, before = [], NOTHING
    for sale in standing:
        size = _measure(plan, sale)
        if plan.mode == "whole":
            steps: tuple[Step, ...] = (Step(ONE, _rate_at(plan, total, cut)),)
        else:
            steps = _steps(plan, before, size, cut)
        found.append(Earned(sale, plan, _fen(plan, sale, steps), steps, total, _cut_of(plan, cut)))
        before += size
    return found


def _measure(plan: Plan, sale: Sale) -> Decimal:
    """How far the deal moves the person up: units, or yuan."""
    return sale.units if plan.basis == "units" else Decimal(sale.amount or 0) / HUNDRED


def _cut_of(plan: Plan, cut: Decimal) -> Decimal:
    return cut if plan.pays == "points" else NOTHING


def _lowered(plan: Plan, rate: Decimal, cut: Decimal) -> Decimal:
    return max(NOTHING, rate - _cut_of(plan, cut) * HUNDRED)


def _rate_at(plan: Plan, total: Decimal, cut: Decimal) -> Decimal:
    """The rate of the tier that the total has reached; nothing below the first."""
    reached = [tier.rate for tier in plan.tiers if tier.start <= total]
    return _lowered(plan, reached[-1], cut) if reached else NOTHING


def _steps(plan: Plan, before: Decimal, size: Decimal, cut: Decimal) -> tuple[Step, ...]:
    """The deal cut at the starts of the tiers; one that moves no tier earns the rate where it stands."""
    if size <= 0:
        return (Step(ONE, _rate_at(plan, before, cut)),)
    after = before + size
    ends = [tier.start for tier in plan.tiers[1:]] + [after]
    found = []
    for tier, end in zip(plan.tiers, ends, strict=True):
        inside = min(max(end, tier.start), after) - max(before, tier.start)
        if inside > 0:
            found.append(Step(inside / size, _lowered(plan, tier.rate, cut)))
    return tuple(found)


def _fen(plan: Plan, sale: Sale, steps: Sequence[Step]) -> int | None:
    """The steps' worth in fen, rounded half up once; None where the price is needed and not known."""
    rate = sum((step.share * step.rate for step in steps), NOTHING)
    if plan.pays == "yuan":
        return _whole(rate * sale.units * HUNDRED)
    return None if sale.amount is None else _whole(rate * sale.amount / BASIS_POINTS)


def _whole(fen: Decimal) -> int:
    # Thirds of a deal do not come out even: what lies within a millionth of a fen of a half is that half.
    return int(fen.quantize(Decimal("0.000001")).quantize(ONE, ROUND_HALF_UP))


def paid_through(earned: Earned, day: dt.date) -> int | None:
    """What of it is payable by the end of that day, in fen; None where the price is not known.

    On money received the payable part is that of the price, never more than the whole and never less than nothing.
    """
    if earned.fen is None:
        return None
    if day < earned.sale.contract_on:
        return 0
    if earned.plan.paid_on == "contract":
        return earned.fen
    price = earned.sale.price
    if price is None:
        return None
    received = sum(fen for on, fen in earned.sale.received if on <= day)
    if price <= 0 or received >= price:
        return earned.fen
    return _whole(Decimal(earned.fen) * max(received, 0) / price)


def paid_in(month: dt.date, earned: Iterable[Earned]) -> list[Paid]:
    """What the month pays for these deals: their commission, and what a cancelled one takes back.

    In the month in which a deal is cancelled, everything that was paid for it in the months before is taken back;
    after it there is nothing more.
    """
    found = []
    for one in earned:
        paid = _paid(month, one)
        if paid is not None and (paid.fen is None or paid.fen):
            found.append(paid)
    return found


def _paid(month: dt.date, one: Earned) -> Paid | None:
    begins, cancelled = month_of(one.sale.contract_on), one.sale.cancelled_on
    if month < begins or (cancelled is not None and month > month_of(cancelled)):
        return None
    now, before = paid_through(one, last_of(month)), paid_through(one, month - dt.timedelta(days=1))
    if cancelled is not None and month == month_of(cancelled):
        return Paid("clawback", one, -before, before) if before else None
    if now is None or before is None:
        return Paid("commission", one, None, 0) if month == begins else None
    kind: Literal["commission", "clawback"] = "commission" if now >= before else "clawback"
    return Paid(kind, one, now - before, before)
