"""Section 7: twelve units allow an early confirmation (§7 四㈠)."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from decimal import Decimal

import numpy as np

from crm.rulebook.entries import Finding, single
from crm.rulebook.history import History
from crm.rulebook.people import FOREVER, add_months
from crm.rulebook.reports import plain
from crm.rulebook.sales import Sale, sales_by_person, sold, units
from crm.rulebook.tables import NO_DAY, date_of, day_number
from crm.rulebook.words import words


def probation_findings(history: History, since: int, lang: str) -> Iterator[Finding]:
    """All entries of section 7 from the day `since` to the as-of."""
    people = history.people
    in_question = people.judged & (people.probation_end > since)
    sales = sales_by_person(history, in_question, int(people.hired.min(initial=since)))
    stretches = people.terms.stretches(len(people.ids))
    for who, theirs in sorted(sales.items()):
        found = _first_date(history, who, theirs, stretches.of(who), lang)
        if found is not None and found[0] >= since:
            yield single("early-confirmation", who, found[0], found[1])


def _first_date(
    history: History, who: int, sales: list[Sale], stretches: list[tuple[int, int]], lang: str
) -> tuple[int, str] | None:
    """7.1: the first date on which HR may confirm early, and by which deals."""
    people = history.people
    hired, confirmed = int(people.hired[who]), int(people.confirmed[who])
    last = min(
        int(people.probation_end[who]) - 1,
        FOREVER if confirmed == NO_DAY else confirmed,
        int(people.left[who]),
        history.as_of,
    )
    theirs = [sale for sale in sales if hired <= sale.contract <= last]
    for day in _days_in_question(history, hired, last, theirs, stretches):
        found = _eligible(history, day, hired, theirs, lang)
        if found is not None:
            return day, found
    return None


def _days_in_question(
    history: History, hired: int, last: int, sales: list[Sale], stretches: list[tuple[int, int]]
) -> list[int]:
    """The only dates on which eligibility can begin: a contract, the months worked, a new parameter or post.

    Of them those on which the person is a property consultant.
    """
    parameters = history.parameters
    changes = [
        first
        for name in ("confirm_units", "confirm_after_months")
        for first, _ in parameters.terms[name].steps
        if first != NO_DAY
    ]
    months = {value for _, value in parameters.terms["confirm_after_months"].steps if isinstance(value, int)}
    served = [add_months(hired, count) for count in months]
    days = {sale.contract for sale in sales} | set(changes) | set(served) | {first for first, _ in stretches}
    days = {day for day in days if any(first <= day <= end for first, end in stretches)}
    return sorted(day for day in days if hired <= day <= last)


def _eligible(history: History, day: int, hired: int, sales: list[Sale], lang: str) -> str | None:
    needed = history.parameters.integer("confirm_units", day)
    months = history.parameters.integer("confirm_after_months", day)
    on = date_of(day)
    in_month = sold(sales, max(hired, day_number(on.replace(day=1))), day)
    facts = {"on": on.isoformat(), "month": on.isoformat()[:7], "needed": needed, "months": months}
    if units(in_month) >= needed:
        return words(lang)["early-month"] % (facts | _sold(in_month, lang))
    since_hired = sold(sales, hired, day)
    if units(since_hired) >= needed and day >= add_months(hired, months):
        facts["hired"] = date_of(hired).isoformat()
        return words(lang)["early-total"] % (facts | _sold(since_hired, lang))
    return None


@dataclass(frozen=True)
class Progress:
    """How far somebody is on the as-of: units and their deals this month and since the hiring, and what is needed.

    `total_from` is the day from which the total counts; `eligible_on` that of 7.1, with its sentence.
    """

    needed: int
    in_month: Decimal
    month_deals: list[str]
    in_all: Decimal
    all_deals: list[str]
    total_from: int
    eligible_on: int | None
    eligible_by: str


def progress_of(history: History, staff_ids: Collection[str], lang: str) -> dict[str, Progress]:
    """The progress of each of these people towards an early confirmation (7.1), at the as-of."""
    people, day = history.people, history.as_of
    who = [position for position, staff_id in enumerate(people.ids) if staff_id in staff_ids]
    asked = np.zeros(len(people.ids), bool)
    asked[who] = True
    sales = sales_by_person(history, asked, int(people.hired.min(initial=day)))
    return {people.ids[one]: _progress(history, one, sales.get(one, []), lang) for one in who}


def _progress(history: History, who: int, sales: list[Sale], lang: str) -> Progress:
    day, hired = history.as_of, int(history.people.hired[who])
    in_month = sold(sales, max(hired, day_number(date_of(day).replace(day=1))), day)
    in_all = sold(sales, hired, day)
    stretches = history.people.terms.stretches(len(history.people.ids)).of(who)
    found = _first_date(history, who, sales, stretches, lang)
    return Progress(
        needed=history.parameters.integer("confirm_units", day),
        in_month=units(in_month),
        month_deals=[sale.deal_id for sale in in_month],
        in_all=units(in_all),
        all_deals=[sale.deal_id for sale in in_all],
        total_from=add_months(hired, history.parameters.integer("confirm_after_months", day)),
        eligible_on=found[0] if found else None,
        eligible_by=found[1] if found else "",
    )


def _sold(sales: list[Sale], lang: str) -> dict[str, object]:
    deals = words(lang)["join"].join(sale.deal_id for sale in sales)
    return {"units": plain(units(sales)), "deals": deals}
