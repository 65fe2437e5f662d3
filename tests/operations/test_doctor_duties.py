"""The doctor compares the kept duties with those that the rulebook gives."""

import datetime as dt

from click.testing import CliRunner
from flask import Flask

from crm.cli import main
from crm.extensions import db
from crm.leads import worklist
from crm.leads.worklist_models import KeptDuty
from crm.operations.doctor import BAD, GOOD, check_duties, examine
from crm.transactions import atomic
from tests.people_builders import customer, keep, staff

ON = dt.date(2026, 11, 20)


def rolled(store: Flask) -> None:
    keep([staff("A1"), customer("C1", "A1")])
    with atomic() as session:
        worklist.roll_if_needed(session, "A1", ON)


def test_kept_duties_that_somebody_tampered_with_are_told(store: Flask) -> None:
    rolled(store)
    assert check_duties().verdict == GOOD
    db.session.rollback()
    with atomic() as session:
        session.execute(KeptDuty.__table__.update().values(due_on=dt.date(2020, 1, 1)))
    found = check_duties()
    assert found.verdict == BAD
    assert "A1 C1" in found.zh
    assert "A1 C1" in found.en


def test_only_the_command_takes_the_time_to_compute_them(store: Flask) -> None:
    now = dt.datetime(2026, 11, 20, 9)
    quick, thorough = (
        [found.name for found in examine(db.engine, store.config["CRM"], now, thorough=thorough)]
        for thorough in (False, True)
    )
    assert thorough == [*quick, "duties", "holdings", "books"]


def test_the_command_says_so(tmp_path, monkeypatch) -> None:
    monkeypatch.setenv("CRM_HOME", str(tmp_path))
    monkeypatch.delenv("CRM_DATABASE_URL", raising=False)
    assert CliRunner().invoke(main, ["db", "upgrade"]).exit_code == 0
    assert "The kept duties" in CliRunner().invoke(main, ["doctor", "--lang", "en"]).output
