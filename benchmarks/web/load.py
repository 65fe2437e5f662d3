"""How quick the pages of a working day are, beside a bare Flask route on the same database and server.

    python -m benchmarks.web.seed benchmarks/data/web
    python -m benchmarks.web.load benchmarks/data/web

Starts `crm serve` as a user would, and the bare route under gunicorn with the same processes and threads. The
bare route asks the SELECT that the page itself needs (recording: that of Today, from where it is done). For each
page it asks both in turns, with 8 clients, and takes the median of the rounds' ratios of p50; then 20 requests a
second, for p95. Works on a copy of the database and prints Markdown.
"""

import argparse
import itertools
import os
import platform
import secrets
import shutil
import sqlite3
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from benchmarks.web.asking import Asked, Took, all_at_once, get, post, steadily
from benchmarks.web.seed import CONSULTANTS, PASSWORD, login_of, manager_of
from benchmarks.web.selects import LIST, NAME, TAIL, TODAY, write_selects
from benchmarks.web.served import Served, environment, serving, start
from benchmarks.web.visitor import Visitor, hidden
from crm.operations.server import THREADS, processes

CLIENTS = 8
SELECTS = "selects.json"
A_SECOND = 20.0


@dataclass
class Person:
    """Somebody signed in: cookies, token, and the customers in the list of Today."""

    cookies: str
    token: str
    customers: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Page:
    """What is measured: its name, and what makes each person's requests."""

    name: str
    requests: Callable[[int], Asked]
    bare: Callable[[int], str]
    """The bare route's address for each client."""


def people(served: Served, logins: list[str], database: Path) -> list[Person]:
    """Sign these in."""
    found = []
    for login in logins:
        visitor = Visitor(served.port)
        visitor.sign_in(login, PASSWORD)
        page = visitor.get("/customers")
        token = hidden(page.text, "/customers/search")["csrf_token"]
        cookies = "; ".join(f"{name}={value}" for name, value in visitor.cookies.items() if name == "crm")
        found.append(Person(cookies, token, _held(database, login)))
        visitor.close()
    return found


def _held(database: Path, login: str) -> list[str]:
    """The customers whom that consultant follows up."""
    with sqlite3.connect(database) as connection:
        rows = connection.execute(
            "SELECT customer_id FROM customers c WHERE owner = (SELECT staff_id FROM accounts WHERE login = ?) AND"
            " NOT EXISTS (SELECT 1 FROM transfers t WHERE t.customer_id = c.customer_id)",
            (login,),
        ).fetchall()
    connection.close()
    return [row[0] for row in rows]


def pages(
    consultants: list[Person], managers: list[Person], names: list[str], tails: list[str]
) -> list[Page]:
    """The five of the goal, and the list and the searches over a manager's 50,000 customers."""
    own, theirs = login_of, _manager
    return [
        Page("Today", lambda n: lambda: get("/today", consultants[n].cookies), _bare(TODAY, own)),
        Page("customer list", lambda n: lambda: get("/customers", consultants[n].cookies), _bare(LIST, own)),
        Page(
            "customer list, manager",
            lambda n: lambda: get("/customers", managers[n % 2].cookies),
            _bare(LIST, theirs),
        ),
        Page("search by name", _search(consultants, names), _bare(NAME, own)),
        Page("search by name, manager", _search(managers, names), _bare(NAME, theirs)),
        Page("search by phone tail", _search(consultants, tails), _bare(TAIL, own)),
        Page("search by phone tail, manager", _search(managers, tails), _bare(TAIL, theirs)),
        Page("record a contact", lambda n: _record(consultants[n]), _bare(TODAY, own)),
    ]


def _manager(number: int) -> str:
    return manager_of(number % 2)


def _bare(page: str, login: Callable[[int], str]) -> Callable[[int], str]:
    return lambda number: f"/{page}/{login(number)}"


def _search(who: list[Person], words: list[str]) -> Callable[[int], Asked]:
    def of_client(number: int) -> Asked:
        person = who[number % len(who)]
        turns = itertools.cycle(words[number:] + words[:number])
        return lambda: post(
            "/customers/search", person.cookies, {"csrf_token": person.token, "q": next(turns)}, htmx=True
        )

    return of_client


def _record(person: Person) -> Asked:
    turns = itertools.cycle(person.customers)

    def ask() -> bytes:
        values = {"csrf_token": person.token, "idem_key": secrets.token_urlsafe(16), "kind": "follow_up"}
        values |= {"effective": "1", "note": "问了贷款利率，已答复", "medium": "phone"}
        return post(f"/customers/{next(turns)}/record", person.cookies, values, htmx=True)

    return ask


@contextmanager
def bare_server(database: Path, folder: Path) -> Iterator[Served]:
    """The bare route under the same server."""
    command = [sys.executable, "-m", "gunicorn", "-k", "gthread", "--no-control-socket", "--preload"]
    command += ["-w", str(processes(os.cpu_count() or 1)), "--threads", str(THREADS), "--keep-alive", "15"]
    command += ["-b", "127.0.0.1:0", "benchmarks.web.bare:app"]
    own = {"BARE_DATABASE": str(database), "BARE_SELECTS": str(folder / SELECTS)}
    served = start(command, folder / "bare.log", environment(folder) | own)
    try:
        yield served
    finally:
        served.kill()


@dataclass
class Measured:
    """One page's rounds."""

    name: str
    ratios: list[float] = field(default_factory=list)
    bare: Took = field(default_factory=Took)
    own: Took = field(default_factory=Took)
    steady: Took = field(default_factory=Took)

    def row(self) -> str:
        """A row of the Markdown table."""
        wrong = {**self.own.wrong, **self.steady.wrong}
        numbers = (
            f"{self.own.percentile(50):.1f} | {self.bare.percentile(50):.1f} | {median(self.ratios):.1f}"
        )
        steady = f"{self.steady.percentile(50):.1f} | {self.steady.percentile(95):.1f}"
        return f"| {self.name} | {numbers} | {steady} | {wrong or 'none'} |"


def measure(page: Page, own: Served, bare: Served, rounds: int, seconds: float, steady: float) -> Measured:
    """Ask the page and the bare route in turns, then the page steadily."""
    found = Measured(page.name)
    askers = [page.requests(number) for number in range(CLIENTS)]
    plain: list[Asked] = [_constant(get(page.bare(number), "")) for number in range(CLIENTS)]
    all_at_once(own.port, askers, 1.0)  # templates are compiled, connections are open
    for _ in range(rounds):
        bare_took = all_at_once(bare.port, plain, seconds)
        own_took = all_at_once(own.port, askers, seconds)
        found.ratios.append(own_took.percentile(50) / bare_took.percentile(50))
        found.bare.add(bare_took)
        found.own.add(own_took)
    found.steady = steadily(own.port, askers, A_SECOND, steady)
    return found


def _constant(request: bytes) -> Asked:
    return lambda: request


HEADER = """| page | p50, 8 clients (ms) | bare route p50 (ms) | times | p50 at 20/s (ms) | p95 at 20/s (ms) | other than 200 |
|---|---|---|---|---|---|---|"""


def main() -> None:
    """Measure on a copy, and print Markdown."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("home", type=Path)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=3.0)
    parser.add_argument("--steady", type=float, default=30.0, help="seconds of 20 requests each")
    parser.add_argument("--only", default="", help="only pages whose name begins so")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="load-", dir=given.home.parent) as folder:
        home = Path(folder).absolute()
        shutil.copy2(given.home / "crm.sqlite3", home)
        with serving(home) as own, bare_server(home / "crm.sqlite3", home) as bare:
            _print_all(own, bare, home / "crm.sqlite3", given)


def _print_all(own: Served, bare: Served, database: Path, given: argparse.Namespace) -> None:
    consultants = people(own, [login_of(number) for number in range(CLIENTS)], database)
    managers = people(own, [manager_of(0), manager_of(1)], database)
    names, tails = _words(database)
    logins = [*(login_of(number) for number in range(CLIENTS)), manager_of(0), manager_of(1)]
    write_selects(database.parent, database.parent / SELECTS, logins, {NAME: names, TAIL: tails})
    print(
        f"{os.cpu_count()} cores, Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}, "
        f"{processes(os.cpu_count() or 1)} processes with {THREADS} threads; {CONSULTANTS} consultants\n"
    )
    print(HEADER, flush=True)
    for page in pages(consultants, managers, names, tails):
        if page.name.startswith(given.only):
            print(measure(page, own, bare, given.rounds, given.seconds, given.steady).row(), flush=True)


def _words(database: Path) -> tuple[list[str], list[str]]:
    """Parts of names, whole and two characters long, and the last four digits of numbers."""
    with sqlite3.connect(database) as connection:
        rows = connection.execute("SELECT name, phone FROM customers WHERE rowid % 997 = 5").fetchall()
    connection.close()
    names = [name if place % 2 else name[:2] for place, (name, _) in enumerate(rows)]
    return names, [phone[-4:] for _, phone in rows]


if __name__ == "__main__":
    main()
