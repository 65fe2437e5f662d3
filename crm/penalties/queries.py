"""What the pages of entries show, narrowed to what this person may see."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from sqlalchemy import select

from crm.deals.models import Deal, Share
from crm.errors import NotFound
from crm.exchange.services import parameters_in_force
from crm.extensions import db
from crm.penalties.models import (
    LedgerEntry,
    ProvisionalEntry,
    entries_visible_to,
    provisional_visible_to,
    shows_amount,
)
from crm.penalties.reading import WITHIN
from crm.penalties.sentences import Entry, Known, Part, known_to, names_id, sentence
from crm.people.accounts import Account
from crm.people.models import RosterDay, Staff
from crm.permissions import reach
from crm.rulebook.catalogue import Rule, rule_titles, rules
from crm.rulebook.law import Position, law_of
from crm.rulebook.tables import day_number
from crm.store.base import fen_of, yuan_of
from crm.web.i18n import current_lang

ZERO = Decimal(0)
OF_DEALS = ("two-deposits-day", "quota-missed", "training-notice", "early-confirmation")
STREAK = "two-deposits-3-days"


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
    late: bool = False
    open_until: dt.date | None = None

    @property
    def provisional(self) -> bool:
        """Whether a record can still undo it."""
        return self.open_until is not None


@dataclass
class Totals:
    """A month's money in yuan: what is posted, how much of it is held for a person to decide, what is open."""

    rewards: Decimal = ZERO
    deductions: Decimal = ZERO
    held: Decimal = ZERO
    provisional: Decimal = ZERO
    entries: int = 0
    unknown: int = 0

    def add(self, amount: Decimal | None, source: Decimal | None, held: bool, provisional: bool) -> None:
        """Count a row: `source` is the amount of what it reverses, else its own, and says which side it is on."""
        self.entries += 1
        if amount is None or source is None:
            self.unknown += 1
        elif provisional:
            self.provisional += amount
        elif source > 0:
            self.rewards += amount
        else:
            self.deductions += amount
            self.held += amount if held else ZERO


@dataclass(frozen=True)
class Month:
    """One person's month: the line on top, then the entries by rule in the order of the rulebook."""

    staff: Staff
    totals: Totals
    groups: list[tuple[Rule, str, list[Line]]]


@dataclass
class PersonMonth:
    """A person in the list of the project."""

    staff: Staff
    totals: Totals = field(default_factory=Totals)


def span_of(month: dt.date) -> tuple[dt.date, dt.date]:
    """The first and the last day of the month."""
    after = (month.replace(day=28) + dt.timedelta(days=4)).replace(day=1)
    return month.replace(day=1), after - dt.timedelta(days=1)


def person_of(user: Account, staff_id: str) -> Staff:
    """A person whose entries the user may see; else NotFound."""
    scope = reach(user, "ledger:read")
    row = db.session.get(Staff, staff_id)
    near = row is not None and (scope == "all" or (scope == "project" and row.project == user.project))
    if row is None or not (near or (scope == "own" and staff_id == user.staff_id)):
        raise NotFound
    return row


def month_of(user: Account, staff: Staff, month: dt.date, today: dt.date) -> Month:
    """One person's entries of a month, in words."""
    first, last = span_of(month)
    posted = _posted(user, first, last, staff.staff_id)
    waiting = _waiting(user, first, last, staff.staff_id)
    lines = lines_of(user, [*posted, *waiting], today)
    groups = []
    for rule in rules():
        some = sorted((line for line in lines if line.rule is rule), key=lambda line: line.on, reverse=True)
        if some:
            groups.append((rule, rule.title(current_lang()), some))
    return Month(staff, totals_of(user, posted, waiting), groups)


def people_months(user: Account, month: dt.date, project: str = "") -> list[PersonMonth]:
    """Everybody with entries in the month whom the user may see, the largest deductions first."""
    first, last = span_of(month)
    posted, waiting = _posted(user, first, last), _waiting(user, first, last)
    ids = {row.staff_id for row in (*posted, *waiting)}
    query = select(Staff).where(Staff.staff_id.in_(ids))
    people = db.session.scalars(query.where(Staff.project == project) if project else query).all()
    found = []
    for staff in people:
        mine = [row for row in posted if row.staff_id == staff.staff_id]
        open_ = [row for row in waiting if row.staff_id == staff.staff_id]
        found.append(PersonMonth(staff, totals_of(user, mine, open_)))
    return sorted(found, key=lambda one: (one.totals.deductions, one.totals.provisional, one.staff.staff_id))


def _posted(user: Account, first: dt.date, last: dt.date, staff_id: str = "") -> Sequence[LedgerEntry]:
    query = entries_visible_to(user).where(LedgerEntry.on.between(first, last))
    query = query.where(LedgerEntry.staff_id == staff_id) if staff_id else query
    return db.session.scalars(query.order_by(LedgerEntry.entry_id)).all()


def _waiting(user: Account, first: dt.date, last: dt.date, staff_id: str = "") -> Sequence[ProvisionalEntry]:
    query = provisional_visible_to(user).where(ProvisionalEntry.on.between(first, last))
    query = query.where(ProvisionalEntry.staff_id == staff_id) if staff_id else query
    return db.session.scalars(query.order_by(ProvisionalEntry.on, ProvisionalEntry.provisional_id)).all()


def totals_of(
    user: Account, posted: Sequence[LedgerEntry], waiting: Sequence[ProvisionalEntry] = ()
) -> Totals:
    """The sums that this person may see: without amounts that come from pay for those who may not see pay."""
    totals = Totals()
    sources = {row.entry_id: row.amount for row in posted}
    for row in posted:
        shown = shows_amount(user, row.rule)
        source = row.amount if row.corrects is None else _negated(row.amount, sources.get(row.corrects))
        held = law_of(row.rule, 0).flag == "red"
        totals.add(row.amount if shown else None, source, held, provisional=False)
    for open_ in waiting:
        totals.add(open_.amount, open_.amount, False, provisional=True)
    return totals


def _negated(amount: Decimal | None, source: Decimal | None) -> Decimal | None:
    """The amount that a reversal takes back, also where its source is of another month."""
    return source if source is not None or amount is None else -amount


def lines_of(user: Account, entries: Sequence[Entry], today: dt.date) -> list[Line]:
    """Entries in words, with the clause and the law beside them."""
    known = known_to(user, entries, today, current_lang())
    reversals = _reversals([row.entry_id for row in entries if isinstance(row, LedgerEntry)])
    off = _days_off(entries)
    within = parameters_in_force(db.session())
    return [
        _line(
            user,
            row,
            known,
            reversals,
            (row.staff_id, row.on) not in off,
            int(within.integer(WITHIN, day_number(row.on))),
        )
        for row in entries
    ]


def _line(
    user: Account, row: Entry, known: Known, reversals: dict[int, int], worked: bool, within: int
) -> Line:
    shown = shows_amount(user, row.rule)
    law = law_of(row.rule, None if row.amount is None else fen_of(row.amount), worked=worked)
    rule = next(rule for rule in rules() if rule.code == row.rule)
    posted = isinstance(row, LedgerEntry)
    return Line(
        rule,
        rule.title(known.lang),
        row.on,
        row.amount if shown else None,
        not shown and row.amount is not None,
        row.absent_days,
        sentence(row, known, with_pay=shown),
        law,
        None if law.lawful is None or (not shown and law.lawful) else yuan_of(law.lawful),
        row.entry_id if posted else None,
        row.corrects if posted else None,
        reversals.get(row.entry_id) if posted else None,
        row.late if posted else False,
        None if posted else row.on + dt.timedelta(days=within),
    )


def _reversals(ids: Sequence[int]) -> dict[int, int]:
    """Which row reverses each of these."""
    if not ids:
        return {}
    query = select(LedgerEntry.corrects, LedgerEntry.entry_id).where(LedgerEntry.corrects.is_not(None))
    query = query.where(LedgerEntry.corrects.between(min(ids), max(ids)))
    return {int(source): entry_id for source, entry_id in db.session.execute(query) if source is not None}


def _days_off(entries: Iterable[Entry]) -> set[tuple[str, dt.date]]:
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


def entry_of(user: Account, entry_id: int) -> LedgerEntry:
    """A posted entry that the user may see; else NotFound."""
    row = db.session.scalar(entries_visible_to(user).where(LedgerEntry.entry_id == entry_id))
    if row is None:
        raise NotFound
    return row


@dataclass(frozen=True)
class Caused:
    """An entry in the list of a deal."""

    entry_id: int
    title: str
    on: dt.date
    amount: Decimal | None


def entries_naming(user: Account, deal_id: str) -> list[Caused] | None:
    """The posted entries that rest on a deal; None where this person reads no ledger.

    A streak of deposits names dates instead of deals, so it is found by the date of the deal's deposit.
    """
    if reach(user, "ledger:read") is None:
        return None
    deal = db.session.get_one(Deal, deal_id)
    shares = db.session.scalars(select(Share.staff_id).where(Share.deal_id == deal_id)).all()
    whose = list(shares) or [deal.staff_id]
    query = entries_visible_to(user).where(
        LedgerEntry.staff_id.in_([one for one in whose if one]),
        LedgerEntry.rule.in_([*OF_DEALS, STREAK]),
    )
    titles = rule_titles(current_lang())
    deposit = deal.holding_deposit_on or deal.subscription_on
    return [
        Caused(row.entry_id, titles[row.rule], row.on, row.amount if shows_amount(user, row.rule) else None)
        for row in db.session.scalars(query.order_by(LedgerEntry.on, LedgerEntry.entry_id))
        if names_id(row.evidence_zh, deposit.isoformat() if row.rule == STREAK and deposit else deal_id)
    ]


def months_with_entries(user: Account, today: dt.date, staff_id: str = "") -> list[dt.date]:
    """The months to choose from, newest first: from the earliest entry to the present."""
    query = entries_visible_to(user)
    query = query.where(LedgerEntry.staff_id == staff_id) if staff_id else query
    earliest = db.session.scalar(query.with_only_columns(LedgerEntry.on).order_by(LedgerEntry.on).limit(1))
    month, months = today.replace(day=1), []
    while True:
        months.append(month)
        if earliest is None or month <= earliest or len(months) >= 60:
            return months
        month = (month - dt.timedelta(days=1)).replace(day=1)
