"""The 200 people of the large workbook: staff, shifts, daily reports, quotas, cases and resignations."""

from decimal import Decimal

import numpy as np
import pandas as pd

from benchmarks.columns import Ids, ids, money, optional_days, texts
from crm.rulebook.tables import NO_DAY, NO_TIME, SECONDS_A_DAY
from crm.workbook.frames import frame_of
from crm.workbook.schema import BY_NAME

SIZE, CONSULTANTS, LEAVERS = 200, 185, 5
OWNERS = CONSULTANTS - LEAVERS
"""Consultants with customers; the last few consultants leave in the last month and have none."""
MANAGER = CONSULTANTS
STAFF_IDS = Ids("S", SIZE)
_PROJECTS = 10
_THURSDAY = 3
"""The weekday of day number 0."""


def make_frames(rng: np.random.Generator, first: int, days: int) -> dict[str, pd.DataFrame]:
    """The tables about staff for `days` dates from day number `first` on."""
    everyday = np.arange(first, first + days)
    weekday = (everyday + _THURSDAY) % 7
    rest = (weekday[None, :] == rng.integers(0, 7, (CONSULTANTS, 1))) | (
        weekday[None, :] == rng.integers(0, 7, (CONSULTANTS, 1))
    )
    left = np.full(SIZE, NO_DAY, dtype=np.int64)
    left[OWNERS:CONSULTANTS] = first + days - 1 - rng.integers(0, 20, LEAVERS)
    return {
        "staff": _staff(rng, first, left),
        "roster": _roster(rng, everyday, weekday, rest),
        "reports": _reports(rng, everyday, ~rest, left),
        "quotas": _quotas(everyday),
        "cases": _cases(rng, everyday),
        "resignations": _resignations(rng, left),
    }


def _staff(rng: np.random.Generator, first: int, left: np.ndarray) -> pd.DataFrame:
    number = np.arange(SIZE)
    role = np.where(number < CONSULTANTS, 0, np.where(number < SIZE - 5, 1, 2))
    hired = first - rng.integers(30, 1500, SIZE)
    confirmed = np.where(hired < first - 200, hired + 184, NO_DAY)
    columns = {
        "staff_id": texts(STAFF_IDS.names),
        "name": texts([f"员工{n}" for n in range(SIZE)]),
        "role": ids(role, Ids.of(("consultant", "manager", "hr"))),
        "project": texts([f"项目{n % _PROJECTS}" for n in range(SIZE)]),
        "trade": ids(np.zeros(SIZE), Ids.of(("property",))),
        "hired_on": optional_days(hired),
        "left_on": optional_days(left),
        "probation_months": pd.Series(np.full(SIZE, 6, dtype=np.int64)),
        "contract_years": pd.Series([Decimal(3)] * SIZE, dtype=object),
        "confirmed_on": optional_days(confirmed),
        "monthly_base_pay": money(rng.integers(3500, 6000, SIZE)),
        "monthly_variable_pay": money(rng.integers(1000, 3000, SIZE)),
    }
    return frame_of(BY_NAME["staff"], columns, SIZE)


def _roster(
    rng: np.random.Generator, everyday: np.ndarray, weekday: np.ndarray, rest: np.ndarray
) -> pd.DataFrame:
    """What differs from Monday to Friday; of a hundred workdays one is leave."""
    leave = (rng.random(rest.shape) < 0.01) & ~rest
    weekend = np.broadcast_to(weekday[None, :] >= 5, rest.shape)
    kind = np.where(leave, 2, np.where(rest, 1, 0))
    person, day = np.nonzero(leave | (rest & ~weekend) | (~rest & weekend))
    columns = {
        "staff_id": ids(person, STAFF_IDS),
        "date": optional_days(everyday[day]),
        "kind": ids(kind[person, day], Ids.of(("work", "rest", "leave"))),
    }
    return frame_of(BY_NAME["roster"], columns, len(person))


def _reports(
    rng: np.random.Generator, everyday: np.ndarray, works: np.ndarray, left: np.ndarray
) -> pd.DataFrame:
    """One for every workday; a few are missing, a few late, and of a thousand one is false."""
    last = np.where(left[:CONSULTANTS] == NO_DAY, everyday[-1], left[:CONSULTANTS])
    there = works & (everyday[None, :] <= last[:, None]) & (rng.random(works.shape) > 0.015)
    person, day = np.nonzero(there)
    size = len(person)
    on = everyday[day]
    late = rng.choice((0, 1), size, p=(0.985, 0.015))
    submitted = (on + late) * SECONDS_A_DAY + rng.integers(18 * 3600, 23 * 3600, size)
    false = rng.random(size) < 0.001
    columns = {
        "staff_id": ids(person, STAFF_IDS),
        "date": optional_days(on),
        "submitted_at": pd.Series(np.where(rng.random(size) < 0.005, NO_TIME, submitted)),
        "false": pd.Series(false),
        "decided_by": ids(np.where(false, MANAGER, -1), STAFF_IDS),
    }
    return frame_of(BY_NAME["reports"], columns, size)


def _quotas(everyday: np.ndarray) -> pd.DataFrame:
    """For each consultant and month, between 2 and 6 units by their number."""
    months = np.unique(everyday.astype("datetime64[D]").astype("datetime64[M]"))
    firsts = months.astype("datetime64[D]").astype(np.int64)
    person = np.repeat(np.arange(CONSULTANTS), len(firsts))
    columns = {
        "staff_id": ids(person, STAFF_IDS),
        "month": optional_days(np.tile(firsts, CONSULTANTS)),
        "units": pd.Series((2 + person % 5).astype(np.int64)),
    }
    return frame_of(BY_NAME["quotas"], columns, len(person))


def _cases(rng: np.random.Generator, everyday: np.ndarray) -> pd.DataFrame:
    """One decision for every tenth consultant."""
    person = np.arange(0, CONSULTANTS, 10)
    size = len(person)
    columns = {
        "staff_id": ids(person, STAFF_IDS),
        "on": optional_days(rng.choice(everyday, size)),
        "kind": ids(rng.integers(0, 2, size), Ids.of(("foreign_product", "attribution_error"))),
        "severity": ids(rng.integers(0, 2, size), Ids.of(("serious", "especially_serious"))),
        "decided_by": ids(np.full(size, MANAGER), STAFF_IDS),
    }
    return frame_of(BY_NAME["cases"], columns, size)


def _resignations(rng: np.random.Generator, left: np.ndarray) -> pd.DataFrame:
    """Those who left, some with too short a notice."""
    person = np.arange(OWNERS, CONSULTANTS)
    columns = {
        "staff_id": ids(person, STAFF_IDS),
        "applied_on": optional_days(left[person] - rng.integers(10, 40, LEAVERS)),
        "last_on": optional_days(left[person]),
        "loans_cleared": pd.Series(rng.random(LEAVERS) < 0.8),
        "attendance_pay": money(rng.integers(2000, 5000, LEAVERS)),
        "sales_bonus": money(rng.integers(0, 9000, LEAVERS)),
    }
    return frame_of(BY_NAME["resignations"], columns, LEAVERS)
