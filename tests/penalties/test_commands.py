"""`crm settle --open` posts, `crm settle --from --to` only prints."""

import pytest
from click.testing import CliRunner

from crm.cli import main


@pytest.fixture
def run(tmp_path, monkeypatch):
    monkeypatch.setenv("CRM_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("CRM_DATABASE_URL", f"sqlite:///{tmp_path / 'crm.sqlite3'}")
    return lambda *arguments: CliRunner().invoke(main, [str(argument) for argument in arguments])


@pytest.mark.slow
def test_settle_open_posts_once_and_says_how_much(run):
    assert run("import", "tests/cases/three-days").exit_code == 0
    first = run("settle", "--open", "--lang", "en")
    assert first.exit_code == 0
    assert "Settled up to" in first.stderr
    assert not first.stdout, "only entries go to standard output"
    assert " 0 posted (0 of them late), 0 reversed" in run("settle", "--open", "--lang", "en").stderr


@pytest.mark.parametrize(
    "arguments",
    [[], ["--from", "2026-10-01"], ["--open", "--from", "2026-10-01"], ["--open", "--staff", "A"]],
)
def test_settle_says_what_it_needs(run, arguments):
    result = run("settle", *arguments)
    assert result.exit_code == 2
    assert "--open" in result.stderr
