"""Where random workbooks get their choices from: a seeded generator, or hypothesis."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

from hypothesis import strategies as st

T = TypeVar("T")


class Chance(Protocol):
    """Where the choices come from; the first of several is the simplest."""

    def number(self, least: int, most: int) -> int: ...

    def one_of(self, choices: Sequence[T]) -> T: ...

    def happens(self, percent: int) -> bool: ...


@dataclass(frozen=True)
class Dice:
    """Chance from a seeded generator."""

    generator: random.Random

    def number(self, least: int, most: int) -> int:
        return self.generator.randint(least, most)

    def one_of(self, choices: Sequence[T]) -> T:
        return self.generator.choice(choices)

    def happens(self, percent: int) -> bool:
        return self.generator.randrange(100) < percent


@dataclass(frozen=True)
class Drawn:
    """Chance from hypothesis, which tries to make things not happen."""

    draw: st.DrawFn

    def number(self, least: int, most: int) -> int:
        return self.draw(st.integers(least, most))

    def one_of(self, choices: Sequence[T]) -> T:
        return self.draw(st.sampled_from(choices))

    def happens(self, percent: int) -> bool:
        return self.draw(st.integers(0, 99)) >= 100 - percent
