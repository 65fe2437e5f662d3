"""What the core is given: the workbook's tables as pandas frames with these columns and dtypes.

| kind of column             | dtype in the frame                      | missing          |
|----------------------------|-----------------------------------------|------------------|
| id, text, phones           | pandas `str`, or `category` of strings  | NaN              |
| choice                     | the same, of the fixed English values   | NaN              |
| date                       | int32, days since 1970-01-01            | `NO_DAY`         |
| month                      | int32, the day number of its first date | `NO_DAY`         |
| timestamp                  | int64, Shanghai wall-clock seconds since 1970-01-01T00:00:00 | `NO_TIME` |
| boolean                    | bool, the default filled in             | never            |
| integer                    | int64, the default filled in            | never            |
| decimal, money             | object: `decimal.Decimal` or None       | None             |

A table that was not handed in is an empty frame with all its columns. Frames have a RangeIndex; nothing
depends on the order of their rows. A day is a whole number, so that spans are subtractions and a date of a
timestamp is `seconds // SECONDS_A_DAY`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pandas as pd

NO_DAY = np.iinfo(np.int32).min
NO_TIME = np.iinfo(np.int64).min
SECONDS_A_DAY = 86_400
_EPOCH = date(1970, 1, 1)


@dataclass(frozen=True)
class Tables:
    """The tables by name (`staff`, `customers`, …), each a frame as described above."""

    frames: Mapping[str, pd.DataFrame]

    def __getitem__(self, name: str) -> pd.DataFrame:
        return self.frames[name]


def day_number(on: date) -> int:
    """Days since 1970-01-01."""
    return (on - _EPOCH).days


def date_of(day: int) -> date:
    """The date of a day number; ValueError for `NO_DAY` and dates beyond the calendar."""
    try:
        return _EPOCH + timedelta(days=int(day))
    except OverflowError:
        raise ValueError(f"{day} is not a day number") from None
