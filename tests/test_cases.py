"""Every folder of `tests/cases` gives exactly what it expects, through the library and through the command."""

import csv
import io
import json
import tomllib
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from crm import rulebook
from crm.cli import main
from crm.rulebook.duties import columns_as_text
from crm.rulebook.entries import rows as cells
from crm.workbook.read import read_workbook
from tests import second_reading
from tests.second_reading.reading import read_folder, read_lines

CASES = Path(__file__).parent / "cases"
FOLDERS = sorted(path for path in CASES.iterdir() if path.is_dir())
ATTRIBUTED = [folder for folder in FOLDERS if (folder / "attribution.json").exists()]
every_case = pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
attributed_cases = pytest.mark.parametrize("folder", ATTRIBUTED, ids=lambda folder: folder.name)

Lines = list[tuple[str, ...]]


def dates(folder: Path) -> tuple[date, date, date]:
    """The period asked for, and the date of the duties."""
    case = tomllib.loads((folder / "case.toml").read_text("utf-8"))
    return case["from"], case["to"], case["duties_on"]


def suggestions(folder: Path) -> list[dict[str, Any]]:
    answers: list[dict[str, Any]] = json.loads((folder / "attribution.json").read_text("utf-8"))
    return answers


def test_there_are_cases_and_each_says_what_it_expects() -> None:
    assert len(FOLDERS) >= 15
    assert len(ATTRIBUTED) >= 2
    for folder in FOLDERS:
        for name in ("case.toml", "expected.csv", "duties.csv", "staff.csv"):
            assert (folder / name).is_file(), f"{folder.name} has no {name}"


# the library


@every_case
def test_a_case_gives_its_entries(folder: Path) -> None:
    since, until, _ = dates(folder)
    tables = read_workbook(folder).tables
    found = [row[:6] for row in cells(rulebook.evaluate(tables, rulebook.load(), since, until))]
    assert found == read_lines(folder / "expected.csv")


@every_case
def test_a_case_gives_its_duties(folder: Path) -> None:
    frame = rulebook.duties(read_workbook(folder).tables, rulebook.load(), dates(folder)[2])
    assert list(zip(*columns_as_text(frame), strict=True)) == read_lines(folder / "duties.csv")


@attributed_cases
def test_a_case_gives_its_suggestions(folder: Path) -> None:
    tables = read_workbook(folder).tables
    expected = suggestions(folder)
    found = [rulebook.suggest(tables, rulebook.load(), one["deal_id"]) for one in expected]
    assert found == expected


# the second reading


@every_case
def test_the_second_reading_gives_the_same(folder: Path) -> None:
    since, until, on = dates(folder)
    rows = read_folder(folder)
    assert second_reading.entries(rows, since, until) == read_lines(folder / "expected.csv")
    assert second_reading.duties(rows, on) == read_lines(folder / "duties.csv")


@attributed_cases
def test_the_second_reading_suggests_the_same(folder: Path) -> None:
    rows, expected = read_folder(folder), suggestions(folder)
    assert [second_reading.suggest(rows, one["deal_id"]) for one in expected] == expected


# the command


def printed(*arguments: object) -> str:
    """What the command prints on standard output; it must end well."""
    result = CliRunner().invoke(main, [str(argument) for argument in arguments])
    assert result.exit_code == 0, result.stderr
    return result.stdout


def lines_of(text: str) -> tuple[str, Lines]:
    """The header, and the lines after it."""
    rows = [tuple(row) for row in csv.reader(io.StringIO(text))]
    return ",".join(rows[0]), rows[1:]


@every_case
def test_the_command_replays_a_case(folder: Path) -> None:
    since, until, _ = dates(folder)
    header, lines = lines_of(printed("replay", folder, "--from", since, "--to", until, "--format", "csv"))
    assert header == "rule,staff_id,on,amount,absent_days,customer_id,evidence"
    assert [line[:6] for line in lines] == read_lines(folder / "expected.csv")
    assert all(line[6] for line in lines)


@every_case
def test_the_command_prints_the_same_as_json(folder: Path) -> None:
    since, until, _ = dates(folder)
    answer = json.loads(printed("replay", folder, "--from", since, "--to", until, "--format", "json"))
    names = ["rule", "staff_id", "on", "amount", "absent_days", "customer_id"]
    assert [tuple(one[name] or "" for name in names) for one in answer] == read_lines(folder / "expected.csv")
    assert all(
        value is None or (isinstance(value, str) and value) for one in answer for value in one.values()
    )


@every_case
def test_the_command_prints_the_duties_of_a_case(folder: Path) -> None:
    header, lines = lines_of(printed("duties", folder, "--on", dates(folder)[2], "--format", "csv"))
    assert header == "kind,customer_id,staff_id,due_on,done,overdue_since,cost"
    assert lines == read_lines(folder / "duties.csv")


@attributed_cases
def test_the_command_suggests_for_each_deal_of_a_case(folder: Path) -> None:
    for one in suggestions(folder)[:6]:
        text = printed("attribution", "suggest", folder, one["deal_id"], "--format", "json")
        assert json.loads(text) == one
