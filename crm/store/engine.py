"""How a connection is set up, and how its transactions begin.

SQLite: WAL, `synchronous=FULL` (an acknowledged record outlives a power cut), foreign keys on, and no hidden
transaction control by the driver: a reader begins with `BEGIN`, a writer with `BEGIN IMMEDIATE`, because a
reader that turns writer fails at once when somebody else wrote in between.
"""

import os
from pathlib import Path
from sqlite3 import Connection as SqliteConnection
from typing import Any

from sqlalchemy import Connection, Engine, event

WRITES = "crm_writes"


def prepare(engine: Engine) -> None:
    """Make the engine begin and configure its connections as said above; once for each engine."""
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _set_up_sqlite)
        event.listen(engine, "begin", _begin)
    else:
        event.listen(engine, "connect", _set_up_postgres)


def database_file(engine: Engine) -> Path | None:
    """The file of an SQLite database, None for a server."""
    if engine.dialect.name != "sqlite":
        return None
    return Path(str(engine.url.database))


def _set_up_sqlite(raw: SqliteConnection, record: object) -> None:
    raw.isolation_level = None
    raw.execute("PRAGMA busy_timeout = 30000")
    raw.execute("PRAGMA journal_mode = WAL")
    raw.execute("PRAGMA synchronous = FULL")
    raw.execute("PRAGMA foreign_keys = ON")
    raw.execute("PRAGMA temp_store = MEMORY")
    raw.execute("PRAGMA cache_size = -32000")


def _begin(connection: Connection) -> None:
    writes = connection.get_execution_options().get(WRITES)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _set_up_postgres(raw: Any, record: object) -> None:
    with raw.cursor() as cursor:
        cursor.execute("SET TIME ZONE 'Asia/Shanghai'")
    raw.commit()


def restrict(path: Path) -> None:
    """Let only the owner read a database file that was just made."""
    os.chmod(path, 0o600)
