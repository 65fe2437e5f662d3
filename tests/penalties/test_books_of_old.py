"""A ledger from before rows were chained gets its months, kinds and chain, whatever it holds; and keeps its rows."""

import pytest
from sqlalchemy import text

from crm.extensions import db
from crm.penalties.models import LedgerEntry, Settlement
from crm.penalties.settling import settle_open
from crm.penalties.verifying import look_through
from crm.store import schema
from tests.penalties.books import LATER as NOVEMBER
from tests.penalties.books import begin, waive
from tests.people_builders import count

KEPT = "entry_id, rule, staff_id, amount, corrects, evidence_zh, posted_at"


@pytest.fixture
def old(store):
    """Settled twice with a reversal in between, then taken back to the schema of then."""
    begin()
    settle_open(NOVEMBER, "night")
    row = db.session.query(LedgerEntry).filter_by(rule="followup-missed").first()
    waive(row.on)
    settle_open(NOVEMBER, "night")
    db.session.remove()
    schema.downgrade(db.engine, "0620")


def rows():
    with db.engine.connect() as connection:
        return connection.execute(text(f"SELECT {KEPT} FROM ledger ORDER BY entry_id")).all()


def test_the_rows_are_chained_sealed_and_otherwise_as_they_were(old):
    before = rows()
    assert any(row.corrects for row in before)
    schema.upgrade(db.engine)
    assert rows() == before
    assert schema.differences(db.engine) == []
    looked = look_through(db.session())
    assert looked.faults == []
    assert looked.rows["ledger"] == len(before)
    kinds = dict(db.session.execute(text("SELECT kind, count(*) FROM ledger GROUP BY kind")).all())
    assert kinds["reversal"] >= 1
    assert kinds["posted"] > 10
    assert not db.session.scalar(text("SELECT count(*) FROM ledger WHERE month = ''"))


def test_the_ledger_goes_on_where_it_was(old):
    schema.upgrade(db.engine)
    done = settle_open(NOVEMBER, "night")
    assert (done.posted, done.reversed) == (0, 0)
    assert count(Settlement) == 3
    assert look_through(db.session()).faults == []


def test_the_triggers_protect_it_before_and_after(old):
    for _ in range(2):
        with pytest.raises(Exception, match="never changed or deleted"), db.engine.begin() as connection:
            connection.execute(text("UPDATE ledger SET rulebook = 'x'"))
        schema.upgrade(db.engine)
