"""Records on a date: what keeps a household's clocks from running out (rulebook 1, record on a date)."""

from dataclasses import dataclass

import numpy as np

from crm.rulebook.calendar import Days, Flags
from crm.rulebook.history import History
from crm.rulebook.people import FOREVER, Codes
from crm.rulebook.tables import NO_DAY, SECONDS_A_DAY
from crm.rulebook.words import words

_SPAN = 1 << 22
"""More days than any calendar: a household and a day make one whole number."""
_OFFSET = 1 << 21
_SECONDS = 1 << 17
"""More seconds than a day, so that household, day and second still fit into 63 bits."""


@dataclass(frozen=True)
class Records:
    """The record dates of all households, as sorted unique keys of household and day.

    `source` names for each key the row behind its earliest record: a position in the contacts, or
    -1 - the position of a deal.
    """

    keys: Codes
    source: Codes

    def next_after(self, household: Codes, day: Days) -> Days:
        """The household's first record date after the day, `FOREVER` where there is none."""
        at = np.searchsorted(self.keys, _key(household, day), side="right")
        return self._taken(at, household, FOREVER)

    def last_before(self, household: Codes, day: Days) -> Days:
        """The household's last record date before the day, `NO_DAY` where there is none."""
        at = np.searchsorted(self.keys, _key(household, day), side="left") - 1
        return self._taken(at, household, NO_DAY)

    def on(self, household: Codes, day: Days) -> Flags:
        """Has the household a record on the day?"""
        found: Flags = self.last_before(household, day + np.int32(1)) == day
        return found

    def _taken(self, at: Codes, household: Codes, otherwise: int) -> Days:
        if not len(self.keys):
            return np.full(len(household), otherwise, np.int32)
        key = self.keys[np.clip(at, 0, len(self.keys) - 1)]
        theirs = (at >= 0) & (at < len(self.keys)) & (key // _SPAN == household)
        return np.where(theirs, key % _SPAN - _OFFSET, otherwise).astype(np.int32)

    def named(self, history: History, household: Codes, day: Days, lang: str) -> list[str]:
        """Each record as `2026-11-02 (K001)`; `none` for `NO_DAY`."""
        text = words(lang)
        names = np.full(len(day), text["none"], object)
        known = np.flatnonzero(day != NO_DAY)
        at = np.searchsorted(self.keys, _key(household[known], day[known]))
        picked, position = np.unique(at, return_inverse=True)
        labels = _labels(history, self.source[picked], self.keys[picked], text["deal-record"])
        names[known] = np.array(labels, object)[position] if len(labels) else []
        return list(names)


def _key(household: Codes, day: Days) -> Codes:
    key: Codes = household * _SPAN + (day.astype(np.int64) + _OFFSET)
    return key


def _labels(history: History, source: Codes, keys: Codes, deal_label: str) -> list[str]:
    dates = np.datetime_as_string((keys % _SPAN - _OFFSET).astype("M8[D]"))
    of_contact = np.flatnonzero(source >= 0)
    names = {
        int(position): name
        for position, name in zip(of_contact, history.contacts.ids(source[of_contact]), strict=True)
    }
    ids = history.deals.ids
    return [
        f"{date} ({names[position] if position in names else deal_label % ids[-1 - row]})"
        for position, (date, row) in enumerate(zip(dates.tolist(), source.tolist(), strict=True))
    ]


def records_of(history: History, since: int = NO_DAY, whole: Flags | None = None) -> Records:
    """The record dates up to the as-of.

    With `since` only what a look from that day on needs: each household's dates from then on, and its last one
    before; all of them for the households marked in `whole`.
    """
    contacts, customers, deals = history.contacts, history.customers, history.deals
    within = history.parameters.over("followup_record_within_days", contacts.day)
    rows = np.flatnonzero(contacts.recorded - contacts.day <= within)
    days, households, sources, seconds = (
        [contacts.day[rows]],
        [customers.household[contacts.customer[rows]]],
        [rows],
        [contacts.at[rows] % SECONDS_A_DAY],
    )
    for step in (deals.holding, deals.subscription, deals.contract):
        taken = np.flatnonzero((step != NO_DAY) & (step <= history.as_of) & (deals.customer >= 0))
        days.append(step[taken])
        households.append(customers.household[deals.customer[taken]])
        sources.append(-1 - taken)
        seconds.append(np.full(len(taken), SECONDS_A_DAY))
    household, day = np.concatenate(households), np.concatenate(days)
    source, second = np.concatenate(sources), np.concatenate(seconds)
    if since != NO_DAY:
        kept = _from_last_before(household, day, since, customers.households)
        kept |= False if whole is None else whole[household]
        household, day, source, second = household[kept], day[kept], source[kept], second[kept]
    return _earliest_of_each(history, _key(household, day), source, second)


def _from_last_before(household: Codes, day: Days, since: int, households: int) -> Flags:
    """Which records are of the day or later, or of their household's last date before it."""
    last = np.full(households, NO_DAY, np.int32)
    before = day < since
    np.maximum.at(last, household[before], day[before])
    kept: Flags = ~before | (day == last[household])
    return kept


def _earliest_of_each(history: History, key: Codes, source: Codes, second: Codes) -> Records:
    """One row a key: the earliest by second, then by the smaller id, contacts before deals."""
    order = np.argsort(key * _SECONDS + second)
    key, source, second = key[order], source[order], second[order]
    opens = np.append(True, key[1:] != key[:-1])[: len(key)]
    first = np.flatnonzero(opens)
    tied = np.flatnonzero(~opens & (second == second[first[np.cumsum(opens) - 1]])) if len(key) else first
    chosen = source[first].copy()
    for at in tied.tolist():
        group = int(np.searchsorted(first, at, side="right")) - 1
        chosen[group] = min(int(chosen[group]), int(source[at]), key=lambda row: _id_of(history, row))
    return Records(key[first], chosen)


def _id_of(history: History, row: int) -> str:
    return history.deals.ids[-1 - row] if row < 0 else history.contacts.ids(np.array([row]))[0]
