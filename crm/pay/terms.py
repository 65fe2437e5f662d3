"""Base and variable pay of a month out of dated terms, by workdays where the month has more than one of them."""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from crm.pay.commission import last_of
from crm.pay.words import Both, Stretch, pay_words

Pay = Callable[[dt.date], int | None]
_DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class MonthlyPay:
    """One pay of one month: its amount in fen (None: not known) and how it comes about."""

    fen: int | None
    words: Both
    whole: bool


def pay_of_month(
    kind: str,
    month: dt.date,
    employed: tuple[dt.date, dt.date | None],
    changes: Sequence[dt.date],
    pay_on: Pay,
    workdays: Mapping[dt.date, bool],
) -> MonthlyPay | None:
    """The pay that holds on each date, weighed by company workdays; None where the person is not employed in it.

    `changes` are the dates from which other terms hold. A month of one pay is that pay, to the fen.
    """
    last = last_of(month)
    first, end = max(employed[0], month), min(employed[1] or last, last)
    if first > end:
        return None
    stretches = _stretches(first, end, changes, pay_on, workdays)
    total = sum(workdays.values())
    whole = len(stretches) == 1 and (first, end) == (month, last)
    words = pay_words(kind, stretches, total, whole)
    if any(stretch.pay is None for stretch in stretches):
        return MonthlyPay(None, words, whole)
    if whole or not total:
        return MonthlyPay(stretches[0].pay, words, whole)
    exact = sum(Decimal(stretch.pay or 0) * stretch.workdays for stretch in stretches) / total
    return MonthlyPay(int(Decimal(exact).quantize(Decimal(1), ROUND_HALF_UP)), words, whole)


def _stretches(
    first: dt.date, end: dt.date, changes: Sequence[dt.date], pay_on: Pay, workdays: Mapping[dt.date, bool]
) -> list[Stretch]:
    """The dates cut where another amount begins."""
    begins = [first, *sorted(day for day in set(changes) if first < day <= end)]
    starts = [
        day for place, day in enumerate(begins) if not place or pay_on(day) != pay_on(begins[place - 1])
    ]
    ends = [day - _DAY for day in starts[1:]] + [end]
    return [
        Stretch(a, b, pay_on(a), sum(flag for day, flag in workdays.items() if a <= day <= b))
        for a, b in zip(starts, ends, strict=True)
    ]
