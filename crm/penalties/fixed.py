"""What closed months were fixed with, laid under what is in force now (rulebook 11).

Each day of a closed month keeps the numbers and the workday that its month was closed with; every other day has those
of now. So one run of the rules gives the closed months again as they were ruled, and the open ones as they are, and a
count that goes across the end of a month neither starts anew nor counts twice. Whatever changes later, the day from
which records count is that of the first month that was closed.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from crm.penalties.calendars import Calendar, read_calendar, with_calendar
from crm.penalties.models import Closing, RulebookVersion
from crm.penalties.months import first_day, last_day
from crm.penalties.rulebooks import read_parameters
from crm.rulebook.parameters import Parameters, Steps
from crm.rulebook.tables import NO_DAY, Tables, day_number


@dataclass(frozen=True)
class Fixed:
    """A closed month: its days (day numbers, both included), and what it was fixed with.

    The first closed month answers for every day before it too.
    """

    first: int
    last: int
    version: str
    parameters: Parameters
    calendar: Calendar


def fixed_months(session: Session) -> list[Fixed]:
    """The closed months, in order."""
    query = select(Closing.month, Closing.rulebook, Closing.calendar, RulebookVersion.parameters).join(
        RulebookVersion, RulebookVersion.version == Closing.rulebook
    )
    rows = session.execute(query.order_by(Closing.month)).all()
    read = {text: read_parameters(text) for *_, text in rows}
    return [
        Fixed(
            day_number(first_day(month)) if number else NO_DAY,
            day_number(last_day(month)),
            version,
            read[text],
            read_calendar(calendar),
        )
        for number, (month, version, calendar, text) in enumerate(rows)
    ]


def parameters_by_month(months: Sequence[Fixed], parameters: Parameters) -> Parameters:
    """The numbers of each closed month on its days, and those in force after the last of them."""
    if not months:
        return parameters
    terms = {}
    for name, term in parameters.terms.items():
        if name == "records_begin":
            terms[name] = months[0].parameters.terms[name]
            continue
        steps: Steps = ()
        for month in months:
            steps += _between(month.parameters.terms[name].steps, month.first, month.last)
        steps += _between(term.steps, months[-1].last + 1, np.iinfo(np.int32).max)
        terms[name] = replace(term, steps=steps)
    return Parameters(terms)


def _between(steps: Steps, first: int, last: int) -> Steps:
    """The values of a span of days, the first of them from its beginning on."""
    before = [value for day, value in steps if day <= first]
    within = tuple(step for step in steps if first < step[0] <= last)
    return ((first, before[-1]), *within) if before else within


def calendar_by_month(months: Sequence[Fixed], tables: Tables) -> Tables:
    """The workdays of each closed month on its days, and those of now on every other day."""
    if not months:
        return tables
    first = months[0].calendar.first
    flags = np.empty(months[-1].last - first + 1, np.bool_)
    for month in months:
        start = max(month.first, first)
        known = month.calendar
        flags[start - first : month.last - first + 1] = known.workdays[
            start - known.first : month.last - known.first + 1
        ]
    return with_calendar(tables, Calendar(first, flags))


def version_on(months: Sequence[Fixed], day: int, present: str) -> str:
    """Which version of the rulebook ruled a day; `present` is the one in force now."""
    return next((month.version for month in months if month.first <= day <= month.last), present)
