"""The facts of a month that a training notice lists, as the records tell them when it is made.

Last place alone proves nothing (SPC Guiding Case 18), so the notice says what was sold of how much, on how many
workdays, with how many groups, and what was followed up or not.
"""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from crm.daily.day import days_of_people
from crm.extensions import db
from crm.penalties.models import LedgerEntry
from crm.people.roster_queries import dates_of
from crm.store.history import shown
from crm.targets.standing import line_of, own_place, standings_around

NAMES = (
    "quota",
    "units",
    "quota_amount",
    "amount",
    "deals",
    "place",
    "ranked",
    "workdays",
    "groups",
    "calls",
    "followups",
    "missed",
)
MISSED = ("followup-missed", "callin-missed")


@dataclass(frozen=True)
class _Counter:
    """Who counts a project's days: someone who may read all of its records, whoever asks for the figures."""

    project: str | None
    role: str = "manager"
    staff_id: str | None = None


def facts_of(staff_id: str, project: str, month: dt.date, today: dt.date) -> dict[str, Any]:
    """The figures of a person's month up to today, as JSON, by `NAMES`; what is not known is None."""
    lines = standings_around(staff_id, month, today)
    line, own = line_of(lines, staff_id), own_place(lines, staff_id)
    facts: dict[str, Any] = dict.fromkeys(NAMES)
    if line is not None:
        facts |= {
            "quota": line.quota,
            "units": str(line.units.normalize() if line.units else line.units),
            "quota_amount": shown(line.quota_amount),
            "amount": str(round(line.amount, 2)),
            "deals": [sale.deal_id for sale in line.sales],
            "place": own.place if own else None,
            "ranked": own.ranked if own else None,
            "workdays": line.elapsed,
        }
    return facts | _counted(staff_id, project, month, today) | {"missed": _missed(staff_id, month)}


def _counted(staff_id: str, project: str, month: dt.date, today: dt.date) -> dict[str, int]:
    """Groups received, calls answered and follow-ups, counted like the daily report counts them."""
    session, reader = db.session(), _Counter(project)
    found = {"groups": 0, "calls": 0, "followups": 0}
    for on in dates_of(month):
        if on > today:
            break
        day = days_of_people(session, reader, [staff_id], on)[staff_id]
        found["groups"] += len(day.received)
        found["calls"] += len(day.calls)
        found["followups"] += len(day.followups)
    return found


def _missed(staff_id: str, month: dt.date) -> int:
    """How many follow-ups the ledger says were missed, without what was reversed."""
    reversal = aliased(LedgerEntry)
    dates = dates_of(month)
    query = (
        select(func.count(LedgerEntry.entry_id))
        .outerjoin(reversal, reversal.corrects == LedgerEntry.entry_id)
        .where(
            LedgerEntry.staff_id == staff_id,
            LedgerEntry.rule.in_(MISSED),
            LedgerEntry.on.between(dates[0], dates[-1]),
            LedgerEntry.corrects.is_(None),
            reversal.entry_id.is_(None),
        )
    )
    return db.session.scalar(query) or 0
