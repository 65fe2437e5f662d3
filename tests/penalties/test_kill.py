"""`kill -9` in the middle of settling and closing, and many who settle and close at once: always one whole result.

CI does 30 rounds, `make soak` 200; figures stand in docs/reliability.md.
"""

import os
import random
import subprocess
import sys
import threading
from collections import Counter
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import select

from crm.errors import Conflict
from crm.extensions import db
from crm.penalties.closing import close_month
from crm.penalties.models import Closing, LedgerEntry, Settlement
from crm.penalties.settling import settle_open
from crm.penalties.verifying import look_through
from tests.penalties.books import begin
from tests.penalties.killed import CLOSED, LATER
from tests.people_builders import count

ROUNDS = min(int(os.environ.get("CRM_SOAK_ROUNDS", "30")), 200)
LONG_ENOUGH = 30.0


def last_digest():
    db.session.rollback()
    return db.session.scalar(select(LedgerEntry.digest).order_by(LedgerEntry.entry_id.desc()).limit(1))


def finish():
    """What is left of the work, done by whoever comes next."""
    db.session.rollback()
    if not count(Closing):
        settle_open(CLOSED, "night")
        close_month("2026-10", CLOSED, "H1")
    settle_open(LATER, "night")
    return db.session.scalar(select(Closing.entries_digest)), last_digest()


def look():
    """How far the killed one came; by half is nothing."""
    db.session.rollback()
    assert look_through(db.session()).faults == []
    settlements, closings, entries = count(Settlement), count(Closing), count(LedgerEntry)
    posted = sum(db.session.scalars(select(Settlement.posted + Settlement.reversed)))
    assert entries == posted, "entries without their settlement, or the other way round"
    return f"{settlements} settlements, {closings} closings"


@contextmanager
def killer(home, key):
    command = [sys.executable, "-m", "tests.penalties.killed", str(home), key]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2]
    ) as process:
        assert process.stdout.readline().strip() == "ready"

        def run(seconds):
            url = db.engine.url.render_as_string(hide_password=False)
            process.stdin.write(f"{url} {seconds}\n")
            process.stdin.flush()
            return process.stdout.readline().strip()

        yield run
        process.stdin.close()


@pytest.mark.slow
def test_a_killed_settlement_or_closing_leaves_one_whole_result(app, copy_of, tmp_path):
    copy_of("begun", begin)
    with app.app_context():
        wanted = finish()
    seen = Counter()
    with killer(tmp_path, app.config["CRM"].secret_key) as run:
        copy_of("begun", begin)
        with app.app_context():
            how, takes = how_it_went(run(LONG_ENOUGH))
            assert how == "done 0"
        for _ in range(ROUNDS):
            copy_of("begun", begin)
            with app.app_context():
                outcome, _ = how_it_went(run(round(random.uniform(0, 1.1 * takes), 3)))
                assert outcome in ("killed", "done 0")
                seen[outcome, look()] += 1
                assert finish() == wanted
                assert look_through(db.session()).faults == []
                assert count(Closing) == 1
    print(f"\n{ROUNDS} rounds")
    for (outcome, reached), times in sorted(seen.items()):
        print(f"  {times:4} {outcome} at {reached}")
    assert any(outcome == "killed" for outcome, _ in seen)


def how_it_went(line):
    how, _, seconds = line.rpartition(" ")
    return how, float(seconds)


def at_once(app, works):
    gate, done = threading.Barrier(len(works)), Counter()

    def run(name, act):
        with app.app_context():
            gate.wait()
            try:
                act()
                done[name] += 1
            except Conflict:
                done[f"{name} refused"] += 1

    threads = [threading.Thread(target=run, args=work) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(LONG_ENOUGH)
    assert not any(thread.is_alive() for thread in threads)
    return done


def test_of_many_who_close_and_settle_at_once_one_closes_and_nothing_is_posted_twice(store):
    begin()
    works = [("close", lambda: close_month("2026-10", CLOSED, "H1"))] * 3
    works += [("settle", lambda: settle_open(CLOSED, "night"))] * 3
    done = at_once(store, works)
    db.session.rollback()
    assert done == {"close": 1, "close refused": 2, "settle": 3}
    assert count(Closing) == 1
    assert count(LedgerEntry) == sum(db.session.scalars(select(Settlement.posted)))
    assert look_through(db.session()).faults == []
