"""Every rule over one history: tables, parameters and a period in, entries out."""

from collections.abc import Callable, Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from crm.rulebook.calendar import uncovered_years
from crm.rulebook.cases import case_findings, resignation_findings
from crm.rulebook.deposits import deposit_findings
from crm.rulebook.entries import Finding, frame_of, in_order
from crm.rulebook.followup import followup_findings
from crm.rulebook.history import History, history_of
from crm.rulebook.parameters import Parameters
from crm.rulebook.probation import probation_findings
from crm.rulebook.quotas import quota_findings
from crm.rulebook.reports import report_findings
from crm.rulebook.tables import Tables, day_number

Section = Callable[[History, int, str], Iterator[Finding]]
OF_PEOPLE: tuple[Section, ...] = (
    deposit_findings,
    report_findings,
    quota_findings,
    probation_findings,
    case_findings,
    resignation_findings,
)
OF_CUSTOMERS: tuple[Section, ...] = (followup_findings,)
_SHARD_COLUMNS = {
    "customers": ["customer_id", "household", "owner", "first_contact_at", "opted_out_on"],
    "contacts": [
        "contact_id",
        "customer_id",
        "staff_id",
        "kind",
        "happened_at",
        "recorded_at",
        "effective",
    ],
}


@dataclass(frozen=True)
class Shard:
    """A part of the work that stands alone: some sections, over tables narrowed to what they look at.

    `only` names the people whom the sections judge, None for everyone.
    """

    tables: Tables
    sections: tuple[Section, ...]
    only: frozenset[str] | None = None


def evaluate(
    tables: Tables,
    parameters: Parameters,
    since: date,
    until: date,
    *,
    lang: str = "zh",
    executor: Executor | None = None,
    shards: int = 1,
) -> pd.DataFrame:
    """The entries dated from `since` to `until`, which is also the as-of, in their final order.

    Columns: rule, staff_id (text), on (int32 day number), amount (int64 fen, `NO_MONEY` where no money moves
    or a pay is not known), absent_days, customer_id, evidence (text, empty where there is none). With an
    executor the people and customers are spread over so many shards; the entries are the same.
    """
    if executor is None:
        parts = _side_by_side(history_of(tables, parameters, day_number(until)), day_number(since), lang)
    else:
        futures = [
            executor.submit(run_shard, shard, parameters, since, until, lang)
            for shard in shards_of(tables, shards)
        ]
        parts = [future.result() for future in futures]
    frame = pd.concat(parts, ignore_index=True) if len(parts) > 1 else parts[0]
    return in_order(frame)


def _side_by_side(history: History, since: int, lang: str) -> list[pd.DataFrame]:
    """The entries of both halves: numpy lets go of the interpreter, so that they can share two processors."""
    with ThreadPoolExecutor(1) as other:
        of_people = other.submit(_found, history, OF_PEOPLE, since, lang)
        return [_found(history, OF_CUSTOMERS, since, lang), of_people.result()]


def _found(history: History, sections: tuple[Section, ...], since: int, lang: str) -> pd.DataFrame:
    findings = (finding for section in sections for finding in section(history, since, lang))
    return frame_of(findings, history.people.ids, history.customers.ids)


def run_shard(shard: Shard, parameters: Parameters, since: date, until: date, lang: str) -> pd.DataFrame:
    """The entries of one shard, in no order; a function of its own so that other processes can call it."""
    history = history_of(shard.tables, parameters, day_number(until))
    if shard.only is not None:
        history.people.judged[:] &= np.isin(np.array(history.people.ids, object), list(shard.only))
    return _found(history, shard.sections, day_number(since), lang)


def shards_of(tables: Tables, count: int) -> list[Shard]:
    """The work in parts: sections 3, 5 and 7 by people, 4 by households, 6 and 8 whole."""
    by_person: tuple[Section, ...] = (deposit_findings, report_findings, probation_findings)
    whole: tuple[Section, ...] = (quota_findings, case_findings, resignation_findings)
    contacts, customers = tables["contacts"], tables["customers"]
    shards = [Shard(_narrowed(tables, contacts=np.zeros(len(contacts), bool)), whole)]
    ids = sorted(_ever_consultants(tables))
    for number in range(count):
        only = frozenset(ids[number::count])
        theirs = contacts["staff_id"].isin(only).to_numpy(bool)
        shards.append(Shard(_narrowed(tables, contacts=theirs), by_person, only))
    household = customers["household"].astype(object)
    home = pd.factorize(household.where(household.notna(), customers["customer_id"].astype(object)))[0]
    # A household named like another customer's id shares its number: harmless, they only share a shard.
    for number in range(count):
        some = home % count == number
        kept = customers["customer_id"].astype(object)[some]
        masks = {
            name: tables[name]["customer_id"].isin(kept).to_numpy(bool)
            for name in ("contacts", "deals", "transfers", "waivers")
        }
        masks["shares"] = np.zeros(len(tables["shares"]), bool)
        shards.append(Shard(_narrowed(tables, customers=some, **masks), OF_CUSTOMERS))
    return shards


def _ever_consultants(tables: Tables) -> set[str]:
    """Whoever is a consultant by the staff row or by any term."""
    found: set[str] = set()
    for name in ("staff", "terms"):
        frame = tables.frames.get(name)
        if frame is not None:
            found.update(frame["staff_id"].astype(object)[(frame["role"] == "consultant").to_numpy(bool)])
    return found


def _narrowed(tables: Tables, **masks: "np.ndarray[tuple[int], np.dtype[np.bool_]]") -> Tables:
    """Only the rows of the masks, and only the columns that the rules look at."""
    frames = dict(tables.frames)
    for name, mask in masks.items():
        frames[name] = frames[name][mask].reset_index(drop=True)
    for name, columns in _SHARD_COLUMNS.items():
        frames[name] = frames[name][columns]
    return Tables(frames)


def uncovered(tables: Tables, parameters: Parameters, until: date) -> list[int]:
    """The years up to the as-of whose workdays are a guess, because the official calendar has none yet."""
    hired = tables["staff"]["hired_on"].to_numpy()
    first = max(int(hired.min()) if len(hired) else day_number(until), parameters.records_begin)
    return uncovered_years(min(first, day_number(until)), day_number(until), tables["calendar"])
