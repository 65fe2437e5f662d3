"""The schema's version: making it, bringing it up to date, comparing it with the models.

An SQLite file is made or upgraded by whatever command comes first; a PostgreSQL database only by
`crm db upgrade`, because an administrator decides when a server changes. A schema newer than the program is
refused: an old program must not write into it.
"""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DatabaseError, OperationalError

from crm.errors import StoreProblem
from crm.store.engine import WRITES, database_file, restrict
from crm.store.gate import writer_gate

MIGRATIONS = Path(__file__).parent.parent / "migrations"
LOCK_TIMEOUT = "4s"


def ensure_ready(engine: Engine) -> None:
    """Make or upgrade an SQLite file; `StoreProblem` for what cannot be used as it is."""
    path = database_file(engine)
    if path is not None:
        _refuse_bad_file(path)
        _make_file(path)
    found = current_revision(engine)
    if found == head_revision():
        return
    _refuse_newer(found)
    if path is None:
        raise StoreProblem(
            "数据库结构尚未建立或已过时，请先运行 crm db upgrade。",
            "The database has no schema yet or an old one. Run: crm db upgrade",
        )
    upgrade(engine)


def upgrade(engine: Engine, revision: str = "head") -> None:
    """Bring the schema forward to a revision, all steps or none."""
    path = database_file(engine)
    if path is not None:
        _refuse_bad_file(path)
        _make_file(path)
    _refuse_newer(current_revision(engine))
    with migration_connection(engine) as connection:
        command.upgrade(_config(connection), revision)


def downgrade(engine: Engine, revision: str) -> None:
    """Take the schema back to a revision."""
    with migration_connection(engine) as connection:
        command.downgrade(_config(connection), revision)


def differences(engine: Engine) -> list[Any]:
    """What the models say and the database does not, and the other way round; empty when they agree."""
    from crm.store.models import metadata

    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return list(compare_metadata(context, metadata))


def revise(engine: Engine, message: str) -> None:
    """Write a new migration from the difference between the models and the database."""
    with engine.connect() as connection:
        command.revision(_config(connection), message=message, autogenerate=True)


def current_revision(engine: Engine) -> str | None:
    """The revision that the database is at; None for an empty one."""
    try:
        with engine.connect() as connection:
            return MigrationContext.configure(connection).get_current_revision()
    except OperationalError as problem:
        raise _unreachable(engine, problem) from None
    except DatabaseError as problem:
        path = database_file(engine)
        if path is None:
            raise
        raise _no_database(path) from problem


@cache
def head_revision() -> str:
    """The newest revision that this program knows."""
    head = ScriptDirectory(str(MIGRATIONS)).get_current_head()
    if head is None:
        raise RuntimeError("the program has no migrations")
    return head


@cache
def _known_revisions() -> frozenset[str]:
    return frozenset(script.revision for script in ScriptDirectory(str(MIGRATIONS)).walk_revisions())


def known_revision(revision: str) -> bool:
    """Whether this program knows that revision; it does not know those of newer programs."""
    return revision in _known_revisions()


def _refuse_newer(found: str | None) -> None:
    if found is not None and found not in _known_revisions():
        raise StoreProblem(
            f"数据库由更新版本的程序建立（结构 {found}）。请更新本程序，数据未作任何改动。",
            f"The database was made by a newer version of the program (schema {found}). "
            "Update this program; nothing was changed.",
        )


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("file_template", "%%(rev)s_%%(slug)s")
    config.attributes["connection"] = connection
    return config


@contextmanager
def migration_connection(engine: Engine) -> Iterator[Connection]:
    """A connection in whose transaction a migration runs, while nobody else writes."""
    path = database_file(engine)
    if path is None:
        with engine.begin() as connection:
            connection.execute(text(f"SET LOCAL lock_timeout = '{LOCK_TIMEOUT}'"))
            yield connection
        return
    with writer_gate(path), engine.connect() as connection:
        raw = connection.connection.driver_connection
        assert isinstance(raw, sqlite3.Connection)
        raw.execute("PRAGMA foreign_keys = OFF")  # tables are rebuilt; checked as a whole below
        try:
            with connection.execution_options(**{WRITES: True}).begin():
                yield connection
                _refuse_broken_references(connection)
        finally:
            raw.execute("PRAGMA foreign_keys = ON")


def _refuse_broken_references(connection: Connection) -> None:
    broken = connection.execute(text("PRAGMA foreign_key_check")).fetchall()
    if broken:
        raise RuntimeError(f"the migration would break {len(broken)} references, the first in {broken[0][0]}")


def _refuse_bad_file(path: Path) -> None:
    if path.exists():
        _refuse_other_file(path)
        return
    folder = path.parent
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as problem:
        raise _unwritable(folder, problem.strerror or "") from None
    if not os.access(folder, os.W_OK):
        raise _unwritable(folder, "read-only")


def _refuse_other_file(path: Path) -> None:
    if path.is_dir():
        raise _no_database(path)
    try:
        with path.open("rb") as file:
            start = file.read(16)
    except OSError as problem:
        raise _unwritable(path, problem.strerror or "") from None
    if start and start != b"SQLite format 3\x00":
        raise _no_database(path)
    if not (os.access(path, os.W_OK) and os.access(path.parent, os.W_OK)):
        raise _unwritable(path, "read-only")


def _make_file(path: Path) -> None:
    if not path.exists():
        path.touch(mode=0o600)
        restrict(path)


def _no_database(path: Path) -> StoreProblem:
    return StoreProblem(
        f"{path} 不是本程序的数据库文件。请检查 CRM_DATABASE_URL。",
        f"{path} is not a database file of this program. Check CRM_DATABASE_URL.",
    )


def _unwritable(path: Path, reason: str) -> StoreProblem:
    return StoreProblem(
        f"无法写入 {path}({reason})。请检查权限，或用 CRM_HOME 另选文件夹。",
        f"{path} cannot be written ({reason}). "
        "Check its permissions, or choose another folder with CRM_HOME.",
    )


def _unreachable(engine: Engine, problem: OperationalError) -> StoreProblem:
    where = engine.url.render_as_string(hide_password=True)
    reason = str(problem.orig).strip().splitlines()[0] if problem.orig else ""
    return StoreProblem(
        f"无法打开数据库 {where}:{reason}", f"The database {where} cannot be opened: {reason}"
    )
