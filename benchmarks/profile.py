"""What one `crm replay` spends its time on: `python -m benchmarks.profile FOLDER SINCE UNTIL`.

The steps of the command, called one after the other in a fresh process with a clock around each. Nothing is
imported up here but the standard library, so that the imports are a step too.
"""

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any


class Stopwatch:
    """Seconds by step, in the order in which the steps were taken."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Add the time of the block to the step of that name."""
        began = time.perf_counter()
        try:
            yield
        finally:
            self.seconds[name] = self.seconds.get(name, 0.0) + time.perf_counter() - began

    def table(self) -> str:
        """A Markdown table of the steps with their share of the whole."""
        whole = sum(self.seconds.values())
        lines = ["| step | seconds | share |", "|---|---:|---:|"]
        lines += [f"| {name} | {spent:.2f} | {spent / whole:.0%} |" for name, spent in self.seconds.items()]
        return "\n".join([*lines, f"| together | {whole:.2f} | 100% |"])


def print_profile(folder: Path, month: tuple[str, str]) -> None:
    """Profile in processes of their own: once to warm the files, once to be printed."""
    command = [sys.executable, "-m", "benchmarks.profile", str(folder), *month]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    subprocess.run(command, check=True)


def profile(folder: Path, since: date, until: date) -> Stopwatch:
    """Replay the workbook step by step."""
    watch = Stopwatch()
    with watch.step("imports"):
        import pyarrow.csv  # noqa: F401
        from chinese_calendar import is_workday  # noqa: F401

        from crm.cli.files import read_parameters
        from crm.cli.output import print_entries
        from crm.rulebook import entries
        from crm.rulebook.engine import OF_CUSTOMERS, OF_PEOPLE
        from crm.rulebook.history import history_of
        from crm.rulebook.tables import day_number
        from crm.workbook import read
    with watch.step("parameters"):
        parameters = read_parameters(None)
    tables = _read(watch, read, folder)
    with watch.step("ids to codes, days, workdays"):
        history = history_of(tables, parameters, day_number(until))
    findings: list[Any] = []
    for section in OF_PEOPLE + OF_CUSTOMERS:
        with watch.step(section.__module__.removeprefix("crm.rulebook.")):
            findings += section(history, day_number(since), "zh")
    with watch.step("entries into one frame"):
        frame = entries.frame_of(findings, history.people.ids, history.customers.ids)
    with watch.step("order"):
        frame = entries.in_order(frame)
    with watch.step("output"):
        sys.stdout = StringIO()
        print_entries(frame, tables, "csv", "zh")
        sys.stdout = sys.__stdout__
    return watch


def _read(watch: Stopwatch, read: Any, folder: Path) -> Any:
    """Read the workbook, with the time of its checks apart."""
    whole = Stopwatch()
    check = read.check

    def timed(*args: Any) -> None:
        with watch.step("checking the workbook"):
            check(*args)

    watch.seconds["reading the files"] = 0.0
    read.check = timed
    try:
        with whole.step("read"):
            tables = read.read_workbook(folder).tables
    finally:
        read.check = check
    watch.seconds["reading the files"] = whole.seconds["read"] - watch.seconds["checking the workbook"]
    return tables


def main() -> None:
    """The command above."""
    folder, since, until = sys.argv[1:]
    print(profile(Path(folder), date.fromisoformat(since), date.fromisoformat(until)).table())


if __name__ == "__main__":
    main()
