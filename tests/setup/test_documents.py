"""The documents say what the program does: their tables, commands and links are compared with it."""

import re
import shlex
import sys
import tomllib
from pathlib import Path

import pytest
import write_workbook_doc
from click import Context
from click.testing import CliRunner

from crm.cli import main
from crm.rulebook import load
from crm.sample import sample_path
from crm.workbook.read import read_workbook
from crm.workbook.write import write_workbook

ROOT = Path(__file__).resolve().parents[2]
COMMANDS = set(main.list_commands(Context(main)))
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
    shown = set(re.findall(r"(?:^|`|bin/)crm ([a-z]+)", text(page), re.MULTILINE))
    assert shown
    assert shown <= COMMANDS


def blocks(page: str, language: str) -> list[str]:
    """The fenced blocks of one language."""
    return re.findall(rf"^```{language}\n(.*?)```", text(page), re.MULTILINE | re.DOTALL)


@pytest.fixture
def filled_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder to be in, with the sample team's records as my.xlsx."""
    monkeypatch.chdir(tmp_path)
    write_workbook(read_workbook(sample_path()).tables, tmp_path / "my.xlsx")
    return tmp_path


@pytest.mark.slow
@pytest.mark.parametrize("page", READMES)
def test_every_crm_command_of_a_readme_runs_as_it_stands(page: str, filled_in: Path) -> None:
    lines = [
        line
        for block in blocks(page, "sh")
        for line in block.splitlines()
        if line.startswith(".venv/bin/crm ")
    ]
    assert lines
    for line in lines:
        arguments = shlex.split(line.partition(" > ")[0])[1:]
        if arguments[0] == "template":
            arguments[1] = "empty.xlsx"
        done = CliRunner().invoke(main, arguments, catch_exceptions=False)
        assert (line, done.exit_code) == (line, 0)
        assert done.stdout or arguments[0] == "template"


@pytest.mark.slow
@pytest.mark.parametrize("page", READMES)
def test_the_python_of_a_readme_gives_entries(page: str, filled_in: Path) -> None:
    (code,) = blocks(page, "python")
    names: dict[str, object] = {}
    exec(compile(code, page, "exec"), names)
    assert len(names["entries"])  # type: ignore[arg-type]


@pytest.mark.parametrize("page", [*READMES, "docs/workbook.md"])
def test_the_parameters_that_a_document_shows_are_taken(page: str, tmp_path: Path) -> None:
    (shown,) = blocks(page, "toml")
    (tmp_path / "ours.toml").write_text(shown, "utf-8")
    load(tmp_path / "ours.toml")


def test_both_readmes_show_the_same_commands() -> None:
    commands = [re.sub(r" *#.*", "", "".join(blocks(page, "sh"))) for page in READMES]
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
