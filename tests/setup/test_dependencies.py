"""What the code imports is what pyproject.toml names, so that nothing works only by somebody else's favour."""

import ast
import sys
import tomllib
from functools import cache
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
EXTRAS = PROJECT["optional-dependencies"]
FOR_USERS = [
    *PROJECT["dependencies"],
    *(each for name, extra in EXTRAS.items() if name != "dev" for each in extra),
]
OURS = {"crm", "tests", "benchmarks", "scripts", *(path.stem for path in (ROOT / "scripts").glob("*.py"))}


@cache
def imported(folder: str) -> dict[str, str]:
    """The foreign top-level packages that the Python files below the folder import, each with one such file."""
    found: dict[str, str] = {}
    for path in sorted((ROOT / folder).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            for name in _names(node):
                found.setdefault(name.partition(".")[0], str(path.relative_to(ROOT)))
    return {name: file for name, file in found.items() if name not in OURS | sys.stdlib_module_names}


def _names(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
        return [node.module]
    return []


def unnamed(folder: str, requirements: list[str]) -> dict[str, str]:
    """Of the imported packages those that no requirement brings, each with a file that imports it."""
    named = {canonicalize_name(Requirement(each).name) for each in requirements}
    bringers = packages_distributions()
    return {
        name: file
        for name, file in imported(folder).items()
        if not named & {canonicalize_name(each) for each in bringers.get(name, [])}
    }


def test_the_program_imports_only_what_its_users_get() -> None:
    assert unnamed("crm", FOR_USERS) == {}


@pytest.mark.parametrize("folder", ["tests", "scripts", "benchmarks"])
def test_tests_and_tools_import_only_what_is_named(folder: str) -> None:
    assert unnamed(folder, [*FOR_USERS, *EXTRAS["dev"]]) == {}


def test_the_core_loads_neither_web_nor_database_nor_terminal() -> None:
    loaded = imported("crm/rulebook") | imported("crm/workbook")
    assert not {"click", "flask", "rich", "sqlalchemy"} & set(loaded)
