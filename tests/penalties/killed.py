"""Settles and closes in a child that is killed after a while; one import of the program serves all children.

Says `ready`, reads lines `url seconds`, and says for each `killed` or `done` with the status, and after how long.
"""

import datetime as dt
import os
import signal
import sys
import time
from pathlib import Path

from sqlalchemy import make_url

from crm.app import create_app
from crm.config import Settings
from crm.extensions import db
from crm.penalties.closing import close_month
from crm.penalties.settling import settle_open
from tests.penalties.books import begin

CLOSED = dt.datetime(2026, 11, 3, 9)
LATER = dt.datetime(2026, 11, 20, 0, 30)


def work(url: str, home: str, key: str, ready: int) -> None:
    """A settlement, a closing, and a settlement after it; `ready` is told before they begin."""
    app = create_app(
        Settings(home=Path(home), database_url=make_url(url), secret_key=key), {"CRM_READY": True}
    )
    with app.app_context():
        os.write(ready, b"!")
        settle_open(CLOSED, "night")
        close_month("2026-10", CLOSED, "H1")
        settle_open(LATER, "night")


def main() -> None:
    """One child for each line, killed so long after it began to work."""
    home, key = sys.argv[1:]
    warm_up(home, key)
    print("ready", flush=True)
    for line in sys.stdin:
        url, seconds = line.split()
        told, tells = os.pipe()
        child = os.fork()
        if child == 0:
            status = 1
            try:
                work(url, home, key, tells)
                status = 0
            finally:
                os._exit(status)
        os.close(tells)
        os.read(told, 1)
        os.close(told)
        began = time.monotonic()
        status = wait(child, began + float(seconds))
        how = "killed" if os.WIFSIGNALED(status) else f"done {os.WEXITSTATUS(status)}"
        print(how, round(time.monotonic() - began, 3), flush=True)


def wait(child: int, until: float) -> int:
    """How the child ended: by itself, or killed at that time."""
    while time.monotonic() < until:
        ended, status = os.waitpid(child, os.WNOHANG)
        if ended:
            return status
        time.sleep(0.002)
    os.kill(child, signal.SIGKILL)
    return os.waitpid(child, 0)[1]


def warm_up(home: str, key: str) -> None:
    """Everything that is imported only when it is needed, once for all children."""
    url = make_url(f"sqlite:///{home}/warm.sqlite3")
    app = create_app(Settings(home=Path(home), database_url=url, secret_key=key))
    with app.app_context():
        begin()
        settle_open(CLOSED, "night")
        db.session.remove()
        db.engine.dispose()


if __name__ == "__main__":
    main()
