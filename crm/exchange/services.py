"""The workbook's door: import all rows or none, and hand all of them out again."""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache
from importlib import import_module
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, select
from sqlalchemy.orm import Session

from crm.clock import today
from crm.exchange.bounds import check_bounds
from crm.exchange.merge import Merge, compare, counts
from crm.exchange.stored import Told, sealed_keys, stored_frame, stored_tables
from crm.exchange.write_rows import write_rows
from crm.people import audit
from crm.people.models import ParameterValue
from crm.rulebook.parameters import Parameters, load
from crm.rulebook.tables import Tables
from crm.transactions import atomic, snapshot
from crm.workbook.check_contacts import check_first_contacts
from crm.workbook.check_rows import check_rows
from crm.workbook.check_stock import warn_without_permit
from crm.workbook.check_terms import SIGNING_ROLES
from crm.workbook.faults import Fault, FaultLog, FaultyWorkbook
from crm.workbook.read import Workbook, read_workbook
from crm.workbook.schema import BY_NAME, TABLES
from crm.workbook.write import write_workbook

# What keeps derived rows in step, called with the session and the merges, inside the act: "module:function".
AFTERWARDS: tuple[str, ...] = (
    "crm.leads.erasing:after_import",
    "crm.leads.search_terms:after_import",
    "crm.leads.worklist:after_import",
    "crm.deals.units:after_import",
)
_RELATED = frozenset(
    {
        "staff",
        "terms",
        "customers",
        "contacts",
        "waivers",
        "deals",
        "shares",
        "reports",
        "cases",
        "stock_units",
    }
)


@dataclass(frozen=True)
class Imported:
    """What an import did, or with `--check` would do: by table, how many rows are new, changed, the same."""

    counts: Mapping[str, tuple[int, int, int]]
    warnings: list[Fault]

    @property
    def nothing_changed(self) -> bool:
        """Whether every row was stored already with the same content."""
        return not any(new or changed for new, changed, _ in self.counts.values())


@dataclass(frozen=True)
class Importer:
    """Who imports: named in the log and the history; `project` bounds a manager's workbook."""

    actor: str
    project: str | None = None


def import_workbook(
    path: Path,
    importer: Importer,
    at: dt.datetime,
    *,
    lang: str = "zh",
    check_only: bool = False,
    progress: Told | None = None,
    shown_name: str = "",
) -> Imported:
    """Read the workbook and store its rows, all or nothing.

    Raises FaultyWorkbook with every fault, also those that appear only beside the stored rows, or
    UnreadableFile; nothing was changed then.
    """
    with snapshot() as session:
        known = _known_ids(session.connection())
    book = read_workbook(path, lang=lang, progress=progress, stored=known)
    if check_only:
        with snapshot() as session:
            merges = merged_with_stored(session.connection(), book, importer, lang)
        return Imported(counts(merges), [*book.warnings, *_without_permit(merges, book)])
    with atomic() as session:
        merges = merged_with_stored(session.connection(), book, importer, lang)
        done = Imported(counts(merges), [*book.warnings, *_without_permit(merges, book)])
        if not done.nothing_changed:
            _write(session, merges, importer.actor, at)
            audit.record(
                importer.actor,
                "workbook.imported",
                shown_name or path.name,
                at=at,
                rows={name: list(numbers) for name, numbers in done.counts.items()},
            )
    return done


def _known_ids(connection: Connection) -> dict[str, Mapping[str, str]]:
    """The stored ids that a file may refer to; for staff with their roles."""
    staff = stored_frame(connection, BY_NAME["staff"])
    roles = dict(zip(staff["staff_id"], staff["role"].astype(object), strict=True))
    terms = stored_frame(connection, BY_NAME["terms"])
    later = dict(zip(terms["staff_id"], terms["role"].astype(object), strict=True))
    roles |= {staff_id: role for staff_id, role in later.items() if role in SIGNING_ROLES}
    known: dict[str, Mapping[str, str]] = {"staff": roles}
    for name in ("customers", "deals", "stock_units"):
        frame = stored_frame(connection, BY_NAME[name])
        known[name] = dict.fromkeys(frame[BY_NAME[name].key[0]], "")
    return known


def merged_with_stored(
    connection: Connection, book: Workbook, importer: Importer, lang: str
) -> dict[str, Merge]:
    """The workbook held against what is stored; FaultyWorkbook for what does not fit together."""
    merges = {
        table.name: compare(
            book.book[table.name], stored_frame(connection, table), sealed_keys(connection, table)
        )
        for table in TABLES
    }
    log = FaultLog()
    for name, merge in merges.items():
        log.call(name, merge.loaded.sheet, merge.loaded.headers)
    beside = any(merge.touched and len(merge.stored) for name, merge in merges.items() if name in _RELATED)
    if beside or merges["terms"].touched:
        together = {name: merge.merged() for name, merge in merges.items()}
        check_rows(together, {}, log)
        check_first_contacts(together, log)
    if importer.project is not None:
        check_bounds(merges, importer.project, today(), log)
    if log.faults:
        raise FaultyWorkbook([_of_file(fault) for fault in log.faults], log.total, lang)
    return merges


def _without_permit(merges: Mapping[str, Merge], book: Workbook) -> list[Fault]:
    """What the file alone could not tell: that a stored unit which its deals name has no presale permit."""
    if not merges["deals"].touched:
        return []
    log = FaultLog()
    log.call("deals", merges["deals"].loaded.sheet, merges["deals"].loaded.headers)
    warn_without_permit({name: merges[name].merged() for name in ("deals", "stock_units")}, log)
    return [fault for fault in log.faults if fault.row and fault not in book.warnings]


def _of_file(fault: Fault) -> Fault:
    """A fault at a stored row has no row of the file."""
    return replace(fault, row=None) if fault.row == 0 else fault


def _write(session: Session, merges: Mapping[str, Merge], actor: str, at: dt.datetime) -> None:
    connection = session.connection()
    for table in TABLES:
        write_rows(connection, merges[table.name], at, actor)
    for address in AFTERWARDS:
        module, name = address.split(":")
        afterwards: Callable[[Session, Mapping[str, Merge]], None] = getattr(import_module(module), name)
        afterwards(session, merges)


def export_workbook(path: Path, *, headers: str = "en") -> Tables:
    """Write all stored rows as a workbook that replays the same."""
    with snapshot() as session:
        tables = stored_tables(session.connection())
    write_workbook(tables, path, headers=headers)
    return tables


def settlement_basis() -> tuple[Tables, Parameters]:
    """The stored rows and the rulebook in force, as one moment saw them."""
    with snapshot() as session:
        return stored_tables(session.connection()), parameters_in_force(session)


def parameters_in_force(session: Session) -> Parameters:
    """The shipped rulebook with the company's parameters laid over it."""
    session.flush()
    return _laid_over(tuple(tuple(row) for row in session.connection().execute(_OWN_VALUES)))


_OWN = ParameterValue.__table__.c
_OWN_VALUES = select(_OWN.name, _OWN.from_on, _OWN.value).order_by(_OWN.from_on)


@lru_cache(maxsize=8)
def _laid_over(rows: tuple[tuple[Any, ...], ...]) -> Parameters:
    """The same rows give the same rulebook, and each record asks for it."""
    overrides: dict[str, object] = {}
    dated: dict[str, list[tuple[dt.date, object]]] = {}
    shipped = load()
    for name, from_on, text in rows:
        value = _value(shipped.terms[name].kind, text)
        if from_on is None:
            overrides[name] = value
        else:
            dated.setdefault(name, []).append((from_on, value))
    return shipped.with_values(overrides, "settings").with_values(dated, "settings")


def _value(kind: str, text: str) -> object:
    return dt.date.fromisoformat(text) if kind == "date" else Decimal(text)
