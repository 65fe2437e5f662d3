"""The schema: made by itself, never by an old program, and always what the models say."""

import os
import sqlite3
import subprocess
import sys

import pytest
from sqlalchemy import create_engine, inspect, text

from crm.errors import StoreProblem
from crm.extensions import db
from crm.store import schema
from crm.store.engine import prepare
from crm.store.models import metadata
from tests.access.world import build_world


def engine_of(path):
    engine = create_engine(f"sqlite:///{path}")
    prepare(engine)
    return engine


def test_the_models_and_the_migrations_say_the_same(store):
    assert schema.differences(db.engine) == []


def test_there_is_one_newest_revision():
    assert schema.head_revision()


def test_a_missing_file_is_made_and_only_its_owner_reads_it(tmp_path):
    path = tmp_path / "new folder" / "crm.sqlite3"
    engine = engine_of(path)
    schema.ensure_ready(engine)
    assert schema.current_revision(engine) == schema.head_revision()
    assert path.stat().st_mode & 0o077 == 0
    schema.ensure_ready(engine)
    engine.dispose()


def test_an_old_file_is_upgraded(tmp_path):
    engine = engine_of(tmp_path / "crm.sqlite3")
    schema.upgrade(engine, "0001")
    schema.ensure_ready(engine)
    assert schema.current_revision(engine) == schema.head_revision()
    engine.dispose()


def test_a_server_is_upgraded_only_when_told(store, database_kind):
    if database_kind == "sqlite":
        assert schema.ensure_ready(db.engine) is None
        return
    schema.downgrade(db.engine, "0001")
    with pytest.raises(StoreProblem, match="crm db upgrade"):
        schema.ensure_ready(db.engine)


def test_a_newer_schema_is_refused_in_plain_words(store):
    with db.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    for act in (schema.ensure_ready, schema.upgrade):
        with pytest.raises(StoreProblem, match="newer version of the program"):
            act(db.engine)


@pytest.mark.parametrize("content", [b"not a database at all", b"PK\x03\x04 a workbook"])
def test_a_file_that_is_no_database_is_refused_and_left_alone(tmp_path, content):
    path = tmp_path / "book.xlsx"
    path.write_bytes(content)
    engine = engine_of(path)
    with pytest.raises(StoreProblem, match="not a database file"):
        schema.ensure_ready(engine)
    assert path.read_bytes() == content


def test_a_folder_is_no_database(tmp_path):
    with pytest.raises(StoreProblem, match="not a database file"):
        schema.ensure_ready(engine_of(tmp_path))


def test_a_damaged_file_is_refused_in_plain_words(tmp_path):
    path = tmp_path / "crm.sqlite3"
    path.write_bytes(b"SQLite format 3\x00" + b"\xff" * 4096)
    engine = engine_of(path)
    with pytest.raises(StoreProblem, match="not a database file"):
        schema.ensure_ready(engine)
    engine.dispose()


def test_a_place_that_cannot_be_written_is_said(tmp_path, monkeypatch):
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    with pytest.raises(StoreProblem, match="cannot be written"):
        schema.ensure_ready(engine_of(tmp_path / "crm.sqlite3"))


def test_a_server_that_is_not_there_is_said_without_the_password():
    engine = create_engine(
        "postgresql+psycopg://crm:secret@127.0.0.1:1/crm", connect_args={"connect_timeout": 2}
    )
    with pytest.raises(StoreProblem) as problem:
        schema.ensure_ready(engine)
    assert "cannot be opened" in problem.value.en
    assert "secret" not in problem.value.en


def rows_of(engine, tables):
    with engine.connect() as connection:
        return {
            name: sorted(map(repr, connection.execute(metadata.tables[name].select()).all()))
            for name in tables
        }


def test_going_back_and_forward_keeps_the_rows_of_the_tables_that_stay(store):
    build_world()
    db.session.remove()
    stay = ("staff", "customers", "contacts", "deals", "reports")
    before = rows_of(db.engine, stay)
    schema.downgrade(db.engine, "0002")
    schema.upgrade(db.engine)
    assert rows_of(db.engine, stay) == before
    assert schema.differences(db.engine) == []


def test_all_the_way_back_leaves_nothing(store):
    schema.downgrade(db.engine, "base")
    assert set(inspect(db.engine).get_table_names()) <= {"alembic_version"}
    schema.upgrade(db.engine)
    assert schema.differences(db.engine) == []


@pytest.mark.slow
def test_a_migration_that_is_killed_leaves_the_old_schema_or_the_new_one(tmp_path):
    path = tmp_path / "crm.sqlite3"
    program = f"""
import os, threading
from sqlalchemy import create_engine
from crm.store import schema
from crm.store.engine import prepare
engine = create_engine("sqlite:///{path}")
prepare(engine)
threading.Timer(float(os.environ["AFTER"]), os._exit, (9,)).start()
schema.upgrade(engine)
os._exit(0)
"""
    for after in ("0.01", "0.03", "0.06", "0.1", "0.2", "30"):
        subprocess.run([sys.executable, "-c", program], env=os.environ | {"AFTER": after}, check=False)
        with sqlite3.connect(path) as raw:
            names = {row[0] for row in raw.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        raw.close()
        assert len(names - {"alembic_version"}) in (0, len(metadata.tables)), after
    engine = engine_of(path)
    assert schema.differences(engine) == []
    engine.dispose()
