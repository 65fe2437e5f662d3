"""Every case, imported and settled on the day after its last date, gives its entries out of the ledger too."""

import datetime as dt
import tomllib
from pathlib import Path

import pytest
from sqlalchemy import select

from crm.exchange.services import Importer, import_workbook
from crm.extensions import db
from crm.penalties.models import LedgerEntry, ProvisionalEntry
from crm.penalties.settling import settle_open
from tests.second_reading.reading import read_lines

CASES = Path(__file__).parents[1] / "cases"
FOLDERS = sorted(path for path in CASES.iterdir() if path.is_dir())


def line(row):
    amount = "" if row.amount is None else f"{row.amount:.2f}"
    return row.rule, row.staff_id, row.on.isoformat(), amount, row.absent_days, row.customer_id


def kept_between(since, until):
    rows = [
        line(row)
        for model in (LedgerEntry, ProvisionalEntry)
        for row in db.session.scalars(select(model).where(model.on.between(since, until)))
    ]
    return sorted(rows)


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_a_case_imported_and_settled_gives_its_entries(store, folder):
    case = tomllib.loads((folder / "case.toml").read_text("utf-8"))
    import_workbook(folder, Importer("test"), dt.datetime(2026, 12, 31, 9))
    morning = dt.datetime.combine(case["to"] + dt.timedelta(days=1), dt.time(0, 30))
    settle_open(morning, "test")
    assert kept_between(case["from"], case["to"]) == sorted(read_lines(folder / "expected.csv"))
    again = settle_open(morning, "test")
    assert (again.posted, again.reversed) == (0, 0)
