"""Dates that the database computes from a moment's seconds, alike in both databases."""

import datetime as dt
from typing import Any

from sqlalchemy import Date
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement


class day_of(FunctionElement[dt.date]):
    """The date of a column of moments, which are kept as wall-clock seconds since 1970."""

    inherit_cache = True
    name = "day_of"
    type = Date()


@compiles(day_of, "sqlite")
def _in_sqlite(element: Any, compiler: Any, **rest: Any) -> str:
    return f"date({compiler.process(element.clauses, **rest)}, 'unixepoch')"


@compiles(day_of, "postgresql")
def _on_server(element: Any, compiler: Any, **rest: Any) -> str:
    return f"(DATE '1970-01-01' + CAST({compiler.process(element.clauses, **rest)} / 86400 AS INTEGER))"
