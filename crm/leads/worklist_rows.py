"""Stored rows of some households as the core's tables.

`crm.exchange.stored` hands over whole tables; a duty needs a few households only, many times a day.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import pandas as pd
from sqlalchemy import BigInteger, ColumnElement, Select, bindparam, or_, select, type_coerce
from sqlalchemy.orm import Session

from crm.deals.models import Deal, Share
from crm.leads.models import Contact, Customer, Transfer, Waiver
from crm.people.models import CalendarDay, RosterDay, Staff, Term
from crm.rulebook.tables import NO_DAY, Tables, day_number
from crm.store.base import Base

CHUNK = 10_000
"""Ids in one question; the databases take about three times as many."""

Row = tuple[Any, ...]


@dataclass(frozen=True)
class Households:
    """Rows of some customers, with everyone of their households."""

    customers: Sequence[Row]
    contacts: Sequence[Row]
    transfers: Sequence[Row]
    waivers: Sequence[Row]
    deals: Sequence[Row]


CUSTOMERS = ("customer_id", "household", "owner", "first_contact_at", "opted_out_on")
CONTACTS = ("contact_id", "customer_id", "kind", "happened_at", "recorded_at", "effective")
TRANSFERS = ("customer_id", "on", "to")
WAIVERS = ("customer_id", "from_on", "to_on")
DEALS = ("deal_id", "customer_id", "staff_id", "unit_kind", "units", "amount")
STEPS = ("holding_deposit_on", "subscription_on", "contract_on", "cancelled_on")
ROSTER = ("staff_id", "date", "kind")
STAFF = ("staff_id", "role", "project", "trade", "hired_on", "left_on", "probation_months", "confirmed_on")
TERMS = ("staff_id", "from_on", "project", "role", "trade")
_STAFF_DAYS = ("hired_on", "left_on", "confirmed_on")


def households_of(session: Session, customer_ids: Iterable[str]) -> Households:
    """The rows of these customers and of all members of their households."""
    asked = sorted(set(customer_ids))
    customers = _customers_with_members(session, asked)
    ids = sorted(row[0] for row in customers)
    return Households(
        customers=customers,
        contacts=_read(session, Contact, CONTACTS, "customer_id", ids),
        transfers=_read(session, Transfer, TRANSFERS, "customer_id", ids),
        waivers=_read(session, Waiver, WAIVERS, "customer_id", ids),
        deals=_read(session, Deal, (*DEALS, *STEPS), "customer_id", ids),
    )


def _customers_with_members(session: Session, ids: list[str]) -> list[Row]:
    rows = {row[0]: row for row in _read(session, Customer, CUSTOMERS, "customer_id", ids)}
    households = sorted({row[1] for row in rows.values() if row[1]})
    members = _read(session, Customer, CUSTOMERS, "household", households)
    return list((rows | {row[0]: row for row in members}).values())


def _chunks(ids: list[str]) -> Iterable[list[str]]:
    return (ids[start : start + CHUNK] for start in range(0, len(ids), CHUNK))


def _read(session: Session, rows: type[Any], names: tuple[str, ...], key: str, ids: list[str]) -> list[Row]:
    found: list[Row] = []
    if ids:
        session.flush()
        asked, connection = _asked(rows.__tablename__, names, key), session.connection()
        for some in _chunks(ids):
            found += connection.execute(asked, {"ids": some})
    return found


@lru_cache(maxsize=64)
def _asked(table: str, names: tuple[str, ...], key: str) -> Select[Any]:
    """These columns of the rows with one of the `ids`, put together once; of contacts those that stand."""
    columns = Base.metadata.tables[table].c
    query = select(*(_plain(columns[name]) for name in names))
    query = query.where(columns[key].in_(bindparam("ids", expanding=True)))
    return query.where(columns.struck_at.is_(None)) if table == Contact.__tablename__ else query


def _plain(column: Any) -> Any:
    """Moments as the whole seconds that the database holds, so that nothing is converted to and fro."""
    return type_coerce(column, BigInteger) if column.key.endswith("_at") else column


def tables_of(session: Session, rows: Households, deal_shares: bool = False) -> Tables:
    """The core's tables of those households, with the staff who ever had them, and their days."""
    holders = {row[2] for row in rows.customers} | {row[2] for row in rows.transfers if row[2]}
    holders |= {row[2] for row in rows.deals if row[2]}
    shares = _shares(session, rows) if deal_shares else []
    holders |= {row[1] for row in shares}
    ids = sorted(holders)
    staff = _read(session, Staff, STAFF, "staff_id", ids)
    terms = _read(session, Term, TERMS, "staff_id", ids)
    roster = _read(session, RosterDay, ROSTER, "staff_id", ids)
    calendar = session.execute(select(CalendarDay.date, CalendarDay.workday)).all()
    return Tables(
        {
            "staff": _without_pay(_frame(STAFF, staff, days=_STAFF_DAYS, numbers=("probation_months",))),
            "terms": _without_pay(_frame(TERMS, terms, days=("from_on",))),
            "roster": _frame(ROSTER, roster, days=("date",)),
            "calendar": _frame(("date", "workday"), calendar, days=("date",), flags=("workday",)),
            "customers": _customers(rows.customers),
            "contacts": _contacts(rows.contacts),
            "transfers": _frame(TRANSFERS, rows.transfers, days=("on",)),
            "waivers": _frame(WAIVERS, rows.waivers, days=("from_on", "to_on")),
            "deals": _frame((*DEALS, *STEPS), rows.deals, days=STEPS, numbers=("units",)),
            "shares": _frame(("deal_id", "staff_id", "percent"), shares),
            "reports": _NO_REPORTS,
        }
    )


def _shares(session: Session, rows: Households) -> list[Row]:
    ids = sorted(row[0] for row in rows.deals)
    return _read(session, Share, ("deal_id", "staff_id", "percent"), "deal_id", ids)


def _without_pay(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.assign(monthly_base_pay=None, monthly_variable_pay=None)


def _customers(rows: Sequence[Row]) -> pd.DataFrame:
    return _frame(CUSTOMERS, rows, days=("opted_out_on",), numbers=("first_contact_at",))


def _contacts(rows: Sequence[Row]) -> pd.DataFrame:
    frame = _frame(CONTACTS, rows, numbers=("happened_at", "recorded_at"), flags=("effective",))
    frame["staff_id"] = None
    return frame


def _frame(
    names: Sequence[str],
    rows: Sequence[Row],
    days: Sequence[str] = (),
    numbers: Sequence[str] = (),
    flags: Sequence[str] = (),
) -> pd.DataFrame:
    """Rows as a frame whose columns the core can compute with; text stays as objects, None where empty."""
    cells = list(zip(*rows, strict=True)) if rows else [()] * len(names)
    columns: dict[str, Any] = {}
    for name, values in zip(names, cells, strict=True):
        if name in days:
            columns[name] = np.array([NO_DAY if day is None else day_number(day) for day in values], np.int32)
        elif name in numbers:
            columns[name] = np.array(values, np.int64)
        elif name in flags:
            columns[name] = np.array(values, bool)
        else:
            columns[name] = np.empty(len(values), object)
            columns[name][:] = values
    return pd.DataFrame(columns)


_NO_REPORTS = _frame(
    ("staff_id", "date", "submitted_at", "false", "decided_by"),
    [],
    days=("date",),
    numbers=("submitted_at",),
    flags=("false",),
)
NO_CALENDAR = _frame(("date", "workday"), [], days=("date",), flags=("workday",))


def customers_ever_of(staff_ids: Iterable[str]) -> ColumnElement[bool]:
    """The customers whom any of these people ever had."""
    ids = list(staff_ids)
    handed = select(Transfer.customer_id).where(Transfer.to.in_(ids))
    return or_(Customer.owner.in_(ids), Customer.customer_id.in_(handed))
