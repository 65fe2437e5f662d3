"""The lock files: complete, hashed, and free of any address."""

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
EXTRAS = PROJECT["project"]["optional-dependencies"]
LOCKS = sorted(ROOT.glob("requirements*.txt"))
ADDRESS = re.compile(r"://|--(extra-)?index|--find-links|^-[fi] |(^|[\s(])/", re.MULTILINE)


def pins(lock: str) -> dict[str, Requirement]:
    """The pinned requirements of a lock file, by name."""
    lines = re.findall(r"^[A-Za-z0-9].*?(?= \\$)", (ROOT / lock).read_text("utf-8"), re.MULTILINE)
    return {canonicalize_name(Requirement(line).name): Requirement(line) for line in lines}


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_a_lock_file_names_no_index_no_address_and_no_path(lock: Path) -> None:
    assert ADDRESS.findall(lock.read_text("utf-8")) == []


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_every_line_of_a_lock_file_is_an_exact_version_with_hashes(lock: Path) -> None:
    blocks = re.split(r"\n(?=[A-Za-z0-9])", lock.read_text("utf-8").strip())
    assert [block for block in blocks if "==" not in block or "--hash=sha256:" not in block] == []


@pytest.mark.parametrize(
    ("lock", "wanted"),
    [
        ("requirements.txt", PROJECT["project"]["dependencies"]),
        ("requirements-build.txt", PROJECT["dependency-groups"]["build"]),
        ("requirements-build.txt", PROJECT["build-system"]["requires"]),
        ("requirements-dev.txt", PROJECT["project"]["dependencies"]),
        ("requirements-dev.txt", PROJECT["dependency-groups"]["build"]),
        *(("requirements-dev.txt", EXTRAS[extra]) for extra in EXTRAS),
    ],
)
def test_a_lock_file_has_a_fitting_version_of_each_named_dependency(lock: str, wanted: list[str]) -> None:
    locked = pins(lock)
    for requirement in map(Requirement, wanted):
        pin = locked[canonicalize_name(requirement.name)]
        assert requirement.specifier.contains(next(iter(pin.specifier)).version), (
            f"{pin} is not {requirement}"
        )


def test_the_tests_run_on_the_very_versions_that_users_get() -> None:
    tested = {str(pin) for pin in pins("requirements-dev.txt").values()}
    assert {
        str(pin) for lock in ("requirements.txt", "requirements-build.txt") for pin in pins(lock).values()
    } <= tested
