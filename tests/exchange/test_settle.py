"""What `settle` prints of an imported workbook is what `replay` prints of the file, byte for byte."""

import tomllib
from pathlib import Path

import pytest
from click.testing import CliRunner

from crm.cli import main
from tests.exchange.workbooks import WHOLE, write

CASES = Path(__file__).parent.parent / "cases"
FOLDERS = sorted(path for path in CASES.iterdir() if path.is_dir())


@pytest.fixture
def crm(database_url, tmp_path, monkeypatch):
    """Run a `crm` command on this test's database."""
    monkeypatch.setenv("CRM_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("CRM_DATABASE_URL", database_url.render_as_string(hide_password=False))

    def run(*arguments, status=0):
        result = CliRunner().invoke(main, list(map(str, arguments)))
        assert result.exit_code == status, result.output
        return result

    return run


def period(folder):
    case = tomllib.loads((folder / "case.toml").read_text("utf-8"))
    return "--from", case["from"], "--to", case["to"]


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_settle_prints_what_replay_prints(crm, folder, tmp_path):
    crm("import", folder)
    asked = (*period(folder), "--format", "csv")
    replayed = crm("replay", folder, *asked).stdout
    assert crm("settle", *asked).stdout == replayed
    expected = (folder / "expected.csv").read_text("utf-8").splitlines()
    assert len(replayed.splitlines()) == len(expected)
    crm("export", tmp_path / "out.zip")
    assert crm("replay", tmp_path / "out.zip", *asked).stdout == replayed


@pytest.mark.parametrize("form", ["table", "json"])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_so_it_is_in_every_form_and_language(crm, form, lang):
    folder = CASES / "quota-and-last-place"
    crm("import", folder)
    asked = (*period(folder), "--format", form, "--lang", lang, "--jobs", "1")
    assert crm("settle", *asked).stdout == crm("replay", folder, *asked).stdout


def test_settle_writes_nothing(crm, database_url, tmp_path):
    folder = CASES / "droughts"
    crm("import", folder)
    crm("export", tmp_path / "before")
    crm("settle", *period(folder), "--format", "csv")
    crm("export", tmp_path / "after")
    for path in (tmp_path / "before").iterdir():
        assert path.read_bytes() == (tmp_path / "after" / path.name).read_bytes()


def test_the_second_import_says_that_nothing_changed(crm, tmp_path):
    folder = write(tmp_path / "book", WHOLE)
    assert "已导入" in crm("import", folder).stdout
    assert "没有任何改动" in crm("import", folder).stdout


def test_faults_go_to_standard_error_with_status_one(crm, tmp_path):
    folder = write(tmp_path / "book", staff="staff_id,name\nA1,王芳\n")
    result = crm("import", folder, "--check", status=1)
    assert result.stdout == ""
    assert "role" in result.stderr


def test_an_unknown_variable_stops_the_command_in_words(crm, monkeypatch, tmp_path):
    monkeypatch.setenv("CRM_DATABSE_URL", "x")
    result = crm("export", tmp_path / "x.zip", status=1)
    assert "CRM_DATABSE_URL" in result.stderr
    assert "Traceback" not in result.stderr
