"""Section 6: the month's quota and who comes last (§7 三㈡4, 5)."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

import numpy as np

from crm.rulebook.entries import NO_MONEY, Finding, single
from crm.rulebook.history import History
from crm.rulebook.parameters import Parameters, fen
from crm.rulebook.people import codes_in, month_end, on_probation
from crm.rulebook.ranking import last_ones
from crm.rulebook.reports import plain
from crm.rulebook.sales import Sale, sales_by_person, sold, units
from crm.rulebook.tables import date_of
from crm.rulebook.words import words


@dataclass(frozen=True)
class Judged:
    """One person's month; `held` is the position of the terms of its last date."""

    person: int
    last: int
    quota: int
    sales: list[Sale]
    held: int

    @property
    def units(self) -> Decimal:
        """Units sold in the month, by its last date."""
        return units(self.sales)

    @property
    def result(self) -> tuple[Decimal, Decimal]:
        """What ranks: units, then the sum of amounts."""
        return self.units, sum((sale.amount for sale in self.sales), Decimal(0))

    @property
    def missed(self) -> bool:
        """Fewer units than the quota."""
        return self.units < self.quota


def quota_findings(history: History, since: int, lang: str) -> Iterator[Finding]:
    """All entries of section 6 in the months that end from the day `since` to the as-of."""
    months: dict[int, list[Judged]] = {}
    for judged in _judged(history, since):
        months.setdefault(judged.last, []).append(judged)
    for last in sorted(months):
        for judged in months[last]:
            if judged.missed:
                yield _missed(history, judged, lang)
        yield from _training_notices(history, months[last], lang)


def _judged(history: History, since: int) -> Iterator[Judged]:
    frame, people = history.tables["quotas"], history.people
    person = codes_in(people.ids, frame["staff_id"]).tolist()
    months = [first for first in frame["month"].tolist() if month_end(first) >= since]
    sales = sales_by_person(history, people.judged, min(months, default=since))
    for who, first, quota in zip(person, frame["month"].tolist(), frame["units"].tolist(), strict=True):
        last = month_end(first)
        employed = people.hired[who] <= first and people.left[who] >= last
        if who >= 0 and employed and since <= last <= history.as_of:
            held = people.terms.one(who, last)
            if people.terms.subject[held]:
                yield Judged(who, last, quota, sold(sales.get(who, []), first, last), held)


def _missed(history: History, judged: Judged, lang: str) -> Finding:
    """6.1: the month's variable pay, and fewer commission points where the parameter is set."""
    text = words(lang)
    points = history.parameters.at("commission_points_cut", judged.last)
    cut = text["cut-known"] % {"points": plain(points)} if isinstance(points, Decimal) else ""
    pay = history.people.terms.variable_pay[judged.held]
    amount = NO_MONEY if pay is None else -fen(pay)
    evidence = text["quota-missed"] % (_facts(judged, lang) | {"cut": cut})
    return single("quota-missed", judged.person, judged.last, evidence, amount)


def _training_notices(history: History, month: list[Judged], lang: str) -> Iterator[Finding]:
    """6.2: the last of each project among those past probation, unless all are equal."""
    people = history.people
    projects: dict[str, list[Judged]] = {}
    for judged in month:
        if not on_probation(people, judged.person, judged.last):
            projects.setdefault(people.terms.project[judged.held], []).append(judged)
    for project, ranked in projects.items():
        lasts = last_ones([judged.result for judged in ranked])
        for judged, last in zip(ranked, lasts, strict=True):
            if last and judged.missed:
                facts = {"amount": plain(judged.result[1]), "project": project, "count": len(ranked)}
                evidence = words(lang)["training-notice"] % (_facts(judged, lang) | facts)
                yield single("training-notice", judged.person, judged.last, evidence)


def _facts(judged: Judged, lang: str) -> dict[str, object]:
    text = words(lang)
    deals = text["join"].join(sale.deal_id for sale in judged.sales) or text["none"]
    return {
        "month": date_of(judged.last).isoformat()[:7],
        "quota": judged.quota,
        "sold": plain(judged.units),
        "deals": deals,
    }


def months_without_cut(parameters: Parameters, on: "np.ndarray[tuple[int], np.dtype[np.int32]]") -> list[str]:
    """Of these month ends, those on which `commission_points_cut` is not set, as `2026-10`."""
    unset = {int(day) for day in on if parameters.at("commission_points_cut", int(day)) is None}
    return [date_of(day).isoformat()[:7] for day in sorted(unset)]
