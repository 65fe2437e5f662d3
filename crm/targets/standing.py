"""How a month stands: what was sold, how fast it had to be sold, and who comes where (rulebook 1 and 6).

Units, workdays, probation and places are the rulebook's own functions over the few rows that they need.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

import numpy as np
from sqlalchemy import ColumnElement, Connection, select

from crm.deals.models import Deal
from crm.exchange.services import parameters_in_force
from crm.exchange.stored import sql_table, stored_frame
from crm.extensions import db
from crm.people.roster_queries import dates_of
from crm.rulebook.history import history_of
from crm.rulebook.people import on_probation, people_of
from crm.rulebook.ranking import last_ones, places
from crm.rulebook.sales import Sale, sales_by_person, sold, units
from crm.rulebook.tables import Tables, day_number
from crm.targets.members import Member, members
from crm.targets.models import Quota
from crm.workbook.frames import tables_of
from crm.workbook.schema import BY_NAME

ZERO = Decimal(0)
EVEN = Decimal("0.5")
"""Units are whole: whoever is within half a unit of the pace is neither ahead nor behind."""


@dataclass(frozen=True)
class Pace:
    """What should have been done by the end of a date, pro rata of the person's workdays; as of whole dates."""

    needed: Decimal
    done: Decimal

    @property
    def ahead(self) -> Decimal:
        """How much more than needed; negative where it is less."""
        return self.done - self.needed

    @property
    def word(self) -> str:
        """ahead, even or behind."""
        if abs(self.ahead) < EVEN:
            return "even"
        return "ahead" if self.ahead > 0 else "behind"


@dataclass(frozen=True)
class Standing:
    """One person's month. `standing` is ranked, or why not: probation, part_month, other_post
    or no_quota (rulebook 6.2).

    `works` says of each date whether it is the person's workday, `passed` how many dates there are up to today.
    """

    member: Member
    quota: int | None
    quota_amount: Decimal | None
    sales: list[Sale]
    works: list[bool]
    passed: int
    standing: str
    place: int | None = None
    last: bool = False

    @property
    def workdays(self) -> int:
        """The person's workdays of the month."""
        return sum(self.works)

    @property
    def elapsed(self) -> int:
        """Those of them up to today, today included."""
        return sum(self.works[: self.passed])

    @property
    def units(self) -> Decimal:
        """Units sold in the month so far."""
        return units(self.sales)

    @property
    def amount(self) -> Decimal:
        """The sum of those deals in yuan, by percent."""
        return sum((sale.amount for sale in self.sales), ZERO)

    @property
    def result(self) -> tuple[Decimal, Decimal]:
        """What ranks."""
        return self.units, self.amount

    @property
    def missed(self) -> bool:
        """Fewer units than the quota."""
        return self.quota is not None and self.units < self.quota

    @property
    def pace(self) -> Pace | None:
        """Of the units; None without a quota or a workday."""
        return self._pace(None if self.quota is None else Decimal(self.quota), self.units)

    @property
    def amount_pace(self) -> Pace | None:
        """Of the amount."""
        return self._pace(self.quota_amount, self.amount)

    def _pace(self, quota: Decimal | None, done: Decimal) -> Pace | None:
        if quota is None or not self.workdays:
            return None
        return Pace(quota * self.elapsed / self.workdays, done)


@dataclass(frozen=True)
class Gap:
    """What is missing to the next better place: units, and the amount that then still decides (0: none)."""

    units: Decimal
    amount: Decimal


@dataclass(frozen=True)
class OwnPlace:
    """What a person is told of the ranking: nothing of anybody else but the distance to the next."""

    place: int
    ranked: int
    shared: bool
    gap: Gap | None


def standings(month: dt.date, today: dt.date, project: str | None = None) -> list[Standing]:
    """Everybody's month, of a project or of all; who is ranked has a place among those of the own project."""
    return _ranked(_computed(members(month, today, project), month, today))


def standings_around(staff_id: str, month: dt.date, today: dt.date) -> list[Standing]:
    """The month of a person and of those who are ranked with them; nothing where the person has none."""
    everybody = members(month, today)
    mine = next((one for one in everybody if one.staff_id == staff_id), None)
    if mine is None:
        return []
    return _ranked(_computed([one for one in everybody if one.project == mine.project], month, today))


def line_of(lines: Sequence[Standing], staff_id: str) -> Standing | None:
    """That person's line."""
    return next((line for line in lines if line.member.staff_id == staff_id), None)


def _computed(people: Sequence[Member], month: dt.date, today: dt.date) -> list[Standing]:
    if not people:
        return []
    dates = dates_of(month)
    first, last = day_number(dates[0]), day_number(dates[-1])
    until = min(last, day_number(today))
    tables = _tables(db.session.connection(), [one.staff_id for one in people], dates)
    parameters = parameters_in_force(db.session())
    history = history_of(tables, parameters, until)
    sales = sales_by_person(history, np.ones(len(history.people.ids), bool), first)
    days = people_of(tables, parameters, first, last)
    position = {staff_id: place for place, staff_id in enumerate(days.ids)}
    query = select(Quota).where(Quota.month == month, Quota.staff_id.in_(position))
    quotas = {row.staff_id: row for row in db.session.scalars(query)}
    found = []
    for member in people:
        at, quota = position[member.staff_id], quotas.get(member.staff_id)
        whole_month = days.hired[at] <= first and days.left[at] >= last
        found.append(
            Standing(
                member,
                quota.units if quota else None,
                quota.amount if quota else None,
                sold(sales.get(at, []), first, until),
                days.workday[at].tolist(),
                max(0, until - first + 1),
                _standing(member, quota, whole_month, on_probation(days, at, last)),
            )
        )
    return found


def _standing(member: Member, quota: Quota | None, whole_month: bool, probation: bool) -> str:
    if quota is None:
        return "no_quota"
    if not member.subject:
        return "other_post"
    if not whole_month:
        return "part_month"
    return "probation" if probation else "ranked"


def _tables(connection: Connection, people: list[str], dates: list[dt.date]) -> Tables:
    """The rows that units and workdays of these people and dates depend on."""
    deals, shares = sql_table("deals"), sql_table("shares")
    signed: ColumnElement[bool] = deals.c.contract_on.between(dates[0], dates[-1])
    ids = select(Deal.deal_id).where(Deal.contract_on.between(dates[0], dates[-1]))
    where = {
        "staff": sql_table("staff").c.staff_id.in_(people),
        "terms": sql_table("terms").c.staff_id.in_(people),
        "calendar": sql_table("calendar").c.date.between(dates[0], dates[-1]),
        "roster": sql_table("roster").c.staff_id.in_(people)
        & sql_table("roster").c.date.between(dates[0], dates[-1]),
        "deals": signed,
        "shares": shares.c.deal_id.in_(ids),
    }
    frames = {name: stored_frame(connection, BY_NAME[name], only) for name, only in where.items()}
    return tables_of(frames)


def _ranked(lines: list[Standing]) -> list[Standing]:
    found = {line.member.staff_id: line for line in lines}
    for project in sorted({line.member.project for line in lines}):
        those = [line for line in lines if line.member.project == project and line.standing == "ranked"]
        results = [line.result for line in those]
        for line, place, last in zip(those, places(results), last_ones(results), strict=True):
            found[line.member.staff_id] = replace(line, place=place, last=last)
    return list(found.values())


def own_place(lines: Sequence[Standing], staff_id: str) -> OwnPlace | None:
    """Where a person stands among these; None for one who is not ranked."""
    mine = line_of(lines, staff_id)
    if mine is None or mine.place is None:
        return None
    others = [
        line
        for line in lines
        if line.member.project == mine.member.project and line.place is not None and line is not mine
    ]
    above = min((line.result for line in others if line.result > mine.result), default=None)
    gap = Gap(above[0] - mine.units, max(ZERO, above[1] - mine.amount)) if above else None
    return OwnPlace(mine.place, len(others) + 1, any(one.place == mine.place for one in others), gap)
