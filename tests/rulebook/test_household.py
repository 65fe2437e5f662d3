"""The light path for one household gives what the whole rulebook gives: on thousands of random households.

They have waivers, transfers, rest days, moved weekends, ties and late records; a failure names the seed.
"""

import os
from dataclasses import replace
from datetime import date, datetime

import pytest

from crm import rulebook
from crm.rulebook.household import (
    NEVER,
    Member,
    Person,
    Spoken,
    Workdays,
    earliest_day_needed,
    household_duties,
)
from crm.rulebook.tables import NO_DAY, SECONDS_A_DAY, day_number
from tests.builders import Row, Rows, tables
from tests.rulebook.ask import parameters
from tests.strategies import Question, random_question

PARTS, ROUNDS = 4, int(os.environ.get("CRM_SOAK_ROUNDS", "400"))
STEPS = ("holding_deposit_on", "subscription_on", "contract_on")


def number(on: date | None, otherwise: int = NEVER) -> int:
    return otherwise if on is None else day_number(on)


def seconds(at: datetime) -> int:
    return day_number(at.date()) * SECONDS_A_DAY + at.hour * 3600 + at.minute * 60 + at.second


def spoken(row: Row) -> Spoken:
    recorded = day_number(row["recorded_at"].date())
    return Spoken(seconds(row["happened_at"]), row["contact_id"], row["kind"], recorded, row["effective"])


def member(rows: Rows, customer: Row) -> Member:
    own = {
        name: [row for row in rows[name] if row["customer_id"] == customer["customer_id"]]
        for name in ("contacts", "transfers", "waivers", "deals")
    }
    return Member(
        customer["customer_id"],
        customer["owner"],
        day_number(customer["first_contact_at"].date()),
        number(customer["opted_out_on"]),
        min((number(deal["contract_on"]) for deal in own["deals"]), default=NEVER),
        [(day_number(row["on"]), row["to"]) for row in own["transfers"]],
        [(day_number(row["from_on"]), number(row["to_on"])) for row in own["waivers"]],
        [spoken(row) for row in own["contacts"]],
        [day_number(deal[step]) for deal in own["deals"] for step in STEPS if deal[step]],
    )


def people(rows: Rows, since: int) -> dict[str, Person]:
    """The staff, with the part of the roster that is said to be enough."""
    return {
        row["staff_id"]: Person(
            (row["role"], row["trade"]) == ("consultant", "property"),
            day_number(row["hired_on"]),
            number(row["left_on"]),
            {
                day_number(plan["date"]): plan["kind"] == "work"
                for plan in rows["roster"]
                if plan["staff_id"] == row["staff_id"] and day_number(plan["date"]) >= since
            },
        )
        for row in rows["staff"]
    }


def settled_question(seed: int) -> Question:
    """A random question about people who never change post; those who do are left to the whole rulebook."""
    question = random_question(seed)
    return replace(question, rows={**question.rows, "terms": []})


def light(question: Question, on: date) -> list[tuple[object, ...]]:
    rows, values, day = question.rows, parameters(question.parameters), day_number(on)
    households: dict[str, list[Member]] = {}
    for customer in rows["customers"]:
        home = customer["household"] or f"alone {customer['customer_id']}"
        households.setdefault(home, []).append(member(rows, customer))
    found = []
    for members in households.values():
        since = earliest_day_needed(members, values, day)
        calendar = {day_number(row["date"]): row["workday"] for row in rows["calendar"]}
        workdays = Workdays(people(rows, since), {on: it for on, it in calendar.items() if on >= since})
        for due in household_duties(members, workdays, values, day):
            since_day = NO_DAY if due.overdue is None else due.overdue
            found.append((due.kind, due.customer_id, due.staff_id, due.due, due.done, since_day, due.cost))
    return sorted(found)


def whole(question: Question, on: date) -> list[tuple[object, ...]]:
    frame = rulebook.duties(tables(question.rows), parameters(question.parameters), on)
    frame = frame[frame["kind"] != "report"]
    return sorted(tuple(row) for row in frame.itertuples(index=False))


@pytest.mark.slow
@pytest.mark.parametrize("part", range(PARTS))
def test_the_light_path_gives_the_duties_of_the_whole_rulebook(part: int) -> None:
    found = 0
    for seed in range(part, ROUNDS, PARTS):
        question = settled_question(seed)
        for on in {question.since, question.until, question.on}:
            said = light(question, on)
            assert said == whole(question, on), f"seed {seed} on {on}"
            found += len(said)
    assert found > ROUNDS // PARTS // 2


def test_the_households_asked_about_are_not_all_of_one_kind() -> None:
    questions = [settled_question(seed) for seed in range(150)]
    kinds = {due[0] for question in questions for due in light(question, question.on)}
    assert kinds == {"callin", "followup"}
    for table in ("waivers", "transfers", "roster", "calendar", "deals"):
        assert any(question.rows[table] for question in questions)
