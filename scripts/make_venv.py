"""Make a virtual environment with pip, also on a Debian whose python3 came without `ensurepip`.

Standard library only: it runs before anything is installed. `python scripts/make_venv.py .venv`
"""

import importlib.util
import os
import shutil
import subprocess
import sys
import venv
from collections.abc import Callable
from pathlib import Path


def works(folder: Path) -> bool:
    """Whether the folder already is a virtual environment with a running Python and pip."""
    python = folder / "bin" / "python"
    return python.exists() and _quietly(str(python), "-m", "pip", "--version")


def with_ensurepip(folder: Path) -> bool:
    """The ordinary way; False where this Python has no `ensurepip`."""
    if importlib.util.find_spec("ensurepip") is None:
        return False
    venv.create(folder, with_pip=True, clear=True, symlinks=True)
    return True


def with_virtualenv(folder: Path) -> bool:
    """Through the package virtualenv, where somebody installed it."""
    return _quietly(sys.executable, "-m", "virtualenv", "--clear", str(folder))


def with_outer_pip(folder: Path) -> bool:
    """An environment without pip, into which the pip of this Python installs one."""
    if importlib.util.find_spec("pip") is None:
        return False
    venv.create(folder, with_pip=False, clear=True, symlinks=True)
    return _quietly(sys.executable, "-m", "pip", "--python", str(folder / "bin" / "python"), "install", "pip")


def with_apt(folder: Path) -> bool:
    """As root on Debian: install python3-venv, then the ordinary way in a new process."""
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        return False
    apt = ("env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq", "-o", "Acquire::Retries=3")
    if not _quietly(*apt, "update") or not _quietly(*apt, "install", "--yes", "python3-venv"):
        return False
    return _quietly(sys.executable, "-m", "venv", "--clear", str(folder))


WAYS: tuple[Callable[[Path], bool], ...] = (with_ensurepip, with_virtualenv, with_outer_pip, with_apt)


def make(folder: Path, ways: tuple[Callable[[Path], bool], ...] = WAYS) -> str | None:
    """Make it by the first way that works; None, or the sentence that says what is missing."""
    if works(folder) or any(way(folder) and works(folder) for way in ways):
        return None
    return (
        f"无法建立虚拟环境。This Python ({sys.executable}) cannot make a virtual environment; "
        "on Debian or Ubuntu run `sudo apt-get install -y python3-venv`, then make again."
    )


def _quietly(*command: str) -> bool:
    return subprocess.run(command, capture_output=True, stdin=subprocess.DEVNULL, check=False).returncode == 0


if __name__ == "__main__":
    sys.exit(make(Path(sys.argv[1])))
