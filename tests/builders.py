"""Rows of a workbook for tests, with ordinary defaults, and the way from rows to the core's tables.

A test tells a history, asks and looks at the outcome:

    story = history(a_consultant("A"), a_customer("C", "A", "11-02"), a_visit("C", "A", "11-02"))
    assert dates("followup-missed", story, until="11-10") == ["11-05", "11-09"]

Dates are written `11-02` (in 2026) or `2027-01-04`, times `11-02 09:30`. 2026-11-02 is a Monday, and
November 2026 has no holiday and no moved workday.
"""

import itertools
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pandas as pd

from crm.rulebook.tables import Tables
from crm.workbook.frames import frame_from_rows, tables_of
from crm.workbook.schema import TABLES

Row = dict[str, Any]
Rows = dict[str, list[Row]]
Record = tuple[str, Row]
Money = str | int | Decimal | None

_numbers = itertools.count(1)


# dates and times


def day(text: str | date) -> date:
    """The date of `11-02` (in 2026) or `2027-01-04`."""
    if isinstance(text, date):
        return text
    return date.fromisoformat(text if len(text) > 5 else f"2026-{text}")


def maybe_day(text: str | date | None) -> date | None:
    return None if text is None else day(text)


def moment(text: str, default: str = "10:00") -> datetime:
    """The time of `11-02 09:30`, or of that hour where only a date is given."""
    date_text, _, time_text = text.partition(" ")
    return datetime.fromisoformat(f"{day(date_text).isoformat()}T{time_text or default}")


def short(on: date | str) -> str:
    """The date as the tests write it: without the year, if that is 2026."""
    return str(on).removeprefix("2026-")


def money(amount: Money) -> Decimal | None:
    return None if amount is None else Decimal(str(amount))


# rows


def a_person(
    staff_id: str, role: str, *, hired: str = "2026-01-05", left: str | None = None, **rest: Any
) -> Record:
    """Somebody of the property trade in project P1; `rest` replaces any column."""
    row = {
        "staff_id": staff_id,
        "name": f"员工{staff_id}",
        "role": role,
        "project": "P1",
        "trade": "property",
        "hired_on": day(hired),
        "left_on": maybe_day(left),
        "probation_months": 6,
        "contract_years": Decimal(3),
        "confirmed_on": maybe_day(rest.pop("confirmed", None)),
        "monthly_base_pay": money(rest.pop("base_pay", None)),
        "monthly_variable_pay": money(rest.pop("variable_pay", None)),
    }
    return "staff", row | rest


def a_consultant(staff_id: str = "A", **rest: Any) -> Record:
    """Sections 3 to 7 apply to this person."""
    return a_person(staff_id, "consultant", **rest)


def a_manager(staff_id: str = "M", **rest: Any) -> Record:
    return a_person(staff_id, "manager", **rest)


def a_term(staff_id: str, since: str, **rest: Any) -> Record:
    """What holds of the person from that date on; `rest` replaces any column."""
    row: Row = {"staff_id": staff_id, "from_on": day(since), "project": None, "role": None, "trade": None}
    row |= {"monthly_base_pay": money(rest.pop("base_pay", None))}
    row |= {"monthly_variable_pay": money(rest.pop("variable_pay", None))}
    return "terms", row | rest


def a_calendar_row(on: str, workday: bool) -> Record:
    return "calendar", {"date": day(on), "workday": workday}


def a_roster_row(staff_id: str, on: str, kind: str) -> Record:
    return "roster", {"staff_id": staff_id, "date": day(on), "kind": kind}


def a_customer(customer_id: str = "C", owner: str = "A", first: str = "11-02", **rest: Any) -> Record:
    """A customer without contacts; it counts as one that visited first."""
    row = {
        "customer_id": customer_id,
        "name": f"客户{customer_id}",
        "owner": owner,
        "first_contact_at": moment(first),
        "opted_out_on": maybe_day(rest.pop("opted_out", None)),
    }
    return "customers", row | rest


def a_contact(kind: str, customer_id: str, staff_id: str, at: str, **rest: Any) -> Record:
    """Recorded ten minutes later unless `recorded` says when."""
    happened = moment(at)
    recorded = rest.pop("recorded", None)
    row = {
        "contact_id": f"K{next(_numbers):06}",
        "customer_id": customer_id,
        "staff_id": staff_id,
        "kind": kind,
        "happened_at": happened,
        "recorded_at": happened + timedelta(minutes=10) if recorded is None else moment(recorded),
        "effective": True,
    }
    return "contacts", row | rest


def a_visit(customer_id: str, staff_id: str, at: str, **rest: Any) -> Record:
    return a_contact("visit", customer_id, staff_id, at, **rest)


def a_call(customer_id: str, staff_id: str, at: str, **rest: Any) -> Record:
    """The customer calls in."""
    return a_contact("call_in", customer_id, staff_id, at, **rest)


def a_follow_up(customer_id: str, staff_id: str, at: str, **rest: Any) -> Record:
    return a_contact("follow_up", customer_id, staff_id, at, **rest)


def a_transfer(customer_id: str, on: str, to: str | None) -> Record:
    return "transfers", {"customer_id": customer_id, "on": day(on), "to": to}


def a_waiver(customer_id: str, from_on: str, to_on: str | None, signed: str | None = None) -> Record:
    row = {
        "customer_id": customer_id,
        "from_on": day(from_on),
        "to_on": maybe_day(to_on),
        "reason": "special",
        "signed_by": "M",
        "signed_on": day(signed or from_on),
    }
    return "waivers", row


def a_deal(customer_id: str, staff_id: str | None, **rest: Any) -> Record:
    """A residential unit with the dates given as holding, subscription, contract and cancelled."""
    row: Row = {
        "deal_id": f"D{next(_numbers):06}",
        "customer_id": customer_id,
        "staff_id": staff_id,
        "unit_kind": "residential",
        "units": 1,
        "amount": money(rest.pop("amount", None)),
    }
    names = {"holding": "holding_deposit_on", "subscription": "subscription_on"}
    names |= {"contract": "contract_on", "cancelled": "cancelled_on"}
    for short_name, name in names.items():
        row[name] = maybe_day(rest.pop(short_name, None))
    return "deals", row | rest


def a_share(deal_id: str, staff_id: str, percent: Money) -> Record:
    return "shares", {"deal_id": deal_id, "staff_id": staff_id, "percent": money(percent)}


def a_report(staff_id: str, on: str, submitted: str | None = "", false: bool = False) -> Record:
    """Submitted at 18:30 of its date, unless `submitted` names a time, or None: never."""
    row = {
        "staff_id": staff_id,
        "date": day(on),
        "submitted_at": None if submitted is None else moment(submitted or on, "18:30"),
        "false": false,
        "decided_by": "M" if false else None,
    }
    return "reports", row


def a_quota(staff_id: str, month: str, units: int) -> Record:
    return "quotas", {"staff_id": staff_id, "month": date.fromisoformat(f"{month}-01"), "units": units}


def a_case(staff_id: str, on: str, kind: str = "foreign_product", severity: str = "serious") -> Record:
    row = {"staff_id": staff_id, "on": day(on), "kind": kind, "severity": severity, "decided_by": "M"}
    return "cases", row


def a_resignation(staff_id: str, applied: str, last: str, **rest: Any) -> Record:
    """In order, with loans cleared, and of known pays unless told otherwise."""
    row = {
        "staff_id": staff_id,
        "applied_on": day(applied),
        "last_on": day(last),
        "loans_cleared": rest.pop("loans_cleared", True),
        "attendance_pay": money(rest.pop("attendance_pay", 3000)),
        "sales_bonus": money(rest.pop("sales_bonus", 8000)),
    }
    return "resignations", row | rest


def history(*records: Record | Iterable[Record]) -> Rows:
    """The workbook of these rows; a manager M signs and decides in it, unless it brings one."""
    rows: Rows = {table.name: [] for table in TABLES}
    for record in records:
        for name, row in [record] if isinstance(record, tuple) else record:
            rows[name].append(dict(row))
    if not any(row["staff_id"] == "M" for row in rows["staff"]):
        rows["staff"].append(a_manager()[1])
    return rows


# from rows to tables


def tables(rows: Mapping[str, Iterable[Row]]) -> Tables:
    """The core's tables of these rows, as the workbook's readers build them; a missing table is empty."""
    return tables_of({name: frame_from_rows(name, own) for name, own in rows.items()})


def as_text(given: Tables) -> Tables:
    """The same tables with every category as text: the core takes either."""
    return Tables(
        {
            name: frame.astype({c: "str" for c in frame if isinstance(frame[c].dtype, pd.CategoricalDtype)})
            for name, frame in given.frames.items()
        }
    )
