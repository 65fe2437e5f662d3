"""Columns for the large workbook: arrays of numbers into the dtypes of `crm.rulebook.tables`."""

from collections.abc import Sequence
from decimal import Decimal

import numpy as np
import pandas as pd

NOTES = tuple(
    f"{what},{then}"
    for what in ("看了样板间", "电话里谈了贷款", "发了户型图", "问了交房时间", "和家人商量中")
    for then in ("喜欢南向", "周末再来", "嫌价格高", "要比较别的楼盘", "等旧房成交", "晚点回复")
)


class Ids:
    """The ids of one table: a prefix and numbers wide enough that their order as text is theirs."""

    def __init__(self, prefix: str, size: int) -> None:
        width = len(str(max(size - 1, 1)))
        self.names = [f"{prefix}{number:0{width}d}" for number in range(size)]

    @classmethod
    def of(cls, names: Sequence[str]) -> "Ids":
        """Fixed values instead of numbered ones."""
        made = cls("", 0)
        made.names = list(names)
        return made


def ids(codes: np.ndarray, of: Ids) -> pd.Series:
    """A categorical column; −1 is an empty cell."""
    categories = pd.Index(of.names, dtype="str")
    return pd.Series(pd.Categorical.from_codes(codes.astype(np.int32), categories=categories))


def texts(values: Sequence[str]) -> pd.Series:
    """A column of free text."""
    return pd.Series(list(values), dtype="str")


def words(rng: np.random.Generator, choices: Sequence[str], size: int) -> pd.Series:
    """A column of text drawn from a few sentences."""
    return texts(np.array(choices, dtype=object)[rng.integers(0, len(choices), size)].tolist())


def optional_days(days: np.ndarray) -> pd.Series:
    """Day numbers, `NO_DAY` where there is none."""
    return pd.Series(days.astype(np.int32))


def money(yuan: np.ndarray) -> pd.Series:
    """Whole yuan as Decimals."""
    return pd.Series([Decimal(value) for value in yuan.tolist()], dtype=object)
