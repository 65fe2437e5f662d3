"""What a search asks of customers: terms of names and numbers, as conditions of a query."""

import re
from typing import Any, NamedTuple

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


class Matching(NamedTuple):
    """A condition on customers, and whether it finds so few that they are best looked up first."""

    condition: ColumnElement[bool]
    rare: bool


def matches(word: str) -> ColumnElement[bool]:
    """Customers who are found by the word."""
    return matching(word).condition


def matching(word: str) -> Matching:
    """Customers whose number ends so, or whose name has this part, or these initials or this pinyin."""
    digits = re.sub(r"[-()+]", "", word)
    if digits.isascii() and digits.isdigit():
        if len(digits) < LEAST_DIGITS:
            return Matching(false(), rare=True)
        return _has(TAIL, _begins(digits[::-1]))
    found = [_all_grams(word)]
    if word.isascii() and word.isalpha():
        found.append(_has(LETTERS, _begins(word)))
    return Matching(or_(*(one.condition for one in found)), all(one.rare for one in found))


def _all_grams(word: str) -> Matching:
    found = [_has(GRAM, CustomerTerm.term == gram) for gram in sorted(needed_grams(word))]
    return Matching(and_(*(one.condition for one in found)), any(one.rare for one in found))


def _begins(prefix: str) -> ColumnElement[bool]:
    return and_(CustomerTerm.term >= prefix, CustomerTerm.term < prefix + "\U0010ffff")


def _has(kind: str, term: ColumnElement[bool]) -> Matching:
    some = select(CustomerTerm.customer_id).where(CustomerTerm.kind == kind, term)
    if is_frequent(some):
        return Matching(some.where(CustomerTerm.customer_id == Customer.customer_id).exists(), rare=False)
    return Matching(Customer.customer_id.in_(some), rare=True)


def is_frequent(customer_ids: Select[Any]) -> bool:
    """A rare condition is looked up first; a frequent one is asked of each customer as the list is walked."""
    some = customer_ids.limit(FREQUENT + 1).subquery()
    counted = db.session().connection().scalar(select(func.count()).select_from(some))
    return int(counted or 0) > FREQUENT
