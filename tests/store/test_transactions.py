"""One act is kept whole or not at all, and writers wait their turn."""

import datetime as dt
import threading
import time

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import OperationalError

from crm.errors import StoreProblem
from crm.extensions import db
from crm.people.models import Setting, Staff
from crm.store.base import seconds_of
from crm.store.gate import writer_gate
from crm.store.problems import in_plain_words
from crm.transactions import atomic, snapshot
from tests.people_builders import count, keep, staff

WRITERS = 20
ROUNDS = 10


def test_an_act_is_kept(store):
    with atomic() as session:
        session.add(staff())
    db.session.remove()
    assert count(Staff) == 1


def hire_and_fail(*staff_ids):
    with atomic() as session:
        for staff_id in staff_ids:
            session.add(staff(staff_id))
            session.flush()
        raise ZeroDivisionError


def test_an_error_undoes_the_whole_act(store):
    with pytest.raises(ZeroDivisionError):
        hire_and_fail("A1", "A2")
    assert count(Staff) == 0


def test_an_act_within_an_act_joins_it(store):
    def outer():
        with atomic():
            keep([staff("A1")])
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        outer()
    assert count(Staff) == 0


def test_an_act_within_an_act_can_fail_alone(store):
    with atomic() as session:
        session.add(staff("A1"))
        with pytest.raises(ZeroDivisionError):
            hire_and_fail("A2")
    assert db.session.scalars(select(Staff.staff_id)).all() == ["A1"]


def test_rows_change_only_inside_an_act(store):
    keep([staff()])
    db.session.get(Staff, "A01").name = "别人"
    with pytest.raises(RuntimeError, match="outside atomic"):
        db.session.flush()
    with pytest.raises(RuntimeError, match="outside atomic"), atomic():
        pass
    db.session.rollback()


def test_what_was_read_before_is_read_anew_inside(store, app):
    keep([staff()])
    row = db.session.get(Staff, "A01")
    assert row.name == "员工A01"
    with app.app_context(), atomic() as session:
        session.get(Staff, "A01").name = "新名"
    with atomic():
        assert row.name == "新名"


def test_a_snapshot_sees_one_moment(store, app):
    keep([staff()])
    with snapshot() as session:
        assert session.scalar(select(Staff.name)) == "员工A01"
        with app.app_context(), atomic() as other:
            other.get(Staff, "A01").name = "新名"
        session.expire_all()
        assert session.scalar(select(Staff.name)) == "员工A01"
    assert db.session.scalar(select(Staff.name)) == "新名"


def test_twenty_writers_lose_nothing(app):
    """Each reads a number, waits a moment and writes it one higher: check, then act."""
    with app.app_context():
        keep([Setting(name="number", value=0)])
    problems = []

    def write():
        try:
            for _ in range(ROUNDS):
                with app.app_context():
                    db.session.get(Setting, "number")  # a read before the act must do no harm
                    with atomic() as session:
                        row = session.get(Setting, "number")
                        time.sleep(0.001)
                        row.value = row.value + 1
        except Exception as problem:
            problems.append(problem)

    threads = [threading.Thread(target=write) for _ in range(WRITERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with app.app_context():
        assert problems == []
        assert db.session.get(Setting, "number").value == WRITERS * ROUNDS


def test_a_reader_does_not_wait_for_a_writer(app):
    with app.app_context():
        keep([staff()])
    inside, done = threading.Event(), threading.Event()

    def write():
        with app.app_context(), atomic() as session:
            session.get(Staff, "A01").name = "新名"
            session.flush()
            inside.set()
            done.wait(10)

    writer = threading.Thread(target=write)
    writer.start()
    assert inside.wait(10)
    with app.app_context():
        assert db.session.scalar(select(Staff.name)) == "员工A01"
    done.set()
    writer.join()


def test_whoever_waits_too_long_at_the_gate_is_told(tmp_path):
    path = tmp_path / "x.sqlite3"
    inside, done = threading.Event(), threading.Event()

    def hold():
        with writer_gate(path):
            inside.set()
            done.wait(10)

    holder = threading.Thread(target=hold)
    holder.start()
    assert inside.wait(10)
    with pytest.raises(StoreProblem, match="busy"), writer_gate(path, patience=0.05):
        pass
    done.set()
    holder.join()
    with writer_gate(path, patience=1):
        pass


def test_sqlite_is_set_up_for_safety(store, database_kind):
    if database_kind == "postgres":
        assert db.session.scalar(text("SHOW timezone")) == "Asia/Shanghai"
        return
    found = {
        name: db.session.scalar(text(f"PRAGMA {name}"))
        for name in ("journal_mode", "synchronous", "foreign_keys")
    }
    assert found == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}


def test_a_moment_with_an_offset_is_refused():
    with pytest.raises(ValueError, match="without an offset"):
        seconds_of(dt.datetime(2026, 11, 2, tzinfo=dt.UTC))


def fill_the_disk():
    pages = db.session.scalar(text("PRAGMA page_count"))
    db.session.execute(text(f"PRAGMA max_page_count = {pages}"))
    keep(staff(f"B{number}", name="很长的名字" * 500) for number in range(40))


def stop_the_server():
    with atomic() as session:
        session.add(staff("B1"))
        session.flush()
        session.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))


def test_a_database_that_fails_in_the_middle_is_said_and_leaves_nothing_half_written(store, database_kind):
    keep([staff("A1")])
    on_server = database_kind == "postgres"
    fail, words = (stop_the_server, "was lost") if on_server else (fill_the_disk, "disk is full")
    with pytest.raises(StoreProblem, match=words):
        fail()
    db.session.remove()
    db.engine.dispose()
    assert db.session.scalars(select(Staff.staff_id)).all() == ["A1"]
    keep([staff("A2")])
    assert count(Staff) == 2


class ServerSays(Exception):
    def __init__(self, sqlstate):
        super().__init__("the server's own words")
        self.sqlstate = sqlstate


@pytest.mark.parametrize(
    ("sqlstate", "words"),
    [("55P03", "busy"), ("53100", "disk is full"), ("57P01", "was lost"), ("08006", "was lost")],
)
def test_what_the_server_says_is_put_into_words(sqlstate, words):
    problem = in_plain_words(OperationalError("UPDATE", {}, ServerSays(sqlstate)))
    assert words in problem.en


def test_what_nobody_can_help_is_left_as_it_is():
    assert in_plain_words(OperationalError("UPDATE", {}, ServerSays("42601"))) is None
