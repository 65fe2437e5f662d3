"""Section 12: what is due on a date, from the same clocks that the deductions come from."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from crm.rulebook.calendar import Days, Flags
from crm.rulebook.entries import iso_dates, text_ranks, yuan_texts
from crm.rulebook.followup import (
    Clocks,
    Misses,
    Tracking,
    callin_misses,
    joined,
    next_workdays,
    starting_clocks,
    ticked,
    tracking_of,
)
from crm.rulebook.history import History, history_of
from crm.rulebook.parameters import Parameters
from crm.rulebook.people import FOREVER, Codes
from crm.rulebook.reports import absence_pay, reports_of
from crm.rulebook.tables import NO_DAY, Tables, day_number

COLUMNS = ["kind", "customer_id", "staff_id", "due_on", "done", "overdue_since", "cost"]
_PLANS = 60
"""Days past the last plan in which a workday is sure to be found: the longest official holiday has nine."""


@dataclass(frozen=True)
class _Part:
    """Some of the duties, as columns; `cost` in fen."""

    kind: str
    staff: Codes
    customer: Codes
    due: Days
    done: Flags
    overdue: Days
    cost: Codes


def duties(tables: Tables, parameters: Parameters, on: date) -> pd.DataFrame:
    """What is due on a date, ordered by `staff_id`, `due_on`, `kind`, `customer_id`.

    Columns: kind (`callin`, `followup`, `report`), customer_id (empty for a report), staff_id, due_on and
    overdue_since (int32 days, `NO_DAY` for empty), done (bool), cost (int64 fen, `NO_MONEY` for empty).
    """
    day = day_number(on)
    history = history_of(tables, parameters, day, _last_plan(tables, day))
    tracking = tracking_of(history)
    parts = [_reports_due(history), *_tracking_due(tracking)]
    frame = _frame(history, [part for part in parts if len(part.due)])
    keys = [
        text_ranks(frame["customer_id"]),
        text_ranks(frame["kind"]),
        frame["due_on"].to_numpy(),
        text_ranks(frame["staff_id"]),
    ]
    return frame.iloc[np.lexsort(keys)].reset_index(drop=True)


def columns_as_text(frame: pd.DataFrame) -> list[list[str]]:
    """The duties' cells, column by column, as the files show them."""
    overdue = frame["overdue_since"].to_numpy()
    late = overdue != NO_DAY
    since = np.full(len(frame), "", object)
    since[late] = iso_dates(overdue[late])
    return [
        list(frame["kind"]),
        list(frame["customer_id"]),
        list(frame["staff_id"]),
        iso_dates(frame["due_on"].to_numpy()),
        ["1" if done else "0" for done in frame["done"]],
        list(since),
        yuan_texts(frame["cost"].to_numpy()),
    ]


def _last_plan(tables: Tables, day: int) -> int:
    """A day past all plans, so that a workday after the last of them is found."""
    planned = [
        *tables["roster"]["date"].tolist(),
        *tables["calendar"]["date"].tolist(),
        *tables["waivers"]["to_on"].tolist(),
    ]
    return max([day, *map(int, planned)]) + _PLANS


def _frame(history: History, parts: list[_Part]) -> pd.DataFrame:
    none = np.empty(0, np.int32)
    staff = np.concatenate([*(part.staff for part in parts), none]).astype(np.int64)
    customer = np.concatenate([*(part.customer for part in parts), none]).astype(np.int64)
    return pd.DataFrame(
        {
            "kind": pd.Series([part.kind for part in parts for _ in part.due], dtype=object),
            "customer_id": np.array([*history.customers.ids, ""], object)[customer],
            "staff_id": np.array([*history.people.ids, ""], object)[staff],
            "due_on": np.concatenate([*(part.due for part in parts), none]).astype(np.int32),
            "done": np.concatenate([*(part.done for part in parts), none]).astype(bool),
            "overdue_since": np.concatenate([*(part.overdue for part in parts), none]).astype(np.int32),
            "cost": np.concatenate([*(part.cost for part in parts), none]).astype(np.int64),
        }
    )


def _reports_due(history: History) -> _Part:
    people, reports, day = history.people, reports_of(history), history.as_of
    today = day - people.first
    staff = np.flatnonzero(people.subject[:, today] & people.workday[:, today])
    sent = reports.on_time & (reports.date == day)
    days = history.parameters.decimal("untracked_report_days", day)
    held = people.terms.at(staff, np.full(len(staff), day)).tolist()
    cost = [absence_pay(people.terms.base_pay[at], days, history.parameters, day) for at in held]
    return _Part(
        "report",
        staff,
        np.full(len(staff), -1),
        np.full(len(staff), day, np.int32),
        np.isin(staff, reports.staff[sent]),
        np.full(len(staff), NO_DAY, np.int32),
        np.array(cost, np.int64).reshape(-1),
    )


def _tracking_due(tracking: Tracking) -> Iterator[_Part]:
    """The duties of the spells that cover the date."""
    history, spells = tracking.history, tracking.spells
    day = history.as_of
    overdue = _overdue_since(tracking)
    covers = (spells.first <= day) & (spells.last >= day)
    today = np.full(len(covers), day, np.int32)
    covers &= tracking.waivers.covering_to(spells.customer, today) < FOREVER
    calling = tracking.seen.called[spells.customer] & (tracking.seen.visit[spells.customer] > day)
    calls, others = np.flatnonzero(covers & calling), np.flatnonzero(covers & ~calling)
    due = _callin_due(tracking, calls)
    done = (due > day) | np.isin(spells.customer[calls], _reached_today(history))
    cost = history.parameters.over("callin_fine", due)
    yield _part("callin", tracking, calls, due, done, overdue, cost)
    due, clock = _followup_due(tracking, others)
    cost = history.parameters.over("followup_fine", clock)
    yield _part("followup", tracking, others, due, due > day, overdue, cost)


def _part(
    kind: str, tracking: Tracking, spell: Codes, due: Days, done: Flags, overdue: Days, cost: Codes
) -> _Part:
    """The duties of these spells; one without a date has no row, nor one whose date is no longer the owner's."""
    dated = (due < FOREVER) & (due <= tracking.spells.held_to[spell])
    owner, customer = tracking.spells.owner[spell[dated]], tracking.spells.customer[spell[dated]]
    return _Part(kind, owner, customer, due[dated], done[dated], overdue[customer], cost[dated])


def _reached_today(history: History) -> Codes:
    contacts = history.contacts
    today = contacts.effective & (contacts.day == history.as_of)
    reached: Codes = contacts.customer[today]
    return reached


def _callin_due(tracking: Tracking, spell: Codes) -> Days:
    """The owner's first workday on or after the date, after the spell's first date and not waived."""
    history, spells = tracking.history, tracking.spells
    due = np.maximum(spells.first[spell] + 1, history.as_of).astype(np.int32)
    due = _workday_from(history, spells.owner[spell], due)
    while True:
        waived_to = tracking.waivers.covering_to(spells.customer[spell], due)
        waived = (waived_to != NO_DAY) & (due < FOREVER)
        if not waived.any():
            return due
        due[waived] = _workday_from(history, spells.owner[spell[waived]], _day_after(waived_to[waived]))


def _day_after(day: Days) -> Days:
    return np.where(day >= FOREVER, np.int32(FOREVER), day + np.int32(1)).astype(np.int32)


def _workday_from(history: History, owner: Codes, day: Days) -> Days:
    """The owner's first workday on or after each day, `FOREVER` where there is none."""
    people, following = history.people, next_workdays(history.people)
    found = np.full(len(day), FOREVER, np.int32)
    inside = day <= people.last
    found[inside] = following[owner[inside], day[inside] - people.first]
    return found


def _followup_due(tracking: Tracking, spell: Codes) -> tuple[Days, Days]:
    """Due of 4.2 with every record up to the date, walking on only over missed and waived dues.

    With it the date on which the clock then stands, whose fine applies.
    """
    day, spells = tracking.history.as_of, tracking.spells
    clocks = starting_clocks(tracking)
    at = np.full(len(spells.customer), FOREVER, np.int32)
    at[clocks.spell] = clocks.at
    clock = at[spell]
    result = np.full(len(spell), FOREVER, np.int32)
    waiting = np.flatnonzero(clock <= tracking.history.people.last)
    household = tracking.history.customers.household[spells.customer[spell]]
    while len(waiting):
        due = tracking.due_of(spells.owner[spell[waiting]], clock[waiting])
        record = tracking.records.next_after(household[waiting], clock[waiting])
        waived_to = tracking.waivers.covering_to(spells.customer[spell[waiting]], due)
        recorded, waived = record <= due, waived_to != NO_DAY
        settled = ~recorded & ~waived & (due >= day)
        result[waiting[settled]] = due[settled]
        clock[waiting] = np.select([settled, recorded, waived], [clock[waiting], record, waived_to], due)
        waiting = waiting[~settled & (clock[waiting] <= tracking.history.people.last)]
    return result, clock


def _overdue_since(tracking: Tracking) -> Days:
    """For each customer the earliest missed date before the as-of and after its last record, else `NO_DAY`."""
    history, spells = tracking.history, tracking.spells
    many, until = len(history.customers.ids), history.as_of - 1
    tomorrow = np.full(many, history.as_of + 1, np.int32)
    last = tracking.records.last_before(history.customers.household, tomorrow)
    since = np.full(many, FOREVER, np.int32)
    for misses in (
        callin_misses(tracking, last + np.int32(1), until),
        _first_followups(tracking, last, until),
    ):
        customer = spells.customer[misses.spell]
        counted = (misses.on > last[customer]) & (misses.on <= until)
        np.minimum.at(since, customer[counted], misses.on[counted])
    return np.where(since == FOREVER, np.int32(NO_DAY), since)


def _first_followups(tracking: Tracking, last: Days, until: int) -> Misses:
    """The misses of 4.2 that can be a customer's first after its last record.

    Without waivers a clock lands on that record, and its next due date is the one.
    """
    clocks, spells = starting_clocks(tracking), tracking.spells
    customer = spells.customer[clocks.spell]
    waived = tracking.waivers.any_for(customer)
    latest = Clocks(clocks.spell, np.maximum(clocks.at, last[customer]).astype(np.int32), clocks.cause)
    latest = latest.where(~waived & (latest.at <= np.minimum(spells.last[clocks.spell], until)))
    due = tracking.due_of(spells.owner[latest.spell], latest.at)
    missed = due <= np.minimum(spells.last[latest.spell], until)
    once = Misses(latest.spell[missed], due[missed], latest.at[missed], latest.cause[missed])
    return joined([once, *ticked(tracking, clocks.where(waived), until)])
