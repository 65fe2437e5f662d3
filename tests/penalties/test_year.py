"""A year of a small sales office, closed month by month, with records that come in late and deals that are cancelled."""

import datetime as dt
import time
from collections import Counter
from dataclasses import dataclass
from datetime import date
from random import Random

import pytest
from sqlalchemy import delete, func, select

from crm.deals.models import Deal
from crm.exchange.services import Importer, import_workbook, settlement_basis
from crm.extensions import db
from crm.leads.models import Contact
from crm.penalties.closing import booked_in_month, close_month
from crm.penalties.models import Closing, LedgerEntry
from crm.penalties.reading import EPOCH, compute, span_begins
from crm.penalties.rulebooks import parameters_of
from crm.penalties.settling import settle_open
from crm.penalties.verifying import look_through
from crm.rulebook.entries import NO_MONEY
from crm.sample.build import build_tables
from crm.sample.people import Span, add_months
from crm.transactions import atomic
from crm.workbook.write import write_workbook
from tests.people_builders import keep

BEGINS = date(2025, 11, 1)
MONTHS = [add_months(BEGINS, number) for number in range(12)]


class Year(Span):
    """Twelve months instead of three."""

    @property
    def first(self) -> date:
        return add_months(self.month, -11)

    def months(self) -> list[date]:
        return [add_months(self.month, shift) for shift in range(-11, 1)]


@dataclass
class Held:
    """What is known only later: contacts by the month after theirs, and deals whose cancelling comes out late."""

    contacts: dict[str, list[dict]]
    cancelled: dict[str, list[tuple[str, date]]]


def month_after(day):
    return f"{add_months(day.replace(day=1), 1):%Y-%m}"


def hold_back(random):
    """Every thirtieth contact, and a cancelling for every eighth deal."""
    contacts, cancelled = {}, {}
    with atomic() as session:
        ids = []
        for row in session.scalars(select(Contact).order_by(Contact.contact_id)):
            if random.random() < 1 / 30:
                values = {column.key: getattr(row, column.key) for column in Contact.__table__.columns}
                contacts.setdefault(month_after(row.happened_at.date()), []).append(values)
                ids.append(row.contact_id)
        session.execute(delete(Contact).where(Contact.contact_id.in_(ids)))
        for deal in session.scalars(select(Deal).where(Deal.cancelled_on.is_(None))):
            day = deal.holding_deposit_on or deal.subscription_on
            if day is not None and random.random() < 1 / 8:
                cancelled.setdefault(month_after(day), []).append((deal.deal_id, day))
    return Held(contacts, cancelled)


def let_in(held, month):
    keep([Contact(**values) for values in held.contacts.get(month, [])])
    with atomic() as session:
        for deal_id, day in held.cancelled.get(month, []):
            session.get(Deal, deal_id).cancelled_on = day


def ledger_bag():
    rows = {row.entry_id: row for row in db.session.scalars(select(LedgerEntry))}
    bag = Counter()
    for row in rows.values():
        source = rows[row.corrects] if row.corrects else row
        fen = NO_MONEY if source.amount is None else int(source.amount * 100)
        key = (source.rule, source.staff_id, source.on, fen, source.absent_days, source.customer_id)
        bag[key] += -1 if row.corrects else 1
    return +bag, -bag


def computed_bag(until):
    tables, parameters = settlement_basis()
    found = compute(tables, parameters, span_begins(tables, parameters), until)
    names = ("rule", "staff_id", "on", "amount", "absent_days", "customer_id")
    columns = [found.entries[~found.open][name].astype(object) for name in names]
    return Counter(
        (rule, who, EPOCH + dt.timedelta(days=int(on)), amount, absent, customer)
        for rule, who, on, amount, absent, customer in zip(*columns, strict=True)
    )


def close_the_year(held):
    """Each month: settled in the middle, late records in, closed on the fifth of the next."""
    digests = {}
    for first in MONTHS:
        settle_open(dt.datetime.combine(first.replace(day=16), dt.time(0, 30)), "night")
        let_in(held, f"{first:%Y-%m}")
        month, at = f"{first:%Y-%m}", dt.datetime.combine(add_months(first, 1).replace(day=5), dt.time(9))
        digests[month] = close_month(month, at, "H1").entries_digest
    return digests, at


@pytest.mark.slow
def test_a_year_closes_month_by_month_and_what_comes_late_comes_out_as_corrections_only(
    store, tmp_path, monkeypatch
):
    monkeypatch.setattr("crm.sample.incidents.add", lambda *_: None)  # they are made for three months
    write_workbook(build_tables(Year(MONTHS[-1], arrivals_each=8)), tmp_path / "year")
    import_workbook(tmp_path / "year", Importer("test"), dt.datetime(2025, 11, 1, 8))
    held = hold_back(Random(6))
    assert sum(map(len, held.contacts.values())) > 10
    assert sum(map(len, held.cancelled.values())) > 2
    digests, at = close_the_year(held)
    let_in(held, "2026-11")
    began = time.monotonic()
    settle_open(at + dt.timedelta(hours=16), "night")
    print(f"\nthe last settlement, over twelve closed months: {time.monotonic() - began:.2f} s")

    assert len(digests) == db.session.scalar(select(func.count()).select_from(Closing)) == 12
    for month, digest in digests.items():
        assert booked_in_month(db.session(), month).digest == digest, "what was closed stands"
    for row in db.session.scalars(select(LedgerEntry)):
        dated = f"{row.on:%Y-%m}"
        assert row.month >= dated
        if row.month > dated:
            assert row.kind in ("late", "reversal")
            assert dated in row.why_zh, "it names the closed month"
    kinds = Counter(db.session.scalars(select(LedgerEntry.kind)))
    assert min(kinds["late"], kinds["reversal"]) > 5, kinds
    stands, below = ledger_bag()
    assert not below
    assert stands == computed_bag(at.date()), "fixed and corrected, it is what the whole year gives"
    sums = db.session.execute(
        select(LedgerEntry.month, func.sum(LedgerEntry.amount)).group_by(LedgerEntry.month)
    )
    assert sum(amount or 0 for _, amount in sums) * 100 == sum(
        key[3] * count for key, count in stands.items() if key[3] != NO_MONEY
    )
    assert parameters_of(db.session.scalar(select(Closing.rulebook).limit(1)))
    assert look_through(db.session()).faults == []
