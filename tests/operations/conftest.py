"""A home with one administrator and one consultant with customers, made once and copied for each test."""

import datetime as dt
import shutil
from pathlib import Path

import pytest
from sqlalchemy import URL

from crm import clock
from crm.app import create_app
from crm.config import Settings
from crm.extensions import db
from crm.people import passwords
from crm.people.accounts import Account
from crm.transactions import atomic
from tests.people_builders import customer, staff

PASSWORD = "five red apples on a tree"
CUSTOMERS = 40


@pytest.fixture(scope="session")
def furnished_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The home that is copied."""
    home = tmp_path_factory.mktemp("furnished")
    url = URL.create("sqlite", database=str(home / "crm.sqlite3"))
    app = create_app(Settings(home=home, database_url=url, secret_key="only for tests " * 3))
    with app.app_context():
        _furnish()
        db.session.remove()
        db.engine.dispose()
    return home


def _furnish() -> None:
    kept = passwords.hashed(PASSWORD)
    now = clock.now()
    came = now - dt.timedelta(days=2)
    rows: list[object] = [staff("A1", "consultant")]
    rows += [customer(f"C{n:03d}", "A1", first_contact_at=came) for n in range(CUSTOMERS)]
    with atomic() as session:
        for row in rows:
            session.add(row)
            session.flush()
        for login, staff_id in (("boss", None), ("a1", "A1")):
            session.add(
                Account(
                    login=login,
                    display_name=login,
                    staff_id=staff_id,
                    password_hash=kept,
                    must_change=False,
                    created_at=now,
                )
            )


@pytest.fixture
def home(furnished_home: Path, tmp_path: Path) -> Path:
    """A copy for this test."""
    copy = tmp_path / "home"
    shutil.copytree(furnished_home, copy)
    return copy
