"""Asks the rulebook about a history that a test told, and answers in the words that tests compare.

`CRM_CLAIMS_OF=second-reading` puts the same claims to the plain second reading: a claim on which both agree
is a claim that the rulebook makes.
"""

import os
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any, NamedTuple

from tests import second_reading
from tests.builders import Rows, day, short, tables

if TYPE_CHECKING:
    from crm.rulebook.parameters import Parameters

SECOND = os.environ.get("CRM_CLAIMS_OF") == "second-reading"


class Line(NamedTuple):
    """One entry, as its CSV line has it."""

    rule: str
    staff_id: str
    on: str
    amount: str
    absent_days: str
    customer_id: str
    evidence: str = ""


class Duty(NamedTuple):
    """One row of what is due, as its CSV line has it."""

    kind: str
    customer_id: str
    staff_id: str
    due_on: str
    done: str
    overdue_since: str
    cost: str


def parameters(values: dict[str, Any]) -> "Parameters":
    """The built-in rulebook with these values instead: a value, or a list of (from, value)."""
    from crm.rulebook.parameters import load

    return load().with_values(values)


def _value(name: str, given: Any) -> Any:
    """A value as a test writes it: "0.25" for a decimal, `11-02` for a date."""
    if isinstance(given, list):
        return [(day(begins), _value(name, value)) for begins, value in given]
    if isinstance(given, str):
        return day(given) if name == "records_begin" else Decimal(given)
    return given


def _values(given: dict[str, Any]) -> dict[str, Any]:
    return {name: _value(name, value) for name, value in given.items()}


def entries(
    story: Rows, since: str | date = "2000-01-01", until: str | date = "11-30", **given: Any
) -> list[Line]:
    """All entries of the period, in their final order; `until` is the as-of."""
    values = _values(given)
    if SECOND:
        return [Line(*line) for line in second_reading.entries(story, day(since), day(until), values)]
    from crm import rulebook
    from crm.rulebook.entries import rows as cells

    frame = rulebook.evaluate(tables(story), parameters(values), day(since), day(until))
    return [Line(*line) for line in cells(frame)]


def found(
    rule: str, story: Rows, since: str = "2000-01-01", until: str = "11-30", **given: Any
) -> list[Line]:
    """The entries of one rule."""
    return [line for line in entries(story, since, until, **given) if line.rule == rule]


def dates(rule: str, story: Rows, since: str = "2000-01-01", until: str = "11-30", **given: Any) -> list[str]:
    """The dates of the entries of one rule, as tests write dates."""
    return [short(line.on) for line in found(rule, story, since, until, **given)]


def amounts(
    rule: str, story: Rows, since: str = "2000-01-01", until: str = "11-30", **given: Any
) -> list[str]:
    return [line.amount for line in found(rule, story, since, until, **given)]


def workdays(story: Rows, since: str, until: str, **given: Any) -> list[str]:
    """The workdays of the walk of consultants without deposits: with a drought of one day, each is one."""
    return dates("holding-drought", story, since, until, holding_days=1, **given)


def walked(story: Rows, since: str, until: str, **given: Any) -> list[str]:
    """All dates of the walk of consultants without subscriptions or leave."""
    return dates("subscription-drought", story, since, until, subscription_days=1, **given)


def duties(story: Rows, on: str | date, **given: Any) -> list[Duty]:
    """What is due on the date, in its final order."""
    values = _values(given)
    if SECOND:
        return [Duty(*line) for line in second_reading.duties(story, day(on), values)]
    from crm import rulebook
    from crm.rulebook.duties import columns_as_text

    frame = rulebook.duties(tables(story), parameters(values), day(on))
    return [Duty(*line) for line in zip(*columns_as_text(frame), strict=True)]


def followup_duties(story: Rows, on: str | date, **given: Any) -> list[Duty]:
    """The duties towards customers, without the reports."""
    return [duty for duty in duties(story, on, **given) if duty.kind != "report"]


def suggestion(story: Rows, deal_id: str = "D", **given: Any) -> dict[str, Any]:
    """What section 9 says of the deal, as the command prints it."""
    values = _values(given)
    if SECOND:
        return second_reading.suggest(story, deal_id, values)
    from crm import rulebook

    return dict(rulebook.suggest(tables(story), parameters(values), deal_id))


def suggestions(story: Rows, **given: Any) -> list[dict[str, Any]]:
    """What section 9 says of each deal, in the order of their ids."""
    deal_ids = sorted(row["deal_id"] for row in story["deals"])
    values = _values(given)
    if SECOND:
        return [second_reading.suggest(story, deal_id, values) for deal_id in deal_ids]
    from crm import rulebook

    given_tables, given_parameters = tables(story), parameters(values)
    return [dict(rulebook.suggest(given_tables, given_parameters, deal_id)) for deal_id in deal_ids]
