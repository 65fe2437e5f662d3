"""Section 3: rewards for holding deposits, deductions for droughts (§7 三㈠, ㈡1-3)."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from crm.rulebook.calendar import Days, Flags
from crm.rulebook.entries import Finding, iso_dates
from crm.rulebook.history import VISIT, History, by_person_and_day
from crm.rulebook.people import Codes
from crm.rulebook.tables import NO_DAY
from crm.rulebook.words import words

Counts = npt.NDArray[np.int32]
Hits = tuple[Codes, Days]
"""Positions of people, and the days on which a rule found something."""


@dataclass(frozen=True)
class Floor:
    """What the consultants did on each day: (people x days), days from `people.first`."""

    walked: Flags
    deposits: Counts
    subscriptions: Counts


@dataclass(frozen=True)
class Visits:
    """Visits that count as groups, ordered by person and date; `rows` are positions in the contacts."""

    rows: Codes
    staff: Codes
    day: Codes

    def within(self, who: int, dates: Days) -> Codes:
        """The person's visits from the first to the last of the dates."""
        first, end = np.searchsorted(self.staff, [who, who + 1])
        low, high = np.searchsorted(self.day[first:end], [dates[0], dates[-1] + 1])
        return self.rows[first + low : first + high]


def deposit_findings(history: History, since: int, lang: str) -> Iterator[Finding]:
    """All entries of section 3 from the day `since` to the as-of."""
    floor = _floor(history)
    yield _two_a_day(history, floor, since, lang)
    yield _streaks(history, floor, since, lang)
    yield from _six_groups(history, floor, since, lang)
    yield _drought(history, floor, since, lang, "holding-drought")
    yield _drought(history, floor, since, lang, "subscription-drought")


def _floor(history: History) -> Floor:
    people = history.people
    credits, deals = history.credits, history.deals
    return Floor(
        people.walked(history.parameters.records_begin, history.as_of),
        by_person_and_day(history, credits.staff, deals.holding_counts_on()[credits.deal]),
        by_person_and_day(history, credits.staff, deals.subscription_counts_on()[credits.deal]),
    )


def _two_a_day(history: History, floor: Floor, since: int, lang: str) -> Finding:
    """3.1: a date of the walk with enough holding deposits, once a date."""
    text = words(lang)
    person, on = _since(history, floor.walked & _plenty(history, floor), since)
    evidence = [
        text["two-deposits-day"] % {"on": day, "count": len(deals), "deals": text["join"].join(deals)}
        for day, deals in zip(iso_dates(on), _deals_of(history, person, on), strict=True)
    ]
    return Finding("two-deposits-day", person, on, history.parameters.over("day_reward", on), evidence)


def _streaks(history: History, floor: Floor, since: int, lang: str) -> Finding:
    """3.2: enough such dates running, where any other workday breaks the run and other dates do not."""
    plenty = floor.walked & _plenty(history, floor)
    breaks = floor.walked & history.people.workday & ~plenty
    person, on, _ = _counted(history, plenty, breaks | ~floor.walked, "streak_days", since)
    text, parameters = words(lang), history.parameters
    evidence = []
    for who, day in zip(person.tolist(), on.tolist(), strict=True):
        needed = parameters.integer("streak_days", day)
        dates = np.flatnonzero(plenty[who, : day - history.people.first + 1])[-needed:]
        names = iso_dates((dates + history.people.first).astype(np.int32))
        least = parameters.integer("deposits_a_day", day)
        facts = {"days": needed, "least": least, "dates": text["join"].join(names)}
        evidence.append(text["two-deposits-3-days"] % facts)
    return Finding("two-deposits-3-days", person, on, parameters.over("streak_reward", on), evidence)


def _drought(history: History, floor: Floor, since: int, lang: str, rule: str) -> Finding:
    """3.4 and 3.5: too many days running without one; leave stops 3.5's count, days off 3.4's."""
    people, parameters = history.people, history.parameters
    if rule == "holding-drought":
        events, days, fine = floor.deposits > 0, people.workday, ("holding_days", "holding_fine")
        counts_on = history.deals.holding_counts_on()
    else:
        events, days, fine = (
            floor.subscriptions > 0,
            ~people.leave,
            ("subscription_days", "subscription_fine"),
        )
        counts_on = history.deals.subscription_counts_on()
    dry = floor.walked & days & ~events
    person, on, began = _counted(history, dry, events | ~floor.walked, fine[0], since)
    lengths = parameters.over(fine[0], on).tolist()
    before = _last_deals(history, person, on, counts_on, words(lang)["none"])
    evidence = [
        words(lang)[rule] % {"first": first, "last": last, "days": length, "before": deal}
        for first, last, length, deal in zip(iso_dates(began), iso_dates(on), lengths, before, strict=True)
    ]
    return Finding(rule, person, on, -parameters.over(fine[1], on), evidence)


def _counted(
    history: History, adds: Flags, resets: Flags, needed: str, since: int
) -> tuple[Codes, Days, Days]:
    """Walk the dates: `adds` counts one, `resets` sets to 0, at `needed` an entry and 0 again.

    Gives people, dates from `since` on, and the date on which the count of each began.
    """
    people = history.people
    days = np.arange(people.first, people.last + 1, dtype=np.int32)
    limits = history.parameters.over(needed, days)
    steps, clears = np.ascontiguousarray(adds.T), np.ascontiguousarray(resets.T)
    count = np.zeros(len(people.ids), np.int32)
    began = np.zeros(len(people.ids), np.int32)
    hits: list[tuple[Codes, int, Days]] = []
    for position, day in enumerate(days.tolist()):
        count += steps[position]
        count[clears[position]] = 0
        began[(count == 1) & steps[position]] = day
        full = np.flatnonzero(steps[position] & (count >= limits[position]))
        if len(full):
            count[full] = 0
            if day >= since:
                hits.append((full, day, began[full]))
    person = np.concatenate([np.empty(0, np.int64), *(who for who, _, _ in hits)])
    on = np.repeat([day for _, day, _ in hits], [len(who) for who, _, _ in hits]).astype(np.int32)
    return person, on, np.concatenate([np.empty(0, np.int32), *(start for _, _, start in hits)])


@dataclass(frozen=True)
class _Crowd:
    """Workdays of one person with enough groups and no deposit."""

    person: int
    dates: Days
    count: int


def _six_groups(history: History, floor: Floor, since: int, lang: str) -> Iterator[Finding]:
    """3.3: enough groups in three workdays of an unbroken walk and no deposit; no workday is used twice."""
    groups, visits = _groups_received(history)
    crowds = [
        crowd
        for who in np.flatnonzero(floor.walked.any(axis=1)).tolist()
        for crowd in _crowds_of(history, floor, groups, who)
        if crowd.dates[-1] >= since
    ]
    ids = history.contacts.ids_in_time([visits.within(crowd.person, crowd.dates) for crowd in crowds])
    for crowd, contacts in zip(crowds, ids, strict=True):
        last = crowd.dates[-1:]
        amount = -history.parameters.over("groups_fine", last)
        evidence = [_crowd_sentence(crowd, contacts, lang)]
        yield Finding("six-groups-no-deposit", np.array([crowd.person]), last, amount, evidence)


def _crowds_of(history: History, floor: Floor, groups: Counts, who: int) -> Iterator[_Crowd]:
    people, parameters = history.people, history.parameters
    workdays = np.flatnonzero(floor.walked[who] & people.workday[who])
    if not len(workdays):
        return
    received = np.append(0, np.cumsum(groups[who]))
    placed = np.append(0, np.cumsum(floor.deposits[who]))
    days = (workdays + people.first).astype(np.int32)
    opening = np.arange(len(workdays)) - parameters.over("groups_days", days) + 1
    start = workdays[np.maximum(opening, 0)]
    count = received[workdays + 1] - received[start]
    breaks = np.cumsum(~floor.walked[who])
    enough = (opening >= 0) & (count >= parameters.over("groups", days)) & (breaks[workdays] == breaks[start])
    used = -1
    for last in np.flatnonzero(enough & (placed[workdays + 1] == placed[start])).tolist():
        if opening[last] > used:
            used = last
            yield _Crowd(who, days[opening[last] : last + 1], int(count[last]))


def _crowd_sentence(crowd: _Crowd, contacts: list[str], lang: str) -> str:
    text, names = words(lang), iso_dates(crowd.dates)
    return text["six-groups-no-deposit"] % {
        "first": names[0],
        "last": names[-1],
        "days": len(names),
        "dates": text["join"].join(names),
        "count": crowd.count,
        "contacts": text["join"].join(contacts),
    }


def _groups_received(history: History) -> tuple[Counts, Visits]:
    """Groups received by person and day, and the visits that make them (rulebook 1, group received)."""
    contacts, customers = history.contacts, history.customers
    late = np.iinfo(np.int32).max
    first_deposit = np.full(customers.households, late, np.int32)
    placed = history.deals.first_deposit()
    has = (placed != NO_DAY) & (history.deals.customer >= 0)
    np.minimum.at(first_deposit, customers.household[history.deals.customer[has]], placed[has])
    visits = np.flatnonzero((contacts.kind == VISIT) & (contacts.staff >= 0))
    household = customers.household[contacts.customer[visits]]
    visits = visits[first_deposit[household] >= contacts.day[visits]]
    household = customers.household[contacts.customer[visits]]
    keys = np.stack([contacts.staff[visits], contacts.day[visits], household])
    order = np.lexsort(keys[::-1])
    keys, visits = keys[:, order], visits[order]
    once = np.ones(len(visits), bool)
    once[1:] = (keys[:, 1:] != keys[:, :-1]).any(axis=0)
    counts = by_person_and_day(history, keys[0, once], keys[1, once].astype(np.int32))
    return counts, Visits(visits, keys[0], keys[1])


def _plenty(history: History, floor: Floor) -> Flags:
    days = np.arange(history.people.first, history.people.last + 1, dtype=np.int32)
    enough: Flags = floor.deposits >= history.parameters.over("deposits_a_day", days)
    return enough


def _since(history: History, found: Flags, since: int) -> Hits:
    person, position = np.nonzero(found[:, max(since - history.people.first, 0) :])
    return person, (position + max(since, history.people.first)).astype(np.int32)


def _deals_of(history: History, person: Codes, on: Days) -> list[list[str]]:
    """For each person and date the ids of the deals that count there as holding deposits."""
    counts_on, credits = history.deals.holding_counts_on()[history.credits.deal], history.credits
    found = []
    for who, day in zip(person.tolist(), on.tolist(), strict=True):
        mine = credits.deal[(credits.staff == who) & (counts_on == day)]
        found.append(sorted(history.deals.ids[deal] for deal in mine))
    return found


def _last_deals(history: History, person: Codes, on: Days, counts_on: Days, none: str) -> list[str]:
    """For each person and date the latest deal that counted before it, as `D0001 (2026-10-03)`."""
    credits, ids = history.credits, history.deals.ids
    of_deal = counts_on[credits.deal]
    mine: dict[int, list[tuple[int, str]]] = {}
    for who, day, deal in zip(credits.staff.tolist(), of_deal.tolist(), credits.deal.tolist(), strict=True):
        if day != NO_DAY:
            mine.setdefault(who, []).append((day, ids[deal]))
    found = []
    for who, day in zip(person.tolist(), on.tolist(), strict=True):
        last = max((event for event in mine.get(who, []) if event[0] < day), default=None)
        found.append(none if last is None else f"{last[1]} ({iso_dates(np.array([last[0]], np.int32))[0]})")
    return found
