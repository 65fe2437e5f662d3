"""The fast engine and the plain second reading agree: entries, duties and suggestions of random workbooks.

A failure names the seed: `random_question(seed)` gives the workbook again. `CRM_SOAK_ROUNDS=20000` reads
that many workbooks instead of the few hundred of an ordinary run, `CRM_SOAK_FIRST` begins elsewhere.
"""

import os

import pytest

from crm import rulebook
from crm.rulebook.duties import columns_as_text
from crm.rulebook.entries import rows as cells
from tests import second_reading
from tests.builders import as_text, tables
from tests.rulebook.ask import parameters
from tests.strategies import Question, random_question

ROUNDS = int(os.environ.get("CRM_SOAK_ROUNDS", "300"))
FIRST = int(os.environ.get("CRM_SOAK_FIRST", "0"))
PARTS = 6  # so that several workers share the work


def seeds(part: int) -> range:
    return range(FIRST + part, FIRST + ROUNDS, PARTS)


def entries_agree(question: Question) -> bool:
    given = tables(question.rows)
    frame = rulebook.evaluate(given, parameters(question.parameters), question.since, question.until)
    fast = [row[:6] for row in cells(frame)]
    return fast == second_reading.entries(question.rows, question.since, question.until, question.parameters)


def duties_agree(question: Question) -> bool:
    given = as_text(tables(question.rows))
    frame = rulebook.duties(given, parameters(question.parameters), question.on)
    fast = list(zip(*columns_as_text(frame), strict=True))
    return fast == second_reading.duties(question.rows, question.on, question.parameters)


def suggestions_agree(question: Question) -> bool:
    given, values = tables(question.rows), parameters(question.parameters)
    return all(
        rulebook.suggest(given, values, deal["deal_id"])
        == second_reading.suggest(question.rows, deal["deal_id"], question.parameters)
        for deal in question.rows["deals"]
    )


@pytest.mark.slow
@pytest.mark.parametrize("part", range(PARTS))
def test_both_readings_find_the_same_entries(part: int) -> None:
    assert [seed for seed in seeds(part) if not entries_agree(random_question(seed))] == []


@pytest.mark.slow
@pytest.mark.parametrize("part", range(PARTS))
def test_both_readings_find_the_same_duties(part: int) -> None:
    assert [seed for seed in seeds(part) if not duties_agree(random_question(seed))] == []


@pytest.mark.slow
@pytest.mark.parametrize("part", range(PARTS))
def test_both_readings_suggest_the_same_of_each_deal(part: int) -> None:
    assert [seed for seed in seeds(part) if not suggestions_agree(random_question(seed))] == []


@pytest.mark.slow
def test_the_random_workbooks_are_not_empty_talk() -> None:
    """Every rule applies somewhere among them, and duties of each kind are open, done and overdue."""
    rules, duties = set(), set()
    for seed in range(300):
        question = random_question(seed)
        rules |= {
            line[0]
            for line in second_reading.entries(
                question.rows, question.since, question.until, question.parameters
            )
        }
        lines = second_reading.duties(question.rows, question.on, question.parameters)
        duties |= {(line[0], line[4], bool(line[5])) for line in lines}
    assert len(rules) == 16
    tracked = {
        (kind, done, late) for kind in ("callin", "followup") for done in "01" for late in (True, False)
    }
    assert duties == tracked | {("report", "0", False), ("report", "1", False)}
