"""The only commit of the program.

`with atomic() as session:` is one act: all of it is kept, or nothing. Inside it, what was read before is read
anew, because it waited at the gate and others may have written meanwhile; so check inside, then act. On both
databases one writer is let in at a time (SQLite: the file's gate; PostgreSQL: an advisory lock), which makes
"check, then act" hold without further locks. An act within an act joins it, and fails alone if it is caught.
"""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext

from sqlalchemy import Engine, event
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from crm.extensions import db
from crm.store.engine import WRITES, database_file
from crm.store.gate import PATIENCE_SECONDS, writer_gate
from crm.store.problems import in_plain_words

POSTGRES_GATE = 0x59494E47  # any number that nobody else locks
_WAIT_AT_THE_SERVER = (
    f"SET LOCAL lock_timeout = '{PATIENCE_SECONDS:.0f}s';"
    f"SELECT pg_advisory_xact_lock({POSTGRES_GATE});"
    "SET LOCAL lock_timeout = 0"
)
_WRITING = "crm_writing"


@contextmanager
def atomic() -> Iterator[Session]:
    """One act on the rows: committed at the end, undone by any error."""
    session = db.session()
    if session.info.get(_WRITING):
        with session.begin_nested():
            yield session
        return
    _refuse_pending(session)
    session.rollback()
    with _gate(db.engine):
        session.info[_WRITING] = True
        try:
            _begin(session)
            yield session
            session.commit()
        except OperationalError as problem:
            session.rollback()
            raise (in_plain_words(problem) or problem) from problem
        except BaseException:
            session.rollback()
            raise
        finally:
            session.info[_WRITING] = False


@contextmanager
def joined() -> Iterator[Session]:
    """The act that is under way, or one of its own: for work whose every failure must undo the whole act.

    Unlike an act within an act it cannot fail alone, and so needs no point to go back to.
    """
    session = db.session()
    if session.info.get(_WRITING):
        yield session
        return
    with atomic() as own:
        yield own


@contextmanager
def snapshot() -> Iterator[Session]:
    """Read many tables as they were at one moment, while others write."""
    options = {} if db.engine.dialect.name == "sqlite" else {"isolation_level": "REPEATABLE READ"}
    with db.engine.connect().execution_options(**options) as connection, Session(connection) as session:
        yield session


def _gate(engine: Engine) -> AbstractContextManager[None]:
    path = database_file(engine)
    return nullcontext() if path is None else writer_gate(path)


def _begin(session: Session) -> None:
    connection = session.connection(execution_options={WRITES: True})
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(_WAIT_AT_THE_SERVER)


def _refuse_pending(session: Session) -> None:
    if session.new or session.dirty or session.deleted:
        raise RuntimeError("rows were changed outside atomic(); move the change into a service")


def refuse_flush_outside_atomic(session: Session, *_: object) -> None:
    """A session event: nothing reaches the database but inside `atomic()`."""
    if not session.info.get(_WRITING):
        raise RuntimeError("rows were changed outside atomic(); move the change into a service")


event.listen(Session, "before_flush", refuse_flush_outside_atomic)
