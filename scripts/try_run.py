"""Does what a newcomer does with `make run`: starts it, signs in as each printed account, works a day, stops it.

    python scripts/try_run.py CLONE [make's arguments …]

The day: everyone on the consultant's list is contacted, a visitor registered, the report sent, and the manager
finds it on the board. Prints what make run printed without its passwords, and how long it took, from the
command on, until the pages came and until the day was done.
"""

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.web.visitor import Answer, Visitor, hidden  # only the standard library

PATIENCE_SECONDS = 900
DAY_SECONDS = 180  # a worked day has to be possible within these, installing and making the company included
_ROW = re.compile(r'data-customer="([^"]+)"')
_REPORT = re.compile(r'href="(/reports/[^"]+)"')
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
            came = time.monotonic() - began
            contacted = work_a_day(port, accounts)
        finally:
            os.killpg(server.pid, signal.SIGTERM)
            server.wait(60)
    print(_ACCOUNT.sub(r"  \1 (password)", log.read_text("utf-8")))
    took = time.monotonic() - began
    print(f"{len(accounts)} accounts signed in after {came:.0f} s")
    print(f"a worked day of {contacted} contacts, a new visitor and the report was done after {took:.0f} s")
    return 0 if took <= DAY_SECONDS else 1


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


def work_a_day(port: int, accounts: dict[str, str]) -> int:
    """A consultant's day and the manager's look at it; gives how many customers were contacted."""
    consultant, manager = Visitor(port), Visitor(port)
    consultant.sign_in("consultant", accounts["consultant"])
    due = list(dict.fromkeys(_ROW.findall(consultant.get("/today").text)))
    for customer in due:
        _send(
            consultant,
            f"/customers/{customer}/record",
            kind="follow_up",
            effective="1",
            note="约了周末来看房",
        )
    visitor = {"name": "周女士", "phone": f"199{time.time_ns() // 1000 % 10**8:08d}", "kind": "visit"}
    _send(
        consultant,
        "/customers/new",
        **visitor,
        need="三房，预算 260 万",
        consent="y",
        consent_purpose="跟进购房需求",
    )
    _send(consultant, "/report", remarks="今天都联系过了")
    manager.sign_in("manager", accounts["manager"])
    found = _REPORT.findall(manager.get("/board").text)
    if not any("今天都联系过了" in manager.get(path).text for path in found):
        raise SystemExit("the manager does not find the report on the board")
    return len(due)


def _send(visitor: Visitor, path: str, **values: str) -> Answer:
    answer = visitor.post(path, hidden(visitor.get(path).text, path) | values)
    if answer.status not in (200, 302, 303):
        raise SystemExit(f"{path} was answered {answer.status}:\n{answer.text}")
    return answer


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
