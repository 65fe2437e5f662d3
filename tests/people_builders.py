"""Builders whose defaults are ordinary: a property consultant of 滨江壹号, hired at the beginning of 2026."""

import datetime as dt
import itertools
import secrets
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from flask import Flask
from flask.testing import FlaskClient

from crm.clock import now
from crm.extensions import db
from crm.leads.models import Contact, Customer
from crm.penalties.chain import append_one
from crm.penalties.models import Chained, LedgerEntry
from crm.people.accounts import Account, SignIn
from crm.people.models import Staff
from crm.people.passwords import hashed
from crm.people.signed_in import TOKEN
from crm.people.signing_in import hash_of
from crm.store.base import Base
from crm.transactions import atomic

HOME = "滨江壹号"
ELSEWHERE = "湖畔花园"
HIRED = dt.date(2026, 1, 5)
PASSWORD = "correct horse battery"
_numbers = itertools.count(1)


def staff(staff_id: str = "A01", role: str = "consultant", **values: Any) -> Staff:
    """A person of the staff."""
    ordinary: dict[str, Any] = {
        "name": f"员工{staff_id}",
        "project": HOME,
        "trade": "property",
        "hired_on": HIRED,
        "probation_months": 6,
        "contract_years": Decimal(3),
    }
    return Staff(staff_id=staff_id, role=role, **(ordinary | values))


def customer(customer_id: str = "C1", owner: str = "A01", **values: Any) -> Customer:
    """A customer who first called on 2 November 2026, at ten."""
    ordinary: dict[str, Any] = {"name": "李先生", "first_contact_at": dt.datetime(2026, 11, 2, 10)}
    return Customer(customer_id=customer_id, owner=owner, **(ordinary | values))


def contact(contact_id: str = "K1", customer_id: str = "C1", staff_id: str = "A01", **values: Any) -> Contact:
    """That call, written down at once."""
    happened = values.pop("happened_at", dt.datetime(2026, 11, 2, 10))
    ordinary: dict[str, Any] = {"kind": "call_in", "happened_at": happened, "recorded_at": happened}
    return Contact(contact_id=contact_id, customer_id=customer_id, staff_id=staff_id, **(ordinary | values))


def keep(rows: Iterable[Base]) -> None:
    """Store rows, each after those it refers to; inside an application context."""
    with atomic() as session:
        for row in rows:
            if isinstance(row, Chained):
                append_one(session, type(row), **_values(row))
                continue
            session.add(row)
            session.flush()


def _values(row: Chained) -> dict[str, Any]:
    """What was said of a row of a book; an entry is booked in its own month."""
    values = {name: value for name, value in vars(row).items() if not name.startswith("_")}
    return {"month": f"{row.on:%Y-%m}"} | values if isinstance(row, LedgerEntry) else values


class People:
    """Makes people and their browsers in one application."""

    def __init__(self, app: Flask) -> None:
        self.app = app

    def staff(self, staff_id: str = "A01", role: str = "consultant", **values: Any) -> str:
        """Store a person; gives the staff_id."""
        with self.app.app_context():
            keep([staff(staff_id, role, **values)])
        return staff_id

    def account(self, staff_id: str | None, login: str = "", password: str | None = None) -> int:
        """Store an account with no first password to change; hashing only where a password is asked for."""
        with self.app.app_context(), atomic() as session:
            row = Account(
                login=(login or staff_id or "admin").lower(),
                display_name=login or "管理员",
                staff_id=staff_id,
                password_hash=hashed(password) if password else "no password",
                must_change=False,
                created_at=now(),
            )
            session.add(row)
            session.flush()
            return row.account_id

    def browser(self, role: str = "consultant", staff_id: str | None = None, **values: Any) -> FlaskClient:
        """A new person of that role, signed in. Role `admin` without a staff_id is an account alone."""
        if role == "admin" and staff_id is None:
            return self.browser_of(self.account(None, f"admin{next(_numbers)}"))
        staff_id = staff_id or f"{role[:1].upper()}{next(_numbers)}"
        return self.browser_of(self.account(self.staff(staff_id, role, **values)))

    def browser_of(self, account_id: int) -> FlaskClient:
        """A browser in which that account is signed in."""
        token = secrets.token_urlsafe(16)
        at = now()
        with self.app.app_context(), atomic() as session:
            session.add(
                SignIn(
                    token_hash=hash_of(token),
                    account_id=account_id,
                    began_at=at,
                    seen_at=at,
                    proved_at=at,
                    waits_for_factor=False,
                    address="127.0.0.1",
                    agent="test",
                )
            )
        client = self.app.test_client()
        with client.session_transaction() as session:
            session[TOKEN] = token
        return client


def count(model: type[Base]) -> int:
    """How many rows there are."""
    return db.session.query(model).count()
