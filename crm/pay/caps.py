"""How a booked loss is taken from the months' pay: never above the cap, the rest carried on (rulebook 10).

Pure, in whole fen.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

MOST_MONTHS_AHEAD = 60


@dataclass(frozen=True)
class Take:
    """What one month takes of one loss: what was left before, what is taken, and the month's cap (None: unknown)."""

    loss_id: int
    month: str
    left: int
    taken: int
    cap: int | None


def takes(
    left: Mapping[int, int], since: Mapping[int, str], caps: Sequence[tuple[str, int | None]]
) -> list[Take]:
    """Go through the months in order; several losses share a month's cap, the smaller number first.

    `left` is what remains of each loss before the first month, `since` the month from which each is deducted. A
    month whose cap is not known takes nothing.
    """
    remaining, found = dict(left), []
    for month, cap in caps:
        room = cap or 0
        for loss_id in sorted(remaining):
            before = remaining[loss_id]
            if before <= 0 or month < since[loss_id]:
                continue
            taken = min(before, room)
            found.append(Take(loss_id, month, before, taken, cap))
            remaining[loss_id] = before - taken
            room -= taken
    return found
