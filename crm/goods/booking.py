"""Booking sales and movements: the row, the level and the totals of the day, in one act.

Costs follow the moving average: what goes out takes its share of what is there, to the fen, and the last piece takes
what is left, so that no fen is lost on the way. What is sold beyond the book takes the last known cost of one.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from crm.errors import Invalid
from crm.goods.levels import Level, levels_of, write_levels
from crm.goods.models import Sale, StockMove
from crm.goods.quantities import THOUSANDTHS
from crm.goods.totals import Gain, add_to_days, count_tickets

NOTHING = Decimal(0)
GROUPS = {
    "opening": "moved",
    "receive": "received",
    "supplier_return": "returned",
    "loss": "lost",
    "transfer_out": "moved",
    "transfer_in": "moved",
    "count": "counted",
}
"""In which columns of a day a move counts."""
GIVEN_COST = frozenset({"opening", "receive", "transfer_in"})
"""Moves that say what the goods cost; all others take the average."""
_CHUNK = 2000


@dataclass(frozen=True)
class SaleLine:
    """One line of a ticket to be booked; a return has a negative quantity and amount."""

    sale_id: str
    ticket: str
    project: str
    goods_id: str
    sold_at: dt.datetime
    quantity: Decimal
    amount: Decimal
    paid_by: str = "cash"
    promotion_id: str | None = None
    staff_id: str | None = None


@dataclass(frozen=True)
class Move:
    """A movement to be booked. `quantity` is what the stock gains; `cost`, where the kind says it, in all."""

    move_id: str
    project: str
    goods_id: str
    kind: str
    date: dt.date
    quantity: Decimal
    cost: Decimal | None = None
    purchase_id: str | None = None
    other_project: str | None = None
    take_id: str | None = None
    expires_on: dt.date | None = None
    reason: str | None = None
    staff_id: str | None = None


@dataclass
class Booked:
    """What an act booked: the rows, and the articles whose book fell below zero, as (store, goods_id)."""

    rows: int = 0
    below: set[tuple[str, str]] = field(default_factory=set)


def sell(session: Session, lines: Sequence[SaleLine], at: dt.datetime) -> Booked:
    """Book lines of tickets, in the order given. Only inside an act.

    Raises Invalid for a quantity of nothing or of more than three decimals.
    """
    levels = levels_of(session, {(line.project, line.goods_id) for line in lines})
    gains: dict[tuple[str, str, dt.date], Gain] = defaultdict(Gain)
    rows, booked = [], Booked(len(lines))
    for line in lines:
        _refuse_odd(line.quantity)
        cost = _take(levels[line.project, line.goods_id], line.quantity)
        day = line.sold_at.date()
        gains[line.goods_id, line.project, day].sold(
            line.quantity, line.amount, cost, promoted=line.promotion_id is not None
        )
        rows.append(_sale_row(line, day, cost, at))
        if levels[line.project, line.goods_id].quantity < 0:
            booked.below.add((line.project, line.goods_id))
    count_tickets(session, rows)
    _insert(session, Sale, rows)
    write_levels(session, levels)
    add_to_days(session, gains)
    return booked


def move(session: Session, moves: Sequence[Move], at: dt.datetime) -> Booked:
    """Book movements, in the order given. Only inside an act.

    Raises Invalid for a quantity of nothing, and for a kind that needs a cost and has none.
    """
    levels = levels_of(session, {(each.project, each.goods_id) for each in moves})
    gains: dict[tuple[str, str, dt.date], Gain] = defaultdict(Gain)
    rows, booked = [], Booked(len(moves))
    for each in moves:
        _refuse_odd(each.quantity)
        level = levels[each.project, each.goods_id]
        cost = _given(each) if each.kind in GIVEN_COST else -_take(level, -each.quantity)
        if each.kind in GIVEN_COST:
            level.add(each.quantity, cost)
        gains[each.goods_id, each.project, each.date].moved(GROUPS[each.kind], each.quantity, cost)
        rows.append(_move_row(each, cost, at))
        if level.quantity < 0:
            booked.below.add((each.project, each.goods_id))
    _insert(session, StockMove, rows)
    write_levels(session, levels)
    add_to_days(session, gains)
    return booked


def transfer(session: Session, out: Move, into_id: str, at: dt.datetime) -> None:
    """Book goods out of one store and, at the same cost, into `out.other_project`. Only inside an act."""
    if out.kind != "transfer_out" or not out.other_project or out.other_project == out.project:
        raise Invalid("请选择另一家门店。", "Choose another store.", "other_project")
    move(session, [out], at)
    cost = session.scalar(select(StockMove.cost).where(StockMove.move_id == out.move_id)) or NOTHING
    into = Move(
        into_id,
        out.other_project,
        out.goods_id,
        "transfer_in",
        out.date,
        -out.quantity,
        -cost,
        other_project=out.project,
        expires_on=out.expires_on,
        reason=out.reason,
        staff_id=out.staff_id,
    )
    move(session, [into], at)


def _take(level: Level, quantity: Decimal) -> Decimal:
    """Take goods out (or, negative, put them back) at the average; what they cost, with the sign of `quantity`."""
    cost = level.cost_of(quantity)
    level.add(-quantity, -cost)
    return cost


def _given(each: Move) -> Decimal:
    if each.cost is None:
        raise Invalid("请填写成本。", "Say what it cost.", "cost")
    return each.cost


def _refuse_odd(quantity: Decimal) -> None:
    if quantity == 0:
        raise Invalid("数量不能为 0。", "The quantity must not be 0.", "quantity")
    if quantity * THOUSANDTHS % 1:
        raise Invalid("数量最多三位小数。", "A quantity has at most three decimals.", "quantity")


def _sale_row(line: SaleLine, day: dt.date, cost: Decimal, at: dt.datetime) -> dict[str, object]:
    return {
        "sale_id": line.sale_id,
        "ticket": line.ticket,
        "project": line.project,
        "goods_id": line.goods_id,
        "date": day,
        "sold_at": line.sold_at,
        "quantity": line.quantity,
        "amount": line.amount,
        "cost": cost,
        "paid_by": line.paid_by,
        "promotion_id": line.promotion_id,
        "staff_id": line.staff_id,
        "recorded_at": at,
    }


def _move_row(each: Move, cost: Decimal, at: dt.datetime) -> dict[str, object]:
    return {
        "move_id": each.move_id,
        "project": each.project,
        "goods_id": each.goods_id,
        "kind": each.kind,
        "date": each.date,
        "quantity": each.quantity,
        "cost": cost,
        "purchase_id": each.purchase_id,
        "other_project": each.other_project,
        "take_id": each.take_id,
        "expires_on": each.expires_on,
        "reason": each.reason,
        "staff_id": each.staff_id,
        "recorded_at": at,
    }


def _insert(session: Session, model: type[Sale] | type[StockMove], rows: Iterable[dict[str, object]]) -> None:
    every = list(rows)
    for start in range(0, len(every), _CHUNK):
        session.execute(insert(model), every[start : start + _CHUNK])
