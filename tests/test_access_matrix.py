"""Every route, by every method, as every role, about one's own, the project's and another project's things.

A refusal must have no effect: the whole database is compared before and after. A route without a row in
`tests/access/` fails, and so does a row without a route.
"""

import datetime as dt
import hashlib
import importlib
import pkgutil
from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

import tests.access
from crm.extensions import db
from crm.people.signed_in import TOKEN
from crm.permissions import declared
from crm.store.models import metadata
from tests.access import TARGETS, Row, Thing
from tests.access.world import STAFF_OF_ROLE, build_world, token_of

NOW = dt.datetime(2026, 11, 23, 10)
ROLES = ("anonymous", *STAFF_OF_ROLE, "admin")
SKIPPED_METHODS = frozenset({"HEAD", "OPTIONS"})
# Pages that exist only while testing.
OF_TESTS = ("static", "gallery")
NO_ENTRY = (401, 403, 404)


def all_rows() -> list[Row]:
    rows: list[Row] = []
    for module in pkgutil.iter_modules(tests.access.__path__):
        rows += getattr(importlib.import_module(f"tests.access.{module.name}"), "ROWS", [])
    return rows


ALL_ROWS = all_rows()


@pytest.fixture(autouse=True)
def one_moment(at: Callable[[dt.datetime], None]) -> None:
    """The clock stands still, or a long run would see sessions being marked as in use."""
    at(NOW)


@pytest.fixture
def fresh_world(app: Flask, copy_of: Callable[[str, Callable[[], None]], None]) -> Callable[[], None]:
    """Put the world, as it was built, under the application; as often as wanted."""
    return lambda: copy_of("world", build_world)


def endpoints(app: Flask) -> Iterator[tuple[str, str]]:
    for rule in app.url_map.iter_rules():
        if not rule.endpoint.startswith(OF_TESTS):
            yield from ((rule.endpoint, method) for method in (rule.methods or set()) - SKIPPED_METHODS)


def test_every_route_has_a_row_and_every_row_a_route(app):
    routes = sorted(set(endpoints(app)))
    rows = sorted((row.endpoint, row.method) for row in ALL_ROWS)
    assert routes == rows, "add a row to tests/access/<blueprint>.py for each new route and method"


def test_every_page_declares_who_may_open_it(app):
    silent = [name for name, view in app.view_functions.items() if declared(view) is None]
    assert silent == [], "each view needs @requires(...) or @public, written below its route"


@pytest.mark.parametrize("row", ALL_ROWS, ids=lambda row: f"{row.method} {row.endpoint}")
def test_refusals_have_no_effect_and_nobody_else_is_refused(app, fresh_world, row):
    fresh_world()
    before, kept = digest(app), digest(app, row.writes)
    for role, target in cases(row):
        if not row.may(role, target):
            status = ask(app, row, role, target)
            assert status in NO_ENTRY, f"{role} got {status} at {row.endpoint} about {target}"
            assert digest(app) == before, f"{role} was refused at {row.endpoint}, and yet rows changed"
    for role, target in cases(row):
        if row.may(role, target):
            fresh_world()
            status = ask(app, row, role, target)
            assert status not in (*NO_ENTRY, 405), f"{role} got {status} about {target}"
            assert status < 500
            if row.method == "GET" and not row.writes:
                assert digest(app) == before, f"{row.endpoint} writes on GET; declare the tables it writes to"
            elif row.method == "GET":
                assert digest(app, row.writes) == kept, f"{row.endpoint} writes to more than {row.writes}"


def cases(row: Row) -> Iterator[tuple[str, str]]:
    about_things = row.path or any(isinstance(value, Thing) for value in row.form.values())
    targets = TARGETS if about_things else TARGETS[:1]
    return ((role, target) for role in ROLES for target in targets)


def ask(app: Flask, row: Row, role: str, target: str) -> int:
    """The status of the answer; the way to the sign-in page counts as 401."""
    me = STAFF_OF_ROLE.get(role, "nobody")
    with app.test_request_context():
        address = app.url_for(
            row.endpoint, **{name: thing.of(target, me) for name, thing in row.path.items()}
        )
    form = {
        name: value.of(target, me) if isinstance(value, Thing) else value for name, value in row.form.items()
    }
    answer = browser(app, role).open(
        address, method=row.method, data=form if row.method != "GET" else None, headers=dict(row.headers)
    )
    location = answer.headers.get("Location") or answer.headers.get("HX-Redirect") or ""
    turned_away = location.startswith("/sign-in") and not row.may(role, target)
    return 401 if turned_away else answer.status_code


def browser(app: Flask, role: str) -> FlaskClient:
    client = app.test_client()
    if role != "anonymous":
        with client.session_transaction() as session:
            session[TOKEN] = token_of(role)
    return client


def digest(app: Flask, but: tuple[str, ...] = ()) -> str:
    """A hash of all rows of all tables, without the lines that write the refusals down."""
    with app.app_context():
        whole = hashlib.sha256()
        for table in metadata.sorted_tables:
            if table.name in but:
                continue
            query = select(table)
            if table.name == "audit_log":
                query = query.where(table.c.action != "access.refused")
            rows = sorted(repr(tuple(row)) for row in db.session.execute(query))
            whole.update(f"{table.name} {rows}".encode())
        return whole.hexdigest()
