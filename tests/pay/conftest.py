"""A project with two consultants, and short ways to deals, ledger rows and closed months."""

import datetime as dt
from decimal import Decimal

import pytest
from sqlalchemy import func, select

from crm.deals.models import Deal, Share
from crm.deals.receipts_models import Receipt
from crm.extensions import db
from crm.pay import plans
from crm.pay.fixing import fix_month
from crm.pay.statements import statements
from crm.penalties.models import LedgerEntry
from crm.people.accounts import Account
from crm.people.settings import change_settings
from crm.transactions import atomic
from tests.people_builders import HOME, customer, keep, staff

NOW = dt.datetime(2026, 11, 20, 10)
PEOPLE = ("A1", "A2", "M1", "H1", "H2", "N1")
PER_MILLE = ((Decimal(0), Decimal(30)), (Decimal(2), Decimal(40)))


@pytest.fixture
def home(store, people, at):
    """`home("H1")` is the account of that person. Both consultants have 5000 and 2000 a month."""
    at(NOW)
    pay = {"monthly_base_pay": Decimal(5000), "monthly_variable_pay": Decimal(2000)}
    keep([staff("A1", **pay), staff("A2", **pay), staff("M1", "manager"), staff("N1", "finance")])
    keep([staff("H1", "hr"), staff("H2", "hr")])
    keep([customer("C1", "A1")])
    ids = {key: people.account(key) for key in PEOPLE}
    return lambda key: db.session.get_one(Account, ids[key])


@pytest.fixture
def browsers(home, people):
    """`browsers["H1"]` is the browser of that person."""
    return {key: people.browser_of(home(key).account_id) for key in PEOPLE}


def deal(deal_id="D1", on=dt.date(2026, 10, 5), amount="1000000", who="A1", shares=(), **values):
    """A contracted deal; `shares` are (staff_id, percent)."""
    row = Deal(
        deal_id=deal_id,
        customer_id="C1",
        staff_id=None if shares else who,
        unit_kind="residential",
        units=1,
        amount=None if amount is None else Decimal(amount),
        contract_on=on,
        **values,
    )
    parts = [Share(deal_id=deal_id, staff_id=key, percent=Decimal(part)) for key, part in shares]
    keep([row, *parts])
    return row


def change(row, **values):
    """Set columns of a stored row."""
    with atomic() as session:
        there = session.merge(row)
        for name, value in values.items():
            setattr(there, name, value)


def receipt(receipt_id, on, amount, deal_id="D1"):
    """Money of a deal."""
    row = Receipt(
        receipt_id=receipt_id,
        deal_id=deal_id,
        kind="down_payment",
        nature="price",
        amount=Decimal(amount),
        method="transfer",
        voucher_no="1",
        received_on=on,
        taken_by="N1",
        taken_at=NOW,
    )
    keep([row])


def entry(rule="followup-missed", amount="-50", on=dt.date(2026, 10, 9), who="A1", month="", **values):
    """A row of the ledger; gives its number."""
    row = LedgerEntry(
        rule=rule,
        staff_id=who,
        on=on,
        month=month or f"{on:%Y-%m}",
        amount=None if amount is None else Decimal(amount),
        absent_days=values.pop("absent_days", ""),
        customer_id=values.pop("customer_id", ""),
        evidence_zh="证据",
        evidence_en="evidence",
        rulebook="1",
        posted_at=NOW,
        **values,
    )
    keep([row])
    return db.session.scalar(select(func.max(LedgerEntry.entry_id)))


def plan(home, from_on=dt.date(2026, 1, 1), tiers=PER_MILLE, **values):
    """A plan of commission of the project."""
    ordinary = {"basis": "units", "pays": "points", "mode": "marginal", "paid_on": "contract"} | values
    return plans.make_plan(home("H1"), plans.Wanted(HOME, from_on, tiers=tiers, **ordinary), NOW)


def minimum(home, amount="2000", city="成都"):
    """A minimum wage where the project is."""
    plans.enter_wage(home("H1"), city, dt.date(2026, 1, 1), Decimal(amount), "公告", NOW)
    change_settings({"project_cities": {HOME: city}})


def close(month):
    """Keep the statements of a month."""
    with atomic() as session:
        return fix_month(session, month, NOW, "test")


def statement(month="2026-10", who="A1"):
    """That person's statement."""
    db.session.rollback()
    return statements(db.session(), month, [who])[0]


def lines(one, *kinds):
    """(kind, counted in yuan, state) of the lines, of these kinds if any are named."""
    return [
        (line.kind, Decimal(line.counted) / 100, line.state)
        for line in one.lines
        if not kinds or line.kind in kinds
    ]
