"""The nightly work: at its Shanghai time, once a night however many workers there are, each run kept."""

import datetime as dt
import threading
import time

import pytest
from flask import current_app
from sqlalchemy import select
from structlog.testing import capture_logs

from crm import jobs
from crm.extensions import db
from crm.penalties.models import Settlement
from crm.people.accounts import Account, Job
from tests.people_builders import contact, count, customer, keep, staff

NIGHT = dt.datetime(2026, 11, 20, 0, 30)
SETTLE = jobs.job_called(jobs.SETTLE)


@pytest.fixture
def company(store, at):
    at(NIGHT)
    keep([staff(), customer(), contact(kind="visit")])


def account_of(people):
    number = people.account("A01")
    db.session.rollback()
    return db.session.get_one(Account, number)


def runs(state=None):
    query = select(Job).where(Job.state == state) if state else select(Job)
    return db.session.scalars(query.order_by(Job.job_id)).all()


def test_the_settlement_runs_at_half_past_midnight_in_shanghai_whatever_the_machines_zone():
    due = jobs._at_its_time(SETTLE)
    assert due(dt.datetime(2026, 11, 19, 16, 30)), "huey asks in UTC"
    for other in ((2026, 11, 19, 16, 29), (2026, 11, 19, 16, 31), (2026, 11, 20, 0, 30)):
        assert not due(dt.datetime(*other))


@pytest.mark.parametrize(
    ("moment", "night"),
    [
        (dt.datetime(2026, 11, 20, 0, 29), dt.date(2026, 11, 19)),
        (dt.datetime(2026, 11, 20, 0, 30), dt.date(2026, 11, 20)),
        (dt.datetime(2026, 11, 20, 23), dt.date(2026, 11, 20)),
    ],
)
def test_a_run_belongs_to_the_last_time_at_which_it_was_due(moment, night):
    assert jobs.last_due(SETTLE, moment).date() == night


def test_a_night_is_worked_once_and_its_result_kept(company):
    assert jobs.run_night(SETTLE, NIGHT)
    assert not jobs.run_night(SETTLE, NIGHT), "another worker has it already"
    (row,) = runs()
    assert (row.state, row.job_id, row.done, row.total) == ("done", "settle-2026-11-20", 3, 3)
    assert row.result["until"] == "2026-11-19"
    assert count(Settlement) == 1


def test_what_a_stopped_machine_slept_through_is_done_when_it_starts(company, at):
    jobs.run_night(SETTLE, NIGHT)
    later = dt.datetime(2026, 11, 23, 8)
    at(later)
    assert jobs.catch_up(later) == ["pool", "duties", "holds", "settle"]
    assert jobs.catch_up(later) == []
    assert db.session.scalar(select(Settlement.until_on).order_by(Settlement.until_on.desc())) == dt.date(
        2026, 11, 22
    )


def test_a_failure_is_kept_and_said_with_the_number_that_the_log_has(company, monkeypatch):
    monkeypatch.setattr("crm.penalties.nightly.settle_open", lambda *_: 1 / 0)
    with capture_logs() as lines, pytest.raises(ZeroDivisionError):
        jobs.run_night(SETTLE, NIGHT)
    (row,) = runs("failed")
    assert row.result["error"] == "ZeroDivisionError"
    assert row.result["number"] in [line.get("number") for line in lines]
    assert row.ended_at == NIGHT


def test_a_run_whose_process_is_gone_is_lost_and_does_not_stop_the_next(company, people):
    keep(
        [
            Job(
                job_id="settle-x",
                kind="settle",
                title="x",
                state="running",
                began_at=NIGHT,
                payload={"actor": "night", "pid": 4_000_000, "host": jobs.socket.gethostname()},
            )
        ]
    )
    assert jobs.running(jobs.SETTLE, NIGHT) is None
    assert jobs.begin_now(SETTLE, account_of(people), NIGHT)[1]


def test_asking_twice_leads_to_the_settlement_that_goes_on(company, people):
    account = account_of(people)
    first, fresh = jobs.begin_now(SETTLE, account, NIGHT)
    assert fresh
    assert jobs.begin_now(SETTLE, account, NIGHT + dt.timedelta(seconds=5)) == (first, False)
    jobs.carry_out(first)
    assert jobs.begin_now(SETTLE, account, NIGHT + dt.timedelta(seconds=9))[1]


def test_settling_by_the_button_shows_its_progress_and_then_what_it_did(company, people):
    keep([staff("H1", "hr")])
    browser = people.browser_of(people.account("H1"))
    answer = browser.post("/entries/settle")
    assert answer.status_code == 303
    for thread in threading.enumerate():
        if thread.name.startswith("settle-"):
            thread.join()
    text = browser.get(answer.location).get_data(as_text=True)
    assert "已结算到 2026-11-19" in text
    assert "hx-get" not in browser.get(answer.location, headers={"HX-Request": "true"}).get_data(as_text=True)


def test_a_settlement_that_goes_on_is_asked_for_each_second_also_after_a_reload(company, people):
    keep([staff("H1", "hr")])
    account = people.account("H1")
    job_id, _ = jobs.begin_now(SETTLE, db.session.get_one(Account, account), NIGHT)
    browser = people.browser_of(account)
    for _ in range(2):
        text = browser.get(f"/entries/settling/{job_id}").get_data(as_text=True)
        assert 'hx-trigger="load delay:1s"' in text


def test_the_administrator_sees_the_last_runs(company, signed_in):
    jobs.run_night(SETTLE, NIGHT)
    text = signed_in("admin").get("/jobs").get_data(as_text=True)
    assert "完成" in text
    assert "还没有运行过" in text, "the duties did not run"


@pytest.mark.slow
def test_the_worker_inside_the_server_does_last_nights_work_and_goes_on(company):
    jobs.start_inside(current_app._get_current_object())
    for _ in range(200):
        db.session.rollback()
        if len(runs("done")) == len(jobs.NIGHTLY):
            break
        time.sleep(0.05)
    assert sorted(row.kind for row in runs("done")) == ["duties", "holds", "pool", "settle"]
