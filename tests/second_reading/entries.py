"""Section 2: the entries of a period, in the order and the words of a CSV file."""

from collections.abc import Mapping
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from .deposits import all_of_section_3
from .followup import all_of_section_4
from .others import all_of_sections_5_to_8
from .papers import Entry, Papers, Rows
from .parameters import Values

Line = tuple[str, str, str, str, str, str]


def money(amount: Decimal | int | None) -> str:
    """Yuan with two decimals, the magnitude rounded half up; empty where no money moves."""
    if amount is None:
        return ""
    magnitude = abs(Decimal(amount)).quantize(Decimal("0.01"), ROUND_HALF_UP)
    return f"-{magnitude}" if amount < 0 and magnitude else f"{magnitude}"


def days_in_words(days: Decimal | None) -> str:
    return "" if days is None else format(days.normalize(), "f")


def in_order(entry: Entry) -> tuple[date, str, str, str, bool, Decimal]:
    """By `on`, staff_id, rule, customer_id and amount, those without an amount first."""
    rule, staff_id, on, amount, _, customer_id = entry
    return on, staff_id, rule, customer_id, amount is not None, Decimal(amount or 0)


def entries(rows: Rows, since: date, until: date, parameters: Mapping[str, Any] | None = None) -> list[Line]:
    """The entries dated from `since` to `until`, which is also the as-of."""
    papers = Papers(rows, Values(parameters), until)
    found = [*all_of_section_3(papers), *all_of_section_4(papers), *all_of_sections_5_to_8(papers)]
    found = [entry for entry in found if since <= entry[2] <= until]
    return [
        (rule, staff_id, on.isoformat(), money(amount), days_in_words(days), customer_id)
        for rule, staff_id, on, amount, days, customer_id in sorted(found, key=in_order)
    ]
