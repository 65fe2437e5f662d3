"""A company of a size that few reach: 100,000 customers, 50 consultants, 1,000,000 contacts, up to yesterday.

    python -m benchmarks.web.seed benchmarks/data/web [--customers 100000] [--contacts 1000000]

Rows are written straight into SQLite, in seconds; the program's own functions make the search terms. Each
consultant follows up about 100 customers at a time, of whom some are due today and a few are overdue; the others have gone to the public pool, as
in a real office after years.
"""

import argparse
import datetime as dt
import sqlite3
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from sqlalchemy import URL

from crm import clock
from crm.app import create_app
from crm.config import Settings, settings_from
from crm.extensions import db
from crm.leads import names, search_terms
from crm.people import passwords
from crm.people.accounts import Account
from crm.people.models import Staff
from crm.sample import words
from crm.transactions import atomic

CONSULTANTS = 50
PROJECTS = ("滨江壹号", "云栖府")
PASSWORD = "only for measuring 1234"
HISTORY_DAYS = 900
OPEN_EACH = 100
_DAY = 86_400


@dataclass(frozen=True)
class Size:
    """How many rows."""

    customers: int
    contacts: int


def seed(home: Path, size: Size) -> None:
    """Make the database; it must not exist."""
    home.mkdir(parents=True, exist_ok=True)
    settings = settings_from({"CRM_HOME": str(home)})
    path = home / "crm.sqlite3"
    if path.exists():
        raise SystemExit(f"{path} exists already")
    settings = Settings(
        home=home, database_url=URL.create("sqlite", database=str(path)), secret_key=settings.secret_key
    )
    app = create_app(settings)
    with app.app_context():
        _people()
        db.session.remove()
        db.engine.dispose()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA synchronous = OFF")
        _rows(connection, size)


def login_of(number: int) -> str:
    """The sign-in name of a consultant."""
    return f"c{number:02d}"


def manager_of(number: int) -> str:
    """The sign-in name of a project's manager."""
    return f"m{number}"


def _people() -> None:
    kept = passwords.hashed(PASSWORD)
    people = [(f"A{n:02d}", login_of(n), "consultant", PROJECTS[n % 2]) for n in range(CONSULTANTS)]
    people += [(f"M{n}", manager_of(n), "manager", PROJECTS[n]) for n in range(len(PROJECTS))]
    with atomic():
        for staff_id, login, role, project in people:
            _person(staff_id, login, role, project, kept)


def _person(staff_id: str, login: str, role: str, project: str, kept: str) -> None:
    now = clock.now()
    staff = Staff(staff_id=staff_id, name=f"员工{staff_id}", role=role, project=project, trade="property")
    staff.hired_on = now.date() - dt.timedelta(days=HISTORY_DAYS + 200)
    staff.confirmed_on = now.date() - dt.timedelta(days=HISTORY_DAYS)
    db.session.add(staff)
    db.session.flush()
    account = Account(login=login, display_name=staff_id, staff_id=staff_id, password_hash=kept)
    account.must_change, account.created_at = False, now
    db.session.add(account)


def _rows(connection: sqlite3.Connection, size: Size) -> None:
    rng = np.random.default_rng(20_261_124)
    today = (clock.today() - dt.date(1970, 1, 1)).days
    owners = np.arange(size.customers) % CONSULTANTS
    is_open = np.zeros(size.customers, bool)
    is_open[-OPEN_EACH * CONSULTANTS :] = True
    counts = rng.multinomial(size.contacts - size.customers, np.full(size.customers, 1 / size.customers)) + 1
    last = np.where(
        is_open,
        today - rng.choice((1, 2, 3, 4, 6), size.customers, p=(0.4, 0.33, 0.22, 0.03, 0.02)),
        today - rng.integers(40, HISTORY_DAYS - 60, size.customers),
    )
    first = last - counts * 2
    people = _customers(connection, rng, owners, first)
    _contacts(connection, rng, owners, first, counts, last)
    connection.executemany(
        'INSERT INTO transfers (customer_id, "on", "to", reason) VALUES (?, ?, NULL, ?)',
        (
            (_customer(number), _date(int(last[number]) + 2), "public pool")
            for number in np.flatnonzero(~is_open).tolist()
        ),
    )
    connection.executemany(
        "INSERT INTO customer_terms (customer_id, kind, term) VALUES (?, ?, ?)", _terms(people)
    )
    connection.commit()


def _colleagues(
    connection: sqlite3.Connection, owners: np.ndarray, last: np.ndarray, is_open: np.ndarray
) -> None:
    """Every tenth customer was with a colleague for a day before going to the pool."""
    connection.executemany(
        'INSERT INTO transfers (customer_id, "on", "to", reason) VALUES (?, ?, ?, ?)',
        (
            (
                _customer(n),
                _date(int(last[n]) + 1),
                f"A{(owners[n] + 1 + n // 10) % CONSULTANTS:02d}",
                "colleague",
            )
            for n in np.flatnonzero(~is_open)[::10].tolist()
        ),
    )


def _customer(number: int) -> str:
    return f"C{number:06d}"


def _date(day: int) -> str:
    return (dt.date(1970, 1, 1) + dt.timedelta(days=day)).isoformat()


def _customers(
    connection: sqlite3.Connection, rng: np.random.Generator, owners: np.ndarray, first: np.ndarray
) -> Sequence[tuple[str, str, str]]:
    size = len(owners)
    surnames = rng.integers(0, len(words.SURNAMES), size)
    given = rng.integers(0, len(words.GIVEN), (size, 2))
    tails = (
        rng.permutation(100_000_000)[:size]
        if size > 1_000_000
        else rng.choice(100_000_000, size, replace=False)
    )
    people = [
        (
            _customer(number),
            words.SURNAMES[surnames[number]]
            + words.GIVEN[given[number, 0]]
            + words.GIVEN[given[number, 1]][:1],
            f"138{tails[number]:08d}",
        )
        for number in range(size)
    ]
    moments = first * _DAY + rng.integers(9 * 3600, 18 * 3600, size)
    connection.executemany(
        "INSERT INTO customers (customer_id, name, phone, owner, project, channel, need, intent_grade,"
        " first_contact_at, spelling, version) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 1)",
        (
            (
                *people[number],
                f"A{owners[number]:02d}",
                PROJECTS[owners[number] % 2],
                words.CHANNELS[number % len(words.CHANNELS)],
                words.NEEDS[number % len(words.NEEDS)],
                "ABCD"[number % 4],
                int(moments[number]),
                names.spelling(people[number][1]),
            )
            for number in range(size)
        ),
    )
    return people


def _contacts(
    connection: sqlite3.Connection,
    rng: np.random.Generator,
    owners: np.ndarray,
    first: np.ndarray,
    counts: np.ndarray,
    last: np.ndarray,
) -> None:
    total = int(counts.sum())
    customer = np.repeat(np.arange(len(counts)), counts)
    starts = np.concatenate(([0], np.cumsum(counts)[:-1]))
    place = np.arange(total) - np.repeat(starts, counts)
    final = place == counts[customer] - 1
    day = np.where(final, last[customer], first[customer] + 2 * place)
    at = day * _DAY + rng.integers(9 * 3600, 20 * 3600, total)
    kinds = np.where(place == 0, 1, np.where(rng.random(total) < 0.12, 1, 2)).tolist()
    notes, effective = (
        rng.integers(0, len(words.FOLLOWED), total).tolist(),
        (rng.random(total) > 0.05).tolist(),
    )
    order = np.argsort(at, kind="stable").tolist()
    moments = at.tolist()
    named = ("call_in", "visit", "follow_up")
    connection.executemany(
        "INSERT INTO contacts (contact_id, customer_id, staff_id, kind, happened_at, recorded_at, effective, medium,"
        " note, version) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 1)",
        (
            (
                f"K{number:07d}",
                _customer(customer[row]),
                f"A{owners[customer[row]]:02d}",
                named[kinds[row]],
                moments[row],
                moments[row] + 300,
                effective[row],
                "phone",
                words.FOLLOWED[notes[row]],
            )
            for number, row in enumerate(order)
        ),
    )


def _terms(people: Sequence[tuple[str, str, str]]) -> Iterator[tuple[str, str, str]]:
    for customer_id, name, phone in people:
        for kind, term in search_terms.terms_of(name, phone):
            yield customer_id, kind, term


def main() -> None:
    """Make it, and say how long it took."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("home", type=Path)
    parser.add_argument("--customers", type=int, default=100_000)
    parser.add_argument("--contacts", type=int, default=1_000_000)
    given = parser.parse_args()
    began = time.perf_counter()
    seed(given.home.absolute(), Size(given.customers, given.contacts))
    print(
        f"{given.customers:,} customers, {given.contacts:,} contacts in {time.perf_counter() - began:.0f} s"
    )


if __name__ == "__main__":
    main()
