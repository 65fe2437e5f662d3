"""The only clock reads of the program. Everything else is told what time it is.

Times are wall-clock times of Asia/Shanghai without an offset, to the second, as the workbook writes them;
China has had no summer time since 1991, so within the program's lifetime they never repeat or skip. A test
passes its own moment in, or replaces the clock with `set_clock`.
"""

import time
from collections.abc import Callable
from datetime import date, datetime
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")


def _shanghai() -> datetime:
    return datetime.now(SHANGHAI).replace(microsecond=0, tzinfo=None)


_read: Callable[[], datetime] = _shanghai


def now() -> datetime:
    """The present moment in Asia/Shanghai, without an offset, to the second."""
    return _read()


def today() -> date:
    """The present date in Asia/Shanghai."""
    return now().date()


def stopwatch() -> float:
    """Seconds on a clock that never goes back; only for measuring how long something took."""
    return time.monotonic()


def set_clock(read: Callable[[], datetime] | None) -> None:
    """Let tests and the demo say what time it is; None gives the real clock back."""
    global _read
    _read = read or _shanghai
