"""Whether a month is fixed. What was fixed is corrected in the open month (rulebook 11), never changed behind it."""

import datetime as dt

from crm.errors import Conflict


def is_closed(month: dt.date) -> bool:
    return False


def refuse_closed(month: dt.date) -> None:
    """`Conflict` where the month that begins on that date is closed: its quotas stay as they were judged."""
    if is_closed(month):
        raise Conflict(
            f"{month:%Y-%m} 已结账，任务不能再改。",
            f"{month:%Y-%m} is closed; its quotas can no longer be changed.",
        )
