"""What customers are found by, kept beside them in the same act.

Full-text indexes of both databases find nothing for one or two Chinese characters, so the terms are rows of a
table with an ordinary index (`CustomerTerm`). Whoever writes names or phones, the import too, calls `rebuild`.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from sqlalchemy import bindparam, delete, insert, select, update
from sqlalchemy.orm import Session

from crm.leads import names
from crm.leads.identity import numbers_of
from crm.leads.models import Customer, CustomerTerm
from crm.transactions import atomic

GRAM, LETTERS, TAIL = "gram", "letters", "tail"
LEAST_DIGITS = 4
_BATCH = 400
Term = tuple[str, str]


def terms_of(name: str, phone: str | None) -> set[Term]:
    """The terms, as (kind, term), of a customer with that name and `phone` cell."""
    syllables = names.syllables(name)
    letters = {"".join(part[0] for part in syllables), "".join(syllables)} - {""}
    return {
        *((GRAM, gram) for gram in grams(names.plain(name))),
        *((LETTERS, text) for text in letters),
        *((TAIL, number[::-1]) for number in numbers_of(phone)),
    }


def grams(text: str) -> set[str]:
    """Each character, and each two neighbours."""
    return {*text, *(text[at : at + 2] for at in range(len(text) - 1))}


def needed_grams(text: str) -> set[str]:
    """The fewest terms that a name with this part must have."""
    return {text[at : at + 2] for at in range(max(len(text) - 1, 1))}


def rebuild(customer_ids: Iterable[str]) -> None:
    """Write the terms and the spelling of these customers anew; erased ones have none."""
    wanted = list(customer_ids)
    with atomic() as session:
        session.flush()
        for start in range(0, len(wanted), _BATCH):
            some = wanted[start : start + _BATCH]
            session.execute(delete(CustomerTerm).where(CustomerTerm.customer_id.in_(some)))
            rows = session.execute(
                select(Customer.customer_id, Customer.name, Customer.phone).where(
                    Customer.customer_id.in_(some), Customer.erased_at.is_(None)
                )
            ).all()
            found = [term for row in rows for term in _rows(*row)]
            if found:
                session.execute(insert(CustomerTerm), found)
                _spell({customer_id: names.spelling(name) for customer_id, name, _ in rows})


def after_import(session: Session, merges: Mapping[str, Any]) -> None:
    """The customers that a workbook brought or changed get their terms in the same act."""
    merge = merges.get("customers")
    if merge is not None and merge.touched:
        rebuild(merge.loaded.frame["customer_id"][merge.new | merge.changed].astype(str))


def _rows(customer_id: str, name: str, phone: str | None) -> Iterator[dict[str, str]]:
    for kind, term in sorted(terms_of(name, phone)):
        yield {"customer_id": customer_id, "kind": kind, "term": term}


def _spell(spellings: dict[str, str]) -> None:
    table = Customer.__table__
    change = (
        update(table).where(table.c.customer_id == bindparam("which")).values(spelling=bindparam("spelt"))
    )
    rows = [{"which": which, "spelt": spelt} for which, spelt in spellings.items()]
    with atomic() as session:
        session.connection().execute(change, rows)
