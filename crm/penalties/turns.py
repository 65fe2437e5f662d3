"""One settlement at a time: the next one reads the records only after the one before has posted.

Without it the slower of two could post what it read before the faster one began, and the ledger would go back and
forth. Others go on writing meanwhile; the writer gate is taken only for the posting itself.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import text

from crm.extensions import db
from crm.store.engine import database_file
from crm.store.gate import writer_gate

PATIENCE_SECONDS = 1800.0
_POSTGRES_TURN = 0x53455454  # any number that nobody else locks


@contextmanager
def one_settlement_at_a_time() -> Iterator[None]:
    """Wait until no other settlement of this database runs, in whatever process, and keep others waiting."""
    path = database_file(db.engine)
    if path is not None:
        with writer_gate(path.with_name(f"{path.name}.settling"), PATIENCE_SECONDS):
            yield
        return
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("SELECT pg_advisory_lock(:turn)"), {"turn": _POSTGRES_TURN})
        try:
            yield
        finally:
            connection.execute(text("SELECT pg_advisory_unlock(:turn)"), {"turn": _POSTGRES_TURN})
