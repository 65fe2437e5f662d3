"""Units that deals name: each is known and for sale, and none is in two deals that live."""

from collections.abc import Iterator

import numpy as np

from crm.rulebook.tables import NO_DAY
from crm.workbook.check_keys import Book, Stored
from crm.workbook.faults import FaultLog, Words
from crm.workbook.loaded import Loaded

_UNKNOWN = Words("在房源表里没有", "names nothing in stock_units")
_EXPECTED = Words("房源表中的编号，几个之间用分号", "ids of stock_units, separated by semicolons")
_SEMICOLON = Words("含有分号", "holds a semicolon")
_EXPECTED_KEY = Words("不含分号的编号", "an id without semicolons")
_EXPECTED_FREE = Words("没有别的成交占用的房源", "a unit that no other live deal names")

_EXPECTED_ON_SALE = Words("在售的房源", "a unit that is for sale")
_EXPECTED_SOLD = Words("销控以外的状态", "any status but withheld")
_EXPECTED_PERMIT = Words("有预售许可证的房源", "a unit with a presale permit")


def units_in(text: str | None) -> list[str]:
    """The unit ids of a cell, each once, in its order."""
    parts = (text or "").replace("；", ";").split(";")
    return list(dict.fromkeys(part.strip() for part in parts if part.strip()))


def check_stock(book: Book, stored: Stored, log: FaultLog) -> None:
    """A fault for each id that no unit has, and for each unit that an earlier live deal names or that is withheld."""
    deals, stock = book["deals"], book["stock_units"]
    for place, key in enumerate(stock.frame["unit_id"].astype(object)):
        if isinstance(key, str) and len(units_in(key)) != 1:
            log.add("stock_units", stock.row(place), "unit_id", key, _SEMICOLON, _EXPECTED_KEY)
    known = set(stock.frame["unit_id"].dropna()) | set(stored.get("stock_units", ()))
    withheld = _withheld(stock)
    taken: dict[str, int] = {}
    for place, units, live in _named(deals):
        shown = deals.shown("stock_units", place)
        if stock.whole and any(unit not in known for unit in units):
            log.add("deals", deals.row(place), "stock_units", shown, _UNKNOWN, _EXPECTED)
        for unit in units if live else ():
            first = taken.setdefault(unit, place)
            if first != place:
                other = deals.shown("deal_id", first)
                wrong = Words(f"中的 {unit} 已在成交 {other} 中", f"has {unit}, which deal {other} has too")
                log.add("deals", deals.row(place), "stock_units", shown, wrong, _EXPECTED_FREE)
            if unit in withheld:
                _fault_withheld(deals, place, stock, withheld[unit], log)


def _named(deals: Loaded) -> Iterator[tuple[int, list[str], bool]]:
    """The place of each deal that names units, these, and whether it lives."""
    codes, names = deals.codes("stock_units")
    live = deals["cancelled_on"] == NO_DAY
    for place in np.flatnonzero(codes >= 0).tolist():
        yield place, units_in(names[codes[place]]), bool(live[place])


def _withheld(stock: Loaded) -> dict[str, int]:
    """The units that are not for sale, with their places."""
    codes, names = stock.codes("status")
    keys = stock.frame["unit_id"].astype(object)
    if "withheld" not in names:
        return {}
    places = np.flatnonzero(codes == names.index("withheld")).tolist()
    return {keys.iloc[place]: place for place in places}


def _fault_withheld(deals: Loaded, place: int, stock: Loaded, unit: int, log: FaultLog) -> None:
    """At the deal; where that is stored already, at the unit, which is what the file changes."""
    deal, shown = deals.shown("deal_id", place), stock.shown("unit_id", unit)
    if deals.row(place):
        wrong = Words(f"中的 {shown} 正在销控，不对外销售", f"has {shown}, which is withheld from sale")
        log.add(
            "deals",
            deals.row(place),
            "stock_units",
            deals.shown("stock_units", place),
            wrong,
            _EXPECTED_ON_SALE,
        )
        return
    wrong = Words(f"的房源 {shown} 已在成交 {deal} 中，不能销控", f"for {shown}, which deal {deal} has")
    log.add("stock_units", stock.row(unit), "status", stock.shown("status", unit), wrong, _EXPECTED_SOLD)


def warn_without_permit(book: Book, log: FaultLog) -> None:
    """A warning for each live deal with a unit of the file that has no presale permit: no money may be taken for it."""
    deals, stock = book["deals"], book["stock_units"]
    codes, _names = stock.codes("presale_permit")
    keys = stock.frame["unit_id"].astype(object)
    bare = {keys.iloc[place] for place in np.flatnonzero(codes < 0).tolist()}
    for place, units, live in _named(deals):
        for unit in units if live else ():
            if unit in bare:
                wrong = Words(
                    f"中的 {unit} 没有预售许可证，经理担责前不得收款",
                    f"has {unit}, which has no presale permit: no money may be taken until a manager answers for it",
                )
                shown = deals.shown("stock_units", place)
                log.add("deals", deals.row(place), "stock_units", shown, wrong, _EXPECTED_PERMIT)
