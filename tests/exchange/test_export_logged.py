"""Whoever writes all customers into a file is in the audit log."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner

from crm.cli import main
from tests.exchange.workbooks import WHOLE, write


def test_an_export_is_in_the_audit_log_with_its_counts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CRM_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("USER", "zhang")
    monkeypatch.delenv("SUDO_USER", raising=False)
    monkeypatch.delenv("CRM_DATABASE_URL", raising=False)
    folder = write(tmp_path / "workbook", WHOLE)
    assert CliRunner().invoke(main, ["import", str(folder)]).exit_code == 0
    assert CliRunner().invoke(main, ["export", str(tmp_path / "out.zip")]).exit_code == 0
    with closing(sqlite3.connect(tmp_path / "home" / "crm.sqlite3")) as database:
        lines = database.execute(
            "SELECT actor, subject, details FROM audit_log WHERE action = 'workbook.exported'"
        ).fetchall()
    assert [line[:2] for line in lines] == [("terminal:zhang", "out.zip")]
    assert '"customers": 2' in lines[0][2]
