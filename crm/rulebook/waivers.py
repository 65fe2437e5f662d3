"""Waivers: the dates on which a manager's signature lets a customer rest (rulebook 4)."""

from dataclasses import dataclass

import numpy as np

from crm.rulebook.calendar import Days, Flags
from crm.rulebook.history import History
from crm.rulebook.people import FOREVER, Codes, codes_in
from crm.rulebook.tables import NO_DAY


@dataclass(frozen=True)
class Waivers:
    """Sorted by customer; `to` is `FOREVER` where the waiver never ends."""

    start: Codes
    count: Codes
    frm: Days
    to: Days

    def any_for(self, customer: Codes) -> Flags:
        """Has the customer any waiver?"""
        some: Flags = self.count[customer] > 0
        return some

    def covering_to(self, customer: Codes, day: Days) -> Days:
        """The latest last date of the waivers that cover the day, `NO_DAY` where none does."""
        best = np.full(len(customer), NO_DAY, np.int32)
        count = self.count[customer]
        for nth in range(int(count.max(initial=0))):
            has = np.flatnonzero(count > nth)
            at = self.start[customer[has]] + nth
            covers = (self.frm[at] <= day[has]) & (day[has] <= self.to[at])
            best[has] = np.where(covers, np.maximum(best[has], self.to[at]), best[has])
        return best


def waivers_of(history: History) -> Waivers:
    """All waivers, whenever they were signed."""
    frame = history.tables["waivers"]
    customer = codes_in(history.customers.index, frame["customer_id"])
    order = np.argsort(customer, kind="stable")
    order = order[customer[order] >= 0]
    to = frame["to_on"].to_numpy()
    count = np.bincount(customer[order], minlength=len(history.customers.ids))
    return Waivers(
        start=np.append(0, np.cumsum(count))[:-1],
        count=count,
        frm=frame["from_on"].to_numpy()[order],
        to=np.where(to == NO_DAY, np.int32(FOREVER), to)[order],
    )
