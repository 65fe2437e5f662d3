"""What must hold of the terms of a person beside the staff row, and what is odd about them."""

from typing import Any

import numpy as np

from crm.rulebook.tables import NO_DAY, Tables
from crm.rulebook.terms import FOREVER, Terms, terms_of
from crm.workbook.check_keys import Book
from crm.workbook.faults import FaultLog, Words
from crm.workbook.loaded import Ints, Mask, look_up, texts

SIGNING_ROLES = ("manager", "store_manager")
_EARLY = Words("早于员工的入职日期", "is before the person's hired_on")
_EXPECTED = Words("不早于入职日期的日期", "a date not before hired_on")
_LATE = Words("晚于员工的离职日期，没有作用", "after the person's left_on: it does nothing")
_NOTHING = Words("没有填写任何变动", "changes nothing")
_DATED = ("project", "role", "trade", "monthly_base_pay", "monthly_variable_pay")


def check_terms(book: Book, log: FaultLog) -> None:
    """A fault for each term from a date before the person was hired."""
    terms, staff = book["terms"], book["staff"]
    start = terms["from_on"]
    hired = look_up(terms.rows_in(staff, "staff_id"), staff["hired_on"], NO_DAY)
    terms.add_faults(log, (start < hired) & (start != NO_DAY), "from_on", _EARLY, _EXPECTED)


def warn_terms(book: Book, log: FaultLog) -> None:
    """Terms that do nothing: all their cells are empty, or the person has left by then."""
    terms, staff = book["terms"], book["staff"]
    left = look_up(terms.rows_in(staff, "staff_id"), staff["left_on"], NO_DAY)
    terms.warn(log, (left != NO_DAY) & (terms["from_on"] > left), "from_on", _LATE)
    empty: Mask = terms.frame[list(_DATED)].isna().all(axis=1).to_numpy(dtype=bool)
    terms.warn(log, empty, None, _NOTHING)


def may_sign_later(book: Book) -> set[str]:
    """Whoever becomes a manager or store manager by a term."""
    terms = book["terms"].frame
    signing = terms["role"].astype(object).isin(SIGNING_ROLES).to_numpy(dtype=bool)
    return set(texts(terms["staff_id"].astype(object)[signing]))


def subject_on(book: Book, day: int) -> Mask:
    """For each row of the staff: a property consultant on that day?"""
    terms, people = _terms(book), len(book["staff"])
    subject: Mask = terms.subject[terms.at(np.arange(people), np.full(people, day))]
    return subject


def off_the_floor_from(book: Book) -> Ints:
    """For each row of the staff the day from which somebody who was a property consultant is one no more.

    `NO_DAY` for who still is one, or never was.
    """
    people = len(book["staff"])
    stretches = _terms(book).stretches(people)
    days = np.full(people, NO_DAY, dtype=np.int32)
    ever = np.flatnonzero(stretches.count > 0)
    last = stretches.last[stretches.begin[ever] + stretches.count[ever] - 1]
    days[ever] = np.where(last == FOREVER, NO_DAY, last + 1)
    return days


def _terms(book: Book) -> Terms:
    staff = book["staff"].frame
    ids: list[Any] = texts(staff["staff_id"].astype(object))
    return terms_of(Tables({"terms": book["terms"].frame}), staff, ids)
