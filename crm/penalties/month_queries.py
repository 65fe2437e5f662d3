"""What the page of months shows: totals by rule, the closed months, and those that are still open."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from crm.penalties.closing import months_to_close
from crm.penalties.models import LATE, LIFT, REVERSAL, Closing, LedgerEntry
from crm.rulebook.catalogue import rules
from crm.web.i18n import current_lang

__all__ = ["RuleTotal", "closed_months", "months_to_close", "totals_by_rule"]
ZERO = Decimal(0)


@dataclass
class RuleTotal:
    """One rule in a month: its rows, how many of them correct something, and their sum in yuan."""

    title: str
    entries: int = 0
    corrections: int = 0
    amount: Decimal = ZERO


def totals_by_rule(session: Session, month: str) -> list[RuleTotal]:
    """What is booked in a month, by rule in the order of the rulebook."""
    query = (
        select(LedgerEntry.rule, LedgerEntry.kind, func.count(), func.sum(LedgerEntry.amount))
        .where(LedgerEntry.month == month)
        .group_by(LedgerEntry.rule, LedgerEntry.kind)
    )
    found = {rule.code: RuleTotal(rule.title(current_lang())) for rule in rules()}
    for rule, kind, entries, amount in session.execute(query):
        total = found[rule]
        total.entries += entries
        total.corrections += entries if kind in (LATE, REVERSAL, LIFT) else 0
        total.amount += amount or ZERO
    return [total for total in found.values() if total.entries]


def closed_months(session: Session) -> Sequence[Closing]:
    """The closed months, the latest first."""
    return session.scalars(select(Closing).order_by(Closing.month.desc())).all()
