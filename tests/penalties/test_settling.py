"""Settling posts each entry once, corrects by rows that name what they reverse, and never changes a row."""

import datetime as dt
import subprocess
import sys
import threading
from collections import Counter
from decimal import Decimal

import pytest
from flask import current_app
from sqlalchemy import delete, select, text, update
from sqlalchemy.exc import DatabaseError

from crm.deals.models import Deal
from crm.extensions import db
from crm.leads.models import Waiver
from crm.penalties.models import LedgerEntry, LedgerIsKept, ProvisionalEntry, Settlement
from crm.penalties.settling import Settled, settle_open
from crm.people.models import ParameterValue
from crm.transactions import atomic
from tests.people_builders import contact, count, customer, keep, staff

# A customer who visited on Monday the 2nd: due on Thursday the 5th, then on Monday the 9th (the 8th is a Sunday).
VISIT = dt.datetime(2026, 11, 2, 10)
DUE = dt.date(2026, 11, 5)
KEY = ("rule", "staff_id", "on", "amount", "absent_days", "customer_id")


def midnight(day, hour=0, minute=30):
    return dt.datetime(2026, 11, day, hour, minute)


@pytest.fixture
def tracked(store):
    begin = ParameterValue(
        name="records_begin", from_on=None, value="2026-11-02", set_by="test", set_at=VISIT
    )
    keep([begin, staff(), staff("M1", "manager"), customer(), contact(kind="visit")])


def missed(model=LedgerEntry):
    rows = db.session.scalars(select(model).where(model.rule == "followup-missed").order_by(model.on))
    return [row.on for row in rows if not getattr(row, "corrects", None)]


def settle(moment, **rest):
    return settle_open(moment, "test", **rest)


def bag():
    total = Counter()
    for row in db.session.scalars(select(LedgerEntry)):
        reverses = row.corrects is not None
        source = db.session.get(LedgerEntry, row.corrects) if reverses else row
        total[tuple(str(getattr(source, name)) for name in KEY)] += -1 if reverses else 1
    return +total


def act(change):
    with atomic() as session:
        change(session, session.scalar(select(LedgerEntry)))


def record(contact_id, happened, recorded=None):
    keep([contact(contact_id, kind="follow_up", happened_at=happened, recorded_at=recorded or happened)])


def test_an_entry_that_a_record_can_still_undo_is_provisional_and_posted_the_day_after(tracked):
    settle(midnight(5, 23))
    assert missed() == missed(ProvisionalEntry) == [], "the due date itself is not yet over"
    settle(midnight(6))
    assert (missed(), missed(ProvisionalEntry)) == ([], [DUE]), "a record of the 5th can come in on the 6th"
    settle(midnight(6, 23))
    assert (missed(), missed(ProvisionalEntry)) == ([], [DUE])
    settle(midnight(7))
    assert (missed(), missed(ProvisionalEntry)) == ([DUE], [])


def test_a_record_written_down_in_time_makes_the_provisional_entry_vanish_without_a_trace(tracked):
    settle(midnight(6))
    record("K2", dt.datetime(2026, 11, 5, 19), dt.datetime(2026, 11, 6, 9))
    settle(midnight(7))
    assert missed() == missed(ProvisionalEntry) == []
    assert not db.session.scalar(select(LedgerEntry).where(LedgerEntry.corrects.is_not(None)))


def test_settling_looks_no_further_than_yesterday(tracked):
    settle(midnight(10))
    assert db.session.scalar(select(LedgerEntry.on).order_by(LedgerEntry.on.desc())) == dt.date(2026, 11, 9)
    assert db.session.scalar(select(Settlement.until_on)) == dt.date(2026, 11, 9)


def test_settling_twice_posts_once(tracked):
    first = settle(midnight(20))
    assert first.posted > 5
    before = bag()
    second = settle(midnight(20))
    assert (second.posted, second.reversed, second.provisional) == (0, 0, first.provisional)
    assert bag() == before
    assert count(LedgerEntry) == first.posted


def test_who_began_before_midnight_does_not_undo_what_was_settled_after_it(tracked):
    settle(midnight(20))
    before = bag()
    done = settle(midnight(19, 23, 59))
    assert (done.reversed, done.until) == (0, dt.date(2026, 11, 19))
    assert bag() == before


def test_two_threads_settling_at_once_post_one_set(tracked):
    done: list[Settled] = []
    gate = threading.Barrier(4)

    def work():
        with tracked_app.app_context():
            gate.wait()
            done.append(settle(midnight(20)))

    tracked_app = current_app._get_current_object()
    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(done) == 4
    assert sorted(one.posted for one in done)[:3] == [0, 0, 0]
    assert count(LedgerEntry) == sum(one.posted for one in done) == sum(bag().values())


PROCESS = """
import datetime, sys
from pathlib import Path
from sqlalchemy import make_url
from crm.app import create_app
from crm.config import Settings
from crm.penalties.settling import settle_open
app = create_app(Settings(home=Path(sys.argv[2]), database_url=make_url(sys.argv[1]), secret_key=sys.argv[3]))
with app.app_context():
    print("ready", flush=True)
    sys.stdin.readline()
    settle_open(datetime.datetime(2026, 11, 20, 0, 30), "test")
"""


@pytest.mark.slow
def test_two_processes_settling_at_once_post_one_set(tracked, tmp_path):
    url = db.engine.url.render_as_string(hide_password=False)
    command = [sys.executable, "-c", PROCESS, url, str(tmp_path), str(current_app.config["SECRET_KEY"])]
    workers = [
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for _ in range(2)
    ]
    for worker in workers:
        assert worker.stdout.readline().strip() == "ready"
    for worker in workers:
        worker.stdin.write("go\n")
        worker.stdin.flush()
    assert [worker.communicate(timeout=60) and worker.returncode for worker in workers] == [0, 0]
    db.session.rollback()
    assert count(Settlement) == 2
    assert (
        count(LedgerEntry)
        == sum(bag().values())
        == db.session.scalar(select(Settlement.posted).order_by(Settlement.settlement_id))
    )
    assert settle(midnight(20)).posted == 0


def test_a_waiver_signed_later_reverses_by_a_row_that_names_it(tracked):
    settle(midnight(20))
    entry = db.session.scalar(
        select(LedgerEntry).where(LedgerEntry.on == DUE, LedgerEntry.customer_id == "C1")
    )
    keep(
        [
            Waiver(
                customer_id="C1",
                from_on=DUE,
                to_on=DUE,
                reason="special",
                signed_by="M1",
                signed_on=dt.date(2026, 11, 20),
            )
        ]
    )
    done = settle(midnight(21))
    reversal = db.session.scalar(select(LedgerEntry).where(LedgerEntry.corrects == entry.entry_id))
    assert done.reversed >= 1
    assert (reversal.amount, reversal.on, reversal.rule) == (Decimal("50.00"), DUE, "followup-missed")
    assert db.session.get(LedgerEntry, entry.entry_id).amount == Decimal("-50.00")
    assert settle(midnight(21)).reversed == 0, "it is not reversed again"


def test_a_late_deal_reverses_the_drought_and_what_it_moves_comes_as_late_entries(tracked):
    settle(midnight(20))
    drought = db.session.scalar(select(LedgerEntry.on).where(LedgerEntry.rule == "holding-drought"))
    keep(
        [
            Deal(
                deal_id="D1",
                customer_id="C1",
                staff_id="A01",
                unit_kind="residential",
                holding_deposit_on=dt.date(2026, 11, 4),
            )
        ]
    )
    done = settle(midnight(20))
    assert (done.reversed > 0, done.late > 0) == (True, True)
    moved = db.session.scalars(select(LedgerEntry).where(LedgerEntry.kind == "late")).all()
    assert drought not in {row.on for row in moved if row.rule == "holding-drought"}
    assert all(row.corrects is None for row in moved)


def test_an_entry_that_vanished_and_came_back_is_posted_anew(tracked):
    settle(midnight(20))
    before = bag()
    deal = Deal(
        deal_id="D1",
        customer_id="C1",
        staff_id="A01",
        unit_kind="residential",
        holding_deposit_on=dt.date(2026, 11, 4),
    )
    keep([deal])
    settle(midnight(20))
    with atomic() as session:
        session.delete(session.get(Deal, "D1"))
    settle(midnight(20))
    assert bag() == before


def test_each_row_carries_evidence_in_both_languages_the_rulebook_and_its_time(tracked):
    settle(midnight(20))
    row = db.session.scalar(select(LedgerEntry).where(LedgerEntry.rule == "followup-missed"))
    assert "客户 C1 应于 2026-11-05 前追踪" in row.evidence_zh
    assert "Customer C1 was due by 2026-11-05" in row.evidence_en
    assert "李先生" not in row.evidence_zh, "ids, never names"
    assert row.rulebook == db.session.scalar(select(Settlement.rulebook))
    assert row.posted_at == midnight(20)


def test_without_records_begin_the_first_month_with_records_begins_the_ledger(store):
    keep([staff(), customer(), contact(kind="visit")])
    settle(midnight(20))
    assert db.session.scalar(select(Settlement.since_on)) == dt.date(2026, 11, 1)
    assert db.session.scalar(select(LedgerEntry.on).order_by(LedgerEntry.on)) >= dt.date(2026, 11, 1)


def test_an_empty_company_settles_to_nothing(store):
    assert settle(midnight(20)) == Settled(dt.date(2026, 11, 19))


@pytest.mark.parametrize(
    "change",
    [
        lambda session, row: setattr(row, "amount", Decimal(1)),
        lambda session, row: session.delete(row),
        lambda session, row: session.execute(update(LedgerEntry).values(amount=Decimal(1))),
        lambda session, row: session.execute(delete(LedgerEntry)),
    ],
)
def test_the_session_refuses_to_change_or_delete_a_row(tracked, change):
    settle(midnight(20))
    before = bag()
    with pytest.raises(LedgerIsKept):
        act(change)
    assert bag() == before


@pytest.mark.parametrize(
    "statement", ["UPDATE ledger SET amount = 1", "DELETE FROM ledger", "UPDATE ledger SET kind = kind"]
)
def test_the_database_itself_refuses_too(tracked, statement):
    settle(midnight(20))
    before = bag()
    with pytest.raises(DatabaseError, match="never changed or deleted"), atomic() as session:
        session.execute(text(statement))
    assert bag() == before


def test_a_settlement_that_dies_posts_nothing(tracked, monkeypatch):
    monkeypatch.setattr("crm.penalties.posting.keep_version", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        settle(midnight(20))
    db.session.rollback()
    assert count(LedgerEntry) == count(ProvisionalEntry) == count(Settlement) == 0
