"""Who has each customer: transfers that change nothing, and customers whose owner left."""

from collections import defaultdict

import numpy as np

from crm.rulebook.tables import NO_DAY
from crm.workbook.check_keys import Book
from crm.workbook.check_terms import off_the_floor_from
from crm.workbook.check_warnings import days_of
from crm.workbook.faults import FaultLog, Words
from crm.workbook.loaded import Ints, Mask, look_up, shown_day

_NO_CHANGE = Words("移交给了本来就负责的人", "transfer to the one who has the customer")


def check_tracking(book: Book, log: FaultLog) -> None:
    """Transfers to the one who has the customer, and customers that nobody tracks (rulebook 4)."""
    owners = _owners(book)
    first = days_of(book["customers"]["first_contact_at"])
    last_owner = owners.copy()
    same = _follow_transfers(book, first, last_owner)
    book["transfers"].warn(log, same, "to", _NO_CHANGE)
    _warn_of_leavers(book, last_owner, log)


def _owners(book: Book) -> Ints:
    """Each customer's first owner as a row of `staff`, -1 where that is not known."""
    return book["customers"].rows_in(book["staff"], "owner").copy()


def _follow_transfers(book: Book, first: Ints, last_owner: Ints) -> Mask:
    """Which transfers change nothing; leaves in `last_owner` who has each customer in the end.

    Of several that take effect on one date (the first contact's or later), the latest `on` stands.
    """
    transfers = book["transfers"]
    customer = transfers.rows_in(book["customers"], "customer_id")
    to = transfers.rows_in(book["staff"], "to")
    on = transfers["on"]
    effective = np.maximum(on, look_up(customer, first, NO_DAY))
    order = np.lexsort((on, effective, customer))
    order = order[(customer[order] >= 0) & (on[order] != NO_DAY) & transfers.sound()[order]]
    stands = np.ones(len(order), dtype=bool)
    stands[:-1] = _differ(customer[order]) | _differ(effective[order])
    order = order[stands]
    holder = last_owner[customer[order]]
    followed = ~_differ(customer[order])
    holder[1:][followed] = to[order][:-1][followed]
    same = np.zeros(len(transfers), dtype=bool)
    same[order] = (to[order] >= 0) & (to[order] == holder)
    last_owner[customer[order]] = to[order]
    return same


def _differ(values: Ints) -> Mask:
    """Whether each value but the last differs from the one after it."""
    different: Mask = values[1:] != values[:-1]
    return different


def _warn_of_leavers(book: Book, last_owner: Ints, log: FaultLog) -> None:
    """One warning for each owner who left, or left the floor, with customers neither sold to nor opted out."""
    customers, staff = book["customers"], book["staff"]
    off = off_the_floor_from(book)
    moved = (off != NO_DAY) & (off <= _or_never(staff["left_on"]))
    left = look_up(last_owner, np.where(moved, off - 1, staff["left_on"]), NO_DAY)
    ended = np.minimum(_or_never(customers["opted_out_on"]), _contract_days(book))
    left_behind = defaultdict(list)
    for place in np.flatnonzero((last_owner >= 0) & (left != NO_DAY) & (ended > left)):
        left_behind[int(last_owner[place])].append(customers.row(place))
    for person, rows in sorted(left_behind.items()):
        name, on = staff.shown("staff_id", person), shown_day(staff["left_on"][person])
        zh = f"归属顾问 {name} 于 {on} 离职，之后无人跟踪"
        en = f"owner {name} left on {on} and nobody tracks the customer after that"
        if moved[person]:
            on = shown_day(off[person])
            zh = f"归属顾问 {name} 从 {on} 起不再是房产顾问，此后无人跟踪"
            en = f"owner {name} is no property consultant from {on} on and nobody tracks the customer then"
        log.add_many("customers", rows, "owner", Words(zh, en))


def _contract_days(book: Book) -> Ints:
    """Each customer's first contract date, or never."""
    customers, deals = book["customers"], book["deals"]
    places = deals.rows_in(customers, "customer_id")
    days = np.full(len(customers), np.iinfo(np.int32).max, dtype=np.int32)
    np.minimum.at(days, places[places >= 0], _or_never(deals["contract_on"])[places >= 0])
    return days


def _or_never(days: Ints) -> Ints:
    return np.where(days == NO_DAY, np.iinfo(np.int32).max, days).astype(np.int32)
