"""What happened up to the as-of, as columns of whole numbers: customers, contacts and deals (rulebook 1)."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

import numpy as np
import numpy.typing as npt
import pandas as pd

from crm.rulebook.calendar import Days, Flags
from crm.rulebook.parameters import Parameters
from crm.rulebook.people import Codes, People, codes_in, people_of, texts
from crm.rulebook.tables import NO_DAY, SECONDS_A_DAY, Tables

Seconds = npt.NDArray[np.int64]
CALL_IN, VISIT, FOLLOW_UP = 0, 1, 2
_KINDS = ["call_in", "visit", "follow_up"]


@dataclass(frozen=True)
class Customers:
    """One position a customer; `household` numbers households, a customer without one being its own."""

    ids: list[str]
    index: "pd.Index[str]"
    household: Codes
    households: int
    owner: Codes
    first_contact: Days
    opted_out: Days


@dataclass(frozen=True)
class Contacts:
    """The contacts that happened by the as-of; `at` in seconds, `day` and `recorded` as day numbers."""

    id_column: "pd.Series[str]"
    rows: Codes
    customer: Codes
    staff: Codes
    kind: npt.NDArray[np.int8]
    at: Seconds
    day: Days
    recorded: Days
    effective: Flags

    def ids(self, positions: Codes) -> list[str]:
        """The contact ids at these positions."""
        return texts(self.id_column.iloc[self.rows[positions]])

    def ids_in_time(self, groups: Sequence[Codes]) -> list[list[str]]:
        """For each group of positions the contact ids, by time and then id; gathered in one go."""
        positions = np.concatenate([*groups, np.empty(0, np.int64)]).astype(np.int64)
        named = iter(zip(self.at[positions].tolist(), self.ids(positions), strict=True))
        return [[name for _, name in sorted(next(named) for _ in range(len(group)))] for group in groups]


@dataclass(frozen=True)
class Deals:
    """One position a deal; days are `NO_DAY` where the step has not happened."""

    ids: list[str]
    customer: Codes
    staff: Codes
    counts_as_unit: Flags
    units: npt.NDArray[np.int64]
    amount: list[Decimal | None]
    holding: Days
    subscription: Days
    contract: Days
    cancelled: Days

    def holding_counts_on(self) -> Days:
        """The date on which each deal counts as a holding deposit, `NO_DAY` where it never does."""
        on = np.where(self.holding == NO_DAY, self.subscription, self.holding)
        return self._unless_cancelled(on)

    def subscription_counts_on(self) -> Days:
        """The date on which each deal counts as a subscription, `NO_DAY` where it never does."""
        return self._unless_cancelled(self.subscription)

    def began(self) -> Days:
        """The earliest of the deposit and contract dates, cancelled or not (rulebook 9)."""
        return earliest(self.holding, self.subscription, self.contract)

    def first_deposit(self) -> Days:
        """The date a deposit was placed, cancelled or not; `NO_DAY` where none was."""
        return earliest(self.holding, self.subscription)

    def _unless_cancelled(self, on: Days) -> Days:
        void = (self.cancelled != NO_DAY) & (self.cancelled <= on)
        return np.where(void, np.int32(NO_DAY), on).astype(np.int32)


@dataclass(frozen=True)
class Credits:
    """Whose deal: a row for each deal and person, with the person's percent (rulebook 1)."""

    deal: Codes
    staff: Codes
    percent: list[Decimal]


@dataclass(frozen=True)
class History:
    """Everything the rules look at, up to the as-of."""

    tables: Tables
    parameters: Parameters
    as_of: int
    people: People
    customers: Customers
    contacts: Contacts
    deals: Deals
    credits: Credits


def earliest(*columns: Days) -> Days:
    """The earliest of the days that are known, row by row; `NO_DAY` where none is."""
    late = np.iinfo(np.int32).max
    least = np.minimum.reduce([np.where(column == NO_DAY, late, column) for column in columns])
    return np.where(least == late, NO_DAY, least).astype(np.int32)


def history_of(tables: Tables, parameters: Parameters, as_of: int, plans_to: int | None = None) -> History:
    """The history by a day number; workdays are known up to `plans_to`, else a little past the as-of."""
    margin = parameters.largest("followup_every_days") + 1
    last = (as_of if plans_to is None else plans_to) + margin
    people = people_of(tables, parameters, _first_day(tables, parameters, as_of), last)
    customers = _customers(tables, people)
    deals = _deals(tables, people, customers)
    return History(
        tables,
        parameters,
        as_of,
        people,
        customers,
        _contacts(tables, people, customers, as_of),
        deals,
        _credits(tables, people, deals),
    )


def _first_day(tables: Tables, parameters: Parameters, as_of: int) -> int:
    """The first day that a walk or a clock can stand on."""
    if parameters.records_begin != NO_DAY:
        return min(parameters.records_begin, as_of)
    hired = tables["staff"]["hired_on"].to_numpy()
    first = tables["customers"]["first_contact_at"].to_numpy() // SECONDS_A_DAY
    return int(min([as_of, *hired[:].tolist(), *([int(first.min())] if len(first) else [])]))


def _customers(tables: Tables, people: People) -> Customers:
    frame = tables["customers"]
    ids = texts(frame["customer_id"])
    named = pd.factorize(frame["household"].astype(object))[0].astype(np.int64)
    alone = named < 0
    named[alone] = named.max(initial=-1) + 1 + np.arange(int(alone.sum()))
    return Customers(
        ids=ids,
        index=pd.Index(ids, dtype=object),
        household=named,
        households=int(named.max(initial=-1)) + 1,
        owner=codes_in(people.ids, frame["owner"]),
        first_contact=(frame["first_contact_at"].to_numpy() // SECONDS_A_DAY).astype(np.int32),
        opted_out=frame["opted_out_on"].to_numpy(),
    )


def _contacts(tables: Tables, people: People, customers: Customers, as_of: int) -> Contacts:
    frame = tables["contacts"]
    at = frame["happened_at"].to_numpy()
    rows = np.flatnonzero(at < (as_of + 1) * SECONDS_A_DAY)
    customer = codes_in(customers.index, frame["customer_id"])[rows]
    known = customer >= 0
    rows, customer = rows[known], customer[known]
    return Contacts(
        id_column=frame["contact_id"],
        rows=rows,
        customer=customer,
        staff=codes_in(people.ids, frame["staff_id"])[rows],
        kind=codes_in(_KINDS, frame["kind"])[rows].astype(np.int8),
        at=at[rows],
        day=(at[rows] // SECONDS_A_DAY).astype(np.int32),
        recorded=(frame["recorded_at"].to_numpy()[rows] // SECONDS_A_DAY).astype(np.int32),
        effective=frame["effective"].to_numpy()[rows],
    )


def _deals(tables: Tables, people: People, customers: Customers) -> Deals:
    frame = tables["deals"]
    return Deals(
        ids=texts(frame["deal_id"]),
        customer=codes_in(customers.index, frame["customer_id"]),
        staff=codes_in(people.ids, frame["staff_id"]),
        counts_as_unit=frame["unit_kind"].isin(["residential", "shopfront"]).to_numpy(bool),
        units=frame["units"].to_numpy(),
        amount=frame["amount"].to_list(),
        holding=frame["holding_deposit_on"].to_numpy(),
        subscription=frame["subscription_on"].to_numpy(),
        contract=frame["contract_on"].to_numpy(),
        cancelled=frame["cancelled_on"].to_numpy(),
    )


def _credits(tables: Tables, people: People, deals: Deals) -> Credits:
    shares = tables["shares"]
    deal = codes_in(deals.ids, shares["deal_id"])
    shared = np.zeros(len(deals.ids) + 1, bool)
    shared[deal] = True
    alone = np.flatnonzero(~shared[:-1] & (deals.staff >= 0))
    whole = Decimal(100)
    return Credits(
        deal=np.concatenate([deal, alone]),
        staff=np.concatenate([codes_in(people.ids, shares["staff_id"]), deals.staff[alone]]),
        percent=shares["percent"].to_list() + [whole] * len(alone),
    )


def by_person_and_day(history: History, staff: Codes, day: Days) -> npt.NDArray[np.int32]:
    """Counts of the given events as (people x days) over the days of `history.people`."""
    people = history.people
    shape = len(people.ids), people.last - people.first + 1
    inside = (staff >= 0) & (day >= people.first) & (day <= people.last)
    cell = staff[inside] * shape[1] + (day[inside] - people.first)
    return np.bincount(cell, minlength=shape[0] * shape[1]).reshape(shape).astype(np.int32)
