"""A copy of the whole database while people work, checked by opening it; and putting one back.

SQLite: the online backup interface copies all pages as one moment saw them; the copy is opened and its integrity,
references and numbers of rows are checked before it gets its name. PostgreSQL: `crm.operations.server_backup`.
"""

import datetime as dt
import os
import secrets
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Engine

from crm.errors import StoreProblem
from crm.operations import server_backup
from crm.store.engine import database_file
from crm.store.schema import ensure_ready, known_revision, upgrade

SQLITE_START = b"SQLite format 3\x00"


@dataclass(frozen=True)
class Copied:
    """What a backup holds: rows by table, and its size."""

    path: Path
    rows: Mapping[str, int]

    @property
    def total(self) -> int:
        """All rows."""
        return sum(self.rows.values())


def file_name(engine: Engine, at: dt.datetime) -> str:
    """How a backup of that moment is called where only a folder is named; by name they sort by age."""
    suffix = "sqlite3" if database_file(engine) else "zip"
    return f"yingban-{at:%Y%m%d-%H%M%S}.{suffix}"


def back_up(engine: Engine, target: Path) -> Copied:
    """Copy the database to a new file; `StoreProblem` when there is one already, or the copy is not whole."""
    source = database_file(engine)
    with _draft(target) as draft:
        rows = server_backup.write(engine, draft) if source is None else _copy_sqlite(source, draft)
        _sync(draft)
    return Copied(target, rows)


@contextmanager
def _draft(target: Path) -> Iterator[Path]:
    """A file beside the target that only its owner may read; it gets the target's name when all went well."""
    _refuse_existing(target)
    draft = target.with_name(f".{target.name}.{secrets.token_hex(4)}")
    try:
        os.close(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        yield draft
        _refuse_existing(target)
        draft.rename(target)
        _sync(target.parent)
    except OSError as problem:
        raise StoreProblem(
            f"无法写入 {target}：{problem.strerror}。", f"{target} cannot be written: {problem.strerror}."
        ) from None
    finally:
        for suffix in ("", "-journal", "-wal", "-shm"):
            draft.with_name(draft.name + suffix).unlink(missing_ok=True)


def _refuse_existing(target: Path) -> None:
    if target.exists():
        raise StoreProblem(
            f"{target} 已经存在，不会覆盖。请换一个文件名。",
            f"{target} exists already and is not overwritten. Choose another name.",
        )


def _copy_pages(source: Path, draft: Path) -> None:
    """All pages in one step: as they were at one moment, and nobody waits for it."""
    with (
        closing(sqlite3.connect(f"{source.absolute().as_uri()}?mode=ro", uri=True)) as live,
        closing(sqlite3.connect(draft, isolation_level=None)) as copy,
    ):
        live.backup(copy)


def _copy_sqlite(source: Path, draft: Path) -> dict[str, int]:
    _copy_pages(source, draft)
    with closing(sqlite3.connect(draft, isolation_level=None)) as copy:
        copy.execute("PRAGMA journal_mode = DELETE")  # one file, without a log beside it
    return checked_sqlite(draft)


def checked_sqlite(path: Path) -> dict[str, int]:
    """The rows of each table of an SQLite file; `StoreProblem` where it is not whole."""
    with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as copy:
        try:
            found = copy.execute("PRAGMA integrity_check").fetchall()
            broken = copy.execute("PRAGMA foreign_key_check").fetchall()
            tables = copy.execute(
                "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name"
            ).fetchall()
            rows = {name: copy.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for (name,) in tables}
        except sqlite3.DatabaseError as problem:
            raise _damaged(path, str(problem)) from None
    if found != [("ok",)]:
        raise _damaged(path, str(found[0][0]))
    if broken:
        raise _damaged(path, f"{len(broken)} broken references, the first in {broken[0][0]}")
    if "alembic_version" not in rows:
        raise _no_backup(path)
    return {name: number for name, number in rows.items() if not name.startswith("sqlite_")}


def restore(engine: Engine, source: Path) -> Copied:
    """Put a backup where there is nothing yet, and bring its schema up to date.

    `StoreProblem` where something is there already, or the backup is damaged, of the other kind of database, or
    of a newer program; nothing was changed then.
    """
    target = database_file(engine)
    _refuse_other_kind(source, target)
    if target is None:
        rows = server_backup.read(engine, source)
        upgrade(engine)
        return Copied(source, rows)
    rows = checked_sqlite(source)
    _refuse_newer_copy(source)
    target.parent.mkdir(parents=True, exist_ok=True)
    with _draft(target) as draft:
        _copy_pages(source, draft)
        if checked_sqlite(draft) != rows:
            raise _damaged(source, "the copy has other rows")
        _sync(draft)
    ensure_ready(engine)
    return Copied(source, rows)


def _refuse_other_kind(source: Path, target: Path | None) -> None:
    try:
        with source.open("rb") as file:
            start = file.read(16)
    except OSError as problem:
        raise StoreProblem(
            f"无法读取 {source}：{problem.strerror}。", f"{source} cannot be read: {problem.strerror}."
        ) from None
    if start == SQLITE_START and target is None:
        raise StoreProblem(
            f"{source} 是 SQLite 的备份，而 CRM_DATABASE_URL 指向 PostgreSQL。",
            f"{source} is a backup of SQLite, but CRM_DATABASE_URL names PostgreSQL.",
        )
    if start[:2] == b"PK" and target is not None:
        raise StoreProblem(
            f"{source} 是 PostgreSQL 的备份，而本机设置为 SQLite。请设置 CRM_DATABASE_URL。",
            f"{source} is a backup of PostgreSQL, but SQLite is set up here. Set CRM_DATABASE_URL.",
        )
    if start != SQLITE_START and start[:2] != b"PK":
        raise _no_backup(source)


def _refuse_newer_copy(source: Path) -> None:
    with closing(sqlite3.connect(f"{source.absolute().as_uri()}?mode=ro", uri=True)) as copy:
        found = copy.execute("SELECT version_num FROM alembic_version").fetchone()
    if found is None or not known_revision(found[0]):
        raise server_backup.newer(source, found[0] if found else "?")


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _damaged(path: Path, reason: str) -> StoreProblem:
    return StoreProblem(f"{path} 已损坏：{reason}。", f"{path} is damaged: {reason}.")


def _no_backup(path: Path) -> StoreProblem:
    return StoreProblem(
        f"{path} 不是 crm backup 所做的备份。", f"{path} is not a backup that crm backup has made."
    )
