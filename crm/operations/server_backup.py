"""The backup of a PostgreSQL database: every table in COPY's text form, as one snapshot saw them, in a .zip.

pg_dump refuses a server newer than itself and need not be installed where the program runs, so it is not asked;
this is the program's own data only, which the program's migrations give its tables, indexes and triggers again.
"""

import json
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, MetaData, text

from crm.errors import StoreProblem
from crm.store.schema import current_revision, known_revision, upgrade

MANIFEST = "manifest.json"
FORMAT = "yingban-backup-1"
VERSIONS = "alembic_version"


def write(engine: Engine, path: Path) -> dict[str, int]:
    """Write all tables to the file, read it again, and give the rows of each."""
    with _snapshot(engine) as connection:
        tables = {table.name: [column.name for column in table.columns] for table in _tables(connection)}
        rows = {name: _count(connection, name) for name in tables}
        revision = connection.execute(text(f"SELECT version_num FROM {VERSIONS}")).scalar_one()
        manifest = {"format": FORMAT, "revision": revision, "columns": tables, "rows": rows}
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(MANIFEST, json.dumps(manifest, ensure_ascii=False, indent=1))
            for name in tables:
                _copy_out(connection, name, tables[name], archive)
    if _checked(path)["rows"] != rows:
        raise StoreProblem(f"{path} 与数据库不一致。", f"{path} does not agree with the database.")
    return rows


@contextmanager
def _snapshot(engine: Engine) -> Iterator[Connection]:
    options = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
    with engine.connect().execution_options(**options) as connection:
        yield connection


def _tables(connection: Connection) -> list[Any]:
    """The program's tables, those that others refer to first."""
    found = MetaData()
    found.reflect(connection)
    return [table for table in found.sorted_tables if table.name != VERSIONS]


def _count(connection: Connection, name: str) -> int:
    return int(connection.execute(text(f'SELECT count(*) FROM "{name}"')).scalar_one())


def _named(columns: list[str]) -> str:
    return ", ".join(f'"{column}"' for column in columns)


def _copy_out(connection: Connection, name: str, columns: list[str], archive: zipfile.ZipFile) -> None:
    cursor = connection.connection.cursor()
    with (
        archive.open(f"{name}.copy", "w", force_zip64=True) as file,
        cursor.copy(f'COPY "{name}" ({_named(columns)}) TO STDOUT') as copy,  # type: ignore[attr-defined]
    ):
        for block in copy:
            file.write(block)


def _checked(path: Path) -> dict[str, Any]:
    """The manifest of a backup whose parts are whole and have as many rows as it says."""
    try:
        with zipfile.ZipFile(path) as archive:
            manifest: dict[str, Any] = json.loads(archive.read(MANIFEST))
            if manifest.get("format") != FORMAT:
                raise KeyError(FORMAT)
            for name, number in manifest["rows"].items():
                with archive.open(f"{name}.copy") as file:
                    found = sum(block.count(b"\n") for block in iter(lambda: file.read(1 << 20), b""))
                if found != number:
                    raise StoreProblem(
                        f"{path} 已损坏：{name} 应有 {number} 行，实有 {found} 行。",
                        f"{path} is damaged: {name} should have {number} rows and has {found}.",
                    )
    except (zipfile.BadZipFile, KeyError, ValueError, EOFError) as problem:
        raise StoreProblem(
            f"{path} 已损坏，或不是 crm backup 所做的备份。",
            f"{path} is damaged, or is not a backup that crm backup has made: {problem}",
        ) from None
    return manifest


def read(engine: Engine, path: Path) -> dict[str, int]:
    """Put the tables into an empty database, all or nothing; gives the rows of each."""
    manifest = _checked(path)
    revision = str(manifest["revision"])
    if not known_revision(revision):
        raise newer(path, revision)
    _refuse_used(engine, revision)
    if current_revision(engine) is None:
        upgrade(engine, revision)
    rows: dict[str, int] = manifest["rows"]
    with engine.begin() as connection, zipfile.ZipFile(path) as archive:
        for name, columns in manifest["columns"].items():
            _copy_in(connection, name, columns, archive)
        for name, number in rows.items():
            if _count(connection, name) != number:
                raise RuntimeError(f"{name} has other rows than the backup")
        _continue_numbers(connection)
    return rows


def _refuse_used(engine: Engine, revision: str) -> None:
    present = current_revision(engine)
    with engine.connect() as connection:
        used = [table.name for table in _tables(connection) if _count(connection, table.name)]
    if used or present not in (None, revision):
        raise StoreProblem(
            "数据库不是空的，恢复只写入空的数据库，未作任何改动。请新建一个数据库。",
            "The database is not empty. A backup is restored into an empty one only; nothing was changed. "
            "Create another database for it.",
        )


def _copy_in(connection: Connection, name: str, columns: list[str], archive: zipfile.ZipFile) -> None:
    cursor = connection.connection.cursor()
    cursor.execute(f'DELETE FROM "{name}"')  # rows that a trigger made of the tables before
    with (
        archive.open(f"{name}.copy") as file,
        cursor.copy(f'COPY "{name}" ({_named(columns)}) FROM STDIN') as copy,  # type: ignore[attr-defined]
    ):
        while block := file.read(1 << 20):
            copy.write(block)


def _continue_numbers(connection: Connection) -> None:
    """Let counted keys go on after the highest one that was restored."""
    for table in _tables(connection):
        for column in table.primary_key.columns:
            asked = {"table": f'"{table.name}"', "column": column.name}
            sequence = connection.execute(
                text("SELECT pg_get_serial_sequence(:table, :column)"), asked
            ).scalar_one()
            if sequence:
                connection.execute(
                    text(
                        f'SELECT setval(:sequence, coalesce(max("{column.name}"), 0) + 1, false) FROM "{table.name}"'
                    ),
                    {"sequence": sequence},
                )


def newer(path: Path, revision: str) -> StoreProblem:
    """Why a backup of a newer program is refused."""
    return StoreProblem(
        f"{path} 由更新版本的程序所做（结构 {revision}）。请先更新本程序。",
        f"{path} was made by a newer version of the program (schema {revision}). Update this program first.",
    )
