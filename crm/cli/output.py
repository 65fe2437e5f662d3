"""Printing entries: CSV and JSON as data, a table for people."""

import json
import sys
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, TextIO

import pandas as pd

from crm.rulebook.catalogue import rule_titles
from crm.rulebook.entries import COLUMNS, NO_MONEY, columns_as_text, yuan_text
from crm.rulebook.people import texts
from crm.rulebook.tables import Tables

if TYPE_CHECKING:  # drawing is not needed for csv and json, and rich takes its time to load
    from rich.console import Console
    from rich.table import Table

_QUOTED = (",", '"', "\n", "\r")
_ROWS_DRAWN = 1_000
"""More entries than this nobody reads on a terminal, and drawing them takes longer than computing them."""
_PIPE_WIDTH = 160
_AT_ONCE = 50_000


def print_csv(header: Sequence[str], columns: list[list[str]], out: TextIO | None = None) -> None:
    """Columns of cells as CSV, quoted only where needed."""
    out = out or sys.stdout
    out.write(",".join(header) + "\n")
    for start in range(0, len(columns[0]), _AT_ONCE):
        part = [_quoted(column[start : start + _AT_ONCE]) for column in columns]
        out.write("\n".join(map(",".join, zip(*part, strict=True))) + "\n")


def _quoted(cells: list[str]) -> list[str]:
    everything = "".join(cells)
    if not any(mark in everything for mark in _QUOTED):
        return cells
    return [_quote(cell) if any(mark in cell for mark in _QUOTED) else cell for cell in cells]


def _quote(cell: str) -> str:
    doubled = cell.replace('"', '""')
    return f'"{doubled}"'


def print_json(header: Sequence[str], columns: list[list[str]], out: TextIO | None = None) -> None:
    """Columns of cells as a JSON list of objects, an empty cell being null."""
    out = out or sys.stdout
    out.write("[")
    mark = "\n"
    for row in zip(*columns, strict=True):
        cells = {name: cell or None for name, cell in zip(header, row, strict=True)}
        out.write(mark + json.dumps(cells, ensure_ascii=False))
        mark = ",\n"
    out.write("\n]\n" if len(columns[0]) else "]\n")


def print_entries(entries: pd.DataFrame, tables: Tables, form: str, lang: str) -> None:
    """The entries in one of the three forms, on standard output."""
    if form == "table":
        _print_entry_tables(entries, tables, lang)
    else:
        printer = print_csv if form == "csv" else print_json
        printer(COLUMNS, columns_as_text(entries))


def console() -> "Console":
    """A console on standard output; into a pipe the tables are not squeezed to 80 columns."""
    from rich.console import Console

    return Console(file=sys.stdout, width=None if sys.stdout.isatty() else _PIPE_WIDTH, highlight=False)


def names_of(tables: Tables, table: str, key: str) -> dict[str, str]:
    """The name of each id, to show people instead of numbers."""
    frame = tables[table]
    return dict(zip(texts(frame[key]), texts(frame["name"]), strict=True))


def _print_entry_tables(entries: pd.DataFrame, tables: Tables, lang: str) -> None:
    screen = console()
    if entries.empty:
        none = "这段时间没有任何奖励或扣罚。" if lang == "zh" else "No rewards or deductions in this period."
        screen.print(none)
        return
    staff, customers = names_of(tables, "staff", "staff_id"), names_of(tables, "customers", "customer_id")
    screen.print(_totals(entries, staff, lang))
    shown = entries.head(_ROWS_DRAWN)
    screen.print(_details(shown, staff, customers, lang))
    if len(entries) > len(shown):
        rest = len(entries) - len(shown)
        more = (
            f"另有 {rest:,} 条；全部请用 --format csv。"
            if lang == "zh"
            else f"{rest:,} more; --format csv gives all of them."
        )
        screen.print(more)


def _totals(entries: pd.DataFrame, staff: dict[str, str], lang: str) -> "Table":
    from rich.table import Table

    heads = (
        ("员工", "规则", "条数", "金额", "旷工")
        if lang == "zh"
        else ("Who", "Rule", "Entries", "Yuan", "Absent")
    )
    table = Table(*heads[:2], title="合计" if lang == "zh" else "Totals", title_justify="left")
    for head in heads[2:]:
        table.add_column(head, justify="right")
    last = None
    for (who, rule), group in entries.groupby(["staff_id", "rule"], sort=True, observed=True):
        name = f"{staff.get(who, '')} {who}".strip() if who != last else ""
        if last not in (None, who):
            table.add_section()
        last = who
        table.add_row(
            name, rule_titles(lang)[rule], str(len(group)), _coloured(group["amount"], lang), _days(group)
        )
    return table


def _coloured(amounts: "pd.Series[int]", lang: str) -> str:
    known = amounts[amounts != NO_MONEY]
    if known.empty:
        return "—"
    total = int(known.sum())
    unknown = len(amounts) - len(known)
    tail = (f"(另 {unknown} 条未知)" if lang == "zh" else f" ({unknown} unknown)") if unknown else ""
    return f"[{'red' if total < 0 else 'green'}]{_with_thousands(total)}[/]{tail}"


def _with_thousands(fen: int) -> str:
    text = yuan_text(fen)
    whole, cents = text.lstrip("-").split(".")
    return f"{'-' if fen < 0 else '+'}{int(whole):,}.{cents}"


def _days(group: pd.DataFrame) -> str:
    from decimal import Decimal

    days = sum((Decimal(cell) for cell in group["absent_days"] if cell), Decimal(0))
    return f"{days:f}" if days else ""


def _details(entries: pd.DataFrame, staff: dict[str, str], customers: dict[str, str], lang: str) -> "Table":
    from rich.table import Table

    heads = (
        ("日期", "员工", "规则", "金额", "客户", "依据")
        if lang == "zh"
        else ("Date", "Who", "Rule", "Yuan", "Customer", "Evidence")
    )
    table = Table(*heads[:3], title="明细" if lang == "zh" else "Entries", title_justify="left")
    table.add_column(heads[3], justify="right")
    table.add_column(heads[4])
    table.add_column(heads[5], overflow="fold")
    for row in _rows(entries, staff, customers, lang):
        table.add_row(*row)
    return table


def _rows(
    entries: pd.DataFrame, staff: dict[str, str], customers: dict[str, str], lang: str
) -> Iterator[tuple[str, ...]]:
    from rich.markup import escape

    amounts = entries["amount"].tolist()
    for cells, fen in zip(zip(*columns_as_text(entries), strict=True), amounts, strict=True):
        rule, who, on, _, absent, customer, evidence = cells
        money = "" if fen == NO_MONEY else f"[{'red' if fen < 0 else 'green'}]{_with_thousands(fen)}[/]"
        if not money and absent:
            money = f"旷工 {absent} 天" if lang == "zh" else f"{absent} days"
        yield (
            on,
            escape(f"{staff.get(who, '')} {who}".strip()),
            rule_titles(lang)[rule],
            money,
            escape(f"{customers.get(customer, '')} {customer}".strip()),
            escape(evidence),
        )
