"""What the tests need beyond pip: which of it is missing, and getting it with apt where that is possible.

The list is `system_packages.toml` beside this file. Only what a test is marked with counts.
"""

import ctypes.util
import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

LIST = Path(__file__).with_name("system_packages.toml")
FONTS = (
    Path("/usr/share/fonts"),
    Path("/usr/local/share/fonts"),
    Path("/Library/Fonts"),
    Path.home() / ".fonts",
)
ATTEMPTS = 2
SECONDS_AN_ATTEMPT = 900


@dataclass(frozen=True)
class Need:
    """Something outside pip; tests with the marker `mark` need it."""

    mark: str
    what: str
    probes: tuple[str, ...]
    packages: tuple[str, ...]

    @property
    def there(self) -> bool:
        """Whether every probe finds it on this machine."""
        return all(found(probe) for probe in self.probes)


def needs(tests: Path, listed: Path = LIST) -> list[Need]:
    """The listed needs whose marker is on a test below the folder `tests`."""
    source = "\n".join(file.read_text("utf-8") for file in sorted(tests.rglob("*.py")))
    return [
        Need(mark, entry["what"], tuple(entry["probes"]), tuple(entry["packages"]))
        for mark, entry in tomllib.loads(listed.read_text("utf-8")).items()
        if re.search(rf"\bpytest\.mark\.{mark}\b", source)
    ]


def found(probe: str) -> bool:
    """Whether the machine has what the probe names; ValueError for a probe of an unknown kind."""
    kind, _, name = probe.partition(":")
    if kind == "command":
        return any(shutil.which(each) for each in name.split("|"))
    if kind == "library":
        return ctypes.util.find_library(name) is not None
    if kind == "font":
        return any(next(folder.rglob(f"{name}*"), None) for folder in FONTS if folder.is_dir())
    raise ValueError(f"{probe}: a probe is command:, library: or font:")


def packages_of(missing: Iterable[Need]) -> list[str]:
    """Their Debian packages, each once."""
    return list(dict.fromkeys(package for need in missing for package in need.packages))


def can_install() -> bool:
    """Whether apt-get is here and may be used."""
    return os.geteuid() == 0 and shutil.which("apt-get") is not None


def install(packages: list[str]) -> None:
    """Get the Debian packages, quietly and with bounded retries; says on standard error what went wrong."""
    print(f"Installing with apt-get: {' '.join(packages)} …", file=sys.stderr)
    steps = (["update"], ["install", "--yes", "--no-install-recommends", *packages])
    for _ in range(ATTEMPTS):
        trouble = next((said for step in steps if (said := _apt(step))), None)
        if trouble is None:
            return
    print(f"apt-get did not manage: {trouble}", file=sys.stderr)


def _apt(arguments: list[str]) -> str | None:
    """Run apt-get; None, or the last thing that it said where it failed."""
    options = ["-qq", "-o", "Acquire::Retries=3", "-o", "DPkg::Lock::Timeout=120"]
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    try:
        done = subprocess.run(
            ["apt-get", *options, *arguments],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=SECONDS_AN_ATTEMPT,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return f"no answer within {SECONDS_AN_ATTEMPT} seconds"
    return None if done.returncode == 0 else (done.stdout.strip().splitlines() or ["no reason given"])[-1]
