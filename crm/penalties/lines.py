"""Ledger and provisional entries as lines of a page: in words, with the clause and the law beside them."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from sqlalchemy import select

from crm.exchange.services import parameters_in_force
from crm.extensions import db
from crm.penalties.models import LATE, LIFT, LedgerEntry, shows_amount
from crm.penalties.objections import Standing, standings
from crm.penalties.reading import WITHIN
from crm.penalties.sentences import Entry, Known, Part, known_to, sentence
from crm.people.accounts import Account
from crm.people.models import RosterDay
from crm.rulebook.catalogue import Rule, rules
from crm.rulebook.law import Position, law_of
from crm.rulebook.tables import day_number
from crm.store.base import fen_of, yuan_of
from crm.web.i18n import current_lang


@dataclass(frozen=True)
class Line:
    """One entry on a page; `amount` is None where there is none or the reader may not see it."""

    rule: Rule
    title: str
    on: dt.date
    amount: Decimal | None
    hidden: bool
    absent_days: str
    parts: list[Part]
    law: Position
    lawful: Decimal | None
    entry_id: int | None = None
    reverses: int | None = None
    reversed_by: int | None = None
    lifted: bool = False
    kind: str = ""
    why: str = ""
    actor: str = ""
    month: str = ""
    standing: Standing = field(default_factory=Standing)
    open_until: dt.date | None = None

    @property
    def late(self) -> bool:
        """Whether its time had passed when it was posted."""
        return self.kind == LATE

    @property
    def lift(self) -> bool:
        """Whether it is what a person lifted another by."""
        return self.kind == LIFT

    @property
    def elsewhere(self) -> str:
        """The month it is booked in, where that is not the month of its date."""
        return self.month if self.month and self.month != f"{self.on:%Y-%m}" else ""

    @property
    def provisional(self) -> bool:
        """Whether a record can still undo it."""
        return self.open_until is not None


@dataclass(frozen=True)
class _TakenBack:
    """The row that takes another back."""

    number: int | None = None
    kind: str = ""


@dataclass(frozen=True)
class _Beside:
    """What is said of entries elsewhere: which were taken back, and how they stand with the person concerned."""

    taken_back: dict[int, _TakenBack]
    standings: dict[int, Standing]


def lines_of(user: Account, entries: Sequence[Entry], today: dt.date) -> list[Line]:
    """Entries in words, with the clause and the law beside them."""
    known = known_to(user, entries, today, current_lang())
    ids = [row.entry_id for row in entries if isinstance(row, LedgerEntry)]
    beside = _Beside(_taken_back(ids), standings(db.session(), ids) if ids else {})
    off = days_off(entries)
    within = parameters_in_force(db.session())
    return [
        _line(
            user,
            row,
            known,
            beside,
            (row.staff_id, row.on) not in off,
            int(within.integer(WITHIN, day_number(row.on))),
        )
        for row in entries
    ]


def _line(user: Account, row: Entry, known: Known, beside: _Beside, worked: bool, within: int) -> Line:
    shown = shows_amount(user, row.rule)
    law = law_of(row.rule, None if row.amount is None else fen_of(row.amount), worked=worked)
    rule = next(rule for rule in rules() if rule.code == row.rule)
    line = Line(
        rule,
        rule.title(known.lang),
        row.on,
        row.amount if shown else None,
        not shown and row.amount is not None,
        row.absent_days,
        sentence(row, known, with_pay=shown),
        law,
        None if law.lawful is None or (not shown and law.lawful) else yuan_of(law.lawful),
    )
    if not isinstance(row, LedgerEntry):
        return replace(line, open_until=row.on + dt.timedelta(days=within))
    taken = beside.taken_back.get(row.entry_id, _TakenBack())
    return replace(
        line,
        entry_id=row.entry_id,
        reverses=row.corrects,
        reversed_by=taken.number,
        lifted=taken.kind == LIFT,
        kind=row.kind,
        why=row.why_en if known.lang == "en" else row.why_zh,
        actor=row.actor,
        month=row.month,
        standing=beside.standings.get(row.entry_id, Standing()),
    )


def _taken_back(ids: Sequence[int]) -> dict[int, _TakenBack]:
    """Which row takes each of these back."""
    if not ids:
        return {}
    query = select(LedgerEntry.corrects, LedgerEntry.entry_id, LedgerEntry.kind)
    query = query.where(LedgerEntry.corrects.between(min(ids), max(ids)))
    return {int(source): _TakenBack(number, kind) for source, number, kind in db.session.execute(query)}


def days_off(entries: Iterable[Entry]) -> set[tuple[str, dt.date]]:
    """The people and dates of 5.1 on which the roster says that the person did not work."""
    days = {(row.staff_id, row.on) for row in entries if row.rule == "report-false"}
    if not days:
        return set()
    query = select(RosterDay.staff_id, RosterDay.date).where(
        RosterDay.kind != "work",
        RosterDay.staff_id.in_({staff_id for staff_id, _ in days}),
        RosterDay.date.in_({day for _, day in days}),
    )
    return {(staff_id, day) for staff_id, day in db.session.execute(query)} & days
