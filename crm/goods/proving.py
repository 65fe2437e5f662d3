"""Totals held against their rows: computed anew by the database, and told where they differ, or set right.

The second way to the same figures: one statement over all rows with window sums, where booking adds act by act.
"""

from collections.abc import Iterator, Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from sqlalchemy import Connection, delete, insert, select, text
from sqlalchemy.orm import Session

from crm.goods.levels import FEN
from crm.goods.models import GoodsDay, StockLevel, StoreDay
from crm.goods.quantities import quantity_of
from crm.store.base import yuan_of

GROUPS = ("received", "returned", "lost", "moved", "counted")
_KINDS = {
    "received": "('receive')",
    "returned": "('supplier_return')",
    "lost": "('loss')",
    "moved": "('opening', 'transfer_out', 'transfer_in')",
    "counted": "('count')",
}
_SOLD = ("quantity", "amount", "cost")
DAY_COLUMNS = (
    *(f"{group}_{what}" for group in ("sold", "promo") for what in _SOLD),
    *(f"{group}_{what}" for group in GROUPS for what in ("quantity", "cost")),
)
STORE_COLUMNS = ("project", "date", "tickets", "sold_amount", "sold_cost")
_ALL_DAY = ("goods_id", "project", "date", *DAY_COLUMNS, "closing_quantity", "closing_cost")


def _sum(expression: str, name: str) -> str:
    return f"CAST(SUM({expression}) AS BIGINT) AS {name}"


def _days_query() -> str:
    """A statement giving every article's day as its rows say; only constants of this module stand in it."""
    sales = ", ".join(
        [f"{what} AS sold_{what}" for what in _SOLD]
        + [f"CASE WHEN promotion_id IS NULL THEN 0 ELSE {what} END AS promo_{what}" for what in _SOLD]
        + [f"0 AS {group}_{what}" for group in GROUPS for what in ("quantity", "cost")]
    )
    moves = ", ".join(
        [f"0 AS {group}_{what}" for group in ("sold", "promo") for what in _SOLD]
        + [
            f"CASE WHEN kind IN {_KINDS[group]} THEN {what} ELSE 0 END AS {group}_{what}"
            for group in GROUPS
            for what in ("quantity", "cost")
        ]
    )
    summed = ", ".join(_sum(name, name) for name in DAY_COLUMNS)
    gained = {
        what: " + ".join(f"{group}_{what}" for group in GROUPS) + f" - sold_{what}"
        for what in ("quantity", "cost")
    }
    closing = ", ".join(
        f"CAST(SUM({gained[what]}) OVER (PARTITION BY goods_id, project ORDER BY date) AS BIGINT)"
        f" AS closing_{what}"
        for what in ("quantity", "cost")
    )
    return (
        f"SELECT goods_id, project, date, {', '.join(DAY_COLUMNS)}, {closing} FROM ("
        f"SELECT goods_id, project, date, {summed} FROM ("
        f"SELECT goods_id, project, date, {sales} FROM sales"
        f" UNION ALL SELECT goods_id, project, date, {moves} FROM stock_moves"
        ") AS each_row GROUP BY goods_id, project, date) AS each_day"
    )


_STORES = (
    "SELECT project, date, CAST(COUNT(DISTINCT ticket) AS BIGINT) AS tickets, "
    "CAST(SUM(amount) AS BIGINT) AS sold_amount, CAST(SUM(cost) AS BIGINT) AS sold_cost "
    "FROM sales GROUP BY project, date"
)
_LEVELS = (
    "SELECT project, goods_id, CAST(SUM(quantity) AS BIGINT) AS quantity, CAST(SUM(cost) AS BIGINT) AS cost FROM ("
    "SELECT project, goods_id, quantity, cost FROM stock_moves"
    " UNION ALL SELECT project, goods_id, -quantity, -cost FROM sales) AS each_row GROUP BY project, goods_id"
)


def differences(connection: Connection) -> Iterator[tuple[str, Sequence[str]]]:
    """Each key whose totals are not what the rows say: the table and the key, such as ("goods_days", [...])."""
    checks = (
        ("goods_days", ("goods_id", "project", "date"), _ALL_DAY, _days_query()),
        ("store_days", ("project", "date"), STORE_COLUMNS, _STORES),
        ("stock_levels", ("project", "goods_id"), ("project", "goods_id", "quantity", "cost"), _LEVELS),
    )
    for table, key, columns, query in checks:
        kept = f"SELECT {', '.join(columns)} FROM {table}"
        told = f"SELECT {', '.join(columns)} FROM ({query}) AS told"
        keys: set[tuple[str, ...]] = set()
        for one, other in ((kept, told), (told, kept)):
            rows = connection.execute(text(f"{one} EXCEPT {other}"))
            keys.update(tuple(str(row._mapping[name]) for name in key) for row in rows)
        for each in sorted(keys):
            yield table, each


def rebuild(session: Session) -> None:
    """Make all totals anew from the rows; only inside an act. `unit_cost` is kept where it was known.

    For rows that came in another way than by booking, such as a restored file or a bench's millions.
    """
    kept = session.execute(select(StockLevel.project, StockLevel.goods_id, StockLevel.unit_cost))
    known = {(project, goods_id): unit_cost for project, goods_id, unit_cost in kept}
    for model in (GoodsDay, StoreDay, StockLevel):
        session.execute(delete(model))
    days, stores = ", ".join(_ALL_DAY), ", ".join(STORE_COLUMNS)
    session.execute(text(f"INSERT INTO goods_days ({days}) SELECT {days} FROM ({_days_query()}) AS told"))
    session.execute(text(f"INSERT INTO store_days ({stores}) {_STORES}"))
    session.expunge_all()
    rows = session.execute(text(_LEVELS)).all()
    if rows:
        session.execute(insert(StockLevel), [_level(row, known) for row in rows])


def _level(row: Any, known: Mapping[tuple[str, str], Decimal]) -> dict[str, object]:
    held = quantity_of(row.quantity)
    average = (yuan_of(row.cost) / held).quantize(FEN, ROUND_HALF_UP) if held > 0 else Decimal(0)
    return {
        "project": row.project,
        "goods_id": row.goods_id,
        "quantity": held,
        "cost": yuan_of(row.cost),
        "unit_cost": known.get((row.project, row.goods_id), average),
    }
