"""The chain: each row of a book carries the digest of the row before it, and one sealed head says how the books end.

A digest is the SHA-256 of the table's name and of every column of the row that is not empty, the digest of the row
before among them; anybody can compute it. The head is sealed with a key that is not in the database
(`HMAC-SHA256`, out of the program's secret key), so that whoever has only the database can change rows and compute
the chain anew, but cannot make it end as the head says. All that grows goes through `append`.
"""

import datetime as dt
import hashlib
import hmac
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from flask import current_app, has_app_context
from sqlalchemy import Table, func, insert, select
from sqlalchemy.orm import Session

from crm.clock import now
from crm.errors import Conflict
from crm.penalties.models import Chained, LedgerHead
from crm.store.base import fen_of, seconds_of

_CHUNK = 5000
HEAD = 1
Ends = dict[str, tuple[int, str]]
"""By table: how many rows there are, and the digest of the last."""


class LedgerTampered(Conflict):
    """The books do not end as the head says: something other than this program wrote to them."""

    def __init__(self) -> None:
        super().__init__(
            "账本被程序以外的途径改动过，已停止过账。请管理员运行 crm verify 查看是哪一笔。",
            "The ledger was changed by something other than this program; nothing more is posted. "
            "Ask the administrator to run crm verify, which names the row.",
        )


class SealedElsewhere(Conflict):
    """The head was sealed with another key than this program's."""

    def __init__(self) -> None:
        super().__init__(
            "账本是用另一把密钥封存的，已停止过账。如果密钥确实换过，请管理员运行 crm verify --reseal。",
            "The ledger was sealed with another key; nothing more is posted. "
            "If the key was changed on purpose, ask the administrator to run crm verify --reseal.",
        )


def table_of(book: type[Chained]) -> Table:
    """The table of a book."""
    table = getattr(book, "__table__")  # noqa: B009 - the mixin has none
    assert isinstance(table, Table)
    return table


def key_of(table: Table) -> str:
    """The column by which its rows are in order."""
    return next(iter(table.primary_key.columns)).name


def digest_of(table: str, row: Mapping[str, Any]) -> str:
    """The digest of a row whose values are as the database keeps them."""
    content = {name: stored(value) for name, value in row.items() if value is not None and name != "digest"}
    return _sha(json.dumps([table, content], ensure_ascii=False, sort_keys=True, separators=(",", ":")))


def stored(value: Any) -> Any:
    """A value as the database keeps it: seconds, fen, dates as ISO text."""
    if isinstance(value, dt.datetime):
        return seconds_of(value)
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return fen_of(value)
    return int(value) if isinstance(value, bool) else value


def _sha(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def digest_of_all(digests: Iterable[str]) -> str:
    """One digest of many, in their order."""
    return _sha("\n".join(digests))


# The head


@dataclass(frozen=True)
class Key:
    """The key of the seals, and by what it is recognised."""

    secret: bytes
    name: str

    def seal(self, text: str) -> str:
        """What only this key makes of a text."""
        return hmac.new(self.secret, text.encode(), hashlib.sha256).hexdigest()


def key_in_use() -> Key | None:
    """Out of the secret key of the program; None where no program is set up."""
    if not has_app_context():
        return None
    secret = str(current_app.config["CRM"].secret_key).encode()
    derived = hmac.new(secret, b"yingban ledger seal 1", hashlib.sha256).digest()
    return Key(derived, hashlib.sha256(b"id of " + derived).hexdigest()[:12])


def head_of(session: Session) -> LedgerHead | None:
    """The head as it is stored."""
    return session.scalar(
        select(LedgerHead).where(LedgerHead.head_id == HEAD).execution_options(populate_existing=True)
    )


def ends_in(head: LedgerHead | None) -> Ends:
    """What a head says of each book; ValueError where its text was spoilt."""
    if head is None:
        return {}
    found = json.loads(head.books)
    if not isinstance(found, dict):
        raise ValueError("the head is no mapping")
    return {str(table): (int(rows), str(digest)) for table, (rows, digest) in found.items()}


def end_of(session: Session, table: Table) -> tuple[int, str]:
    """How a book ends now."""
    rows = session.scalar(select(func.count()).select_from(table)) or 0
    last = session.scalar(select(table.c.digest).order_by(table.c[key_of(table)].desc()).limit(1))
    return int(rows), str(last or "")


def seal_ends(session: Session, ends: Ends) -> None:
    """Write the head anew, sealed with the key in use."""
    books = json.dumps({name: list(end) for name, end in ends.items()}, sort_keys=True, separators=(",", ":"))
    key, head = key_in_use(), head_of(session)
    values = {
        "books": books,
        "key_id": key.name if key else "",
        "seal": key.seal(books) if key else "",
        "sealed_at": now(),
    }
    if head is None:
        session.add(LedgerHead(head_id=HEAD, **values))
    else:
        for name, value in values.items():
            setattr(head, name, value)
    session.flush()


def seal_fits(head: LedgerHead) -> bool:
    """Whether the key in use made this seal; True where there is no key to tell."""
    key = key_in_use()
    return key is None or hmac.compare_digest(key.seal(head.books), head.seal)


# Growing


def append(session: Session, book: type[Chained], rows: Sequence[Mapping[str, Any]]) -> list[int]:
    """Add rows to a book, inside the act; their keys, in order.

    LedgerTampered or SealedElsewhere where the books do not end as the head says: a forged end is never built on.
    """
    if not rows:
        return []
    table = table_of(book)
    ends = _checked_ends(session, table)
    count, previous = ends.get(table.name, (0, ""))
    key = key_of(table)
    first = int(session.scalar(select(func.max(table.c[key]))) or 0) + 1
    complete = []
    for number, row in enumerate(rows, first):
        values = _defaults(book) | dict(row) | {key: number, "previous": previous}
        previous = digest_of(table.name, values)
        complete.append(values | {"digest": previous})
    for start in range(0, len(complete), _CHUNK):
        session.execute(insert(table), complete[start : start + _CHUNK])
    seal_ends(session, ends | {table.name: (count + len(complete), previous)})
    return [int(row[key]) for row in complete]


def _defaults(book: type[Chained]) -> dict[str, Any]:
    """What the columns hold that a row does not name."""
    found: dict[str, Any] = {}
    for column in table_of(book).columns:
        default = column.default
        found[column.name] = default.arg if default is not None and default.is_scalar else None
    return found


def _checked_ends(session: Session, table: Table) -> Ends:
    head = head_of(session)
    try:
        ends = ends_in(head)
    except (ValueError, TypeError):
        raise LedgerTampered from None
    key = key_in_use()
    if head is not None and key is not None:
        if head.key_id != key.name:
            raise SealedElsewhere
        if not seal_fits(head):
            raise LedgerTampered
    if end_of(session, table) != ends.get(table.name, (0, "")):
        raise LedgerTampered
    return ends


def append_one(session: Session, book: type[Chained], **values: Any) -> int:
    """Add one row to a book; its key."""
    return append(session, book, [values])[0]
