"""Units that deals name: each is known, and none is in two deals that live."""

import numpy as np

from crm.rulebook.tables import NO_DAY
from crm.workbook.check_keys import Book, Stored
from crm.workbook.faults import FaultLog, Words

_UNKNOWN = Words("在房源表里没有", "names nothing in stock_units")
_EXPECTED = Words("房源表中的编号,几个之间用分号", "ids of stock_units, separated by semicolons")
_SEMICOLON = Words("含有分号", "holds a semicolon")
_EXPECTED_KEY = Words("不含分号的编号", "an id without semicolons")
_EXPECTED_FREE = Words("没有别的成交占用的房源", "a unit that no other live deal names")


def units_in(text: str | None) -> list[str]:
    """The unit ids of a cell, each once, in its order."""
    parts = (text or "").replace("；", ";").split(";")
    return list(dict.fromkeys(part.strip() for part in parts if part.strip()))


def check_stock(book: Book, stored: Stored, log: FaultLog) -> None:
    """A fault for each id that no unit has, and for each unit that an earlier live deal names already."""
    deals, stock = book["deals"], book["stock_units"]
    for place, key in enumerate(stock.frame["unit_id"].astype(object)):
        if isinstance(key, str) and len(units_in(key)) != 1:
            log.add("stock_units", stock.row(place), "unit_id", key, _SEMICOLON, _EXPECTED_KEY)
    known = set(stock.frame["unit_id"].dropna()) | set(stored.get("stock_units", ()))
    codes, names = deals.codes("stock_units")
    live = deals["cancelled_on"] == NO_DAY
    taken: dict[str, int] = {}
    for place in np.flatnonzero(codes >= 0).tolist():
        units = units_in(names[codes[place]])
        row, shown = deals.row(place), deals.shown("stock_units", place)
        if stock.whole and any(unit not in known for unit in units):
            log.add("deals", row, "stock_units", shown, _UNKNOWN, _EXPECTED)
        for unit in units if live[place] else ():
            first = taken.setdefault(unit, place)
            if first != place:
                other = deals.shown("deal_id", first)
                wrong = Words(f"中的 {unit} 已在成交 {other} 中", f"has {unit}, which deal {other} has too")
                log.add("deals", row, "stock_units", shown, wrong, _EXPECTED_FREE)
