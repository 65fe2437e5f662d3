"""Reads the CSV files of a case folder into plain rows, by the kinds of the workbook's columns."""

import csv
import re
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

DATES = {"hired_on", "left_on", "confirmed_on", "date", "opted_out_on", "next_on", "on", "from_on", "to_on"}
DATES |= {"signed_on", "holding_deposit_on", "subscription_on", "contract_on", "cancelled_on"}
DATES |= {"applied_on", "last_on"}
TIMES = {"first_contact_at", "happened_at", "recorded_at", "submitted_at"}
MONEY = {"monthly_base_pay", "monthly_variable_pay", "amount", "percent", "attendance_pay", "sales_bonus"}
MONEY |= {"contract_years"}
BOOLEANS = {"workday", "effective", "false", "loans_cleared"}
WHOLE = {"probation_months", "units"}
DEFAULTS: dict[str, dict[str, Any]] = {
    "staff": {"probation_months": 6, "contract_years": Decimal(3)},
    "contacts": {"effective": True},
    "deals": {"units": 1},
    "reports": {"false": False},
}


def value(name: str, cell: str) -> Any:
    """The cell as a date, a time, money, a number, a boolean or text; None for an empty one."""
    if cell == "":
        return None
    if name in DATES:
        return date.fromisoformat(cell)
    if name in TIMES:
        return datetime.fromisoformat(cell)
    if name in MONEY:
        return Decimal(cell)
    if name in BOOLEANS:
        return cell == "1"
    if name in WHOLE:
        return int(cell)
    if name == "month":
        return date.fromisoformat(re.sub(r"^(\d{4}-\d{2}).*", r"\1-01", cell))
    return cell


def read_folder(folder: Path) -> dict[str, list[dict[str, Any]]]:
    """The tables of the folder, with the defaults of the workbook filled in."""
    tables = {}
    for path in sorted(folder.glob("*.csv")):
        if path.stem in ("expected", "duties"):
            continue
        defaults = DEFAULTS.get(path.stem, {})
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = [{name: value(name, cell) for name, cell in row.items()} for row in csv.DictReader(file)]
        for row in rows:
            row.update({name: given for name, given in defaults.items() if row.get(name) is None})
        tables[path.stem] = rows
    return tables


def read_lines(path: Path) -> list[tuple[str, ...]]:
    """The lines of a CSV file without the header."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return [tuple(row) for row in csv.reader(file)][1:]
