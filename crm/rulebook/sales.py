"""Units sold in a span, by a date, and the months in which they are judged (rulebook 1)."""

from dataclasses import dataclass
from decimal import Decimal

from crm.rulebook.calendar import Flags
from crm.rulebook.history import History
from crm.rulebook.tables import NO_DAY

HUNDRED = Decimal(100)


@dataclass(frozen=True)
class Sale:
    """One person's part of a contracted deal of residential or shopfront units."""

    deal_id: str
    contract: int
    cancelled: int
    units: Decimal
    amount: Decimal

    def stands_by(self, day: int) -> bool:
        """Not cancelled on or before that day."""
        return self.cancelled == NO_DAY or self.cancelled > day


def sales_by_person(history: History, people: Flags, since: int) -> dict[int, list[Sale]]:
    """The deals of these people, contracted from a day on, that count as units; by contract date and id."""
    deals, credits = history.deals, history.credits
    found: dict[int, list[Sale]] = {}
    for deal, who, percent in zip(
        credits.deal.tolist(), credits.staff.tolist(), credits.percent, strict=True
    ):
        contract = int(deals.contract[deal])  # `NO_DAY` is before every day
        if who < 0 or not people[who] or not deals.counts_as_unit[deal] or contract < since:
            continue
        part = percent / HUNDRED
        sale = Sale(
            deals.ids[deal],
            contract,
            int(deals.cancelled[deal]),
            int(deals.units[deal]) * part,
            (deals.amount[deal] or Decimal(0)) * part,
        )
        found.setdefault(who, []).append(sale)
    for sales in found.values():
        sales.sort(key=lambda sale: (sale.contract, sale.deal_id))
    return found


def sold(sales: list[Sale], first: int, last: int) -> list[Sale]:
    """Those contracted from first to last, by the date `last`."""
    return [sale for sale in sales if first <= sale.contract <= last and sale.stands_by(last)]


def units(sales: list[Sale]) -> Decimal:
    """Their units, by percent."""
    return sum((sale.units for sale in sales), Decimal(0))
