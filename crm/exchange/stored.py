"""Stored rows as the core's tables: whole columns at once, numbers made in the database.

Each noun's `tables.py` says which rows a table of the workbook is; here they become frames with the dtypes
that `crm.rulebook.tables` promises.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import numpy as np
import pandas as pd
from sqlalchemy import Connection, func, literal_column, select
from sqlalchemy import Table as SqlTable
from sqlalchemy.sql.elements import ColumnElement

from crm.daily import tables as daily
from crm.deals import tables as deals
from crm.leads import tables as leads
from crm.people import tables as people
from crm.rulebook.tables import NO_DAY, NO_TIME, Tables
from crm.store.base import Base, yuan_of
from crm.targets import tables as targets
from crm.workbook.frames import array_dtype, frame_of, series, tables_of
from crm.workbook.schema import TABLES, Column, Kind, Table

ROWS: Mapping[str, type[Base]] = {
    **people.ROWS,
    **leads.ROWS,
    **daily.ROWS,
    **deals.ROWS,
    **targets.ROWS,
}
_DAYS = (Kind.DATE, Kind.MONTH)
_NUMBERS: Mapping[Kind, int] = {Kind.DATE: NO_DAY, Kind.MONTH: NO_DAY, Kind.TIMESTAMP: NO_TIME}
_SERVER_DAY = "({} - DATE '1970-01-01')"
_SQLITE_DAY = "CAST(julianday({}) - 2440587.5 AS INTEGER)"
Told = Callable[[int, int, str], None]


def stored_tables(connection: Connection, progress: Told | None = None) -> Tables:
    """All tables of the workbook as they are stored, as one moment saw them."""
    frames = {}
    for done, table in enumerate(TABLES):
        if progress:
            progress(done, len(TABLES), table.name)
        frames[table.name] = stored_frame(connection, table)
    return tables_of(frames)


def stored_frame(
    connection: Connection, table: Table, where: ColumnElement[bool] | None = None
) -> pd.DataFrame:
    """One table as it is stored, in the order of its keys; of it only the rows `where`, if that is said."""
    rows = sql_table(table.name)
    query = select(*(_selected(connection, column, rows) for column in table.columns)).select_from(rows)
    only = leads.ONLY.get(table.name)
    if only is not None:
        query = query.where(only)
    if where is not None:
        query = query.where(where)
    found = connection.execute(query.order_by(*(rows.c[name] for name in table.key))).all()
    values: Iterable[tuple[Any, ...]] = zip(*found, strict=True) if found else [()] * len(table.columns)
    columns = {
        column.name: _series(table, column, cells)
        for column, cells in zip(table.columns, values, strict=True)
    }
    return frame_of(table, columns, len(found))


def sql_table(name: str) -> SqlTable:
    """The database's table for a table of the workbook."""
    table = ROWS[name].__table__
    assert isinstance(table, SqlTable)
    return table


def sealed_keys(connection: Connection, table: Table) -> set[tuple[Any, ...]]:
    """The keys of stored rows that a workbook leaves as they are."""
    condition: ColumnElement[bool] | None = leads.SEALED.get(table.name)
    if condition is None:
        return set()
    rows = sql_table(table.name)
    found = connection.execute(select(*(rows.c[name] for name in table.key)).where(condition))
    return {tuple(key) for key in found}


def _selected(connection: Connection, column: Column, rows: SqlTable) -> Any:
    """The column as plain numbers or text, so that nothing is converted row by row."""
    plain: Any = literal_column(f'{rows.name}."{column.name}"')
    if column.kind in _DAYS:
        on_server = connection.dialect.name == "postgresql"
        days = _SERVER_DAY if on_server else _SQLITE_DAY
        return func.coalesce(literal_column(days.format(plain)), NO_DAY)
    if column.kind is Kind.TIMESTAMP:
        return func.coalesce(plain, NO_TIME)
    return plain if column.kind in (Kind.MONEY, Kind.BOOLEAN, Kind.INTEGER) else rows.c[column.name]


def _series(table: Table, column: Column, cells: tuple[Any, ...]) -> pd.Series:
    if column.kind in _NUMBERS or column.kind in (Kind.BOOLEAN, Kind.INTEGER):
        return pd.Series(np.array(cells, dtype=array_dtype(column)))
    if column.kind is Kind.MONEY:
        return series(table, column, [None if fen is None else yuan_of(fen) for fen in cells])
    return series(table, column, cells)
