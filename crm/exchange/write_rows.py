"""Writes a workbook's new and changed rows in bulk, inside an act, with the history of what changed."""

import datetime as dt
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

import numpy as np
from sqlalchemy import Connection, bindparam, insert, update
from sqlalchemy import Table as SqlTable

from crm.exchange.merge import Merge
from crm.exchange.stored import sql_table
from crm.people.accounts import RowChange
from crm.rulebook.tables import NO_DAY, NO_TIME, date_of
from crm.store.base import fen_of, moment_of
from crm.store.history import row_key, shown
from crm.workbook.loaded import Ints
from crm.workbook.schema import Column, Kind

_BATCH = 20_000
VIA = "workbook"


def write_rows(connection: Connection, merge: Merge, at: dt.datetime, actor: str) -> None:
    """Insert the new rows of a table and update the changed ones; the stored ones are kept in the history."""
    fresh = np.flatnonzero(merge.new)
    if len(fresh):
        _insert(connection, merge, fresh)
    changed = np.flatnonzero(merge.changed)
    if len(changed):
        _update(connection, merge, changed, at, actor)


def _insert(connection: Connection, merge: Merge, places: Ints) -> None:
    columns = merge.table.columns
    on_server = connection.dialect.name == "postgresql"
    cells = [_raw(column, merge.loaded.frame[column.name].iloc[places], on_server) for column in columns]
    rows = zip(*cells, strict=True)
    names = ", ".join(f'"{column.name}"' for column in columns)
    table = merge.table.name
    if on_server:
        cursor = connection.connection.cursor()
        with cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
        return
    marks = ", ".join("?" * len(columns))
    for batch in _batches(rows):
        connection.exec_driver_sql(f'INSERT INTO "{table}" ({names}) VALUES ({marks})', batch)


def _batches(rows: Iterator[tuple[Any, ...]]) -> Iterator[list[tuple[Any, ...]]]:
    while batch := list(islice(rows, _BATCH)):
        yield batch


def _raw(column: Column, values: Any, on_server: bool) -> list[Any]:
    """The cells as the database's driver wants them."""
    if column.kind in (Kind.DATE, Kind.MONTH):
        days = [None if day == NO_DAY else date_of(day) for day in values.tolist()]
        return days if on_server else [None if day is None else day.isoformat() for day in days]
    if column.kind is Kind.TIMESTAMP:
        return [None if second == NO_TIME else second for second in values.tolist()]
    if column.kind is Kind.MONEY:
        return [None if yuan is None else fen_of(yuan) for yuan in values.tolist()]
    if column.kind is Kind.DECIMAL:
        return [None if number is None else str(number) for number in values.tolist()]
    if column.kind in (Kind.BOOLEAN, Kind.INTEGER):
        return list(values.tolist())
    cells = np.array(values.astype(object), dtype=object)
    cells[values.isna().to_numpy()] = None
    return list(cells.tolist())


def _update(connection: Connection, merge: Merge, places: Ints, at: dt.datetime, actor: str) -> None:
    table, rows = merge.table, sql_table(merge.table.name)
    names = [name for name in merge.given if name not in table.key]
    connection.execute(_update_statement(rows, table.key, names), _parameters(merge, places, names))
    connection.execute(insert(RowChange), _history(merge, places, at, actor))


def _update_statement(rows: SqlTable, key: Sequence[str], names: Sequence[str]) -> Any:
    statement = update(rows).values({name: bindparam(f"new_{name}") for name in names})
    if "version" in rows.c:
        statement = statement.values(version=rows.c.version + 1)
    for name in key:
        statement = statement.where(rows.c[name] == bindparam(f"key_{name}"))
    return statement


def _parameters(merge: Merge, places: Ints, names: Sequence[str]) -> list[dict[str, Any]]:
    frame, table = merge.loaded.frame.iloc[places], merge.table
    columns = {f"new_{name}": _python(table.column(name), frame[name]) for name in names}
    columns |= {f"key_{name}": _python(table.column(name), frame[name]) for name in table.key}
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def _python(column: Column, values: Any) -> list[Any]:
    """The cells as the models have them."""
    if column.kind in (Kind.MONEY, Kind.DECIMAL):
        return list(values.tolist())
    raw = _raw(column, values, on_server=True)
    if column.kind is Kind.TIMESTAMP:
        return [None if second is None else moment_of(second) for second in raw]
    return raw


def _history(merge: Merge, places: Ints, at: dt.datetime, actor: str) -> list[dict[str, Any]]:
    before = _shown(merge, merge.stored.iloc[merge.at[places]])
    after = _shown(merge, merge.file_frame().iloc[places])
    return [
        {
            "table_name": merge.table.name,
            "row_key": row_key([new[name] for name in merge.table.key]),
            "at": at,
            "actor": actor,
            "via": VIA,
            "before": {name: value for name, value in old.items() if value != new[name]},
            "after": {name: value for name, value in new.items() if value != old[name]},
        }
        for old, new in zip(before, after, strict=True)
    ]


def _shown(merge: Merge, frame: Any) -> list[dict[str, Any]]:
    columns = {
        column.name: [shown(value) for value in _python(column, frame[column.name])]
        for column in merge.table.columns
    }
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]
