"""The one writer gate of an SQLite file.

SQLite lets one writer in at a time and makes the others retry unfairly, some for half a minute. Whoever
takes a file lock before `BEGIN IMMEDIATE` waits its turn outside the database instead. Threads of one process
queue at a mutex, so that at most one thread of each process contends for the file.
"""

import fcntl
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from crm.clock import stopwatch
from crm.store.problems import busy

PATIENCE_SECONDS = 60.0
_PAUSE_SECONDS = 0.0002
_LONGEST_PAUSE_SECONDS = 0.002
_mutexes: dict[Path, threading.Lock] = {}
_registry = threading.Lock()


@contextmanager
def writer_gate(database: Path, patience: float = PATIENCE_SECONDS) -> Iterator[None]:
    """Hold the gate of that database file; `StoreProblem` when it stays closed for `patience` seconds."""
    began = stopwatch()
    mutex = _mutex_of(database)
    if not mutex.acquire(timeout=patience):
        raise busy()
    try:
        handle = os.open(f"{database}.gate", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            _lock(handle, began + patience)
            yield
        finally:
            os.close(handle)  # which also gives the lock back
    finally:
        mutex.release()


def _mutex_of(database: Path) -> threading.Lock:
    with _registry:
        return _mutexes.setdefault(database, threading.Lock())


def _lock(handle: int, deadline: float) -> None:
    pause = _PAUSE_SECONDS  # an act takes a few milliseconds, so one looks again soon, and seldom after long waiting
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except BlockingIOError:
            if stopwatch() > deadline:
                raise busy() from None
            time.sleep(pause)
            pause = min(pause * 1.2, _LONGEST_PAUSE_SECONDS)
