"""Whether a month is fixed. What was fixed is corrected in the open month (rulebook 11), never changed behind it.

A quota of a closed month decided about money that is booked: the pages refuse to change it, and say so.
"""

import datetime as dt

from crm.errors import Conflict
from crm.penalties import months


def is_closed(month: dt.date) -> bool:
    """Whether the month that begins on that date is closed."""
    return months.is_closed(months.month_text(month))


def refuse_closed(month: dt.date) -> None:
    """`Conflict` where it is."""
    if is_closed(month):
        raise Conflict(
            f"{month:%Y-%m} 已结账，任务不能再改。",
            f"{month:%Y-%m} is closed; its quotas can no longer be changed.",
        )
