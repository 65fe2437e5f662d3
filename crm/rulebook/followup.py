"""Section 4: callers contacted daily until the visit, everyone followed up at least every three days.

§7 二㈢4, 5 and 五5. All clocks of all customers tick to their next record together.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from crm.rulebook.calendar import Days, Flags
from crm.rulebook.entries import Finding, iso_dates
from crm.rulebook.history import History
from crm.rulebook.people import FOREVER, Codes, People
from crm.rulebook.records import Records, records_of
from crm.rulebook.spells import FirstSeen, Spells, first_seen, spells_of
from crm.rulebook.tables import NO_DAY
from crm.rulebook.waivers import Waivers, waivers_of
from crm.rulebook.words import words

START, VISITED, BEGIN, RECORD, MISSED, WAIVED = range(6)
_CAUSES = ("clock-start", "clock-visit", "clock-begin", "clock-record", "clock-missed", "clock-waived")
Causes = npt.NDArray[np.int8]


@dataclass(frozen=True)
class Tracking:
    """Everything the clocks look at."""

    history: History
    spells: Spells
    seen: FirstSeen
    records: Records
    waivers: Waivers
    due: Days
    """(people x days): the due date of a clock that stands on the day, `FOREVER` where there is none."""

    def due_of(self, owner: Codes, clock: Days) -> Days:
        """Due of each clock (rulebook 4.2)."""
        due: Days = self.due[owner, clock - self.history.people.first]
        return due


@dataclass(frozen=True)
class Misses:
    """Dates without a record, one position an entry; `spell` points into the spells."""

    spell: Codes
    on: Days
    clock: Days
    cause: Causes


@dataclass(frozen=True)
class Clocks:
    """Running clocks, one position each; `spell` points into the spells."""

    spell: Codes
    at: Days
    cause: Causes

    def where(self, kept: Flags) -> "Clocks":
        """Only some of them."""
        return Clocks(self.spell[kept], self.at[kept], self.cause[kept])


def tracking_of(history: History, since: int = NO_DAY) -> Tracking:
    """Spells, records, waivers and due dates up to the as-of of the history.

    With `since` only for looking at misses from that day on: of customers without waivers the records before
    their last one before it are left out, because no clock stands there any more.
    """
    waivers, customers = waivers_of(history), history.customers
    waived = np.zeros(customers.households, bool)
    waived[customers.household[waivers.any_for(np.arange(len(customers.ids)))]] = True
    return Tracking(
        history,
        spells_of(history),
        first_seen(history),
        records_of(history, since, waived),
        waivers,
        due_table(history),
    )


def due_table(history: History) -> Days:
    """For each person and day: that day plus `followup_every_days`, moved on to the next workday."""
    people, following = history.people, next_workdays(history.people)
    days = np.arange(people.first, people.last + 1, dtype=np.int32)
    target = days - people.first + history.parameters.over("followup_every_days", days)
    inside = target < len(days)
    due = np.full(following.shape, np.int32(FOREVER))
    due[:, inside] = following[:, target[inside]]
    return due


def next_workdays(people: People) -> Days:
    """For each person and day: the first workday on or after it, `FOREVER` where there is none."""
    days = np.arange(people.first, people.last + 1, dtype=np.int32)
    workdays = np.where(people.workday, days, np.int32(FOREVER))
    following: Days = np.minimum.accumulate(workdays[:, ::-1], axis=1)[:, ::-1]
    return following


def followup_findings(history: History, since: int, lang: str) -> Iterator[Finding]:
    """All entries of section 4 from the day `since` to the as-of."""
    tracking = tracking_of(history, since)
    if len(tracking.spells.customer):
        every = np.full(len(history.customers.ids), since, np.int32)
        yield _callin_finding(tracking, callin_misses(tracking, every, history.as_of), lang)
        yield _followup_finding(tracking, followup_misses(tracking, since, history.as_of), lang)


def callin_misses(tracking: Tracking, since: Days, until: int) -> Misses:
    """4.1: workdays of the owner before a caller's first visit, without a record.

    From the day in `since` of each customer to `until`.
    """
    spells, seen, history = tracking.spells, tracking.seen, tracking.history
    called = np.flatnonzero(seen.called[spells.customer])
    customer = spells.customer[called]
    low = np.maximum(spells.first[called] + 1, np.maximum(since[customer], history.parameters.records_begin))
    high = np.minimum(np.minimum(spells.last[called], seen.visit[customer] - 1), until)
    many = np.maximum(high.astype(np.int64) - low + 1, 0)
    spell = np.repeat(called, many)
    step = np.arange(len(spell)) - np.repeat(np.cumsum(many) - many, many)
    on = (np.repeat(low, many) + step).astype(np.int32)
    working = history.people.workday[spells.owner[spell], on - history.people.first]
    spell, on = spell[working], on[working]
    missed = ~tracking.records.on(history.customers.household[spells.customer[spell]], on)
    spell, on = spell[missed], on[missed]
    free = tracking.waivers.covering_to(spells.customer[spell], on) == NO_DAY
    spell, on = spell[free], on[free]
    return Misses(spell, on, on, np.full(len(on), START, np.int8))


def followup_misses(tracking: Tracking, since: int, until: int) -> Misses:
    """4.2: due dates from `since` to `until` that passed without a record since the clock."""
    clocks = starting_clocks(tracking)
    spells = tracking.spells
    clocks = clocks.where((spells.last[clocks.spell] >= since) & (clocks.at < until))
    waived = tracking.waivers.any_for(spells.customer[clocks.spell])
    near = _brought_near(tracking, clocks.where(~waived), since)
    misses = joined([*ticked(tracking, near, until), *ticked(tracking, clocks.where(waived), until)])
    kept = (misses.on >= since) & (misses.on <= until)
    return Misses(misses.spell[kept], misses.on[kept], misses.clock[kept], misses.cause[kept])


def joined(parts: Iterable[Misses]) -> Misses:
    """All of them as one."""
    days = np.empty(0, np.int32)
    none = Misses(np.empty(0, np.int64), days, days, np.empty(0, np.int8))
    every = [none, *parts]
    return Misses(
        np.concatenate([part.spell for part in every]),
        np.concatenate([part.on for part in every]),
        np.concatenate([part.clock for part in every]),
        np.concatenate([part.cause for part in every]),
    )


def starting_clocks(tracking: Tracking) -> Clocks:
    """A clock for each spell in which the customer did not first call, or has visited by its last date."""
    spells, seen = tracking.spells, tracking.seen
    called = seen.called[spells.customer]
    visit = seen.visit[spells.customer]
    running = np.flatnonzero(~called | (visit <= spells.last))
    visited = np.where(called, visit, NO_DAY)[running]
    first, begin = spells.first[running], tracking.history.parameters.records_begin
    at = np.maximum(np.maximum(first, visited), begin).astype(np.int32)
    cause = np.select([at == first, at == visited], [START, VISITED], BEGIN).astype(np.int8)
    return Clocks(running, at, cause)


def _brought_near(tracking: Tracking, clocks: Clocks, since: int) -> Clocks:
    """The same clocks, set to where they stand just before `since`.

    Without waivers a clock lands on every record date of its spell, so it starts at the last one before the
    period; from there to the period it misses every due date, along a path that depends on the owner only.
    """
    household = tracking.history.customers.household[tracking.spells.customer[clocks.spell]]
    last = tracking.records.last_before(household, np.full(len(household), since, np.int32))
    recorded = last > clocks.at
    at = np.where(recorded, last, clocks.at).astype(np.int32)
    cause = np.where(recorded, np.int8(RECORD), clocks.cause)
    first = tracking.history.people.first
    owner = tracking.spells.owner[clocks.spell]
    early = at < since
    near = at.copy()
    near[early] = _paths(tracking, since)[owner[early], at[early] - first]
    return Clocks(clocks.spell, near, np.where(near != at, np.int8(MISSED), cause).astype(np.int8))


def _paths(tracking: Tracking, since: int) -> Days:
    """For each person and day before `since`: the last day on the path of missed dues whose due is not."""
    first = tracking.history.people.first
    days = max(since - first, 0)
    path = np.empty((len(tracking.due), days), np.int32)
    everyone = np.arange(len(tracking.due))
    for position in range(days - 1, -1, -1):
        due = tracking.due[:, position]
        before = due < since
        path[:, position] = first + position
        path[before, position] = path[everyone[before], due[before] - first]
    return path


def ticked(tracking: Tracking, clocks: Clocks, until: int) -> Iterator[Misses]:
    """Let every clock tick to its next record, due or waiver until none is left; give the misses."""
    spells, household = tracking.spells, tracking.history.customers.household
    while len(clocks.spell):
        clocks = clocks.where(clocks.at <= until)
        customer = spells.customer[clocks.spell]
        due = tracking.due_of(spells.owner[clocks.spell], clocks.at)
        record = tracking.records.next_after(household[customer], clocks.at)
        recorded = record <= due
        running = recorded | (due <= spells.last[clocks.spell])
        clocks, customer = clocks.where(running), customer[running]
        due, record, recorded = due[running], record[running], recorded[running]
        waived_to = tracking.waivers.covering_to(customer, due)
        missed = ~recorded & (waived_to == NO_DAY)
        yield Misses(clocks.spell[missed], due[missed], clocks.at[missed], clocks.cause[missed])
        at = np.select([recorded, missed], [record, due], waived_to).astype(np.int32)
        cause = np.select([recorded, missed], [RECORD, MISSED], WAIVED).astype(np.int8)
        clocks = Clocks(clocks.spell, at, cause)


def _callin_finding(tracking: Tracking, misses: Misses, lang: str) -> Finding:
    history, text = tracking.history, words(lang)
    customer = tracking.spells.customer[misses.spell]
    first = tracking.seen.contact[customer]
    household = history.customers.household[customer]
    before = tracking.records.last_before(household, misses.on)
    columns = [
        _names(history.customers.ids, customer),
        history.contacts.ids(first),
        iso_dates(history.contacts.day[first]),
        iso_dates(misses.on),
        tracking.records.named(history, household, before, lang),
    ]
    template = text["callin-missed"]
    evidence = [template % row for row in zip(*columns, strict=True)]
    amount = -history.parameters.over("callin_fine", misses.on)
    owner = tracking.spells.owner[misses.spell]
    return Finding("callin-missed", owner, misses.on, amount, evidence, customer)


def _followup_finding(tracking: Tracking, misses: Misses, lang: str) -> Finding:
    history, text = tracking.history, words(lang)
    customer = tracking.spells.customer[misses.spell]
    household = history.customers.household[customer]
    before = tracking.records.last_before(household, misses.on)
    causes = np.array([text[cause] for cause in _CAUSES], object)
    columns = [
        _names(history.customers.ids, customer),
        iso_dates(misses.on),
        iso_dates(misses.clock),
        list(causes[misses.cause]),
        tracking.records.named(history, household, before, lang),
    ]
    template = text["followup-missed"]
    evidence = [template % row for row in zip(*columns, strict=True)]
    amount = -history.parameters.over("followup_fine", misses.clock)
    owner = tracking.spells.owner[misses.spell]
    return Finding("followup-missed", owner, misses.on, amount, evidence, customer)


def _names(ids: list[str], codes: Codes) -> list[str]:
    return list(np.array(ids, object)[codes]) if len(codes) else []
