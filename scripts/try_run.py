"""Does what a newcomer does with `make run`: starts it, signs in as each printed account, and stops it again.

    python scripts/try_run.py CLONE [make's arguments …]

Prints what make run printed without its passwords, and how long it took until the pages came.
"""

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.web.visitor import Visitor  # only the standard library

PATIENCE_SECONDS = 900
_ADDRESS = re.compile(r"http://127\.0\.0\.1:(\d+)/")
_ACCOUNT = re.compile(r"^  ([a-z]+) +((?:[a-z0-9]{4}-){3}[a-z0-9]{4})", re.MULTILINE)


def main(clone: str, *arguments: str) -> int:
    """0 when every account leads to a page and the server stops when it is told to."""
    began = time.monotonic()
    command = ["make", "-C", clone, "--no-print-directory", "run", *arguments]
    log = Path(clone) / "var" / "try_run.txt"
    log.parent.mkdir(exist_ok=True)
    with log.open("wb") as file:
        server = subprocess.Popen(command, stdout=file, stderr=subprocess.STDOUT, start_new_session=True)
        try:
            port, accounts = _wait(server, log, began + PATIENCE_SECONDS)
            for login, password in accounts.items():
                _visit(port, login, password)
        finally:
            os.killpg(server.pid, signal.SIGTERM)
            server.wait(60)
    print(_ACCOUNT.sub(r"  \1 (password)", log.read_text("utf-8")))
    print(f"{len(accounts)} accounts signed in; all took {time.monotonic() - began:.0f} s")
    return 0


def _wait(server: "subprocess.Popen[bytes]", log: Path, deadline: float) -> tuple[int, dict[str, str]]:
    while time.monotonic() < deadline:
        text = log.read_text("utf-8", errors="replace")
        address, accounts = _ADDRESS.search(text), dict(_ACCOUNT.findall(text))
        if address and len(accounts) >= 6 and "accounts.txt" in text:
            return int(address[1]), accounts
        if server.poll() is not None:
            break
        time.sleep(0.1)
    raise SystemExit(f"make run did not come up:\n{log.read_text('utf-8', errors='replace')}")


def _visit(port: int, login: str, password: str) -> None:
    visitor = Visitor(port)
    visitor.sign_in(login, password)
    answer = visitor.get("/")
    if answer.location:
        answer = visitor.get(answer.location)
    visitor.close()
    if answer.status != 200:
        raise SystemExit(f"{login} was answered {answer.status}")


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
