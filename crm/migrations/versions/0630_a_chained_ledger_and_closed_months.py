"""A ledger whose rows are chained, months that are closed, objections and their answers.

The rows that are there get their month, their kind and their place in the chain. The head is sealed where the
program's key is at hand, else by the next settlement.

Revision: 0630, after 0620.
"""

import datetime as dt
import hashlib
import hmac
import json
from typing import Any

import sqlalchemy as sa
from alembic import op

TEXT = sa.String().with_variant(sa.String(collation="C"), "postgresql")
BIGID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
AT = sa.BigInteger()

revision = "0630"
down_revision = "0620"
branch_labels = None
depends_on = None

REFUSAL = "rows of the ledger are never changed or deleted"
NEW = (
    "rulebook_versions",
    "closings",
    "ledger_seen",
    "objections",
    "objection_answers",
)
FILLED = {"ledger": "entry_id", "settlements": "settlement_id"}


def upgrade() -> None:
    """Go forward."""
    unprotect("ledger")
    _columns()
    _tables()
    heads = {table: _chain(table, key) for table, key in FILLED.items()}
    _seal({table: head for table, head in heads.items() if head[0]})
    for table in ("ledger", "settlements", *NEW):
        protect(table)


def _text(name: str, default: str = "") -> "sa.Column[str]":
    return sa.Column(name, TEXT, nullable=False, server_default=sa.text(f"'{default}'"))


def _columns() -> None:
    for column in (_text("month"), _text("kind", "posted"), _text("why_zh"), _text("why_en"), _text("actor")):
        op.add_column("ledger", column)
    op.add_column(
        "settlements", sa.Column("ledger_rows", sa.BigInteger(), nullable=False, server_default=sa.text("0"))
    )
    op.add_column("settlements", _text("ledger_digest"))
    for table in FILLED:
        op.add_column(table, _text("previous"))
        op.add_column(table, _text("digest"))
    month = "strftime('%Y-%m', \"on\")" if _sqlite() else "to_char(\"on\", 'YYYY-MM')"
    op.execute(
        f"UPDATE ledger SET month = {month}, kind = CASE WHEN corrects IS NOT NULL THEN 'reversal' "
        "WHEN late THEN 'late' ELSE 'posted' END"
    )
    op.drop_column("ledger", "late")
    op.create_index("ix_ledger_month_staff_id", "ledger", ["month", "staff_id"])


def _book(table: str, key: str, *columns: sa.schema.SchemaItem, unique: str = "") -> None:
    """A table that is chained like the ledger."""
    op.create_table(
        table,
        sa.Column(key, BIGID, autoincrement=True, nullable=False),
        *columns,
        _text("previous"),
        _text("digest"),
        sa.PrimaryKeyConstraint(key, name=f"pk_{table}"),
        *([sa.UniqueConstraint(unique, name=f"uq_{table}_{unique}")] if unique else []),
    )


def _must(name: str, kind: Any = TEXT) -> "sa.Column[Any]":
    return sa.Column(name, kind, nullable=False)


def _refers(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    key = {"ledger": "entry_id"}.get(other, column)
    return sa.ForeignKeyConstraint([column], [f"{other}.{key}"], name=f"fk_{table}_{column}_{other}")


def _tables() -> None:
    _book(
        "rulebook_versions",
        "number",
        *map(_must, ("version", "parameters")),
        _must("recorded_at", AT),
        unique="version",
    )
    _book(
        "closings",
        "closing_id",
        _must("month"),
        _must("closed_at", AT),
        *map(_must, ("closed_by", "rulebook", "calendar", "calendar_digest")),
        _must("entries", sa.BigInteger()),
        _must("amount", sa.BigInteger()),
        _must("entries_digest"),
        _must("ledger_rows", sa.BigInteger()),
        _must("ledger_digest"),
        unique="month",
    )
    op.create_table(
        "ledger_head",
        sa.Column("head_id", BIGID, autoincrement=True, nullable=False),
        *map(_must, ("books", "key_id", "seal")),
        _must("sealed_at", AT),
        sa.PrimaryKeyConstraint("head_id", name="pk_ledger_head"),
    )
    _objections()


def _objections() -> None:
    _book(
        "ledger_seen",
        "seen_id",
        _must("entry_id", BIGID),
        _must("staff_id"),
        _must("seen_at", AT),
        _refers("ledger_seen", "entry_id", "ledger"),
        _refers("ledger_seen", "staff_id", "staff"),
        unique="entry_id",
    )
    _book(
        "objections",
        "objection_id",
        _must("entry_id", BIGID),
        _must("staff_id"),
        _must("words"),
        _must("objected_at", AT),
        _refers("objections", "entry_id", "ledger"),
        _refers("objections", "staff_id", "staff"),
        unique="entry_id",
    )
    op.create_index("ix_objections_staff_id", "objections", ["staff_id"])
    _book(
        "objection_answers",
        "answer_id",
        _must("objection_id", BIGID),
        _must("reason"),
        _must("answered_by"),
        _must("answered_at", AT),
        sa.Column("lift_id", BIGID, nullable=True),
        _refers("objection_answers", "objection_id", "objections"),
        _refers("objection_answers", "lift_id", "ledger"),
        unique="objection_id",
    )


def _chain(table: str, key: str) -> tuple[int, str]:
    """Put the rows that are there into the chain; how many they are, and the last digest."""
    bind = op.get_bind()
    rows = [dict(row) for row in bind.execute(sa.text(f"SELECT * FROM {table} ORDER BY {key}")).mappings()]
    previous = ""
    for row in rows:
        row["previous"] = previous
        row["digest"] = previous = _digest(table, row)
    statement = sa.text(f"UPDATE {table} SET previous = :previous, digest = :digest WHERE {key} = :{key}")
    names = ("previous", "digest", key)
    for start in range(0, len(rows), 5000):
        bind.execute(statement, [{name: row[name] for name in names} for row in rows[start : start + 5000]])
    return len(rows), previous


def _digest(table: str, row: dict[str, Any]) -> str:
    """As `crm.penalties.chain` computes it: the columns that are not empty, by name."""
    content = {
        name: value.isoformat()
        if isinstance(value, dt.date)
        else int(value)
        if isinstance(value, bool)
        else value
        for name, value in row.items()
        if value is not None and name != "digest"
    }
    text = json.dumps([table, content], ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _seal(heads: dict[str, tuple[int, str]]) -> None:
    if not heads:
        return
    books = json.dumps(
        {table: list(head) for table, head in heads.items()}, sort_keys=True, separators=(",", ":")
    )
    key_id, seal = "", ""
    key = _key()
    if key:
        key_id = hashlib.sha256(b"id of " + key).hexdigest()[:12]
        seal = hmac.new(key, books.encode(), hashlib.sha256).hexdigest()
    table = sa.table(
        "ledger_head",
        *(sa.column(name) for name in ("head_id", "books", "key_id", "seal", "sealed_at")),
    )
    op.bulk_insert(table, [{"head_id": 1, "books": books, "key_id": key_id, "seal": seal, "sealed_at": 0}])


def _key() -> bytes | None:
    """The key of the seals, out of the program's secret; None where the migration runs without the program."""
    from flask import current_app, has_app_context

    if not has_app_context():
        return None
    secret = str(current_app.config["CRM"].secret_key)
    return hmac.new(secret.encode(), b"yingban ledger seal 1", hashlib.sha256).digest()


def downgrade() -> None:
    """Go back: the ledger keeps its rows, but what was closed, objected to and answered is gone."""
    for table in ("ledger", "settlements", *NEW):
        unprotect(table)
    op.drop_index("ix_ledger_month_staff_id", "ledger")
    op.add_column("ledger", sa.Column("late", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.execute("UPDATE ledger SET late = (kind = 'late')")
    for column in ("month", "kind", "why_zh", "why_en", "actor", "previous", "digest"):
        op.drop_column("ledger", column)
    for column in ("ledger_rows", "ledger_digest", "previous", "digest"):
        op.drop_column("settlements", column)
    for table in ("ledger_head", *reversed(NEW)):
        op.drop_table(table)
    protect("ledger")


def _sqlite() -> bool:
    return op.get_bind().dialect.name == "sqlite"


def protect(table: str) -> None:
    """Let the database itself refuse updates and deletes; the function is that of 0005."""
    if not _sqlite():
        op.execute(
            f"CREATE TRIGGER {table}_only_grows BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION refuse_ledger_change()"
        )
        op.execute(
            f"CREATE TRIGGER {table}_is_never_emptied BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_ledger_change()"
        )
        return
    for verb in ("update", "delete"):
        op.execute(
            f"CREATE TRIGGER {table}_no_{verb} BEFORE {verb.upper()} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
        )


def unprotect(table: str) -> None:
    """Take the triggers away."""
    if not _sqlite():
        op.execute(f"DROP TRIGGER {table}_only_grows ON {table}")
        op.execute(f"DROP TRIGGER {table}_is_never_emptied ON {table}")
        return
    for verb in ("update", "delete"):
        op.execute(f"DROP TRIGGER {table}_no_{verb}")
