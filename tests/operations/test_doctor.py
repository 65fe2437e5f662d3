"""The doctor's verdicts, one day or one version either side."""

import datetime as dt
import os
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest
from flask import Flask
from sqlalchemy import text

from crm.extensions import db
from crm.operations import doctor
from crm.operations.doctor import (
    BAD,
    GOOD,
    SOON,
    check_backup,
    check_calendar,
    check_disk,
    check_key,
    check_schema,
)
from crm.operations.state import BACKED_UP
from crm.operations.versions import flask_fault, parsed, python_fault, sqlite_fault
from crm.people import audit
from crm.people.models import CalendarDay
from tests.people_builders import People, keep

NOW = dt.datetime(2026, 11, 24, 9)


@pytest.mark.parametrize(
    ("version", "faulty"),
    [
        ("3.6.23", False),
        ("3.7.0", True),
        ("3.40.1", True),
        ("3.44.5", True),
        ("3.44.6", False),
        ("3.45.0", True),
        ("3.50.6", True),
        ("3.50.7", False),
        ("3.51.0", True),
        ("3.51.2", True),
        ("3.51.3", False),
        ("3.53.0", False),
    ],
)
def test_sqlite_versions_that_can_damage_a_database_are_known(version: str, faulty: bool) -> None:
    assert bool(sqlite_fault(parsed(version))) is faulty


@pytest.mark.parametrize(
    ("version", "fault"),
    [
        ("3.11.7", "CVE-2024-0450, CVE-2025-8291"),
        ("3.11.8", "CVE-2025-8291"),
        ("3.11.13", "CVE-2025-8291"),
        ("3.11.14", ""),
        ("3.12.11", "CVE-2025-8291"),
        ("3.12.12", ""),
        ("3.13.7", "CVE-2025-8291"),
        ("3.13.8", ""),
        ("3.14.0", ""),
        ("3.14.0rc1", ""),
    ],
)
def test_pythons_that_read_zip_files_unsafely_are_known(version: str, fault: str) -> None:
    assert python_fault(parsed(version)) == fault


@pytest.mark.parametrize(("version", "faulty"), [("3.1.2", True), ("3.1.3", False), ("3.2.0", False)])
def test_flasks_that_forget_vary_are_known(version: str, faulty: bool) -> None:
    assert bool(flask_fault(parsed(version))) is faulty


@pytest.mark.parametrize(
    ("age", "verdict"),
    [
        (dt.timedelta(hours=30), GOOD),
        (dt.timedelta(hours=30, seconds=1), SOON),
        (dt.timedelta(days=7), SOON),
        (dt.timedelta(days=7, seconds=1), BAD),
    ],
)
def test_a_backup_grows_old(store: Flask, age: dt.timedelta, verdict: str) -> None:
    audit.record("a", BACKED_UP, at=NOW - age)
    audit.record("a", BACKED_UP, at=NOW - age - dt.timedelta(days=30))
    assert check_backup(NOW).verdict == verdict


def test_a_company_that_was_never_backed_up_is_told_and_an_empty_one_is_not(
    store: Flask, people: People
) -> None:
    assert check_backup(NOW).verdict == GOOD
    db.session.rollback()
    people.account(None)
    assert check_backup(NOW).verdict == BAD


@pytest.mark.parametrize(
    ("today", "verdict"),
    [
        (dt.date(2026, 11, 16), GOOD),
        (dt.date(2026, 11, 17), SOON),
        (dt.date(2026, 12, 31), SOON),
        (dt.date(2027, 1, 1), BAD),
    ],
)
def test_a_year_without_known_holidays_is_told_in_good_time(
    store: Flask, today: dt.date, verdict: str
) -> None:
    assert check_calendar(today).verdict == verdict


def test_the_company_s_own_calendar_answers_for_a_year(store: Flask) -> None:
    first = dt.date(2027, 1, 1)
    keep(CalendarDay(date=first + dt.timedelta(days=n), workday=False) for n in range(365))
    assert check_calendar(dt.date(2026, 12, 31)).verdict == GOOD


@pytest.mark.parametrize(("mode", "verdict"), [(0o600, GOOD), (0o640, BAD), (0o604, BAD)])
def test_a_key_that_others_may_read_is_told(app: Flask, tmp_path: Path, mode: int, verdict: str) -> None:
    (tmp_path / "secret.key").write_text("x", "ascii")
    os.chmod(tmp_path / "secret.key", mode)
    url = app.config["CRM"].database_url.set(drivername="postgresql+psycopg")
    settings = replace(app.config["CRM"], home=tmp_path, database_url=url)
    assert check_key(settings).verdict == verdict


def test_a_disk_with_too_little_room_is_told(store: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    for free, verdict in ((doctor.LEAST_FREE_BYTES - 1, BAD), (doctor.LEAST_FREE_BYTES, GOOD)):
        usage = SimpleNamespace(free=free)
        monkeypatch.setattr(doctor.shutil, "disk_usage", lambda place, usage=usage: usage)
        assert check_disk(db.engine, store.config["CRM"]).verdict == verdict


def test_an_old_schema_is_told(store: Flask) -> None:
    assert check_schema(db.engine).verdict == GOOD
    with db.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0001'"))
    assert check_schema(db.engine).verdict == BAD


def test_the_administrator_reads_all_of_it_as_a_page(people: People) -> None:
    page = people.browser("admin").get("/admin/doctor")
    assert page.status_code == 200
    for word in ("Flask 3", "节假日", "备份", "时区"):
        assert word in page.get_data(as_text=True)


def test_whoever_asks_whether_it_lives_is_told_no_more(app: Flask) -> None:
    assert app.test_client().get("/health").get_data() == b"ok\n"
