"""`crm close` and `crm verify` in a terminal: what they say, and with which status."""

import sqlite3
from contextlib import closing

import pytest
from click.testing import CliRunner

from crm.cli import main

pytestmark = pytest.mark.slow


@pytest.fixture
def run(tmp_path, monkeypatch):
    monkeypatch.setenv("CRM_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("CRM_DATABASE_URL", f"sqlite:///{tmp_path / 'crm.sqlite3'}")
    monkeypatch.setattr("crm.clock._read", lambda: __import__("datetime").datetime(2026, 11, 20, 9))
    result = CliRunner().invoke(main, ["import", "tests/cases/three-days"])
    assert result.exit_code == 0
    return lambda *arguments: CliRunner().invoke(main, [str(argument) for argument in arguments])


def first_month(run):
    assert run("settle", "--open").exit_code == 0
    return run("close", "2026-12", "--lang", "en").stderr


def test_a_month_is_closed_once_and_the_books_are_whole(run, tmp_path):
    refusal = first_month(run)
    month = refusal.partition("Close ")[2][:7]
    done = run("close", month, "--lang", "en")
    assert done.exit_code == 0, done.stderr
    assert f"{month} is closed" in done.stderr
    again = run("close", month)
    assert again.exit_code == 1
    assert "已经结账" in again.stderr
    whole = run("verify", "--lang", "en")
    assert whole.exit_code == 0
    assert "The books are whole" in whole.stdout
    assert "1 closings" in whole.stdout
    with closing(sqlite3.connect(tmp_path / "crm.sqlite3")) as raw:
        raw.execute("DROP TRIGGER settlements_no_update")
        raw.execute("UPDATE settlements SET actor = 'x' WHERE settlement_id = 1")
        raw.commit()
    broken = run("verify")
    assert broken.exit_code == 1
    assert broken.stdout.splitlines() == ["结算记录第 1 笔被改动过。"]
    assert "settlements_no_update" in run("verify", "--all").stdout


@pytest.mark.parametrize("month", ["2026-13", "october", "2026-1"])
def test_what_is_no_month_is_said(run, month):
    result = run("close", month)
    assert result.exit_code == 1
    assert "2026-10" in result.stderr


def test_an_empty_ledger_is_whole_and_can_be_sealed_anew(run):
    assert run("verify").exit_code == 0
    assert run("verify", "--reseal").exit_code == 0
    assert run("verify").exit_code == 0
