"""What a search asks of customers: terms of names and numbers, as conditions of a query."""

import re
from typing import Any

from sqlalchemy import Select, and_, false, func, or_, select
from sqlalchemy.sql.elements import ColumnElement

from crm.extensions import db
from crm.leads import names
from crm.leads.identity import normalized
from crm.leads.models import Customer, CustomerTerm
from crm.leads.search_terms import GRAM, LEAST_DIGITS, LETTERS, TAIL, needed_grams

FREQUENT = 4000
LONGEST_WORD = 30
MOST_WORDS = 5


def words_of(q: str) -> list[str]:
    """What is searched for, word by word; a whole number with its spaces is one."""
    number = normalized(q)
    if number is not None:
        return [number]
    return [names.plain(word)[:LONGEST_WORD] for word in q.split()[:MOST_WORDS]]


def matches(word: str) -> ColumnElement[bool]:
    """Customers whose number ends so, or whose name has this part, or these initials or this pinyin."""
    digits = re.sub(r"[-()+]", "", word)
    if digits.isascii() and digits.isdigit():
        if len(digits) < LEAST_DIGITS:
            return false()
        return _has(TAIL, _begins(digits[::-1]))
    found = [_all_grams(word)]
    if word.isascii() and word.isalpha():
        found.append(_has(LETTERS, _begins(word)))
    return or_(*found)


def _all_grams(word: str) -> ColumnElement[bool]:
    return and_(*(_has(GRAM, CustomerTerm.term == gram) for gram in sorted(needed_grams(word))))


def _begins(prefix: str) -> ColumnElement[bool]:
    return and_(CustomerTerm.term >= prefix, CustomerTerm.term < prefix + "\U0010ffff")


def _has(kind: str, term: ColumnElement[bool]) -> ColumnElement[bool]:
    some = select(CustomerTerm.customer_id).where(CustomerTerm.kind == kind, term)
    if is_frequent(some):
        return some.where(CustomerTerm.customer_id == Customer.customer_id).exists()
    return Customer.customer_id.in_(some)


def is_frequent(customer_ids: Select[Any]) -> bool:
    """A rare condition is looked up first; a frequent one is asked of each customer as the list is walked."""
    some = customer_ids.limit(FREQUENT + 1).subquery()
    return (db.session.scalar(select(func.count()).select_from(some)) or 0) > FREQUENT
