"""`crm demo` in a folder with a real database: it is neither shown nor made anew."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from crm.cli import main


@pytest.fixture
def real(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A company's own database, in the folder that is then named to the demo."""
    monkeypatch.setenv("CRM_HOME", str(tmp_path))
    monkeypatch.delenv("CRM_DATABASE_URL", raising=False)
    assert CliRunner().invoke(main, ["db", "upgrade"]).exit_code == 0
    return tmp_path / "crm.sqlite3"


@pytest.mark.parametrize("more", [[], ["--fresh"]], ids=["as it is", "fresh"])
def test_a_database_that_is_not_the_demos_is_refused_and_left_alone(real: Path, more: list[str]) -> None:
    before = real.read_bytes()
    answer = CliRunner().invoke(main, ["demo", "--home", str(real.parent), "--only-seed", *more])
    assert answer.exit_code == 1
    assert "does not hold the demo company" in answer.stderr
    assert real.read_bytes() == before
    assert not (real.parent / "accounts.txt").exists()


@pytest.mark.parametrize("content", [b"", b"somebody's notes"])
def test_a_file_that_is_no_database_is_refused_and_left_alone(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "crm.sqlite3").write_bytes(content)
    answer = CliRunner().invoke(main, ["demo", "--home", str(tmp_path), "--only-seed", "--fresh"])
    assert answer.exit_code == 1
    assert (tmp_path / "crm.sqlite3").read_bytes() == content
