"""What is there of an article in a store, and what it cost, while an act books rows."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from sqlalchemy import insert, select, tuple_, update
from sqlalchemy.orm import Session

from crm.goods.models import StockLevel

FEN = Decimal("0.01")
_CHUNK = 400


@dataclass
class Level:
    """The running level; money in yuan to the fen."""

    quantity: Decimal
    cost: Decimal
    unit_cost: Decimal
    stored: bool

    def cost_of(self, quantity: Decimal) -> Decimal:
        """What `quantity` pieces cost at the average; all that is left takes all that it cost."""
        if quantity == self.quantity and quantity > 0:
            return self.cost
        if self.quantity <= 0:
            return (quantity * self.unit_cost).quantize(FEN, ROUND_HALF_UP)
        return (self.cost * quantity / self.quantity).quantize(FEN, ROUND_HALF_UP)

    def add(self, quantity: Decimal, cost: Decimal) -> None:
        """Gain so many at that cost in all; both negative for what goes out."""
        self.quantity += quantity
        self.cost += cost
        if quantity > 0 and cost > 0:
            self.unit_cost = (cost / quantity).quantize(FEN, ROUND_HALF_UP)


def levels_of(session: Session, wanted: Iterable[tuple[str, str]]) -> dict[tuple[str, str], Level]:
    """The levels of these (store, goods_id), zero where there is none yet."""
    keys = sorted(set(wanted))
    found = {}
    for start in range(0, len(keys), _CHUNK):
        some = tuple_(StockLevel.project, StockLevel.goods_id).in_(keys[start : start + _CHUNK])
        columns = (
            StockLevel.project,
            StockLevel.goods_id,
            StockLevel.quantity,
            StockLevel.cost,
            StockLevel.unit_cost,
        )
        for project, goods_id, quantity, cost, unit_cost in session.execute(select(*columns).where(some)):
            found[project, goods_id] = Level(quantity, cost, unit_cost, stored=True)
    return {key: found.get(key) or Level(Decimal(0), Decimal(0), Decimal(0), stored=False) for key in keys}


def write_levels(session: Session, levels: Mapping[tuple[str, str], Level]) -> None:
    """Keep them; only inside an act that read them."""
    new = []
    for (project, goods_id), level in levels.items():
        values = {"quantity": level.quantity, "cost": level.cost, "unit_cost": level.unit_cost}
        if level.stored:
            row = (StockLevel.project == project) & (StockLevel.goods_id == goods_id)
            session.execute(update(StockLevel).where(row).values(values))
        else:
            new.append({"project": project, "goods_id": goods_id, **values})
            level.stored = True
    if new:
        session.execute(insert(StockLevel), new)
