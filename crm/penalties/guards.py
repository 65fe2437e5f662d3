"""The triggers that let the database itself refuse a change of the books, and whether they are still there."""

import re

from sqlalchemy import Connection, text

from crm.penalties.models import KEPT

REFUSAL = "rows of the ledger are never changed or deleted"
_FUNCTION = "refuse_ledger_change"


def broken_guards(connection: Connection) -> list[str]:
    """The names of triggers that are missing, switched off or say something else than they should."""
    if connection.dialect.name == "sqlite":
        return _broken_in_file(connection)
    return _broken_on_server(connection)


def _broken_in_file(connection: Connection) -> list[str]:
    found = {
        str(name): _plain(str(sql))
        for name, sql in connection.execute(
            text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
        )
    }
    wanted = {f"{table}_no_{verb}": _written(table, verb) for table in KEPT for verb in ("update", "delete")}
    return sorted(name for name, sql in wanted.items() if found.get(name) != _plain(sql))


def _written(table: str, verb: str) -> str:
    return (
        f"CREATE TRIGGER {table}_no_{verb} BEFORE {verb.upper()} ON {table} "
        f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
    )


def _plain(sql: str) -> str:
    return re.sub(r"\s+", " ", sql.replace('"', "")).strip()


_ROW_BEFORE_UPDATE_OR_DELETE = 1 + 2 + 8 + 16
_STATEMENT_BEFORE_TRUNCATE = 2 + 32
_ON_SERVER = text(
    "SELECT t.tgname, c.relname, t.tgenabled::text, t.tgtype, p.proname, p.prosrc, t.tgqual IS NULL "
    "FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_proc p ON p.oid = t.tgfoid "
    "WHERE NOT t.tgisinternal"
)


def _broken_on_server(connection: Connection) -> list[str]:
    whole = set()
    for name, table, enabled, kind, function, source, unconditional in connection.execute(_ON_SERVER):
        refuses = function == _FUNCTION and _plain(source) == f"BEGIN RAISE EXCEPTION '{REFUSAL}'; END"
        if enabled in ("O", "A") and refuses and unconditional:
            whole.add((str(name), str(table), int(kind)))
    wanted = {(f"{table}_only_grows", table, _ROW_BEFORE_UPDATE_OR_DELETE) for table in KEPT}
    wanted |= {(f"{table}_is_never_emptied", table, _STATEMENT_BEFORE_TRUNCATE) for table in KEPT}
    return sorted(name for name, _, _ in wanted - whole)
