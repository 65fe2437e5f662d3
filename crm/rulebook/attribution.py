"""Section 9: which deal is whose (§7 二㈢2)."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypedDict

import numpy as np
import pandas as pd

from crm.rulebook.calendar import Days
from crm.rulebook.history import History, history_of
from crm.rulebook.parameters import Parameters
from crm.rulebook.people import Codes, texts
from crm.rulebook.tables import Tables

_NOT_DIGITS = re.compile(r"\D")
_COUNTRY = re.compile(r"^(?:00)?86(?=1\d{10}$)")
_SEPARATORS = re.compile(r"[;;]")


class Candidate(TypedDict):
    """Whoever as a consultant had contact with the customer or one linked to it, by the day the deal began."""

    staff_id: str
    first_contact_at: str
    last_contact_at: str
    unbroken: bool
    protected: bool
    via: list[str]


class Suggestion(TypedDict):
    """To whom a deal should be attributed, None for nobody, and on what it rests."""

    deal_id: str
    suggested: str | None
    candidates: list[Candidate]


class UnknownDeal(LookupError):
    """The deal is not in the workbook."""


@dataclass(frozen=True)
class Links:
    """Who is linked to whom: customers with the same number are linked, over any chain."""

    of: Codes


def phone_digits(phone: str) -> str:
    """A phone number as it is compared: digits only, the country's 86 dropped from a mobile number."""
    digits = _NOT_DIGITS.sub("", phone)
    return _COUNTRY.sub("", digits)


def phone_numbers(cell: str) -> list[str]:
    """The numbers of a `phone` cell, as they are compared."""
    return [digits for digits in map(phone_digits, _SEPARATORS.split(cell)) if digits]


def links_of(customers: pd.DataFrame, household: Codes) -> Links:
    """Linked customers get the same number: by phone, identity card or household, and links chain."""
    parent = list(range(len(customers)))

    def root(position: int) -> int:
        while parent[position] != position:
            parent[position] = parent[parent[position]]
            position = parent[position]
        return position

    seen: dict[tuple[str, str | int], int] = {}
    marks = zip(texts(customers["phone"]), texts(customers["id_number"]), household.tolist(), strict=True)
    for position, (phones, id_number, home) in enumerate(marks):
        for mark in _marks(phones, id_number, home):
            first = seen.setdefault(mark, position)
            parent[root(position)] = root(first)
    return Links(np.array([root(position) for position in range(len(customers))], np.int64))


def _marks(phones: str, id_number: str, home: int) -> Iterable[tuple[str, str | int]]:
    for number in phone_numbers(phones):
        yield "phone", number
    if id_number.strip():
        yield "id_number", id_number.strip().upper()
    yield "household", home


def suggest(tables: Tables, parameters: Parameters, deal_id: str) -> Suggestion:
    """The suggestion for one deal; UnknownDeal where there is no such deal (rulebook 9)."""
    return suggest_all(tables, parameters, [deal_id])[0]


def suggest_all(
    tables: Tables, parameters: Parameters, deal_ids: list[str] | None = None
) -> list[Suggestion]:
    """The suggestions for these deals, or for all, in the order given or of their ids."""
    last = _last_day(tables)
    history = history_of(tables, parameters, last)
    links = links_of(tables["customers"], history.customers.household)
    positions = {deal: position for position, deal in enumerate(history.deals.ids)}
    wanted = sorted(positions) if deal_ids is None else deal_ids
    missing = [deal for deal in wanted if deal not in positions]
    if missing:
        raise UnknownDeal(missing[0])
    return [_suggestion(history, links, positions[deal]) for deal in wanted]


def _last_day(tables: Tables) -> int:
    deals = tables["deals"]
    days = [deals[name].max() for name in ("holding_deposit_on", "subscription_on", "contract_on")]
    return int(max([0, *(day for day in days if day == day)]))


def _suggestion(history: History, links: Links, deal: int) -> Suggestion:
    contacts, began = history.contacts, int(history.deals.began()[deal])
    customer = int(history.deals.customer[deal])
    linked = links.of == links.of[customer]
    rows = np.flatnonzero(linked[contacts.customer] & (contacts.day <= began) & (contacts.staff >= 0))
    terms = history.people.terms
    rows = rows[terms.consultant[terms.at(contacts.staff[rows], contacts.day[rows])]]
    candidates = [
        _candidate(history, rows[contacts.staff[rows] == who], began)
        for who in np.unique(contacts.staff[rows]).tolist()
    ]
    candidates.sort(key=lambda candidate: (candidate["first_contact_at"], candidate["staff_id"]))
    return {
        "deal_id": history.deals.ids[deal],
        "suggested": _suggested(candidates),
        "candidates": candidates,
    }


def _candidate(history: History, rows: Codes, began: int) -> Candidate:
    contacts, parameters = history.contacts, history.parameters
    day = contacts.day[rows]
    in_time = contacts.recorded[rows] - day <= parameters.over("record_within_days", day)
    protecting = np.sort(day[in_time])
    until = protecting + parameters.over("protection_days", protecting)
    first = int(day.min())
    via = {history.customers.ids[customer] for customer in contacts.customer[rows].tolist()}
    return {
        "staff_id": history.people.ids[int(contacts.staff[rows[0]])],
        "first_contact_at": _local(int(contacts.at[rows].min())),
        "last_contact_at": _local(int(contacts.at[rows].max())),
        "unbroken": _covers_all(protecting, until, first, began),
        "protected": bool((until >= began).any()),
        "via": sorted(via),
    }


def _covers_all(start: Days, until: Codes, first: int, last: int) -> bool:
    """Do the spans from each start to its end cover every day from first to last?"""
    covered = first - 1
    for begins, ends in zip(start.tolist(), until.tolist(), strict=True):
        if begins > covered + 1:
            break
        covered = max(covered, ends)
    return covered >= last


def _suggested(candidates: list[Candidate]) -> str | None:
    """The first one protected all along, else the first protected on the day, else the latest contact."""
    if not candidates:
        return None
    unbroken = [candidate["staff_id"] for candidate in candidates if candidate["unbroken"]]
    protected = [candidate["staff_id"] for candidate in candidates if candidate["protected"]]
    if unbroken or protected:
        return (unbroken or protected)[0]
    latest = max(candidate["last_contact_at"] for candidate in candidates)
    return min(c["staff_id"] for c in candidates if c["last_contact_at"] == latest)


def _local(seconds: int) -> str:
    return str(np.datetime64(seconds, "s"))
