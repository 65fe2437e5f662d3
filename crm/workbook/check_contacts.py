"""A customer's first contact, held against the contacts themselves: whole columns at once."""

import numpy as np

from crm.rulebook.tables import NO_TIME, SECONDS_A_DAY
from crm.workbook.check_keys import Book
from crm.workbook.faults import FaultLog, Words
from crm.workbook.loaded import Ints, Loaded, Mask, look_up, shown_time

_EXPECTED_AFTER = Words("不早于客户的首次接触时间", "a time not before the customer's first_contact_at")
_NONE_THEN = Words("这一天没有这位客户的接触记录", "is on a date without any of the customer's contacts")
_EXPECTED_THEN = Words("第一条接触记录的时间", "the time of the first contact")


def check_first_contacts(book: Book, log: FaultLog) -> None:
    """No contact before `first_contact_at`, and of a customer's contacts at least one on its date."""
    customers, contacts = book["customers"], book["contacts"]
    if not len(customers) or not len(contacts):
        return
    places = contacts.rows_in(customers, "customer_id")
    first = look_up(places, customers["first_contact_at"], NO_TIME)
    happened = contacts["happened_at"]
    judged = (first != NO_TIME) & (happened != NO_TIME)
    _add_early(contacts, first, judged & (happened < first), log)
    on_date = judged & (happened // SECONDS_A_DAY == first // SECONDS_A_DAY)
    unsure = places[(happened == NO_TIME) & (places >= 0)]
    _add_without(customers, places[judged], places[on_date], unsure, log)


def _add_early(contacts: Loaded, first: Ints, early: Mask, log: FaultLog) -> None:
    for place in np.flatnonzero(early):
        since = shown_time(first[place])
        wrong = Words(f"早于客户的首次接触时间 {since}", f"is before the customer's first_contact_at {since}")
        shown = contacts.shown("happened_at", place)
        log.add("contacts", contacts.row(place), "happened_at", shown, wrong, _EXPECTED_AFTER)


def _add_without(customers: Loaded, some: Ints, on_date: Ints, unsure: Ints, log: FaultLog) -> None:
    """Customers with contacts, none of them on the date; not where a contact's time could not be read."""
    without = np.zeros(len(customers), dtype=bool)
    without[some] = True
    without[on_date] = False
    without[unsure] = False
    customers.add_faults(log, without, "first_contact_at", _NONE_THEN, _EXPECTED_THEN)
