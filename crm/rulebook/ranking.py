"""Places by what was sold, and who is last (rulebook 6.2)."""

from collections.abc import Sequence
from decimal import Decimal

Result = tuple[Decimal, Decimal]
"""What ranks: units sold, then the sum of amounts in yuan."""


def places(results: Sequence[Result]) -> list[int]:
    """The place of each, from 1; equal results share a place, and the next comes after all of them."""
    return [1 + sum(other > result for other in results) for result in results]


def last_ones(results: Sequence[Result]) -> list[bool]:
    """Whether each is equal to the lowest; nobody is where all are equal."""
    if not results or min(results) == max(results):
        return [False] * len(results)
    worst = min(results)
    return [result == worst for result in results]
