"""Measures `crm replay` of one month against merely reading the same CSV files, as whole processes.

    python -m benchmarks.replay                      # 100,000, 300,000 and 1,000,000 contacts
    python -m benchmarks.replay --contacts 1000000 --rounds 5
    python -m benchmarks.replay --profile            # what the time is spent on

Files are warm: every command runs once unmeasured before. Then the commands take turns, so that whatever else
the machine does falls on all of them. Memory is the peak of the largest process of a command, as the kernel
counts it. The answer is a Markdown table for docs/performance.md.
"""

import argparse
import os
import platform
import statistics
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.make_workbook import make_tables
from benchmarks.profile import print_profile
from crm.workbook.write import write_workbook

SIZES = (100_000, 300_000, 1_000_000)
MONTH = ("2026-10-01", "2026-10-31")
_SEED = 7
_READ = "import sys, glob, pandas\nfor path in glob.glob(sys.argv[1] + '/*.csv'):\n"
_READ += "    pandas.read_csv(path, engine='pyarrow')\n"

# A process of its own starts the command: the kernel counts the size of the one that starts it as a peak of
# the one that is started, and this one has held a whole workbook.
_WATCH = """
import os, sys, time
quiet = [(os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)]
began = time.perf_counter()
child = os.posix_spawn(sys.argv[1], sys.argv[1:], os.environ, file_actions=quiet)
_, status, usage = os.wait4(child, 0)
print(time.perf_counter() - began, usage.ru_maxrss)
sys.exit(os.waitstatus_to_exitcode(status) != 0)
"""


@dataclass
class Runs:
    """The seconds and the peak megabytes of one command, round by round."""

    seconds: list[float] = field(default_factory=list)
    megabytes: float = 0.0

    def summary(self) -> str:
        """Least, median and most seconds, and the memory."""
        low, middle, high = min(self.seconds), statistics.median(self.seconds), max(self.seconds)
        return f"{low:.2f} / {middle:.2f} / {high:.2f} | {self.megabytes:,.0f}"


def commands(folder: Path, jobs: int) -> dict[str, list[str]]:
    """The commands to compare, by what the table calls them."""
    replay = [str(Path(sys.executable).with_name("crm")), "replay", str(folder)]
    replay += ["--from", MONTH[0], "--to", MONTH[1], "--format", "csv"]
    named = {
        "reading only (pandas, pyarrow)": [sys.executable, "-c", _READ, str(folder)],
        "`crm replay`": replay,
    }
    if jobs > 1:
        named[f"`crm replay --jobs {jobs}`"] = [*replay, "--jobs", str(jobs)]
    return named


def run(command: list[str]) -> tuple[float, float]:
    """Seconds and peak megabytes of one process; RuntimeError where it fails."""
    done = subprocess.run([sys.executable, "-S", "-c", _WATCH, *command], capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)} failed: {done.stderr[-2000:]}")
    seconds, kilobytes = done.stdout.split()
    return float(seconds), int(kilobytes) / 1024


def measure(folder: Path, rounds: int, jobs: int) -> dict[str, Runs]:
    """All commands in turn, after one unmeasured run of each."""
    named = commands(folder, jobs)
    found = {name: Runs() for name in named}
    for number in range(rounds + 1):
        for name, command in named.items():
            seconds, megabytes = run(command)
            if number:
                found[name].seconds.append(seconds)
                found[name].megabytes = max(found[name].megabytes, megabytes)
    return found


def ensure(folder: Path, contacts: int) -> None:
    """Make the workbook of that size if it is not there yet."""
    if not (folder / "contacts.csv").exists():
        folder.parent.mkdir(parents=True, exist_ok=True)
        write_workbook(make_tables(contacts, _SEED), folder)


def rows(contacts: int, found: dict[str, Runs]) -> list[str]:
    """The lines of the table for one size; the ratio is of the medians."""
    base = statistics.median(next(iter(found.values())).seconds)
    return [
        f"| {contacts:,} | {name} | {runs.summary()} | {statistics.median(runs.seconds) / base:.2f} |"
        for name, runs in found.items()
    ]


def _machine() -> str:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1024**3
    model = platform.processor() or platform.machine()
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        lines = cpuinfo.read_text().splitlines()
        model = next((line.split(":")[1].strip() for line in lines if line.startswith("model name")), model)
    return f"{model}, {os.cpu_count()} cores, {memory:.0f} GB, Python {platform.python_version()}"


def main() -> None:
    """The commands above."""
    parser = argparse.ArgumentParser(description="Measure crm replay against reading the same files.")
    parser.add_argument("--contacts", type=int, nargs="+", default=list(SIZES))
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--jobs", type=int, default=2, help="also with so many; 1 leaves it out")
    parser.add_argument("--data", type=Path, default=Path(__file__).parent / "data")
    parser.add_argument("--profile", action="store_true", help="what one replay spends its time on")
    wanted = parser.parse_args()
    if wanted.rounds < 1:
        parser.error("--rounds must be 1 or more")
    if wanted.profile:
        folder = wanted.data / str(max(wanted.contacts))
        ensure(folder, max(wanted.contacts))
        print_profile(folder, MONTH)
        return
    print(f"{_machine()}; {wanted.rounds} rounds\n")
    print("| contacts | command | seconds: least / median / most | peak MB | times the reading |")
    print("|---:|---|---:|---:|---:|")
    for contacts in wanted.contacts:
        folder = wanted.data / str(contacts)
        ensure(folder, contacts)
        print("\n".join(rows(contacts, measure(folder, wanted.rounds, wanted.jobs))), flush=True)


if __name__ == "__main__":
    main()
