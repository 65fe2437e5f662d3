"""A real server in a process of its own, as a user would start it, on a home of its own."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

PATIENCE_SECONDS = 120.0
_PORT = re.compile(r"https?://[^/\s]+:(\d+)\b")


def environment(home: Path, more: Mapping[str, str] | None = None) -> dict[str, str]:
    """The environment without any of our own variables but the home."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CRM_")}
    return {**kept, "CRM_HOME": str(home), **(more or {})}


@dataclass
class Served:
    """A server that runs: its port and its process."""

    port: int
    process: "subprocess.Popen[bytes]"
    log: Path

    def kill(self) -> None:
        """End it and all its processes at once, as a power cut of the program would."""
        _signal_all(self.process, signal.SIGKILL)
        self.process.wait()

    def stop(self) -> int:
        """Ask it to stop after what is under way; gives its exit status."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        return self.process.wait(PATIENCE_SECONDS)


def start(command: list[str], log: Path, env: Mapping[str, str]) -> Served:
    """Start the command and wait until it has said its address; RuntimeError with its words where it does not."""
    with log.open("wb") as file:
        process = subprocess.Popen(
            command, stdout=file, stderr=subprocess.STDOUT, env=dict(env), start_new_session=True
        )
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        if found := _PORT.search(log.read_text("utf-8", errors="replace")):
            return Served(int(found[1]), process, log)
        time.sleep(0.02)
    _signal_all(process, signal.SIGKILL)
    raise RuntimeError(f"{' '.join(command)} did not come up:\n{log.read_text('utf-8', errors='replace')}")


def _signal_all(process: "subprocess.Popen[bytes]", number: signal.Signals) -> None:
    try:
        os.killpg(process.pid, number)
    except ProcessLookupError:
        return


@contextmanager
def serving(home: Path, *options: str, more: Mapping[str, str] | None = None) -> Iterator[Served]:
    """`crm serve` on that home, at any free port, stopped at the end."""
    command = [sys.executable, "-m", "crm", "serve", "--port", "0", *options]
    served = start(command, home / "serve.log", environment(home, more))
    try:
        yield served
    finally:
        if served.process.poll() is None:
            served.stop()
        _signal_all(served.process, signal.SIGKILL)
