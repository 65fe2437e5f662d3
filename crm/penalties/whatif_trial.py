"""The last months replayed with proposed numbers: in the background, its progress and its outcome a row.

The outcome is a plain dict, as it is kept:
`people`: for each person with entries `staff_id` and the sums of `PERSON_SUMS`: how many entries, fen (without amounts
that are not known; those that come from somebody's pay apart, because managers do not see them), half days absent;
`changes`: what vanished (`new` false) and what came (`new` true), with the columns of an entry and its evidence in both
languages, at most `MOST` of them; `more`: how many others there are.
"""

import datetime as dt
import os
import socket
import threading
from collections import defaultdict
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pandas as pd
from flask import Flask

from crm import clock
from crm.errors import Conflict
from crm.exchange.services import settlement_basis
from crm.extensions import db
from crm.jobs import alive
from crm.logs import crashed
from crm.penalties.bags import KEYS, compare
from crm.penalties.models import PAY_RULES
from crm.penalties.reading import EPOCH, compute, span_begins
from crm.penalties.version import rulebook_version
from crm.penalties.whatif import last_trial, proposal_of, tried_as
from crm.penalties.whatif_models import RulebookProposal, RulebookTrial
from crm.people.accounts import Account
from crm.rulebook.entries import NO_MONEY
from crm.rulebook.parameters import Parameters
from crm.rulebook.tables import Tables
from crm.transactions import atomic

MONTHS = (1, 3, 6, 12)
MOST = 1000
STEPS = 4
PERSON_SUMS = tuple(
    f"{what}{when}" for what in ("", "fen_", "pay_fen_", "half_days_") for when in ("before", "after")
)
_LOST_AFTER = dt.timedelta(hours=2)
Told = Callable[[int], None]


def begin_trial(user: Account, proposal_id: int, months: int, at: dt.datetime) -> tuple[RulebookTrial, bool]:
    """Note a replay of so many months, this one included up to yesterday; `start` does it.

    Gives the replay and whether it is a new one: while one runs, it is that one. Conflict for a decided proposal.
    """
    with atomic() as session:
        row = proposal_of(user, proposal_id)
        if row.state != "open":
            raise Conflict("这个提案已经处理过了。", "This proposal was decided already.")
        going = last_trial(session, proposal_id)
        if going is not None and going.state == "running" and not is_lost(going, at):
            return going, False
        until = at.date() - dt.timedelta(days=1)
        trial = RulebookTrial(
            proposal_id=proposal_id,
            base="",
            since_on=_months_back(until, months),
            until_on=until,
            began_by=user.actor,
            began_at=at,
            process=f"{socket.gethostname()}:{os.getpid()}",
            state="running",
            done=0,
            total=STEPS,
        )
        session.add(trial)
        session.flush()
    return trial, True


def _months_back(until: dt.date, months: int) -> dt.date:
    number = until.year * 12 + until.month - 1 - (months - 1)
    return dt.date(number // 12, number % 12 + 1, 1)


def is_lost(trial: RulebookTrial, at: dt.datetime) -> bool:
    """Whether a replay that has no end lost its process."""
    host, _, number = trial.process.rpartition(":")
    gone = host == socket.gethostname() and not alive(int(number))
    return trial.state == "running" and (gone or at - trial.began_at > _LOST_AFTER)


def start(app: Flask, trial_id: int) -> threading.Thread:
    """Carry it out in a thread of its own."""
    thread = threading.Thread(target=_in_context, args=(app, trial_id), name=f"trial {trial_id}")
    thread.start()
    return thread


def _in_context(app: Flask, trial_id: int) -> None:
    with app.app_context():
        work_on(trial_id)


def work_on(trial_id: int) -> None:
    """Replay, and keep the outcome, whatever it is."""
    trial = db.session.get_one(RulebookTrial, trial_id)
    proposal = db.session.get_one(RulebookProposal, trial.proposal_id)
    changes, since, until = proposal.changes, trial.since_on, trial.until_on
    try:
        _keep(trial_id, done=0)
        tables, parameters = settlement_basis()
        result = replayed(tables, parameters, changes, since, until, lambda done: _keep(trial_id, done=done))
        base = rulebook_version(parameters)
    except Exception as problem:
        number = crashed(f"trial {trial_id}", problem)
        _keep(trial_id, state="failed", result={"number": number}, ended_at=clock.now())
        return
    _keep(trial_id, state="done", done=STEPS, result=result, base=base, ended_at=clock.now())


def _keep(trial_id: int, **values: Any) -> None:
    db.session.rollback()
    with atomic() as session:
        row = session.get_one(RulebookTrial, trial_id)
        for name, value in values.items():
            setattr(row, name, value)


def replayed(
    tables: Tables,
    parameters: Parameters,
    changes: list[list[str]],
    since: dt.date,
    until: dt.date,
    told: Told = lambda done: None,
) -> dict[str, Any]:
    """The outcome for the dates from `since` to `until`, both included."""
    begins = span_begins(tables, parameters)
    if begins is None or begins > until:
        return {"people": [], "changes": [], "more": 0}
    since = max(since, begins)
    told(1)
    before = compute(tables, parameters, since, until).entries
    told(2)
    after = compute(tables, tried_as(parameters, changes, since), since, until).entries
    told(3)
    difference = compare(before, after)
    rows = _told_rows(before.iloc[difference.vanished], new=False)
    rows += _told_rows(after.iloc[difference.new], new=True)
    rows.sort(key=lambda row: (row["staff_id"], row["on"], row["rule"], row["customer_id"], row["new"]))
    return {
        "people": _people(before, after),
        "changes": rows[:MOST],
        "more": max(0, len(rows) - MOST),
    }


def _told_rows(entries: pd.DataFrame, *, new: bool) -> list[dict[str, Any]]:
    columns = (entries[name].astype(object) for name in [*KEYS, "evidence", "evidence_en"])
    return [
        {
            "rule": rule,
            "staff_id": staff_id,
            "on": (EPOCH + dt.timedelta(days=int(on))).isoformat(),
            "fen": None if fen == NO_MONEY else int(fen),
            "absent_days": absent_days,
            "customer_id": customer_id,
            "zh": zh,
            "en": en,
            "new": new,
        }
        for rule, staff_id, on, fen, absent_days, customer_id, zh, en in zip(*columns, strict=True)
    ]


def _people(before: pd.DataFrame, after: pd.DataFrame) -> list[dict[str, Any]]:
    sums: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for when, entries in (("before", before), ("after", after)):
        columns = (entries[name].astype(object) for name in ("staff_id", "rule", "amount", "absent_days"))
        for staff_id, rule, fen, days in zip(*columns, strict=True):
            person = sums[staff_id]
            person[when] += 1
            person[f"{'pay_fen' if rule in PAY_RULES else 'fen'}_{when}"] += (
                0 if fen == NO_MONEY else int(fen)
            )
            person[f"half_days_{when}"] += int(Decimal(days or 0) * 2)
    return [
        {"staff_id": staff_id, **{name: person[name] for name in PERSON_SUMS}}
        for staff_id, person in sorted(sums.items())
    ]
