"""A small company whose books have everything in them, and somebody who writes to them past the program."""

import datetime as dt
import sqlite3
from contextlib import closing

from sqlalchemy import select, text

from crm.extensions import db
from crm.leads.models import Waiver
from crm.penalties.closing import close_month
from crm.penalties.lifting import lift
from crm.penalties.models import LedgerEntry
from crm.penalties.objections import answer, note_seen, object_to
from crm.penalties.settling import settle_open
from crm.people.accounts import Account
from crm.people.models import ParameterValue
from crm.store.engine import database_file
from tests.people_builders import contact, customer, keep, staff

BEGAN = dt.datetime(2026, 10, 5, 10)
CLOSED = dt.datetime(2026, 11, 3, 9)
LATER = dt.datetime(2026, 11, 20, 0, 30)


def begin():
    """A consultant who neglects a customer from the fifth of October on, a manager, HR, and their accounts."""
    since = ParameterValue(
        name="records_begin", from_on=None, value="2026-10-05", set_by="test", set_at=BEGAN
    )
    keep(
        [
            since,
            staff(),
            staff("M1", "manager"),
            staff("H1", "hr"),
            customer(first_contact_at=BEGAN),
            contact(kind="visit", happened_at=BEGAN),
        ]
    )
    for number, who in enumerate(("A01", "M1", "H1"), 1):
        keep(
            [
                Account(
                    account_id=number,
                    login=who.lower(),
                    display_name=who,
                    staff_id=who,
                    password_hash="none",
                    must_change=False,
                    created_at=BEGAN,
                )
            ]
        )


def account(who):
    return db.session.scalar(select(Account).where(Account.staff_id == who))


def entries(*wanted):
    return db.session.scalars(select(LedgerEntry).where(*wanted).order_by(LedgerEntry.entry_id)).all()


def waive(day, signed=dt.date(2026, 11, 10), customer_id="C1"):
    keep(
        [
            Waiver(
                customer_id=customer_id,
                from_on=day,
                to_on=day,
                reason="special",
                signed_by="M1",
                signed_on=signed,
            )
        ]
    )


def full_books():
    """October closed and corrected since, November open; entries seen, objected to, answered and lifted."""
    begin()
    settle_open(dt.datetime(2026, 10, 20, 0, 30), "night")
    note_seen(account("A01"), entries(), dt.datetime(2026, 10, 20, 9))
    first, second, third = entries(LedgerEntry.rule == "followup-missed")[:3]
    at = dt.datetime(2026, 10, 21, 9)
    for entry, lifts in ((first, True), (second, False)):
        number = object_to(account("A01"), entry.entry_id, "那天我在医院", at)
        answer(account("M1"), number, "已看过病历", lifts, at)
    lift(account("M1"), third.entry_id, "系统停机", at)
    close_month("2026-10", CLOSED, "H1")
    waive(entries(LedgerEntry.rule == "followup-missed", LedgerEntry.kind == "posted")[3].on)
    settle_open(dt.datetime(2026, 11, 20, 0, 30), "night")
    settle_open(dt.datetime(2026, 11, 21, 0, 30), "night")


def write_past_the_program(statements):
    """What an attacker with the database does: triggers away, rows changed, triggers back."""
    db.session.rollback()
    path = database_file(db.engine)
    if path is None:
        with db.engine.begin() as connection:
            connection.execute(text("SET LOCAL session_replication_role = replica"))
            for statement in statements:
                connection.execute(text(statement))
        return
    with closing(sqlite3.connect(path)) as raw:
        guards = raw.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for name, _ in guards:
            raw.execute(f"DROP TRIGGER {name}")
        for statement in statements:
            raw.execute(statement)
        for _, sql in guards:
            raw.execute(sql)
        raw.commit()
