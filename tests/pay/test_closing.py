"""Statements are kept in the act that closes the month, or not at all."""

import pytest

from crm.extensions import db
from crm.pay import fixing
from crm.pay.models import FixedMonth, StatementLine
from crm.pay.payroll import ledger_of
from crm.pay.statements import statements
from crm.penalties.closing import close_month
from crm.penalties.models import Closing
from crm.penalties.months import is_closed
from tests.penalties.books import CLOSED, begin, full_books
from tests.people_builders import count


def test_closing_a_month_keeps_its_statements_and_they_equal_the_ledger(store):
    begin()
    close_month("2026-10", CLOSED, "H1")
    kept = statements(db.session(), "2026-10")
    assert all(one.fixed for one in kept)
    everybody = [one.staff.staff_id for one in kept]
    assert sum(one.ledger for one in kept) == ledger_of(db.session(), "2026-10", everybody) != 0
    row = db.session.get(FixedMonth, "2026-10")
    assert (row.people, row.fixed_by) == (len(kept), "H1")


def test_a_month_whose_statements_cannot_be_kept_is_not_closed(store, monkeypatch):
    begin()

    def broken(*_):
        raise RuntimeError("the disk is full")

    monkeypatch.setattr(fixing, "_rows", broken)
    with pytest.raises(RuntimeError):
        close_month("2026-10", CLOSED, "H1")
    db.session.rollback()
    assert not is_closed("2026-10")
    assert count(Closing) == count(FixedMonth) == count(StatementLine) == 0


def test_what_comes_in_after_closing_leaves_the_kept_statement_and_stands_in_the_open_month(store):
    full_books()
    db.session.rollback()
    for month in ("2026-10", "2026-11"):
        every = statements(db.session(), month)
        everybody = [one.staff.staff_id for one in every]
        assert sum(one.ledger for one in every) == ledger_of(db.session(), month, everybody)
    kinds = {line.kind for one in statements(db.session(), "2026-11") for line in one.lines}
    assert "deduction" in kinds, "reversals and late entries are booked in November"
