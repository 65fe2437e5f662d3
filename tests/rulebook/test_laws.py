"""Laws of the rulebook over random workbooks, whatever is in them."""

import random
from collections import Counter
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.builders import Row, Rows, a_follow_up, history
from tests.rulebook.ask import Line, duties, entries, suggestions
from tests.strategies import Question, questions

A_DAY = timedelta(days=1)
pytestmark = pytest.mark.slow
lawful = settings(
    max_examples=40,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example],
)


def of(question: Question, rows: Rows | None = None, **period: date) -> list[Line]:
    """The entries of the question, or of other rows or another period."""
    since, until = period.get("since", question.since), period.get("until", question.until)
    return entries(question.rows if rows is None else rows, since, until, **question.parameters)


# two runs over adjoining periods


@lawful
@given(questions(), st.integers(0, 60))
def test_two_runs_over_adjoining_periods_give_the_entries_of_one_run_over_both(
    question: Question, cut: int
) -> None:
    """The as-of of each run is its own last date, and still the first run misses and adds nothing.

    This holds for every rule without exception: an entry rests only on what happened up to its own date
    (a month's on its last date), on plans, and on `recorded_at`, `submitted_at` and `signed_on`, which may
    lie after any as-of. Evidence and order belong to it: the second list simply follows the first.
    """
    middle = question.since + min(cut, (question.until - question.since).days) * A_DAY
    first = of(question, until=middle)
    second = of(question, since=middle + A_DAY) if middle < question.until else []
    assert first + second == of(question)


@lawful
@given(questions(), st.integers(1, 40))
def test_a_later_as_of_changes_no_entry_of_an_earlier_period(question: Question, more: int) -> None:
    later = of(question, until=question.until + more * A_DAY)
    assert [line for line in later if line.on <= question.until.isoformat()] == of(question)


# the order of rows


def shuffled(rows: Rows, seed: int) -> Rows:
    generator = random.Random(seed)
    return {name: generator.sample(own, len(own)) for name, own in rows.items()}


@lawful
@given(questions(), st.integers(0, 1000))
def test_the_order_of_rows_never_matters_to_entries_and_their_evidence(question: Question, seed: int) -> None:
    assert of(question, shuffled(question.rows, seed)) == of(question)


@lawful
@given(questions(), st.integers(0, 1000))
def test_the_order_of_rows_never_matters_to_duties_and_suggestions(question: Question, seed: int) -> None:
    other, values = shuffled(question.rows, seed), question.parameters
    assert duties(other, question.on, **values) == duties(question.rows, question.on, **values)
    assert suggestions(other, **values) == suggestions(question.rows, **values)


# one more follow-up


@lawful
@given(questions(), st.data())
def test_without_waivers_one_more_follow_up_never_raises_the_number_of_missed_ones(
    question: Question, data: st.DataObject
) -> None:
    question = question.without("waivers")
    begin = data.draw(st.sampled_from([row["first_contact_at"] for row in question.rows["customers"]]))
    customer = data.draw(st.sampled_from(question.rows["customers"]))
    at = max(
        customer["first_contact_at"] + timedelta(seconds=1), begin + data.draw(st.integers(0, 40)) * A_DAY
    )
    rows = with_follow_up(question.rows, customer, at)
    assert missed(of(question, rows)) <= missed(of(question))


def with_follow_up(rows: Rows, customer: Row, at: datetime) -> Rows:
    """The rows with one more follow-up, which is not the first contact of the customer."""
    first = {**a_follow_up("", "", "11-02")[1], "contact_id": "~0", "kind": "visit"}
    more = a_follow_up(customer["customer_id"], "M", "11-02")[1]
    more |= {"contact_id": "~1", "happened_at": at, "recorded_at": at}
    own = [row for row in rows["contacts"] if row["customer_id"] == customer["customer_id"]]
    if not own:  # keep it one that visited first: a contact must be on its first date
        first |= {"customer_id": customer["customer_id"], "staff_id": "M"}
        first |= dict.fromkeys(("happened_at", "recorded_at"), customer["first_contact_at"])
    return {**rows, "contacts": [*rows["contacts"], *([] if own else [first]), more]}


def missed(lines: list[Line]) -> int:
    return sum(1 for line in lines if line.rule == "followup-missed")


# strangers


def renamed(question: Question) -> Rows:
    """The same workbook under other ids, numbers and names, so that it shares nothing with the first."""
    names = {"staff_id", "customer_id", "contact_id", "deal_id", "owner", "to", "signed_by", "decided_by"}
    names |= {"household", "project", "id_number"}

    def strange(row: Row) -> Row:
        new = {name: f"X{value}" if name in names and value else value for name, value in row.items()}
        return {**new, "phone": None} if "phone" in new else new

    return {
        name: [] if name == "calendar" else [strange(row) for row in own]
        for name, own in question.rows.items()
    }


@lawful
@given(questions(), questions())
def test_strangers_change_nothing_for_others(question: Question, other: Question) -> None:
    """Other people with their own customers, households and deals, in a project of their own: outside the
    ranking, and here even in it."""
    strangers = renamed(other)
    both = {name: own + strangers[name] for name, own in question.rows.items()}
    ids = {row["staff_id"] for row in question.rows["staff"]}
    assert [line for line in of(question, both) if line.staff_id in ids] == of(question)
    values = question.parameters
    found = [duty for duty in duties(both, question.on, **values) if duty.staff_id in ids]
    assert found == duties(question.rows, question.on, **values)
    deals = {deal["deal_id"] for deal in question.rows["deals"]}
    suggested = [one for one in suggestions(both, **values) if one["deal_id"] in deals]
    assert suggested == suggestions(question.rows, **values)


@lawful
@given(questions(), questions())
def test_strangers_of_the_same_project_change_nothing_outside_the_ranking(
    question: Question, other: Question
) -> None:
    strangers = renamed(other)
    for row in strangers["staff"]:
        row["project"] = row["project"].removeprefix("X")
    both = {name: own + strangers[name] for name, own in question.rows.items()}
    ids = {row["staff_id"] for row in question.rows["staff"]}

    def outside_the_ranking(lines: list[Line]) -> list[Line]:
        return [line for line in lines if line.rule != "training-notice" and line.staff_id in ids]

    assert outside_the_ranking(of(question, both)) == outside_the_ranking(of(question))


# parameters


LATER: dict[str, Any] = {
    "record_within_days": 3,
    "followup_record_within_days": 4,
    "followup_every_days": 6,
    "followup_fine": 1,
    "callin_fine": 1,
    "deposits_a_day": 1,
    "day_reward": 1,
    "streak_days": 1,
    "streak_reward": 1,
    "groups_days": 2,
    "groups": 1,
    "groups_fine": 1,
    "holding_days": 1,
    "holding_fine": 1,
    "subscription_days": 1,
    "subscription_fine": 1,
    "false_report_days": 3,
    "untracked_report_days": 2,
    "paid_days_a_month": 1,
    "confirm_units": 1,
    "confirm_after_months": 0,
    "notice_days": 99,
    "protection_days": 1,
}


@lawful
@given(questions(), st.integers(0, 40))
def test_a_later_parameter_leaves_earlier_dates_alone(question: Question, days: int) -> None:
    """Every number changed from a date on, at once: not one entry before that date becomes another."""
    begins = min(question.since + days * A_DAY, question.until)
    values = {name: value for name, value in question.parameters.items() if name == "records_begin"}
    later = values | {name: [(begins, value)] for name, value in LATER.items()}
    before = entries(question.rows, question.since, question.until, **values)
    after = entries(question.rows, question.since, question.until, **later)
    day = begins.isoformat()
    assert [line for line in after if line.on < day] == [line for line in before if line.on < day]


# shards


@lawful
@given(questions(), st.integers(1, 4))
def test_the_work_in_shards_gives_the_same_entries(question: Question, shards: int) -> None:
    from concurrent.futures import ThreadPoolExecutor

    from crm import rulebook
    from crm.rulebook.entries import rows as cells
    from tests.builders import tables
    from tests.rulebook.ask import parameters

    with ThreadPoolExecutor(1) as executor:
        frame = rulebook.evaluate(
            tables(question.rows),
            parameters(question.parameters),
            question.since,
            question.until,
            executor=executor,
            shards=shards,
        )
    assert [Line(*line) for line in cells(frame)] == of(question)


def test_an_empty_history_has_no_entries() -> None:
    assert entries(history()) == []
    assert Counter(duties(history(), "11-02")) == Counter()
