"""A closed month, and an objection to each entry of the world."""

import datetime as dt
from decimal import Decimal

from crm.penalties.chain import append_one, digest_of_all
from crm.penalties.models import Closing, Objection, SeenEntry
from crm.penalties.rulebooks import keep_version
from crm.rulebook.parameters import load
from crm.transactions import atomic

CALENDAR = "2026-09-01:" + "1" * 30


def keep_books(owners: tuple[tuple[str, str], ...]) -> None:
    """September closed without entries; each owner has seen and objected to the own entry, without an answer."""
    at = dt.datetime(2026, 11, 22, 9)
    with atomic() as session:
        append_one(
            session,
            Closing,
            month="2026-09",
            closed_at=at,
            closed_by="H1",
            rulebook=keep_version(session, load(), at),
            calendar=CALENDAR,
            calendar_digest=digest_of_all([CALENDAR]),
            entries=0,
            amount=Decimal(0),
            entries_digest=digest_of_all([]),
            ledger_rows=0,
            ledger_digest="",
        )
        for number, (owner, _project) in enumerate(owners, 1):
            append_one(session, SeenEntry, entry_id=number, staff_id=owner, seen_at=at)
            append_one(
                session, Objection, entry_id=number, staff_id=owner, words="那天我在医院", objected_at=at
            )
