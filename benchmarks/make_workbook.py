"""Makes a large workbook: 200 people, one year (2025-11-01 to 2026-10-31), as many contacts as asked for.

    python -m benchmarks.make_workbook benchmarks/data/1000000 --contacts 1000000

One customer has ten contacts on average, so more contacts mean more customers, not busier ones. The same
numbers and seed give the same files.
"""

import argparse
import time
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks import people
from benchmarks.columns import NOTES, Ids, ids, money, optional_days, texts, words
from crm.rulebook.tables import NO_DAY, SECONDS_A_DAY, Tables, day_number
from crm.workbook.frames import frame_of, tables_of
from crm.workbook.schema import BY_NAME
from crm.workbook.write import write_workbook

FIRST, LAST = date(2025, 11, 1), date(2026, 10, 31)
DAYS = (LAST - FIRST).days + 1
_GAPS, _GAP_SHARES = (1, 2, 3, 4, 5), (0.2, 0.25, 0.38, 0.1, 0.07)
_FATES = ("open", "pool", "waived", "opted_out", "contract")
_FATE_SHARES = (0.05, 0.58, 0.04, 0.13, 0.2)


@dataclass
class Leads:
    """The customers as arrays: whose, since which day of the year, and how it ended on which day."""

    owner: np.ndarray
    first_day: np.ndarray
    contacts: np.ndarray
    last_day: np.ndarray
    end_day: np.ndarray
    fate: np.ndarray
    heir: np.ndarray
    """The consultant who takes over, −1 where nobody does."""
    handover_day: np.ndarray


def make_tables(contacts: int, seed: int) -> Tables:
    """All tables with that many contacts."""
    rng = np.random.default_rng(seed)
    customers = max(contacts // 10, 1)
    counts = rng.multinomial(contacts - customers, np.full(customers, 1 / customers)) + 1
    gaps = rng.choice(_GAPS, contacts, p=_GAP_SHARES)
    starts = np.concatenate(([0], np.cumsum(counts)[:-1]))
    gaps[starts] = 0
    since_first = np.cumsum(gaps) - np.repeat(np.cumsum(gaps)[starts], counts)
    leads = _leads(rng, counts, since_first[starts + counts - 1])
    seconds = _moments(rng, leads, since_first)
    customer_ids = Ids("C", customers)
    deals, shares = _deals(rng, leads, customer_ids)
    frames = people.make_frames(rng, day_number(FIRST), DAYS)
    frames |= {
        "customers": _customers(rng, leads, customer_ids, seconds[starts]),
        "contacts": _contacts(rng, leads, customer_ids, since_first, seconds, starts),
        "transfers": _transfers(leads, customer_ids),
        "waivers": _waivers(rng, leads, customer_ids),
        "deals": deals,
        "shares": shares,
    }
    return tables_of(frames)


def _leads(rng: np.random.Generator, counts: np.ndarray, spans: np.ndarray) -> Leads:
    """Everybody is looked after within the year; the end comes some days after the last contact."""
    size = len(counts)
    owner = rng.integers(0, people.OWNERS, size)
    spans = np.minimum(spans, DAYS - 1)
    first_day = rng.integers(0, DAYS - spans)
    last_day = first_day + spans
    handed = (rng.random(size) < 0.1) & (spans > 6)
    heir = np.where(handed, (owner + rng.integers(1, people.OWNERS, size)) % people.OWNERS, -1)
    return Leads(
        owner=owner,
        first_day=first_day,
        contacts=counts,
        last_day=last_day,
        end_day=last_day + rng.integers(1, 13, size),
        fate=rng.choice(len(_FATES), size, p=_FATE_SHARES),
        heir=heir,
        handover_day=first_day + spans // 2,
    )


def _moments(rng: np.random.Generator, leads: Leads, since_first: np.ndarray) -> np.ndarray:
    """Local seconds of every contact, between 09:00 and 17:59."""
    day = np.minimum(np.repeat(leads.first_day, leads.contacts) + since_first, DAYS - 1)
    clock = rng.integers(9 * 3600, 18 * 3600, len(day))
    moments = (day + day_number(FIRST)) * SECONDS_A_DAY + clock
    # The days of a customer never go back, but two contacts on the last day might: sort within customers.
    customer = np.repeat(np.arange(len(leads.owner)), leads.contacts)
    return np.asarray(moments[np.lexsort((moments, customer))], dtype=np.int64)


def _ends(leads: Leads, fate: str) -> np.ndarray:
    """The customers that ended so within the year."""
    return np.flatnonzero((leads.fate == _FATES.index(fate)) & (leads.end_day < DAYS))


def _customers(rng: np.random.Generator, leads: Leads, customer_ids: Ids, first: np.ndarray) -> pd.DataFrame:
    size = len(leads.owner)
    opted = np.full(size, NO_DAY, dtype=np.int64)
    gone = _ends(leads, "opted_out")
    opted[gone] = leads.end_day[gone] + day_number(FIRST)
    # Of a hundred customers two are a couple: neighbours in the numbering, which came to anybody.
    couple = np.where(np.arange(size) % 100 < 2, np.arange(size) // 100, -1)
    columns = {
        "customer_id": texts(customer_ids.names),
        "name": texts([f"客户{number}" for number in range(size)]),
        "phone": texts([f"138{number:08d}" for number in range(size)]),
        "household": ids(couple, Ids("H", size // 100 + 1)),
        "owner": ids(leads.owner, people.STAFF_IDS),
        "channel": words(rng, ("户外广告", "朋友介绍", "网络平台", "路过"), size),
        "first_contact_at": pd.Series(first),
        "opted_out_on": optional_days(opted),
    }
    return frame_of(BY_NAME["customers"], columns, size)


def _contacts(
    rng: np.random.Generator,
    leads: Leads,
    customer_ids: Ids,
    since_first: np.ndarray,
    seconds: np.ndarray,
    starts: np.ndarray,
) -> pd.DataFrame:
    size = len(seconds)
    customer = np.repeat(np.arange(len(leads.owner)), leads.contacts)
    kind = np.where(rng.random(size) < 0.12, 1, 2)
    kind[starts] = np.where(rng.random(len(starts)) < 0.28, 0, 1)
    handed = (leads.heir[customer] >= 0) & (
        seconds // SECONDS_A_DAY >= leads.handover_day[customer] + day_number(FIRST)
    )
    delay = rng.integers(60, 7200, size) + rng.choice((0, 1, 3), size, p=(0.97, 0.02, 0.01)) * SECONDS_A_DAY
    columns = {
        "contact_id": texts(Ids("K", size).names),
        "customer_id": ids(customer, customer_ids),
        "staff_id": ids(np.where(handed, leads.heir[customer], leads.owner[customer]), people.STAFF_IDS),
        "kind": ids(kind, Ids.of(("call_in", "visit", "follow_up"))),
        "happened_at": pd.Series(seconds),
        "recorded_at": pd.Series(seconds + delay),
        "effective": pd.Series(rng.random(size) < 0.92),
        "medium": ids(rng.integers(0, 3, size), Ids.of(("phone", "wechat", "in_person"))),
        "note": words(rng, NOTES, size),
    }
    return frame_of(BY_NAME["contacts"], columns, size)


def _transfers(leads: Leads, customer_ids: Ids) -> pd.DataFrame:
    """Hand-overs half way, and at the end the public pool."""
    handed, pooled = np.flatnonzero(leads.heir >= 0), _ends(leads, "pool")
    rows = np.concatenate((handed, pooled))
    days = np.concatenate((leads.handover_day[handed], leads.end_day[pooled])) + day_number(FIRST)
    heirs = np.concatenate((leads.heir[handed], np.full(len(pooled), -1)))
    columns = {
        "customer_id": ids(rows, customer_ids),
        "on": optional_days(days),
        "to": ids(heirs, people.STAFF_IDS),
    }
    return frame_of(BY_NAME["transfers"], columns, len(rows))


def _waivers(rng: np.random.Generator, leads: Leads, customer_ids: Ids) -> pd.DataFrame:
    """Those that nobody need follow any more, and two per cent that were abroad for a while."""
    ended = _ends(leads, "waived")
    away = np.setdiff1d(np.flatnonzero(rng.random(len(leads.owner)) < 0.02), ended)
    rows = np.concatenate((ended, away))
    begins = np.concatenate((leads.end_day[ended], leads.last_day[away])) + day_number(FIRST)
    to = np.concatenate((np.full(len(ended), NO_DAY), begins[len(ended) :] + 9))
    special = np.arange(len(rows)) >= len(ended)
    columns = {
        "customer_id": ids(rows, customer_ids),
        "from_on": optional_days(begins),
        "to_on": optional_days(to),
        "reason": ids(special.astype(int), Ids.of(("no_further_tracking", "special"))),
        "signed_by": ids(np.full(len(rows), people.MANAGER), people.STAFF_IDS),
        "signed_on": optional_days(begins),
    }
    return frame_of(BY_NAME["waivers"], columns, len(rows))


def _deals(rng: np.random.Generator, leads: Leads, customer_ids: Ids) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Each contract with its deposits before it; one in ten is cancelled, one in fifty shared."""
    rows = _ends(leads, "contract")
    size = len(rows)
    contract = leads.end_day[rows] + day_number(FIRST)
    subscription = contract - rng.integers(0, 8, size)
    holding = np.where(rng.random(size) < 0.15, NO_DAY, subscription - rng.integers(0, 6, size))
    cancelled = np.where(rng.random(size) < 0.1, contract + rng.integers(0, 20, size), NO_DAY)
    seller = np.where(leads.heir[rows] >= 0, leads.heir[rows], leads.owner[rows])
    deal_ids = Ids("D", size)
    columns = {
        "deal_id": texts(deal_ids.names),
        "customer_id": ids(rows, customer_ids),
        "staff_id": ids(seller, people.STAFF_IDS),
        "unit_kind": ids(rng.integers(0, 3, size), Ids.of(("residential", "shopfront", "parking"))),
        "units": pd.Series(rng.choice((1, 2), size, p=(0.95, 0.05)).astype(np.int64)),
        "amount": money(rng.integers(800_000, 4_000_000, size)),
        "holding_deposit_on": optional_days(holding),
        "subscription_on": optional_days(subscription),
        "contract_on": optional_days(contract),
        "cancelled_on": optional_days(cancelled),
    }
    shared = np.flatnonzero(rng.random(size) < 0.02)
    two = np.concatenate((seller[shared], (seller[shared] + 1) % people.OWNERS))
    halves = {
        "deal_id": ids(np.tile(shared, 2), deal_ids),
        "staff_id": ids(two, people.STAFF_IDS),
        "percent": pd.Series([Decimal(50)] * len(two), dtype=object),
    }
    return frame_of(BY_NAME["deals"], columns, size), frame_of(BY_NAME["shares"], halves, len(two))


def main() -> None:
    """The command above."""
    parser = argparse.ArgumentParser(description="Make a large workbook as a folder of CSV files.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--contacts", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=7)
    wanted = parser.parse_args()
    began = time.perf_counter()
    wanted.folder.parent.mkdir(parents=True, exist_ok=True)
    write_workbook(make_tables(wanted.contacts, wanted.seed), wanted.folder)
    print(f"{wanted.folder}: {wanted.contacts} contacts in {time.perf_counter() - began:.1f} s")


if __name__ == "__main__":
    main()
