"""Spells: one unbroken tracking of a customer by one owner (rulebook 4)."""

from dataclasses import dataclass

import numpy as np

from crm.rulebook.calendar import Days, Flags
from crm.rulebook.history import CALL_IN, VISIT, History
from crm.rulebook.people import FOREVER, Codes, codes_in
from crm.rulebook.tables import NO_DAY, Tables
from crm.rulebook.terms import Stretches


@dataclass(frozen=True)
class Spells:
    """One position a spell, by customer and then date; `first` and `last` are both included.

    `held_to` is the last date, planned ones included, of the stretch in which the owner is a property consultant.
    """

    customer: Codes
    owner: Codes
    first: Days
    last: Days
    held_to: Days

    def where(self, kept: Flags) -> "Spells":
        """Only some of them."""
        return Spells(
            self.customer[kept], self.owner[kept], self.first[kept], self.last[kept], self.held_to[kept]
        )


@dataclass(frozen=True)
class FirstSeen:
    """For each customer: did it first call, by which contact, and on which day did it first visit?

    `visit` is `FOREVER` where there is none; `contact` is -1 for a customer without contacts.
    """

    called: Flags
    contact: Codes
    visit: Days


def spells_of(history: History) -> Spells:
    """All spells that have a date, up to the as-of: each within one stretch of dates of a subject owner."""
    customer, owner, first = _owners_in_turn(history.tables, history)
    until_next = np.full(len(customer), FOREVER, np.int32)
    until_next[:-1] = np.where(customer[1:] == customer[:-1], first[1:] - 1, FOREVER)
    people, customers = history.people, history.customers
    left = np.where(owner >= 0, people.left[owner], FOREVER)
    last = np.minimum.reduce(
        [
            until_next,
            _day_before(_first_contract(history))[customer],
            _day_before(customers.opted_out)[customer],
            left,
            np.full(len(customer), history.as_of),
        ]
    ).astype(np.int32)
    stretches = people.terms.stretches(len(people.ids))
    row, stretch = _by_stretch(stretches, owner)
    first = np.maximum(first[row], stretches.first[stretch])
    last = np.minimum(last[row], stretches.last[stretch])
    kept = (last >= first) & (last >= history.parameters.records_begin)
    return Spells(customer[row], owner[row], first, last, stretches.last[stretch]).where(kept)


def _by_stretch(stretches: Stretches, owner: Codes) -> tuple[Codes, Codes]:
    """Each row of an owner once for each of the owner's stretches: the row's position and the stretch's."""
    many = np.where(owner >= 0, stretches.count[owner], 0) if len(stretches.count) else np.zeros_like(owner)
    row = np.repeat(np.arange(len(owner)), many)
    nth = np.arange(len(row)) - np.repeat(np.cumsum(many) - many, many)
    return row, stretches.begin[owner[row]] + nth


def _owners_in_turn(tables: Tables, history: History) -> tuple[Codes, Codes, Days]:
    """Who has each customer from which day: the first owner, then what transfers change; -1 is the pool."""
    customers, transfers = history.customers, tables["transfers"]
    given = codes_in(customers.index, transfers["customer_id"])
    known = given >= 0
    on = transfers["on"].to_numpy()[known]
    given = given[known]
    customer = np.concatenate([np.arange(len(customers.ids)), given])
    owner = np.concatenate([customers.owner, codes_in(history.people.ids, transfers["to"])[known]])
    written = np.concatenate([np.full(len(customers.ids), NO_DAY, np.int32), on])
    first = np.concatenate([customers.first_contact, np.maximum(on, customers.first_contact[given])])
    order = np.lexsort([written, first, customer])
    customer, owner, first = customer[order], owner[order], first[order]
    kept = np.ones(len(customer), bool)
    kept[:-1] = (customer[1:] != customer[:-1]) | (first[1:] != first[:-1])
    customer, owner, first = customer[kept], owner[kept], first[kept]
    kept = np.ones(len(customer), bool)
    kept[1:] = (customer[1:] != customer[:-1]) | (owner[1:] != owner[:-1])
    return customer[kept], owner[kept], first[kept].astype(np.int32)


def _first_contract(history: History) -> Days:
    """The customer's own first contract date, cancelled or not; `NO_DAY` without one."""
    first = np.full(len(history.customers.ids), FOREVER, np.int32)
    deals = history.deals
    signed = (deals.contract != NO_DAY) & (deals.customer >= 0)
    np.minimum.at(first, deals.customer[signed], deals.contract[signed])
    return np.where(first == FOREVER, np.int32(NO_DAY), first)


def _day_before(days: Days) -> Days:
    return np.where(days == NO_DAY, np.int32(FOREVER), days - np.int32(1)).astype(np.int32)


def first_seen(history: History) -> FirstSeen:
    """The first contact and first visit of each customer, by whomever of the staff."""
    contacts, many = history.contacts, len(history.customers.ids)
    earliest = np.full(many, np.iinfo(np.int64).max)
    np.minimum.at(earliest, contacts.customer, contacts.at)
    at_first = np.flatnonzero(contacts.at == earliest[contacts.customer])
    contact = np.full(many, -1, np.int64)
    contact[contacts.customer[at_first]] = at_first
    _smaller_id_of_a_tie(history, at_first, contact)
    called = np.zeros(many, bool)
    called[contact >= 0] = contacts.kind[contact[contact >= 0]] == CALL_IN
    visit = np.full(many, FOREVER, np.int32)
    visits = contacts.kind == VISIT
    np.minimum.at(visit, contacts.customer[visits], contacts.day[visits])
    return FirstSeen(called, contact, visit)


def _smaller_id_of_a_tie(history: History, at_first: Codes, contact: Codes) -> None:
    """Of several first contacts at one time, put the one with the smaller id into `contact`."""
    who = history.contacts.customer[at_first]
    tied = np.bincount(who, minlength=1)[who] > 1
    rows = at_first[tied]
    best: dict[int, tuple[str, int]] = {}
    for customer, name, row in zip(
        who[tied].tolist(), history.contacts.ids(rows), rows.tolist(), strict=True
    ):
        best[customer] = min(best.get(customer, (name, row)), (name, row))
    for customer, (_, row) in best.items():
        contact[customer] = row
