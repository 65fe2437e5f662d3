"""What leaving costs by the company's own rules (rulebook 8.2), and what the law says of it."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from crm.exchange.services import parameters_in_force
from crm.exchange.stored import stored_frame
from crm.people.models import Staff
from crm.rulebook.cases import resignation_findings
from crm.rulebook.entries import NO_MONEY
from crm.rulebook.history import history_of
from crm.rulebook.law import Position, law_of
from crm.rulebook.people import on_probation
from crm.rulebook.probation_law import notice_days, notice_position
from crm.rulebook.tables import day_number
from crm.store.base import yuan_of
from crm.transactions import snapshot
from crm.workbook.frames import frame_from_rows, tables_of
from crm.workbook.schema import BY_NAME

RULE = "resignation-deduction"
_DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class Terms:
    """An application and its settling, as a row of `resignations` has them."""

    applied_on: dt.date
    last_on: dt.date
    loans_cleared: bool
    attendance_pay: Decimal | None = None
    sales_bonus: Decimal | None = None


@dataclass(frozen=True)
class Notice:
    """What the law asks before the last day, and the earliest last day it allows; `given` are the days there are."""

    probation: bool
    days: int
    given: int
    earliest: dt.date
    law: Position

    @property
    def short(self) -> bool:
        """Whether the last day is earlier than the law's notice."""
        return self.given < self.days


@dataclass(frozen=True)
class Cost:
    """What rule 8.2 takes: `amount` in yuan, negative, None where the pay is not known; and what the law says."""

    amount: Decimal | None
    evidence: str
    law: Position


def weighed(person: Staff, terms: Terms, lang: str) -> tuple[Notice, Cost | None]:
    """The notice in law, and what 8.2 would give; None where it gives nothing."""
    row: dict[str, Any] = {"staff_id": person.staff_id, **vars(terms)}
    frames = {"resignations": frame_from_rows("resignations", [row])}
    with snapshot() as session:
        frames["staff"] = stored_frame(
            session.connection(), BY_NAME["staff"], Staff.staff_id == person.staff_id
        )
        parameters = parameters_in_force(session)
    history = history_of(tables_of(frames), parameters, day_number(terms.last_on))
    probation = on_probation(history.people, 0, day_number(terms.applied_on))
    found = next(iter(resignation_findings(history, day_number(terms.last_on), lang)), None)
    cost = None
    if found is not None:
        fen = int(found.amount[0])
        amount = None if fen == NO_MONEY else yuan_of(fen)
        cost = Cost(amount, found.evidence[0], law_of(RULE, None if fen == NO_MONEY else fen))
    days = notice_days(probation)
    given = (terms.last_on - terms.applied_on).days
    notice = Notice(probation, days, given, terms.applied_on + days * _DAY, notice_position(probation))
    return notice, cost
