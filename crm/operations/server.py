"""gunicorn around the application: a few processes with threads, and the nightly jobs in one of them.

SQLite lets one writer in at a time, so more processes than cores would only queue; the threads of a process
wait for the disk, the network and the writer gate. PostgreSQL is served the same way.
"""

import fcntl
import gc
import os
import socket
import sqlite3
import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

from flask import Flask
from gunicorn.app.base import BaseApplication
from sqlalchemy import Engine

from crm.extensions import db
from crm.operations.front import Wsgi, stand_before
from crm.operations.listening import Listening
from crm.store.engine import database_file
from crm.store.gate import writer_gate

THREADS = 8
MOST_PROCESSES = 4
PATIENCE_SECONDS = 30
SAMPLED_ROWS = 100_000
SHARED_MEMORY = "/dev/shm"


class Server(BaseApplication):  # type: ignore[misc]
    """gunicorn with our settings, none from files, command line or environment."""

    def __init__(self, app: Flask, wsgi: Wsgi, options: dict[str, Any]) -> None:
        self._app, self._wsgi, self._options = app, wsgi, options
        super().__init__()

    def load_config(self) -> None:
        """Hand our options over."""
        for name, value in self._options.items():
            self.cfg.set(name, value)

    def load(self) -> Wsgi:
        """The application."""
        return self._wsgi


def run(app: Flask, where: Listening, listener: socket.socket, ready: Callable[[str], None]) -> None:
    """Serve until told to stop (TERM: after the requests under way). `ready` is told the address."""
    os.umask(0o077)  # whatever is written from now on is this user's alone
    address = where.address(listener.getsockname()[1])
    wsgi = stand_before(app, where.proxies)
    with app.app_context():
        refresh_statistics(db.engine)
        db.engine.dispose()  # no connection may be shared by the processes to come
    gc.collect()
    gc.freeze()  # what is loaded by now stays, so the collector need not look at it again
    listener.set_inheritable(True)
    Server(app, wsgi, _options(app, where, listener, lambda: ready(address))).run()


def refresh_statistics(engine: Engine) -> None:
    """Let SQLite count anew what its indexes hold: a sample, so it takes a tenth of a second, and without it long lists
    are read in the wrong order."""
    path = database_file(engine)
    if path is None:
        return
    with writer_gate(path), closing(sqlite3.connect(path, timeout=30)) as connection:
        connection.execute(f"PRAGMA analysis_limit = {SAMPLED_ROWS}")
        connection.execute("ANALYZE")
        connection.commit()


def _options(
    app: Flask, where: Listening, listener: socket.socket, ready: Callable[[], None]
) -> dict[str, Any]:
    options: dict[str, Any] = {
        "bind": f"fd://{listener.fileno()}",
        "worker_class": "gthread",
        "workers": processes(os.cpu_count() or 1),
        "threads": THREADS,
        "control_socket_disable": True,
        "preload_app": True,
        "loglevel": "warning",
        "keepalive": 15,
        "graceful_timeout": PATIENCE_SECONDS,
        "timeout": 120,
        "forwarded_allow_ips": "",
        "when_ready": lambda _arbiter: ready(),
        "post_worker_init": lambda _worker: begin_jobs(app),
    }
    if where.certificate:
        options |= {"certfile": str(where.certificate), "keyfile": str(where.key)}
    if os.path.isdir(SHARED_MEMORY) and os.access(SHARED_MEMORY, os.W_OK):
        options["worker_tmp_dir"] = SHARED_MEMORY  # heartbeats on a busy disk look like a hung process
    return options


def processes(cores: int) -> int:
    """How many processes for so many cores: at least two, so that one slow page does not hold up the others."""
    return min(MOST_PROCESSES, max(2, cores))


def begin_jobs(app: Flask) -> None:
    """Run the nightly jobs in this process, once no other process of this home runs them."""
    lock = Path(app.config["CRM"].home) / "jobs.lock"
    threading.Thread(target=_jobs_in_turn, args=(app, lock), name="jobs", daemon=True).start()


def _jobs_in_turn(app: Flask, lock: Path) -> None:
    from crm import jobs

    handle = os.open(lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)  # held until the process ends
    fcntl.flock(handle, fcntl.LOCK_EX)
    jobs.start_inside(app)
