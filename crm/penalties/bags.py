"""Two bags of entries held against each other: what vanished, what is new (rulebook 11).

Entries are alike when rule, staff_id, on, amount, absent_days and customer_id agree; the evidence does not count.
Of several alike each stands for a cause of its own, so the bags are compared by how many there are.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

KEYS = ["rule", "staff_id", "on", "amount", "absent_days", "customer_id"]
_NUMBER = "number"


@dataclass(frozen=True)
class Difference:
    """Row positions: of the entries posted that are computed no more, and of those computed and not yet posted."""

    vanished: npt.NDArray[np.int64]
    new: npt.NDArray[np.int64]


def compare(posted: pd.DataFrame, computed: pd.DataFrame) -> Difference:
    """Hold what is posted against what is computed; both have the columns of `KEYS`."""
    old, fresh = _numbered(posted), _numbered(computed)
    both = old.merge(fresh, on=[*KEYS, _NUMBER], how="outer", suffixes=("_old", "_new"))
    vanished = both.loc[both["row_new"].isna(), "row_old"]
    new = both.loc[both["row_old"].isna(), "row_new"]
    return Difference(np.sort(vanished.to_numpy(np.int64)), np.sort(new.to_numpy(np.int64)))


def _numbered(frame: pd.DataFrame) -> pd.DataFrame:
    """Only the keys, as plain objects, with the count among those alike and the row's position."""
    plain = pd.DataFrame(
        {
            name: frame[name].to_numpy(np.int64) if name in ("on", "amount") else frame[name].astype(object)
            for name in KEYS
        }
    ).reset_index(drop=True)
    plain[_NUMBER] = plain.groupby(KEYS, sort=False).cumcount()
    plain["row"] = np.arange(len(plain))
    return plain
