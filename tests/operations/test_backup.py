"""Backup while people work, and restoring into an empty place only; on either kind of database."""

import sqlite3
import threading
import uuid
import zipfile
from collections.abc import Callable, Iterator
from contextlib import closing
from hashlib import sha256
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import URL, Engine, create_engine, text

from crm.errors import StoreProblem
from crm.extensions import db
from crm.operations.backup import back_up, file_name, restore
from crm.operations.server_backup import MANIFEST
from crm.people import audit
from crm.store.engine import prepare
from crm.store.models import metadata
from crm.store.schema import downgrade, upgrade
from crm.transactions import atomic
from tests.database_fixtures import _admin
from tests.people_builders import contact, customer, keep, staff

WRITERS = 8


def fingerprint(engine: Engine) -> dict[str, str]:
    """A hash of every row of every table, by table."""
    found = {}
    with engine.connect() as connection:
        for table in metadata.sorted_tables:
            rows = sorted(
                repr(tuple(row)) for row in connection.execute(text(f'SELECT * FROM "{table.name}"'))
            )
            found[table.name] = sha256("\n".join(rows).encode()).hexdigest()
    return found


@pytest.fixture
def empty(
    database_kind: str, tmp_path: Path, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[[], Engine]]:
    """Makes engines for places where there is nothing yet."""
    made: list[Engine] = []

    def make() -> Engine:
        name = f"crm_{uuid.uuid4().hex[:12]}"
        url = URL.create("sqlite", database=str(tmp_path / f"{name}.sqlite3"))
        if database_kind == "postgres":
            server: URL = request.getfixturevalue("postgres")
            with _admin(server) as connection:
                connection.execute(text(f'CREATE DATABASE "{name}"'))
            url = server.set(database=name)
        made.append(create_engine(url))
        prepare(made[-1])
        return made[-1]

    yield make
    for engine in made:
        engine.dispose()
        if database_kind == "postgres":
            with _admin(request.getfixturevalue("postgres")) as connection:
                connection.execute(text(f'DROP DATABASE "{engine.url.database}" WITH (FORCE)'))


@pytest.fixture
def target(store: Flask, database_kind: str, tmp_path: Path) -> Path:
    """Where the backup goes."""
    keep([staff("A01"), customer("C1"), contact("K1", note='逗号,引号"，换行\n制表\t反斜杠\\ 𠮷')])
    return tmp_path / ("backup.zip" if database_kind == "postgres" else "backup.sqlite3")


def test_a_restored_backup_is_the_same_in_every_row(target: Path, empty: Callable[[], Engine]) -> None:
    done = back_up(db.engine, target)
    place = empty()
    assert restore(place, target).rows == done.rows
    assert fingerprint(place) == fingerprint(db.engine)
    assert done.rows["contacts"] == 1


def test_numbers_go_on_after_the_highest_one_restored(target: Path, empty: Callable[[], Engine]) -> None:
    for _ in range(3):
        audit.record("a", "b.c", at=_moment())
    back_up(db.engine, target)
    place = empty()
    restore(place, target)
    statement = text(
        "INSERT INTO audit_log (at, actor, action, subject, details, address)"
        " VALUES (1, 'x', 'y.z', '', '{}', '') RETURNING audit_id"
    )
    with place.begin() as connection:
        highest = connection.execute(text("SELECT max(audit_id) FROM audit_log")).scalar_one()
        assert connection.execute(statement).scalar_one() == highest + 1


def _moment() -> object:
    from crm.clock import now

    return now()


def test_a_backup_under_eight_writers_holds_whole_acts_only(
    app: Flask, target: Path, empty: Callable[[], Engine]
) -> None:
    stop, acknowledged = threading.Event(), [0] * WRITERS

    def write(number: int) -> None:
        with app.app_context():
            while not stop.is_set():
                with atomic() as session:  # one act: a customer and the audit line that names it
                    name = f"W{number}-{acknowledged[number]}"
                    session.add(customer(name))
                    session.flush()
                    audit.record("writer", "customer.made", name, at=_moment())
                acknowledged[number] += 1

    threads = [threading.Thread(target=write, args=(number,)) for number in range(WRITERS)]
    for thread in threads:
        thread.start()
    while sum(acknowledged) < 40:
        stop.wait(0.01)
    before = list(acknowledged)
    back_up(db.engine, target)
    stop.set()
    for thread in threads:
        thread.join()
    place = empty()
    restore(place, target)
    with place.connect() as connection:
        customers = set(connection.execute(text("SELECT customer_id FROM customers")).scalars()) - {"C1"}
        told = set(
            connection.execute(text("SELECT subject FROM audit_log WHERE action = 'customer.made'")).scalars()
        )
    assert customers == told
    assert {f"W{number}-{place}" for number in range(WRITERS) for place in range(before[number])} <= customers


def test_an_existing_file_is_never_overwritten(target: Path) -> None:
    target.write_bytes(b"precious")
    with pytest.raises(StoreProblem, match="not overwritten"):
        back_up(db.engine, target)
    assert target.read_bytes() == b"precious"
    assert [path.name for path in target.parent.iterdir() if path.name.startswith(".")] == []


def test_only_the_owner_may_read_a_backup(target: Path) -> None:
    back_up(db.engine, target)
    assert target.stat().st_mode & 0o777 == 0o600


def test_a_folder_that_does_not_exist_is_said(target: Path) -> None:
    with pytest.raises(StoreProblem, match="cannot be written"):
        back_up(db.engine, target.parent / "nowhere" / "x")


def test_restoring_where_something_is_changes_nothing(target: Path) -> None:
    back_up(db.engine, target)
    before = fingerprint(db.engine)
    with pytest.raises(StoreProblem, match=r"not empty|not overwritten"):
        restore(db.engine, target)
    assert fingerprint(db.engine) == before


def test_a_damaged_backup_is_refused_and_leaves_nothing_behind(
    target: Path, empty: Callable[[], Engine], database_kind: str
) -> None:
    back_up(db.engine, target)
    content = bytearray(target.read_bytes())
    middle = len(content) // 2
    content[middle : middle + 3000] = b"\xff" * 3000
    target.write_bytes(content)
    place = empty()
    with pytest.raises(StoreProblem, match="damaged"):
        restore(place, target)
    if database_kind == "sqlite":
        assert not Path(str(place.url.database)).exists()


@pytest.mark.parametrize(
    "content", [b"", b"PK\x05\x06" + b"\0" * 18, b"SQLite format 3\x00" + b"\0" * 84, b"text"]
)
def test_what_is_no_backup_is_refused(content: bytes, target: Path, empty: Callable[[], Engine]) -> None:
    target.write_bytes(content)
    with pytest.raises(StoreProblem):
        restore(empty(), target)


def test_a_backup_of_a_newer_program_is_refused(
    target: Path, empty: Callable[[], Engine], database_kind: str
) -> None:
    back_up(db.engine, target)
    if database_kind == "sqlite":
        with closing(sqlite3.connect(target)) as copy:
            copy.execute("UPDATE alembic_version SET version_num = '9999'")
            copy.commit()
    else:
        _with_revision(target, "9999")
    with pytest.raises(StoreProblem, match="newer version"):
        restore(empty(), target)


def _with_revision(target: Path, revision: str) -> None:
    import json

    with zipfile.ZipFile(target) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts[MANIFEST] = json.dumps(json.loads(parts[MANIFEST]) | {"revision": revision}).encode()
    with zipfile.ZipFile(target, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)


def test_a_backup_of_an_older_schema_is_brought_up_to_date(target: Path, empty: Callable[[], Engine]) -> None:
    old, place = empty(), empty()
    upgrade(old)
    downgrade(old, "0002")
    back_up(old, target)
    restore(place, target)
    with place.connect() as connection:
        found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one()
        current = db.session.execute(text("SELECT version_num FROM alembic_version")).scalar_one()
    assert found == current


def test_names_of_backups_sort_by_age(store: Flask) -> None:
    import datetime as dt

    moments = [dt.datetime(2026, 9, 30, 23, 59, 59), dt.datetime(2026, 10, 1), dt.datetime(2027, 1, 1)]
    names = [file_name(db.engine, moment) for moment in moments]
    assert names == sorted(names)
