"""`kill -9` in the middle of writing: what was acknowledged is there, and nothing is there by half.

CI does a few rounds; `CRM_SOAK_ROUNDS=200 pytest tests/operations/test_kill.py -s` does many and prints the sums.
"""

import http.client
import os
import random
import sqlite3
import threading
import time
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from benchmarks.web.served import Served, serving
from benchmarks.web.visitor import Visitor, hidden
from tests.operations.conftest import CUSTOMERS, PASSWORD

ROUNDS = int(os.environ.get("CRM_SOAK_ROUNDS", "3"))
CLIENTS = 4


@dataclass
class Written:
    """What the clients sent, and which of it was acknowledged; each record's key is also its note."""

    sent: set[str] = field(default_factory=set)
    acknowledged: set[str] = field(default_factory=set)


def _write(served: Served, cookies: dict[str, str], token: str, number: int, written: Written) -> None:
    """Record one contact after another until the server is gone."""
    with closing(Visitor(served.port, cookies=dict(cookies), timeout=10)) as visitor:
        for turn in range(10_000):
            key = f"key-{served.port}-{served.process.pid}-{number}-{turn}"
            values = {
                "csrf_token": token,
                "idem_key": key,
                "kind": "follow_up",
                "effective": "1",
                "note": key,
            }
            written.sent.add(key)
            try:
                customer = (number + turn * CLIENTS) % CUSTOMERS
                answer = visitor.post(f"/customers/C{customer:03d}/record", values)
            except (OSError, http.client.HTTPException):
                return
            assert answer.status == 303, answer.text[:2000]
            written.acknowledged.add(key)


def _kill_while_writing(home: Path, written: Written) -> None:
    with serving(home) as served:
        with closing(Visitor(served.port)) as visitor:
            visitor.sign_in("a1", PASSWORD)
            form = hidden(visitor.get("/customers/C001/record").text, "/customers/C001/record")
            cookies = visitor.cookies
        before = len(written.acknowledged)
        threads = [
            threading.Thread(target=_write, args=(served, cookies, form["csrf_token"], number, written))
            for number in range(CLIENTS)
        ]
        for thread in threads:
            thread.start()
        while len(written.acknowledged) < before + CLIENTS:
            time.sleep(0.005)
        time.sleep(random.uniform(0, 0.3))
        served.kill()
        for thread in threads:
            thread.join()


def _stored(home: Path) -> tuple[set[str], set[str], str]:
    """The notes of the contacts, the keys that are kept as done, and SQLite's own word on the file."""
    with closing(sqlite3.connect(home / "crm.sqlite3")) as database:
        notes = {row[0] for row in database.execute("SELECT note FROM contacts")}
        keys = {row[0] for row in database.execute("SELECT key FROM idempotency_keys")}
        return notes, keys, database.execute("PRAGMA integrity_check").fetchone()[0]


@pytest.mark.slow
def test_a_killed_server_loses_no_acknowledged_record_and_keeps_none_by_half(home: Path) -> None:
    written = Written()
    unasked = 0
    for _ in range(ROUNDS):
        _kill_while_writing(home, written)
        notes, keys, verdict = _stored(home)
        assert verdict == "ok"
        assert written.acknowledged - notes == set(), "acknowledged and lost"
        assert notes ^ keys == set(), "a record without its key, or a key without its record"
        assert notes <= written.sent
        unasked = len(notes - written.acknowledged)
    assert len(written.acknowledged) >= ROUNDS * CLIENTS
    print(
        f"\n{ROUNDS} kills, {len(written.acknowledged):,} acknowledged records, 0 lost, 0 by half; "
        f"{unasked} were stored whole whose answer the kill cut off"
    )
