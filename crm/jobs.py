"""The nightly work, declared as data; run by huey in `crm worker`, or in a thread of `crm serve`.

A nightly job is a line of `NIGHTLY`. Each run is a row of `jobs`, so that its progress, result and failure can be
looked at, and so that of several workers only one does a night's work. Work that a stopped machine slept through is
done when it starts again. Without `CRM_REDIS_URL` the queue is a file in `CRM_HOME`.
"""

import datetime as dt
import os
import secrets
import socket
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from flask import Flask
from sqlalchemy import select

from crm import clock
from crm.errors import CrmError
from crm.extensions import db
from crm.logs import crashed
from crm.people.accounts import Account, Job
from crm.store.engine import database_file
from crm.transactions import atomic

Told = Callable[[int, int, str], None]
Work = Callable[[dt.datetime, str, Told], dict[str, Any]]
NIGHT = "night"
SETTLE = "settle"
_EVERY_SECONDS = 0.5
_LOST_AFTER = dt.timedelta(hours=6)


@dataclass(frozen=True)
class Nightly:
    """A job of every night: its key, its names, its Shanghai time, and the function that does it.

    The function is told the moment, who wants it, and whom to tell its progress; it gives back its result as JSON.
    """

    key: str
    zh: str
    en: str
    hour: int
    minute: int
    address: str

    def title(self, lang: str) -> str:
        """What people call it."""
        return self.en if lang == "en" else self.zh

    @property
    def work(self) -> Work:
        """The function itself."""
        module, name = self.address.split(":")
        found: Work = getattr(import_module(module), name)
        return found


NIGHTLY: tuple[Nightly, ...] = (
    Nightly("pool", "公海", "The public pool", 0, 1, "crm.leads.pool:nightly"),
    Nightly("duties", "准备当天任务", "The day's duties", 0, 5, "crm.penalties.nightly:roll_duties"),
    Nightly("holds", "小订到期", "Lapsed holding deposits", 0, 10, "crm.deals.units_lapse:lapse_holds"),
    Nightly(SETTLE, "结算到前一天", "Settlement up to the day before", 0, 30, "crm.penalties.nightly:settle"),
)


def job_called(key: str) -> Nightly:
    """The declared job of that key; KeyError where there is none."""
    return {job.key: job for job in NIGHTLY}[key]


def last_due(job: Nightly, at: dt.datetime) -> dt.datetime:
    """The latest moment, not after `at`, at which the job was to run."""
    due = at.replace(hour=job.hour, minute=job.minute, second=0)
    return due if due <= at else due - dt.timedelta(days=1)


# Runs


def begin_night(job: Nightly, at: dt.datetime) -> str | None:
    """Note tonight's run; None where another worker has it already."""
    return _begin(job, f"{job.key}-{last_due(job, at):%Y-%m-%d}", None, at)


def begin_now(job: Nightly, account: Account, at: dt.datetime) -> tuple[str, bool]:
    """Note a run that somebody asks for, and True; where one is going on already that one, and False."""
    with atomic():
        going = running(job.key, at)
        if going is not None:
            return going.job_id, False
        job_id = f"{job.key}-{at:%Y%m%d%H%M%S}-{secrets.token_hex(3)}"
        _begin(job, job_id, account, at)
        return job_id, True


def _begin(job: Nightly, job_id: str, account: Account | None, at: dt.datetime) -> str | None:
    with atomic() as session:
        if session.get(Job, job_id) is not None:
            return None
        session.add(
            Job(
                job_id=job_id,
                kind=job.key,
                account_id=account.account_id if account else None,
                title=job.zh,
                payload={
                    "actor": account.actor if account else NIGHT,
                    "pid": os.getpid(),
                    "host": socket.gethostname(),
                },
                began_at=at,
            )
        )
    return job_id


def running(key: str, at: dt.datetime) -> Job | None:
    """The run of that job that is going on."""
    query = select(Job).where(Job.kind == key, Job.state.in_(("waiting", "running")))
    rows = db.session.scalars(query.order_by(Job.began_at.desc()))
    return next((row for row in rows if not is_lost(row, at)), None)


def is_lost(row: Job, at: dt.datetime) -> bool:
    """Whether a run that has no end lost its process; on another machine only time tells."""
    if row.state not in ("waiting", "running"):
        return False
    if at - row.began_at > _LOST_AFTER:
        return True
    return row.payload.get("host") == socket.gethostname() and not alive(int(row.payload["pid"]))


def alive(pid: int) -> bool:
    """Whether this machine has a process of that number, be it somebody else's."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def carry_out(job_id: str) -> None:
    """Do a noted run and keep its end, whatever it is."""
    row = db.session.get_one(Job, job_id)
    job, actor, at = job_called(row.kind), str(row.payload["actor"]), clock.now()
    _note(job_id, state="running")
    try:
        result = job.work(at, actor, _Teller(job_id))
    except CrmError as problem:
        _end(job_id, "failed", {"zh": problem.sentence("zh"), "en": problem.sentence("en")})
        raise
    except BaseException as problem:
        number = crashed(job_id, problem)
        _end(job_id, "failed", {"error": type(problem).__name__, "number": number})
        raise
    _end(job_id, "done", result)


class _Teller:
    """Writes the progress down, now and then."""

    def __init__(self, job_id: str) -> None:
        self._job_id = job_id
        self._last = -_EVERY_SECONDS

    def __call__(self, done: int, total: int, what: str) -> None:
        """So many of so many steps are done; `what` is going on now."""
        present = clock.stopwatch()
        if present - self._last >= _EVERY_SECONDS or done == total:
            self._last = present
            _note(self._job_id, done=done, total=total, message=what)


def _note(job_id: str, **values: Any) -> None:
    with atomic() as session:
        row = session.get_one(Job, job_id)
        for name, value in values.items():
            setattr(row, name, value)


def _end(job_id: str, state: str, result: dict[str, Any]) -> None:
    db.session.rollback()
    _note(job_id, state=state, result=result, ended_at=clock.now())


def run_night(job: Nightly, at: dt.datetime) -> bool:
    """Do tonight's run, unless another worker has; tells whether it was done here."""
    job_id = begin_night(job, at)
    if job_id is not None:
        carry_out(job_id)
    return job_id is not None


def catch_up(at: dt.datetime) -> list[str]:
    """Do the runs of last night that nobody did; gives their keys."""
    return [job.key for job in NIGHTLY if run_night(job, at)]


def start_now(app: Flask, job_id: str) -> threading.Thread:
    """Carry out a noted run in a thread of its own."""
    thread = threading.Thread(target=_in_context, args=(app, job_id), name=job_id)
    thread.start()
    return thread


def _in_context(app: Flask, job_id: str) -> None:
    with app.app_context():
        carry_out(job_id)


def last_runs() -> Sequence[tuple[Nightly, Sequence[Job]]]:
    """Each job with its latest runs, newest first."""
    found = []
    for job in NIGHTLY:
        query = select(Job).where(Job.kind == job.key).order_by(Job.began_at.desc()).limit(10)
        found.append((job, db.session.scalars(query).all()))
    return found


# Huey


def huey_for(app: Flask) -> Any:
    """The queue with every nightly job on it."""
    settings = app.config["CRM"]
    if settings.redis_url:
        from huey import RedisHuey

        queue = RedisHuey("crm", url=settings.redis_url, utc=True)
    else:
        from huey import SqliteHuey

        path = database_file(_engine(app))
        folder = path.parent if path is not None else settings.home
        queue = SqliteHuey("crm", filename=str(folder / "jobs.sqlite3"), utc=True, fsync=True)
    for job in NIGHTLY:
        queue.periodic_task(_at_its_time(job), name=job.key)(_task(app, job))
    return queue


def _engine(app: Flask) -> Any:
    with app.app_context():
        return db.engine


def _task(app: Flask, job: Nightly) -> Callable[[], None]:
    def run() -> None:
        with app.app_context():
            run_night(job, clock.now())

    return run


def _at_its_time(job: Nightly) -> Callable[[dt.datetime], bool]:
    """Huey asks once a minute, in UTC without an offset."""

    def due(moment: dt.datetime) -> bool:
        local = moment.replace(tzinfo=dt.UTC).astimezone(clock.SHANGHAI)
        return (local.hour, local.minute) == (job.hour, job.minute)

    return due


def work_forever(app: Flask) -> None:
    """What `crm worker` does: first what was slept through, then each night's work; until it is told to stop."""
    with app.app_context():
        catch_up(clock.now())
    huey_for(app).create_consumer(workers=1, periodic=True).run()


def start_inside(app: Flask) -> threading.Thread:
    """The same as a daemon thread of `crm serve`, where one machine does everything."""
    thread = threading.Thread(target=_inside, args=(app,), name="nightly work", daemon=True)
    thread.start()
    return thread


def _inside(app: Flask) -> None:
    """A consumer whose signals stay with the web server."""
    with app.app_context():
        catch_up(clock.now())
    consumer = huey_for(app).create_consumer(workers=1, periodic=True)
    consumer._set_signal_handlers = lambda: None  # only the main thread may; the server handles its own
    consumer.run()
