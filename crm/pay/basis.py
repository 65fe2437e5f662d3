"""What the statements of a month rest on, as it was read; `reading` reads it."""

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass, field

from crm.pay.commission import Plan, Sale
from crm.pay.models import BookedLoss, MinimumWage, StatementLine
from crm.penalties.models import LedgerEntry
from crm.penalties.months import first_day, following, last_day
from crm.people.company_calendar import workdays
from crm.people.models import Staff, Term
from crm.rulebook.parameters import Parameters
from crm.store.base import fen_of

QUOTA_MISSED = "quota-missed"


@dataclass
class Basis:
    """Everything of these people that a month's statement looks at; `month` is written 2026-10."""

    month: str
    people: dict[str, Staff]
    fixed: list[str]
    parameters: Parameters
    held_flags: frozenset[str]
    cities: dict[str, str]
    wages: dict[str, list[MinimumWage]]
    plans: dict[str, list[tuple[dt.date, Plan]]]
    terms: dict[str, list[Term]] = field(default_factory=lambda: defaultdict(list))
    sales: dict[str, list[Sale]] = field(default_factory=lambda: defaultdict(list))
    entries: dict[str, list[LedgerEntry]] = field(default_factory=lambda: defaultdict(list))
    roots: dict[int, LedgerEntry] = field(default_factory=dict)
    reversed: set[int] = field(default_factory=set)
    days_off: set[tuple[str, dt.date]] = field(default_factory=set)
    verdicts: dict[int, str] = field(default_factory=dict)
    misses: dict[str, list[LedgerEntry]] = field(default_factory=lambda: defaultdict(list))
    losses: dict[str, list[tuple[BookedLoss, str]]] = field(default_factory=lambda: defaultdict(list))
    withdrawn: dict[str, list[BookedLoss]] = field(default_factory=lambda: defaultdict(list))
    kept: dict[str, list[StatementLine]] = field(default_factory=lambda: defaultdict(list))
    _workdays: dict[str, dict[dt.date, bool]] = field(default_factory=dict)

    @property
    def open_from(self) -> str:
        """The first month whose statements are not fixed; the asked one while none is."""
        return following(self.fixed[-1]) if self.fixed else self.month

    def workdays_of(self, month: str) -> dict[dt.date, bool]:
        """For each date of the month whether it is a company workday."""
        if month not in self._workdays:
            self._workdays[month] = workdays(first_day(month), last_day(month))
        return self._workdays[month]

    def root_of(self, row: LedgerEntry) -> LedgerEntry:
        """The entry that a row is about: itself, or the one that it takes back."""
        return row if row.corrects is None else self.roots[row.corrects]

    def in_force(self, staff_id: str, name: str, day: dt.date) -> object:
        """A term of the person on a date: of the latest term that says something, else of the staff row."""
        for term in reversed(self.terms[staff_id]):
            value = getattr(term, name)
            if term.from_on <= day and value is not None:
                return value
        return getattr(self.people[staff_id], f"first_{name}")

    def plan_on(self, project: str, day: dt.date) -> Plan | None:
        """The project's plan of commission in force on a date."""
        found = [plan for from_on, plan in self.plans.get(project, []) if from_on <= day]
        return found[-1] if found else None

    def minimum_on(self, project: str, day: dt.date) -> int | None:
        """The minimum wage, in fen, of the project's city on a date; None where one of both is not known."""
        rows = self.wages.get(self.cities.get(project, ""), [])
        found = [row.amount for row in rows if row.from_on <= day]
        return fen_of(found[-1]) if found else None
