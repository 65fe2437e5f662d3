"""The documents say what the program does: their tables, commands and links are compared with it."""

import re
import sys
import tomllib
from pathlib import Path

import pytest
import write_workbook_doc

ROOT = Path(__file__).resolve().parents[2]
READMES = ("README.md", "README.zh-CN.md")
PAGES = sorted(path.relative_to(ROOT) for path in (*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")))
LINK = re.compile(r"\]\((?!https?:|mailto:|#)([^)#]+)")
TARGET = re.compile(r"^([a-z]+):", re.MULTILINE)


def text(name: str | Path) -> str:
    """The contents of a document."""
    return (ROOT / name).read_text("utf-8")


def test_the_tables_of_the_workbook_page_are_those_of_the_schema() -> None:
    page = text("docs/workbook.md")
    assert write_workbook_doc.written_anew(page) == page, "run: python scripts/write_workbook_doc.py"


@pytest.mark.parametrize("page", PAGES, ids=str)
def test_every_link_to_a_file_leads_to_one(page: Path) -> None:
    broken = [link for link in LINK.findall(text(page)) if not (ROOT / page.parent / link).exists()]
    assert broken == []


@pytest.mark.parametrize("page", [*READMES, "CONTRIBUTING.md"])
def test_every_make_command_that_is_promised_is_in_the_makefile(page: str) -> None:
    promised = set(re.findall(r"(?:^|`)make ([a-z]+)", text(page), re.MULTILINE))
    assert promised
    assert promised <= set(TARGET.findall(text("Makefile")))


@pytest.mark.parametrize("page", [*READMES, "docs/workbook.md"])
def test_every_crm_command_that_is_shown_exists(page: str) -> None:
    from crm.cli import main

    shown = set(re.findall(r"(?:^|`|bin/)crm ([a-z]+)", text(page), re.MULTILINE))
    assert shown
    assert shown <= set(main.commands)


def test_both_readmes_show_the_same_commands() -> None:
    blocks = [re.findall(r"^```sh\n(.*?)```", text(page), re.MULTILINE | re.DOTALL) for page in READMES]
    commands = [re.sub(r" *#.*", "", "".join(each)) for each in blocks]
    assert commands[0] == commands[1]


def test_the_changelog_names_the_version_of_the_package() -> None:
    version = tomllib.loads(text("pyproject.toml"))["project"]["version"]
    assert f"## [{version}]" in text("CHANGELOG.md")


def test_the_oldest_python_is_the_same_wherever_it_is_named() -> None:
    project = tomllib.loads(text("pyproject.toml"))
    oldest = project["project"]["requires-python"].removeprefix(">=")
    assert project["tool"]["mypy"]["python_version"] == oldest
    assert project["tool"]["ruff"]["target-version"] == "py" + oldest.replace(".", "")
    assert str(tuple(map(int, oldest.split(".")))) in text("Makefile")
    assert sys.version_info >= tuple(map(int, oldest.split(".")))
