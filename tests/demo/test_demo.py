"""The demo company: lifelike on every date, made in a new file only, and with accounts that nobody can guess."""

import datetime as dt
import sqlite3
import stat
import time
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import URL

from crm.cli import main
from crm.clock import set_clock
from crm.config import Settings
from crm.demo.data import Demo, build_demo
from crm.demo.seed import ROLES, Login, seed
from crm.errors import Misconfigured, StoreProblem
from crm.rulebook import duties, evaluate, load
from crm.rulebook.tables import NO_DAY, SECONDS_A_DAY, day_number
from crm.workbook.read import read_workbook
from crm.workbook.write import write_workbook

NOW = dt.datetime(2026, 11, 24, 10, 30)
MOMENTS = [
    NOW,
    dt.datetime(2026, 12, 1, 0, 5),
    dt.datetime(2027, 2, 13, 23, 50),
    dt.datetime(2028, 2, 29, 12, 0),
    dt.datetime(2027, 5, 1, 9, 30),
]


@pytest.fixture(params=MOMENTS, ids=str, scope="module")
def moment(request: pytest.FixtureRequest) -> dt.datetime:
    return request.param  # type: ignore[no-any-return]


@pytest.fixture(scope="module")
def demo(moment: dt.datetime) -> Demo:
    return build_demo(moment)


def test_it_has_the_size_of_a_property_company(demo: Demo) -> None:
    tables = demo.tables
    staff = tables["staff"]
    assert (staff["role"] == "consultant").sum() == 10
    assert staff["project"].nunique() == 2
    assert {"manager", "front_desk", "hr", "finance"} <= set(staff["role"])
    assert 500 <= len(tables["customers"]) <= 700
    assert 4300 <= len(tables["contacts"]) <= 5700


def test_its_records_cover_three_months_and_end_this_morning(demo: Demo, moment: dt.datetime) -> None:
    happened = demo.tables["contacts"]["happened_at"] // SECONDS_A_DAY
    today = day_number(moment.date())
    assert happened.max() in (today, today - 1)
    assert 85 <= today - happened.min() <= 95
    recorded = demo.tables["contacts"]["recorded_at"].max()
    assert recorded <= today * SECONDS_A_DAY + moment.hour * 3600 + moment.minute * 60


def test_reports_are_in_until_yesterday_and_one_was_found_false(demo: Demo, moment: dt.datetime) -> None:
    reports = demo.tables["reports"]
    assert reports["date"].max() == day_number(moment.date()) - 1
    assert reports["false"].sum() == 1


def test_the_consultant_finds_overdue_and_due_customers_and_callers(demo: Demo, moment: dt.datetime) -> None:
    listed = duties(demo.tables, load(), moment.date())
    mine = listed[listed["staff_id"] == demo.consultant]
    overdue = mine["overdue_since"] != NO_DAY
    open_today = ~mine["done"] & (mine["due_on"] == day_number(moment.date()))
    assert ((mine["kind"] != "report") & overdue).sum() >= 3
    assert ((mine["kind"] == "followup") & open_today).sum() >= 2
    assert ((mine["kind"] == "callin") & (open_today | overdue)).sum() >= 1
    assert ((mine["kind"] == "report") & open_today).sum() == 1, "and works today"
    assert (open_today | overdue).sum() <= 30


def test_somebody_pays_a_deposit_these_days(demo: Demo, moment: dt.datetime) -> None:
    deposits = demo.tables["deals"]["holding_deposit_on"]
    assert (deposits >= day_number(moment.date()) - 14).sum() >= 3


def test_the_rules_find_rewards_and_deductions_of_many_kinds(demo: Demo, moment: dt.datetime) -> None:
    yesterday = moment.date() - dt.timedelta(days=1)
    entries = evaluate(demo.tables, load(), yesterday - dt.timedelta(days=27), yesterday)
    assert entries["rule"].nunique() >= 8
    assert 40 <= len(entries) <= 150


def test_its_workbook_reads_without_a_fault(demo: Demo, tmp_path: Path) -> None:
    write_workbook(demo.tables, tmp_path / "demo")
    warnings = read_workbook(tmp_path / "demo").warnings
    assert [fault for fault in warnings if fault.table != "calendar"] == []


def test_the_same_moment_gives_the_same_records() -> None:
    first, second = build_demo(NOW), build_demo(NOW)
    assert all(frame.equals(second.tables[name]) for name, frame in first.tables.frames.items())


def _settings(home: Path) -> Settings:
    url = URL.create("sqlite", database=str(home / "crm.sqlite3"))
    return Settings(home=home, database_url=url, secret_key="only for tests " * 3)


@pytest.fixture(scope="module")
def seeded(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[Login], float]:
    """A demo database, its accounts, and how many seconds it took."""
    home = tmp_path_factory.mktemp("demo")
    began = time.process_time()  # a test run keeps all cores busy, so the wall clock would measure others
    return home, seed(_settings(home), NOW), time.process_time() - began


Seeded = tuple[Path, list[Login], float]


@pytest.mark.slow
def test_it_is_made_in_under_ten_seconds(seeded: Seeded) -> None:
    assert seeded[2] < 10


@pytest.mark.slow
def test_there_is_one_account_for_each_role_with_a_password_of_its_own(seeded: Seeded) -> None:
    _, logins, _ = seeded
    assert tuple(login.role for login in logins) == ROLES
    assert len({login.password for login in logins}) == len(ROLES)
    assert all(len(login.password) == 19 for login in logins)


@pytest.mark.slow
def test_passwords_are_stored_hashed_and_the_file_is_its_owner_s(seeded: Seeded) -> None:
    home, logins, _ = seeded
    content = (home / "crm.sqlite3").read_bytes()
    assert all(login.password.encode() not in content for login in logins)
    assert stat.S_IMODE((home / "crm.sqlite3").stat().st_mode) == 0o600
    beside = {"crm.sqlite3-wal", "crm.sqlite3-shm"}  # of another test's connection
    assert {path.name for path in home.iterdir()} - beside == {"crm.sqlite3"}


@pytest.mark.slow
def test_entries_are_settled_and_waivers_and_leave_wait_for_the_manager(seeded: Seeded) -> None:
    with closing(sqlite3.connect(seeded[0] / "crm.sqlite3")) as database:
        assert database.execute("SELECT count(*) FROM ledger").fetchone()[0] > 40
        assert (
            database.execute("SELECT count(*) FROM waiver_requests WHERE state = 'asked'").fetchone()[0] == 2
        )
        assert (
            database.execute("SELECT count(*) FROM leave_requests WHERE state = 'asked'").fetchone()[0] == 1
        )
        assert (
            database.execute(
                "SELECT count(*) FROM reports WHERE false AND false_reason IS NOT NULL"
            ).fetchone()[0]
            == 1
        )


@pytest.mark.slow
def test_an_existing_database_is_never_touched(seeded: Seeded) -> None:
    home, _, _ = seeded
    before = (home / "crm.sqlite3").read_bytes()
    with pytest.raises(StoreProblem, match="a new file only"):
        seed(_settings(home), NOW)
    assert (home / "crm.sqlite3").read_bytes() == before


@pytest.mark.parametrize("content", [b"", b"somebody's notes"])
def test_not_even_an_empty_file_becomes_the_demo(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "crm.sqlite3").write_bytes(content)
    with pytest.raises(StoreProblem):
        seed(_settings(tmp_path), NOW)
    assert (tmp_path / "crm.sqlite3").read_bytes() == content


@pytest.mark.slow
def test_the_demo_company_is_refused_where_others_could_reach_it(seeded: Seeded) -> None:
    from crm.cli.serve import opened

    with pytest.raises(Misconfigured, match="demo company"):
        opened(_settings(seeded[0]), "0.0.0.0")


@pytest.mark.slow
def test_the_command_shows_the_same_accounts_again_and_makes_others_when_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever database the environment names is left alone."""
    elsewhere = tmp_path / "real.sqlite3"
    monkeypatch.setenv("CRM_DATABASE_URL", f"sqlite:///{elsewhere}")
    set_clock(lambda: NOW)
    command = ["demo", "--home", str(tmp_path / "demo"), "--only-seed"]
    said = [CliRunner().invoke(main, [*command, *more]).stderr for more in ([], [], ["--fresh"])]
    set_clock(None)
    accounts = [[line for line in text.splitlines() if line.startswith("  ")] for text in said]
    assert len(accounts[0]) == len(ROLES)
    assert accounts[1] == accounts[0]
    assert len(accounts[2]) == len(ROLES)
    assert set(accounts[2]).isdisjoint(accounts[0])
    assert stat.S_IMODE((tmp_path / "demo" / "accounts.txt").stat().st_mode) == 0o600
    assert not elsewhere.exists()
