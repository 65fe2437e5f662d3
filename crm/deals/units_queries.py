"""The board of units, and one unit with its deal, as this person may see them."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from crm.deals.models import Deal, deals_visible_to
from crm.deals.units import STATUSES, status_of, unanswered
from crm.deals.units_models import DealStep, DealUnit, PermitAnswer, StockUnit, stock_visible_to
from crm.extensions import db
from crm.people.accounts import Account

_PARTS = re.compile(r"(\d+)")


@dataclass(frozen=True)
class Filter:
    """What the board is narrowed to; empty: everything."""

    building: str = ""
    unit_kind: str = ""
    status: str = ""


@dataclass(frozen=True)
class Cell:
    """A unit on the board."""

    unit: StockUnit
    status: str


@dataclass(frozen=True)
class Building:
    """A building: its floors from the top, whether it has units without a permit, and who answered for them."""

    name: str
    floors: list[tuple[str, list[Cell]]]
    blocked: bool
    answers: list[PermitAnswer]


@dataclass(frozen=True)
class Board:
    """The whole board, and how many units are in each status before the status is chosen."""

    buildings: list[Building]
    counts: dict[str, int]
    names: list[str]
    total: int


def natural(text: str) -> tuple[int, list[tuple[int, int, str]]]:
    """Sorts 2 before 10, and B2 below B1 below 1."""
    below = text.upper().startswith(("B", "-")) and any(c.isdigit() for c in text)
    parts = [(0, int(part), "") if part.isdigit() else (1, 0, part) for part in _PARTS.split(text) if part]
    if below:
        return -int("".join(c for c in text if c.isdigit())), parts
    digits = _PARTS.search(text)
    return (int(digits[1]) if digits else 0), parts


def stock_board(user: Account, chosen: Filter) -> Board:
    """The units of the person's project by building and floor."""
    session = db.session()
    everything = session.scalars(stock_visible_to(user)).all()
    names = sorted({unit.building for unit in everything}, key=natural)
    wanted = [
        unit
        for unit in everything
        if chosen.building in ("", unit.building) and chosen.unit_kind in ("", unit.unit_kind)
    ]
    cells = cells_of(session, wanted)
    counts = Counter(cell.status for cell in cells)
    shown = [cell for cell in cells if chosen.status in ("", cell.status)]
    answers = _answers(session, user)
    blocked = {unit.building for unit in unanswered(session, wanted)}
    buildings = [
        Building(
            name,
            _floors(cell for cell in shown if cell.unit.building == name),
            name in blocked,
            answers.get(name, []),
        )
        for name in names
        if any(cell.unit.building == name for cell in shown)
    ]
    return Board(buildings, {status: counts[status] for status in STATUSES}, names, len(everything))


def _floors(cells: Iterable[Cell]) -> list[tuple[str, list[Cell]]]:
    floors: dict[str, list[Cell]] = {}
    for cell in sorted(cells, key=lambda cell: natural(cell.unit.number)):
        floors.setdefault(cell.unit.floor, []).append(cell)
    return sorted(floors.items(), key=lambda floor: natural(floor[0]), reverse=True)


def _answers(session: Session, user: Account) -> dict[str, list[PermitAnswer]]:
    found: dict[str, list[PermitAnswer]] = {}
    query = select(PermitAnswer).where(PermitAnswer.project == user.project)
    for answer in session.scalars(query.order_by(PermitAnswer.answer_id)):
        found.setdefault(answer.building, []).append(answer)
    return found


def cells_of(session: Session, units: Sequence[StockUnit]) -> list[Cell]:
    """The units with their status, the deals asked for all at once."""
    projects = {unit.project for unit in units}
    query = (
        select(DealUnit.unit_id, Deal)
        .join(Deal, Deal.deal_id == DealUnit.deal_id)
        .join(StockUnit, StockUnit.unit_id == DealUnit.unit_id)
        .where(DealUnit.until.is_(None), StockUnit.project.in_(projects))
    )
    deals: dict[str, Deal] = {unit_id: deal for unit_id, deal in session.execute(query)}
    done: dict[str, set[str]] = {}
    steps = select(DealStep.deal_id, DealStep.kind).where(DealStep.done_on.is_not(None))
    for deal_id, kind in session.execute(steps):
        done.setdefault(deal_id, set()).add(kind)
    return [
        Cell(
            unit,
            status_of(
                unit,
                deals.get(unit.unit_id),
                frozenset(done.get(deals[unit.unit_id].deal_id, ()))
                if unit.unit_id in deals
                else frozenset(),
            ),
        )
        for unit in units
    ]


def deal_with(user: Account, unit_id: str) -> Deal | None:
    """The live deal that has the unit, if this person may see it."""
    live = select(DealUnit.deal_id).where(DealUnit.unit_id == unit_id, DealUnit.until.is_(None))
    return db.session.scalar(deals_visible_to(user).where(Deal.deal_id.in_(live)))
