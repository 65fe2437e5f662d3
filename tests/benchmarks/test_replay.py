"""The measuring itself: every command is run as often as asked, and the tables hold what they say."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.replay import Runs, rows, run

ROOT = Path(__file__).parents[2]


def benchmark(*arguments: str) -> str:
    command = [sys.executable, "-m", "benchmarks.replay", "--contacts", "1000", *arguments]
    return subprocess.run(
        command, cwd=ROOT, env=os.environ, check=True, capture_output=True, text=True
    ).stdout


@pytest.mark.slow
def test_the_table_has_a_line_for_reading_one_for_replay_and_one_for_jobs(tmp_path: Path) -> None:
    lines = benchmark("--rounds", "1", "--data", str(tmp_path)).splitlines()
    commands = [line.split(" | ")[1] for line in lines if line.startswith("| 1,000 |")]
    assert commands == ["reading only (pandas, pyarrow)", "`crm replay`", "`crm replay --jobs 2`"]


@pytest.mark.slow
def test_the_profile_names_the_reading_and_each_section(tmp_path: Path) -> None:
    told = benchmark("--profile", "--data", str(tmp_path))
    for step in ("imports", "reading the files", "deposits", "followup", "output", "together"):
        assert f"| {step} |" in told


def test_the_ratio_is_of_the_medians() -> None:
    found = {"reading": Runs([1.0, 2.0, 9.0], 10.0), "replay": Runs([3.0, 3.0, 100.0], 20.0)}
    assert rows(1000, found) == [
        "| 1,000 | reading | 1.00 / 2.00 / 9.00 | 10 | 1.00 |",
        "| 1,000 | replay | 3.00 / 3.00 / 100.00 | 20 | 1.50 |",
    ]


def test_a_command_that_fails_is_not_measured() -> None:
    with pytest.raises(RuntimeError, match="no such thing"):
        run([sys.executable, "-c", "raise SystemExit('no such thing')"])


def test_memory_is_that_of_the_process_itself() -> None:
    _, small = run([sys.executable, "-c", "pass"])
    _, large = run([sys.executable, "-c", "x = b'1' * 100_000_000"])
    assert large - small > 80
