"""Writing a pseudonym wherever a text names an erased customer, so that the text still says what it is about.

For words that somebody else's right rests on: rulings, the statements before them, and daily reports. What is
unmistakable (telephone and identity-card numbers) is replaced wherever it stands; a name, which others may have too,
only where this customer can be meant.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from crm.daily.models import Report, ReportMark
from crm.deals.attribution import linked_customers
from crm.deals.disputes_models import Dispute, DisputeStatement, Ruling
from crm.deals.models import Deal
from crm.leads.identity import numbers_of
from crm.leads.models import Contact, Customer, Transfer
from crm.people.accounts import RowChange
from crm.store.base import Base
from crm.store.history import key_of, row_key

SHORTEST_NAME, SHORTEST_NUMBER = 2, 7
REWRITTEN: dict[type[Base], tuple[str, ...]] = {
    Ruling: ("reason",),
    DisputeStatement: ("question", "answer"),
    Report: ("remarks", "false_reason"),
    ReportMark: ("reason",),
}
_WIDE = {digit: f"[{digit}{chr(ord(digit) + 0xFEE0)}]" for digit in "0123456789"}
_BETWEEN = r"[\s.\-‐-―－()（）]{0,3}"
_COUNTRY = rf"(?:(?:[+＋]|00|００)?{_WIDE['8']}{_WIDE['6']}{_BETWEEN})?"
_NO_DIGIT_BEFORE, _NO_DIGIT_AFTER = r"(?<![0-9０-９])", r"(?![0-9０-９])"


@dataclass(frozen=True)
class Traces:
    """What names a customer, and the pseudonym that takes its place."""

    pseudonym: str
    sure: re.Pattern[str] | None
    names: re.Pattern[str] | None

    def out_of(self, text: str | None, with_names: bool) -> str | None:
        """The text without them."""
        for pattern in (self.sure, self.names if with_names else None):
            if text and pattern is not None:
                text = pattern.sub(self.pseudonym, text)
        return text


def traces_of(session: Session, customer: Customer) -> Traces:
    """The names and numbers that the customer has and ever had; to be asked before they are emptied."""
    told = {name: values_ever(session, customer, name) for name in ("name", "phone", "id_number")}
    numbers = {number for cell in told["phone"] for number in numbers_of(cell)}
    sure = [_number(digits) for digits in _longest_first(numbers) if len(digits) >= SHORTEST_NUMBER]
    sure += [_card(card) for card in _longest_first(told["id_number"]) if len(card) >= SHORTEST_NUMBER]
    names = [re.escape(name) for name in _longest_first(told["name"]) if len(name) >= SHORTEST_NAME]
    return Traces(customer.customer_id, _any(sure), _any(names))


def values_ever(session: Session, customer: Customer, column: str) -> set[str]:
    """What that column says and what it said before it was changed."""
    query = select(RowChange.before).where(
        RowChange.table_name == Customer.__tablename__, RowChange.row_key == row_key([customer.customer_id])
    )
    earlier = [(before or {}).get(column) for before in session.scalars(query)]
    return {value.strip() for value in (getattr(customer, column), *earlier) if value and value.strip()}


def _longest_first(values: Iterable[str]) -> list[str]:
    return sorted(values, key=lambda value: (-len(value), value))


def _number(digits: str) -> str:
    return _NO_DIGIT_BEFORE + _COUNTRY + _BETWEEN.join(_WIDE[digit] for digit in digits) + _NO_DIGIT_AFTER


def _card(card: str) -> str:
    letters = (_WIDE.get(letter, re.escape(letter)) for letter in card if not letter.isspace())
    return _NO_DIGIT_BEFORE + r"\s?".join(letters) + _NO_DIGIT_AFTER


def _any(patterns: list[str]) -> re.Pattern[str] | None:
    return re.compile("|".join(patterns), re.IGNORECASE) if patterns else None


def rewrite(session: Session, customer: Customer) -> None:
    """Put the pseudonym into rulings, statements and reports; before the customer's own columns are emptied."""
    traces = traces_of(session, customer)
    with_names = _disputes_about(session, customer.customer_id)
    for model in (Ruling, DisputeStatement):
        for row in session.scalars(select(model)):
            _rewrite(row, traces, row.dispute_id in with_names)
    _rewrite_reports(session, customer, traces)


def _rewrite(row: Any, traces: Traces, with_names: bool) -> None:
    for column in REWRITTEN[type(row)]:
        old = getattr(row, column)
        new = traces.out_of(old, with_names)
        if new != old:
            setattr(row, column, new)


def _disputes_about(session: Session, customer_id: str) -> set[str]:
    """The disputes in which the customer plays a part: the deal's, one linked to it, or one in what a ruling kept."""
    linked = [one.customer.customer_id for one in linked_customers(session, customer_id)]
    deals = select(Deal.deal_id).where(Deal.customer_id.in_(linked))
    found = set(session.scalars(select(Dispute.dispute_id).where(Dispute.deal_id.in_(deals))))
    kept = select(Ruling.dispute_id, Ruling.evidence).where(Ruling.evidence.is_not(None))
    return found | {
        which
        for which, evidence in session.execute(kept)
        if any(one["customer_id"] == customer_id for one in (evidence or {}).get("linked", ()))
    }


def _rewrite_reports(session: Session, customer: Customer, traces: Traces) -> None:
    days = _days_with(session, customer)
    people, shared = {staff_id for staff_id, _on in days}, _has_namesake(session, customer, days)
    first, history = customer.first_contact_at.date(), _history_of_reports(session)
    for row in _reports(session):
        mine = row.staff_id in people and row.date >= first
        with_names = (row.staff_id, row.date) in days if shared else mine
        _rewrite(row, traces, with_names)
        for change in history.get(key_of(row), ()) if isinstance(row, Report) else ():
            change.before = _rewritten(change.before, traces, with_names)
            change.after = _rewritten(change.after, traces, with_names)


def _reports(session: Session) -> Iterator[Report | ReportMark]:
    """All of them: an erasure is rare, and a number may stand in anybody's."""
    yield from session.scalars(select(Report))
    yield from session.scalars(select(ReportMark))


def _history_of_reports(session: Session) -> dict[str, list[RowChange]]:
    found: dict[str, list[RowChange]] = {}
    for change in session.scalars(select(RowChange).where(RowChange.table_name == Report.__tablename__)):
        found.setdefault(change.row_key, []).append(change)
    return found


def _rewritten(values: dict[str, Any] | None, traces: Traces, with_names: bool) -> dict[str, Any] | None:
    return values and {
        name: traces.out_of(value, with_names) if isinstance(value, str) else value
        for name, value in values.items()
    }


def _days_with(session: Session, customer: Customer) -> set[tuple[str, Any]]:
    """Who had to do with the customer, and on which dates: contacts, being the owner, being handed the customer."""
    days: set[tuple[str, Any]] = {(customer.owner, customer.first_contact_at.date())}
    contacts = select(Contact).where(Contact.customer_id == customer.customer_id)
    for row in session.scalars(contacts):
        days |= {(row.staff_id, row.happened_at.date()), (row.staff_id, row.recorded_at.date())}
    handed = select(Transfer).where(Transfer.customer_id == customer.customer_id, Transfer.to.is_not(None))
    return days | {(str(row.to), row.on) for row in session.scalars(handed)}


def _has_namesake(session: Session, customer: Customer, days: set[tuple[str, Any]]) -> bool:
    """Whether one of these people also knows a living customer of the very same name."""
    people = sorted({staff_id for staff_id, _on in days})
    others = select(Customer.customer_id).where(
        Customer.name == customer.name,
        Customer.customer_id != customer.customer_id,
        Customer.erased_at.is_(None),
    )
    spoken = select(Contact.customer_id).where(Contact.customer_id.in_(others), Contact.staff_id.in_(people))
    owned = others.where(Customer.owner.in_(people))
    return session.scalar(owned.limit(1)) is not None or session.scalar(spoken.limit(1)) is not None
