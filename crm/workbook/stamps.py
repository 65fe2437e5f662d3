"""Timestamps of fixed width, a million at a time: digits to seconds without a Python object each."""

from datetime import date
from typing import Any

import numpy as np

from crm.rulebook.tables import SECONDS_A_DAY, day_number

_FIRST_YEAR, _LAST_YEAR = 1900, 2199
_MONTH_STARTS = np.array(
    [
        day_number(date(year, month, 1))
        for year in range(_FIRST_YEAR, _LAST_YEAR + 1)
        for month in range(1, 13)
    ]
    + [day_number(date(_LAST_YEAR + 1, 1, 1))],
    dtype=np.int32,
)
_WIDTHS = (16, 19)
"""`2026-10-31T09:05` and `2026-10-31T09:05:00`."""

Matrix = np.ndarray[Any, np.dtype[np.uint8]]
Seconds = np.ndarray[Any, np.dtype[np.int64]]


def seconds_of(letters: Matrix) -> Seconds | None:
    """Shanghai seconds of timestamps, one a row of letters; None unless every one is plainly written."""
    if letters.shape[1] not in _WIDTHS:
        return None
    if not _separated(letters):
        return None
    digits = [place for place in range(letters.shape[1]) if place not in (4, 7, 10, 13, 16)]
    numbers = {place: letters[:, place] - np.uint8(48) for place in digits}
    if any((digit > 9).any() for digit in numbers.values()):
        return None
    year = (_pair(numbers, 0) * 100 + _pair(numbers, 2)).astype(np.int32)
    month, day = _pair(numbers, 5), _pair(numbers, 8)
    hour, minute = _pair(numbers, 11), _pair(numbers, 14)
    second = _pair(numbers, 17) if letters.shape[1] == 19 else np.zeros_like(hour)
    days = _days(year, month, day)
    if days is None or (hour > 23).any() or (minute > 59).any() or (second > 59).any():
        return None
    seconds: Seconds = days * np.int64(SECONDS_A_DAY) + (hour * 60 + minute) * 60 + second
    return seconds


def _separated(letters: Matrix) -> bool:
    gap = letters[:, 10]
    hyphens = (letters[:, 4] == ord("-")).all() and (letters[:, 7] == ord("-")).all()
    colons = (letters[:, 13] == ord(":")).all()
    seconds = letters.shape[1] == 16 or (letters[:, 16] == ord(":")).all()
    return bool(hyphens and colons and seconds and ((gap == ord("T")) | (gap == ord(" "))).all())


def _pair(numbers: dict[int, Matrix], place: int) -> np.ndarray[Any, np.dtype[np.int32]]:
    return numbers[place].astype(np.int32) * 10 + numbers[place + 1]


def _days(year: Any, month: Any, day: Any) -> Any:
    """Day numbers, or None where one is not a date."""
    if ((year < _FIRST_YEAR) | (year > _LAST_YEAR) | (month < 1) | (month > 12)).any():
        return None
    place = (year - _FIRST_YEAR) * 12 + month - 1
    start = _MONTH_STARTS[place]
    if ((day < 1) | (day > _MONTH_STARTS[place + 1] - start)).any():
        return None
    return start + day - 1
