"""What the pages of entries show, narrowed to what this person may see."""

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from sqlalchemy import select

from crm.deals.models import Deal, Share
from crm.errors import NotFound
from crm.extensions import db
from crm.penalties.lines import Line, lines_of
from crm.penalties.models import (
    LedgerEntry,
    ProvisionalEntry,
    entries_visible_to,
    provisional_visible_to,
    shows_amount,
)
from crm.penalties.sentences import names_id
from crm.people.accounts import Account
from crm.people.models import Staff
from crm.permissions import reach
from crm.rulebook.catalogue import Rule, rule_titles, rules
from crm.rulebook.law import law_of
from crm.web.i18n import current_lang

ZERO = Decimal(0)
OF_DEALS = ("two-deposits-day", "quota-missed", "training-notice", "early-confirmation")
STREAK = "two-deposits-3-days"


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


def own_entries(user: Account, month: dt.date) -> Sequence[LedgerEntry]:
    """What is booked for the person in the month: what the own page shows."""
    return _posted(user, *span_of(month), str(user.staff_id))


def people_months(user: Account, month: dt.date, project: str = "") -> list[PersonMonth]:
    """Everybody with entries in the month whom the user may see, the largest deductions first."""
    first, last = span_of(month)
    posted: dict[str, list[LedgerEntry]] = defaultdict(list)
    waiting: dict[str, list[ProvisionalEntry]] = defaultdict(list)
    for row in _posted(user, first, last):
        posted[row.staff_id].append(row)
    for open_ in _waiting(user, first, last):
        waiting[open_.staff_id].append(open_)
    ids = posted.keys() | waiting.keys()
    query = select(Staff).where(Staff.staff_id.in_(ids))
    people = db.session.scalars(query.where(Staff.project == project) if project else query).all()
    found = [
        PersonMonth(staff, totals_of(user, posted[staff.staff_id], waiting[staff.staff_id]))
        for staff in people
    ]
    return sorted(found, key=lambda one: (one.totals.deductions, one.totals.provisional, one.staff.staff_id))


def _posted(user: Account, first: dt.date, last: dt.date, staff_id: str = "") -> Sequence[LedgerEntry]:
    query = entries_visible_to(user).where(
        LedgerEntry.month >= f"{first:%Y-%m}", LedgerEntry.month <= f"{last:%Y-%m}"
    )
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
    whose = list(shares) or ([deal.staff_id] if deal.staff_id else [])
    query = entries_visible_to(user).where(
        LedgerEntry.staff_id.in_(whose),
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
