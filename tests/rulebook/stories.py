"""Histories of one customer that many claims begin with."""

from collections.abc import Iterable
from typing import Any

from tests.builders import Record, Rows, a_call, a_consultant, a_customer, a_visit, history
from tests.rulebook.ask import found

Told = Record | Iterable[Record]


def visitor(*told: Told, first: str = "11-02", **customer: Any) -> Rows:
    """C visits on Monday 2 November and is A's; B is there too."""
    return history(
        a_consultant("A"),
        a_consultant("B"),
        a_customer("C", "A", first, **customer),
        a_visit("C", "A", first),
        *told,
    )


def caller(*told: Told, first: str = "11-02", **customer: Any) -> Rows:
    """C calls in on Monday 2 November and is A's; B is there too."""
    return history(
        a_consultant("A"),
        a_consultant("B"),
        a_customer("C", "A", first, **customer),
        a_call("C", "A", first),
        *told,
    )


def who_and_when(rule: str, story: Rows, until: str = "11-30", **parameters: Any) -> list[tuple[str, str]]:
    return [(line.staff_id, line.on[5:]) for line in found(rule, story, until=until, **parameters)]
