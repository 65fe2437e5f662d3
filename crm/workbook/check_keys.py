"""Keys that are there once, and ids that name something."""

from collections.abc import Collection, Mapping

import numpy as np

from crm.workbook.faults import FaultLog, Words
from crm.workbook.frames import is_plain_text
from crm.workbook.loaded import Ints, Loaded, Mask, look_up
from crm.workbook.schema import Column, Kind

Book = Mapping[str, Loaded]
Stored = Mapping[str, Collection[str]]

_NAMES = {"staff": ("员工", "staff"), "customers": ("客户", "customers"), "deals": ("成交", "deals")}


def check_keys(book: Book, log: FaultLog) -> None:
    """A fault for each row whose key an earlier row has; it names that row."""
    for loaded in book.values():
        if len(loaded) > 1:
            _check_key(loaded, log)


def _check_key(loaded: Loaded, log: FaultLog) -> None:
    table = loaded.table
    single = table.key[0] if len(table.key) == 1 else None
    # The common, large case: nothing more is needed where all are different.
    if single in loaded.different:
        return
    if single and is_plain_text(table, table.column(single)) and loaded.frame[single].is_unique:
        return
    key, known = _combined(loaded)
    rows = np.flatnonzero(known)
    _, first, group = np.unique(key[rows], return_index=True, return_inverse=True)
    earlier = rows[first[group]]
    for place, origin in zip(rows[earlier != rows], earlier[earlier != rows], strict=True):
        shown = ", ".join(loaded.shown(name, place) for name in table.key)
        row = loaded.row(origin)
        wrong = Words(f"主键重复:第 {row} 行已有", f"is a key that row {row} already has")
        log.add(table.name, loaded.row(place), "+".join(table.key), shown, wrong)


def _combined(loaded: Loaded) -> tuple[Ints, Mask]:
    """One number for each different key, and which rows have a whole key."""
    key = np.zeros(len(loaded), dtype=np.int64)
    known = np.ones(len(loaded), dtype=bool)
    for name in loaded.table.key:
        codes, has = _key_codes(loaded, loaded.table.column(name))
        known &= has
        _, packed = np.unique(
            key * (int(codes.max(initial=0)) + 1) + np.where(has, codes, 0), return_inverse=True
        )
        key = packed.astype(np.int64)
    return key, known


def _key_codes(loaded: Loaded, column: Column) -> tuple[Ints, Mask]:
    if column.kind in (Kind.DATE, Kind.MONTH):
        days = loaded[column.name].astype(np.int64)
        has = days != np.iinfo(np.int32).min
        return np.where(has, days - days[has].min(initial=0), 0), has
    codes, _ = loaded.codes(column.name)
    return codes, codes >= 0


def check_references(book: Book, stored: Stored, log: FaultLog) -> None:
    """A fault for each id that names nothing in the file, nor among the stored keys."""
    for loaded in book.values():
        for column in loaded.table.columns:
            if column.refers and book[column.refers].whole and len(loaded):
                _check_reference(loaded, column, book[column.refers], stored, log)


def _check_reference(loaded: Loaded, column: Column, target: Loaded, stored: Stored, log: FaultLog) -> None:
    codes, names = loaded.codes(column.name)
    missing = (loaded.rows_in(target, column.name) < 0) & (codes >= 0)
    if not missing.any():
        return
    kept = stored.get(target.table.name, ())
    unknown = missing & ~look_up(codes, np.array([name in kept for name in names], dtype=bool), True)
    chinese, english = _NAMES[target.table.name]
    wrong = Words(f"在{chinese}表里没有", f"names nothing in {english}")
    expected = Words(f"{chinese}表中的编号", f"an id of the {english} table")
    loaded.add_faults(log, unknown, column.name, wrong, expected)
