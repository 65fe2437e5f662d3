"""Entries: what each rule found, brought into one order and one form (rulebook 2)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from crm.rulebook.calendar import Days
from crm.rulebook.people import Codes

NO_MONEY = np.iinfo(np.int64).min
"""The amount of an entry that moves no money, or needs a pay that is not known."""
COLUMNS = ["rule", "staff_id", "on", "amount", "absent_days", "customer_id", "evidence"]


@dataclass(frozen=True)
class Finding:
    """What one rule found: columns of equal length. Amounts in fen, `customer` -1 where there is none."""

    rule: str
    staff: Codes
    on: Days
    amount: npt.NDArray[np.int64]
    evidence: Sequence[str]
    customer: Codes | None = None
    absent_days: Sequence[str] | None = None


def single(
    rule: str, staff: int, on: int, evidence: str, amount: int = NO_MONEY, absent_days: str = ""
) -> Finding:
    """One entry."""
    return Finding(
        rule,
        np.array([staff], np.int64),
        np.array([on], np.int32),
        np.array([amount], np.int64),
        [evidence],
        absent_days=[absent_days],
    )


def frame_of(findings: Iterable[Finding], staff_ids: list[str], customer_ids: list[str]) -> pd.DataFrame:
    """The entries of all findings as a frame, not yet in order."""
    parts = [finding for finding in findings if len(finding.on)]
    rules = sorted({finding.rule for finding in parts})
    rule = np.concatenate(
        [np.full(len(f.on), rules.index(f.rule), np.int8) for f in parts] or [np.empty(0, np.int8)]
    )
    customer = _joined([f.customer if f.customer is not None else np.full(len(f.on), -1) for f in parts])
    staff = _joined([f.staff for f in parts])
    days = [f.on for f in parts] or [np.empty(0, np.int32)]
    absent = [value for f in parts for value in (f.absent_days or [""] * len(f.on))]
    return pd.DataFrame(
        {
            "rule": pd.Categorical.from_codes(rule, pd.Index(rules, dtype=object)),
            "staff_id": np.array(staff_ids, object)[staff] if len(staff) else np.empty(0, object),
            "on": np.concatenate(days).astype(np.int32),
            "amount": _joined([f.amount for f in parts]),
            "absent_days": pd.Series(absent, dtype=object),
            "customer_id": np.array([*customer_ids, ""], object)[customer],
            "evidence": pd.Series([text for f in parts for text in f.evidence], dtype=object),
        }
    )


def _joined(parts: Sequence[npt.NDArray[np.int64]]) -> npt.NDArray[np.int64]:
    return np.concatenate([*parts, np.empty(0, np.int64)]).astype(np.int64)


def in_order(frame: pd.DataFrame) -> pd.DataFrame:
    """Ordered by `on`, `staff_id`, `rule`, `customer_id`, `amount`, and by evidence where all these agree."""
    keys = [
        frame["amount"].to_numpy(),
        text_ranks(frame["customer_id"]),
        text_ranks(frame["rule"]),
        text_ranks(frame["staff_id"]),
        frame["on"].to_numpy(),
    ]
    order = np.lexsort(keys)
    return frame.iloc[_ties_by_evidence(order, keys, frame["evidence"])].reset_index(drop=True)


def text_ranks(column: "pd.Series[str]") -> Codes:
    """The rank of each cell among the distinct texts of its column, by code point."""
    codes, found = pd.factorize(column.astype(object))
    ranks = np.empty(len(found), np.int64)
    ranks[sorted(range(len(found)), key=list(found).__getitem__)] = np.arange(len(found))
    return ranks[codes]


def _ties_by_evidence(
    order: npt.NDArray[np.intp], keys: list[npt.NDArray[np.int64]], evidence: "pd.Series[str]"
) -> npt.NDArray[np.intp]:
    same = np.ones(max(len(order) - 1, 0), bool)
    for key in keys:
        same &= key[order[1:]] == key[order[:-1]]
    texts = evidence.to_numpy(object)
    at = 0
    for start in np.flatnonzero(same & ~np.append(False, same[:-1])):
        at = int(start) + 1
        while at < len(same) and same[at]:
            at += 1
        run = order[start : at + 1]
        order[start : at + 1] = sorted(run, key=texts.__getitem__)
    return order


def iso_dates(days: Days) -> list[str]:
    """Day numbers as `2026-10-31`."""
    if not len(days):
        return []
    first, last = int(days.min()), int(days.max())
    if last - first > 100_000:
        return [str(text) for text in np.datetime_as_string(days.astype("M8[D]"))]
    names = np.datetime_as_string(np.arange(first, last + 1).astype("M8[D]")).astype(object)
    return list(names[days - first])


def yuan_texts(amounts: npt.NDArray[np.int64]) -> list[str]:
    """Fen as `-50.00`, empty for `NO_MONEY`."""
    values, inverse = np.unique(amounts, return_inverse=True)
    names = np.array([yuan_text(int(value)) for value in values], object)
    return list(names[inverse]) if len(values) else []


def yuan_text(amount: int) -> str:
    """Fen as yuan with two decimals, empty for `NO_MONEY`."""
    if amount == NO_MONEY:
        return ""
    sign = "-" if amount < 0 else ""
    return f"{sign}{abs(amount) // 100}.{abs(amount) % 100:02d}"


def columns_as_text(frame: pd.DataFrame) -> list[list[str]]:
    """The entries' cells, column by column, as the files show them."""
    return [
        list(frame["rule"].astype(object)),
        list(frame["staff_id"]),
        iso_dates(frame["on"].to_numpy()),
        yuan_texts(frame["amount"].to_numpy()),
        list(frame["absent_days"]),
        list(frame["customer_id"]),
        list(frame["evidence"]),
    ]


def rows(frame: pd.DataFrame) -> list[tuple[str, ...]]:
    """The entries row by row, the cells as the files show them."""
    return list(zip(*columns_as_text(frame), strict=True))
