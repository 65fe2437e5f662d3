"""Random questions to the rulebook: a workbook without faults, and what to ask of it.

One maker, two sources of chance: `random_question(seed)` for hundreds of workbooks in seconds, and the
hypothesis strategy `questions()`, which shrinks what it finds.
"""

import random

from hypothesis import strategies as st

from tests.chance import Dice, Drawn
from tests.making import SMALL, Maker, Question, Size

__all__ = ["SMALL", "Question", "Size", "questions", "random_question"]


def random_question(seed: int, size: Size | None = None) -> Question:
    """The question of that seed; of any size where none is given."""
    generator = random.Random(seed)
    return Maker(Dice(generator), size or generator.choice((Size(), SMALL))).question()


@st.composite
def questions(draw: st.DrawFn, size: Size = SMALL) -> Question:
    """Questions that shrink towards few rows and ordinary dates."""
    return Maker(Drawn(draw), size).question()
