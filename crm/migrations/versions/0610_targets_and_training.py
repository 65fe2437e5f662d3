"""Training notices with their steps and signed papers; rows are only ever added.

Revision: 0610, after 0600.
"""

import sqlalchemy as sa
from alembic import op

TEXT = sa.String().with_variant(sa.String(collation="C"), "postgresql")
BIGID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
AT = sa.BigInteger()

revision = "0610"
down_revision = "0600"
branch_labels = None
depends_on = None

REFUSAL = "training notices and their steps are never changed or deleted"
TABLES = ("training_steps", "training_files", "training_notices")


def upgrade() -> None:
    """Go forward."""
    _notices()
    _files()
    _steps()
    for table in TABLES:
        _protect(table)


def downgrade() -> None:
    """Go back."""
    for table in TABLES:
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION refuse_training_change()")


def _texts(*names: str) -> "list[sa.Column[str]]":
    return [sa.Column(name, TEXT, nullable=False) for name in names]


def _refers(table: str, column: str, to: str, key: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{to}.{key}"], name=f"fk_{table}_{column}_{to}")


def _notices() -> None:
    op.create_table(
        "training_notices",
        sa.Column("notice_id", BIGID, autoincrement=True, nullable=False),
        sa.Column("year", sa.BigInteger(), nullable=False),
        sa.Column("serial", sa.BigInteger(), nullable=False),
        *_texts("staff_id", "project"),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("entry_id", BIGID),
        *_texts("reason"),
        sa.Column("facts", sa.JSON(), nullable=False),
        *_texts("help_given"),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("to_on", sa.Date(), nullable=False),
        *_texts("place", "trainer", "content", "made_by"),
        sa.Column("made_at", AT, nullable=False),
        sa.PrimaryKeyConstraint("notice_id", name="pk_training_notices"),
        _refers("training_notices", "staff_id", "staff", "staff_id"),
        _refers("training_notices", "entry_id", "ledger", "entry_id"),
    )
    op.create_index("uq_training_notices_year_serial", "training_notices", ["year", "serial"], unique=True)
    for column in ("staff_id", "entry_id"):
        op.create_index(f"ix_training_notices_{column}", "training_notices", [column])


def _files() -> None:
    op.create_table(
        "training_files",
        sa.Column("file_id", BIGID, autoincrement=True, nullable=False),
        sa.Column("notice_id", BIGID, nullable=False),
        *_texts("name", "mime"),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        *_texts("digest", "kept_by"),
        sa.Column("kept_at", AT, nullable=False),
        sa.PrimaryKeyConstraint("file_id", name="pk_training_files"),
        _refers("training_files", "notice_id", "training_notices", "notice_id"),
    )
    op.create_index("ix_training_files_notice_id", "training_files", ["notice_id"])


def _steps() -> None:
    op.create_table(
        "training_steps",
        sa.Column("step_id", BIGID, autoincrement=True, nullable=False),
        sa.Column("notice_id", BIGID, nullable=False),
        *_texts("kind"),
        sa.Column("on", sa.Date(), nullable=False),
        *_texts("note"),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.Column("file_id", BIGID),
        *_texts("actor"),
        sa.Column("at", AT, nullable=False),
        sa.PrimaryKeyConstraint("step_id", name="pk_training_steps"),
        _refers("training_steps", "notice_id", "training_notices", "notice_id"),
        _refers("training_steps", "file_id", "training_files", "file_id"),
    )
    op.create_index("ix_training_steps_notice_id", "training_steps", ["notice_id"])


def _protect(table: str) -> None:
    """Let the database itself refuse updates and deletes."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE OR REPLACE FUNCTION refuse_training_change() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN RAISE EXCEPTION '{REFUSAL}'; END $$"
        )
        op.execute(
            f"CREATE TRIGGER {table}_only_grows BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION refuse_training_change()"
        )
        op.execute(
            f"CREATE TRIGGER {table}_is_never_emptied BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_training_change()"
        )
        return
    for verb in ("update", "delete"):
        op.execute(
            f"CREATE TRIGGER {table}_no_{verb} BEFORE {verb.upper()} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
        )
