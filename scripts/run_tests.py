"""Run the tests on all cores, with what pip cannot give installed where that is possible.

All of them run with SQLite, then those with a database once more on PostgreSQL, unless `--database` names one.
Elsewhere the tests that need it are left out, and the last line names them and the command to get it. With
`CI` set nothing may be left out: what is missing ends the run before it begins.
`python scripts/run_tests.py [PYTEST ARGUMENTS]`
"""

import os
import subprocess
import sys
from pathlib import Path

from system_packages import Need, can_install, install, needs, packages_of

ROOT = Path(__file__).resolve().parent.parent
REFUSED = 1
NO_TESTS = 5  # what pytest ends with; fine where what was asked for has nothing to do with a database
ON_POSTGRES = ["--database", "postgres", "--database-only"]


def settle_needs(tests: Path) -> list[Need]:
    """Install what is missing where possible; what is missing still."""
    missing = [need for need in needs(tests) if not need.there]
    if missing and can_install():
        install(packages_of(missing))
        missing = [need for need in missing if not need.there]
    return missing


def pytest_command(arguments: list[str], missing: list[Need]) -> list[str]:
    """The call of pytest: every core, without the tests that need what is missing."""
    chosen = [f"not {need.mark}" for need in missing]
    rest = list(arguments)
    while "-m" in rest:
        at = rest.index("-m")
        chosen.append(f"({rest[at + 1]})")
        del rest[at : at + 2]
    marks = ["-m", " and ".join(chosen)] if chosen else []
    return [sys.executable, "-m", "pytest", "-n", "logical", "--dist", "worksteal", *marks, *rest]


def sentence(missing: list[Need]) -> str:
    """What was left out, and the command to get it."""
    what = ", ".join(f"{need.what} (marker {need.mark})" for need in missing)
    return (
        f"未运行 Not run, because this machine lacks what they need: the tests of {what}; "
        f"on Debian or Ubuntu get it with: sudo apt-get install -y {' '.join(packages_of(missing))}"
    )


def main(arguments: list[str]) -> int:
    """Exit status of pytest, or `REFUSED` in CI where something is missing."""
    missing = settle_needs(ROOT / "tests")
    if missing and os.environ.get("CI"):
        print(sentence(missing), file=sys.stderr)
        return REFUSED
    status = _pytest(arguments, missing)
    if "--database" not in arguments:
        again = _pytest([*arguments, *ON_POSTGRES], missing)
        status = status or (again if again != NO_TESTS else 0)
    if missing:
        print(sentence(missing))
    return status


def _pytest(arguments: list[str], missing: list[Need]) -> int:
    return subprocess.run(pytest_command(arguments, missing), cwd=ROOT, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
