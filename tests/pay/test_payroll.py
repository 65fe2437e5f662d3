"""The payroll adds up to the ledger, to the fen, whatever is booked."""

import datetime as dt
from decimal import Decimal
from io import BytesIO
from random import Random

import pytest
from openpyxl import load_workbook
from sqlalchemy import func, select

from crm.extensions import db
from crm.pay import decisions
from crm.pay.lines import OF_LEDGER
from crm.pay.payroll import payroll_of, sheet_of
from crm.pay.statements import statements
from crm.penalties.models import LedgerEntry
from tests.pay.conftest import NOW, close, entry
from tests.people_builders import ELSEWHERE, keep, staff

RULES = (
    "two-deposits-day",
    "followup-missed",
    "callin-missed",
    "quota-missed",
    "report-false",
    "holding-drought",
)
MONTHS = ("2026-09", "2026-10", "2026-11")


def book_at_random(home, random):
    """Rewards, deductions, reversals in later months, decisions of both kinds, some refused."""
    keep([staff("B1", project=ELSEWHERE, monthly_base_pay=Decimal("4321.09"))])
    numbers = []
    for _ in range(60):
        rule = random.choice(RULES)
        amount = Decimal(random.randint(1, 99999)) / 100
        month = random.choice(MONTHS)
        on = dt.date.fromisoformat(f"{month}-{random.randint(1, 28):02d}")
        who = random.choice(("A1", "A2", "B1"))
        sign = 1 if rule == "two-deposits-day" else -1
        numbers.append((entry(rule, sign * amount, on, who), rule, who, on, sign * amount))
    for number, rule, who, on, amount in random.sample(numbers, 15):
        month = random.choice([one for one in MONTHS if one >= f"{on:%Y-%m}"])
        entry(rule, -amount, on, who, month=month, corrects=number, kind="reversal")
    taken_back = set(db.session.scalars(select(LedgerEntry.corrects)))
    open_ = [number for number, rule, *_ in numbers if number not in taken_back and rule != RULES[0]]
    for number in random.sample(open_, min(12, len(open_))):
        verdict = random.choice(decisions.VERDICTS)
        (decision,) = decisions.decide(home("H1"), [number], verdict, "x", NOW)
        if random.random() < 0.8:
            decisions.confirm(home("H2"), [decision.decision_id], random.random() < 0.7, "y", NOW)


@pytest.mark.parametrize("turn", range(4))
def test_the_sum_of_statements_is_the_ledger_of_the_month(home, turn):
    random = Random(turn)
    book_at_random(home, random)
    if random.random() < 0.5:
        close("2026-09")
    db.session.rollback()
    for month in MONTHS:
        booked = select(func.sum(LedgerEntry.amount)).where(LedgerEntry.month == month)
        of_ledger = sum(one.ledger for one in statements(db.session(), month))
        assert of_ledger == round((db.session.scalar(booked) or Decimal(0)) * 100)
        payroll = payroll_of(db.session(), home("H1"), month)
        assert payroll.difference == 0
        kept = [line for row in payroll.rows for line in row.lines if line.kind in OF_LEDGER]
        assert all(line.counted in (0, line.amount) for line in kept), "an entry counts whole or not at all"


def cells(payroll):
    book = load_workbook(BytesIO(sheet_of(payroll).read()))
    return [[cell.value for cell in row] for row in book.active.iter_rows()]


def test_the_sheet_has_a_row_a_person_its_totals_and_the_check(home, app):
    entry("two-deposits-day", "10")
    entry()
    with app.test_request_context():
        rows = cells(payroll_of(db.session(), home("H1"), "2026-10"))
    people = {row[0]: row for row in rows if row[0] in ("A1", "A2")}
    assert people["A1"][3:5] == [5000, 2000]
    assert people["A1"][12:14] == [7010, -50]
    total = next(row for row in rows if row[0] == "合计")
    assert total[12] == sum(row[12] for row in rows[1 : rows.index(total)])
    checks = {row[0]: row[3] for row in rows if row[0] and str(row[0]).startswith("核对")}
    assert list(checks.values()) == [-40, -40, 0]


def test_finance_gets_the_project_and_hr_everybody(home):
    keep([staff("B1", project=ELSEWHERE, monthly_base_pay=Decimal(4000))])
    assert "B1" not in {row.staff.staff_id for row in payroll_of(db.session(), home("N1"), "2026-10").rows}
    assert "B1" in {row.staff.staff_id for row in payroll_of(db.session(), home("H1"), "2026-10").rows}
