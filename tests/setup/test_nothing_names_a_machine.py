"""What is committed works anywhere: it names no package index and no path of one machine."""

import os
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
# Put together here, so that this file is no hit itself.
HOSTS = (
    ("pypi", "org"),
    ("pythonhosted", "org"),
    ("npmjs", "org"),
    ("npmjs", "com"),
    ("yarnpkg", "com"),
    ("tuna", "tsinghua"),
    ("mirrors", "aliyun"),
)
PATHS = (("", "work", ""), ("", "root", ""), ("", "opt", "wheels"), ("", "opt", "pypi"))
FOREIGN = [".".join(words) for words in HOSTS] + ["/".join(words) for words in PATHS]


def committed() -> list[Path]:
    """The files that git tracks; where there is no git, all files outside hidden folders."""
    try:
        listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError):
        walk = ((folder, files) for folder, _, files in os.walk(ROOT) if "/." not in folder[len(str(ROOT)) :])
        return [Path(folder, name) for folder, files in walk for name in files]
    return [path for name in listed.split(b"\0") if name and (path := ROOT / os.fsdecode(name)).is_file()]


@pytest.mark.parametrize("foreign", FOREIGN)
def test_no_committed_file_names(foreign: str) -> None:
    hits = [path for path in committed() if foreign.encode() in path.read_bytes()]
    assert [str(path.relative_to(ROOT)) for path in hits] == []
