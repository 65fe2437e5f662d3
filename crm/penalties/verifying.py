"""Looking through the books: which row was changed, is missing, was inserted or moved (`crm verify`).

Rows are read as the database keeps them, and one after the other is held against its digest and the row before. What
the rows cannot tell by themselves, that the last ones are missing or that everything was computed anew, the sealed
head tells, and before it the ends that settlements and closings wrote down.
"""

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from crm.penalties import faults
from crm.penalties.calendars import read_calendar
from crm.penalties.chain import (
    digest_of,
    digest_of_all,
    ends_in,
    head_of,
    key_in_use,
    key_of,
    seal_ends,
    seal_fits,
    table_of,
)
from crm.penalties.faults import Fault
from crm.penalties.guards import broken_guards
from crm.penalties.models import BOOKS
from crm.penalties.version import digest_of_text
from crm.people import audit
from crm.transactions import atomic

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Looked:
    """What a look through the books found: how many rows there are, the ledger's last digest, what is wrong."""

    rows: dict[str, int]
    ledger_digest: str
    faults: list[Fault]


def look_through(session: Session) -> Looked:
    """Read every book from its first row to its last; the faults come in the order in which they count."""
    books = {
        table_of(book).name: (key_of(table_of(book)), _rows(session, table_of(book).name)) for book in BOOKS
    }
    broken = [fault for name, (key, rows) in books.items() if (fault := first_fault(name, key, rows))]
    kept = {name: rows for name, (_, rows) in books.items()}
    head = list(_head(session, kept))
    lengths = [fault for fault in head if fault.kind in ("missing", "inserted")]
    found = [
        *broken,
        *lengths,
        *_versions(kept["rulebook_versions"]),
        *_closings(kept["closings"], kept["ledger"]),
        *_ends_written_down(kept),
        *(fault for fault in head if fault not in lengths),
        *(faults.guard(name) for name in broken_guards(session.connection())),
    ]
    last = kept["ledger"][-1]["digest"] if kept["ledger"] else ""
    return Looked({name: len(rows) for name, rows in kept.items()}, str(last), found)


def _rows(session: Session, table: str) -> list[Row]:
    """A book as it is kept, in its order."""
    key = next(key_of(table_of(book)) for book in BOOKS if table_of(book).name == table)
    found = session.connection().execute(text(f"SELECT * FROM {table} ORDER BY {key}"))
    return [dict(row) for row in found.mappings()]


# One book


def first_fault(table: str, key: str, rows: list[Row]) -> Fault | None:
    """The first row of a book that is not as it was written, or not where."""
    before: Row | None = None
    for place, row in enumerate(rows):
        end = before["digest"] if before else ""
        if row["previous"] == end and _as_written(table, row):
            before = row
            continue
        return _told(table, key, rows, place, str(end))
    return None


def _as_written(table: str, row: Row) -> bool:
    try:
        return digest_of(table, row) == row["digest"]
    except (TypeError, ValueError):
        return False


def _told(table: str, key: str, rows: list[Row], place: int, end: str) -> Fault:
    """What became of the row at that place, as far as it can be told."""
    row = rows[place]
    after = rows[place + 1] if place + 1 < len(rows) else None
    if not _as_written(table, row):
        moved = _right_key(table, key, rows, row)
        if moved is not None:
            return faults.moved(table, row[key], moved)
        if after is not None and after["previous"] == end and _as_written(table, after):
            return faults.inserted(table, row[key])
        return faults.altered(table, row[key])
    known = {str(one["digest"]): one[key] for one in rows[:place]}
    known[""] = 0
    if row["previous"] in known:
        return faults.inserted(table, _after(rows, key, known[str(row["previous"])]))
    before = rows[place - 1][key] if place else 0
    return faults.missing(table, before + 1, row[key] - 1)


def _after(rows: list[Row], key: str, number: int) -> int:
    return int(next(row[key] for row in rows if row[key] > number))


def _right_key(table: str, key: str, rows: list[Row], row: Row) -> int | None:
    """The number that a row had when it was written, where its digest tells so."""
    before = {str(one["digest"]): one[key] for one in rows}
    wanted = 1 if row["previous"] == "" else before.get(str(row["previous"]), -1) + 1
    numbers = {wanted, *(one[key] for one in rows)} - {row[key]}
    return next((number for number in sorted(numbers) if _as_written(table, {**row, key: number})), None)


# Between the books


def _versions(rows: list[Row]) -> Iterator[Fault]:
    for row in rows:
        if str(row["version"]).rpartition("+")[2] != digest_of_text(str(row["parameters"])):
            yield faults.version(str(row["version"]))


def _closings(closings: list[Row], ledger: list[Row]) -> Iterator[Fault]:
    """What was closed is what is booked in the month now."""
    months: dict[str, list[Row]] = {}
    for row in ledger:
        months.setdefault(str(row["month"]), []).append(row)
    for closing in closings:
        month = str(closing["month"])
        booked = months.get(month, [])
        fen = sum(row["amount"] for row in booked if isinstance(row["amount"], int))
        as_closed = (closing["entries"], closing["amount"], closing["entries_digest"])
        if as_closed != (len(booked), fen, digest_of_all(str(row["digest"]) for row in booked)):
            yield faults.closing(month)
        if not _is_calendar(str(closing["calendar"]), str(closing["calendar_digest"])):
            yield faults.calendar(month)


def _is_calendar(calendar: str, digest: str) -> bool:
    try:
        read_calendar(calendar)
    except ValueError:
        return False
    return digest_of_all([calendar]) == digest


def _ends_written_down(kept: Mapping[str, list[Row]]) -> Iterator[Fault]:
    """The ledger once ended as settlements and closings wrote down; the first that it no longer fits says where."""
    ledger = kept["ledger"]
    for table, when in (("settlements", "at"), ("closings", "closed_at")):
        for row in kept[table]:
            rows, digest = row["ledger_rows"], row["ledger_digest"]
            if not digest:
                continue
            if rows > len(ledger):
                yield faults.shorter(len(ledger), rows)
                return
            if rows and ledger[rows - 1]["digest"] != digest:
                yield faults.rewritten(ledger[rows - 1]["entry_id"], row[when])
                return


def _head(session: Session, kept: Mapping[str, list[Row]]) -> Iterator[Fault]:
    head = head_of(session)
    if head is None:
        if any(kept.values()):
            yield faults.no_head()
        return
    try:
        ends = ends_in(head)
    except (ValueError, TypeError):
        yield faults.no_head()
        return
    key = key_in_use()
    if key is not None and head.key_id != key.name:
        yield faults.other_key()
    elif not seal_fits(head):
        yield faults.seal()
        return  # what such a head says of the ends is worth nothing
    for table, rows in kept.items():
        said, digest = ends.get(table, (0, ""))
        if len(rows) < said:
            yield faults.cut_off(table, len(rows), said)
        elif len(rows) > said:
            yield faults.added(table, rows[said][next(iter(rows[said]))] if said < len(rows) else 0)
        elif rows and rows[-1]["digest"] != digest:
            yield faults.other_end(table)


def reseal(at: dt.datetime, actor: str) -> Fault | None:
    """Seal the head with the key in use, after it was changed on purpose; the fault where more than the key is wrong."""
    with atomic() as session:
        found = [fault for fault in look_through(session).faults if fault.kind != "key"]
        if found:
            return found[0]
        seal_ends(session, ends_in(head_of(session)))
        audit.record(actor, "ledger.resealed", at=at)
    return None
