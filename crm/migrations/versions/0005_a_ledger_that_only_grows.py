"""A ledger that only grows: triggers refuse changes, an entry is reversed once, settlements are kept.

A later migration that rebuilds `ledger` on SQLite (batch mode) loses the triggers and has to call `protect` again.

Revision: 0005, after 0004.
"""

import sqlalchemy as sa
from alembic import op

TEXT = sa.String().with_variant(sa.String(collation="C"), "postgresql")
BIGID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

REFUSAL = "rows of the ledger are never changed or deleted"


def upgrade() -> None:
    """Go forward."""
    op.add_column("ledger", sa.Column("late", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.drop_index("ix_ledger_corrects", "ledger")
    op.create_index("uq_ledger_corrects", "ledger", ["corrects"], unique=True)
    op.create_table(
        "settlements",
        sa.Column("settlement_id", BIGID, autoincrement=True, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("actor", TEXT, nullable=False),
        sa.Column("since_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=False),
        sa.Column("rulebook", TEXT, nullable=False),
        sa.Column("posted", sa.BigInteger(), nullable=False),
        sa.Column("reversed", sa.BigInteger(), nullable=False),
        sa.Column("provisional", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("settlement_id", name="pk_settlements"),
    )
    protect()


def downgrade() -> None:
    """Go back: the ledger keeps its rows."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP TRIGGER ledger_only_grows ON ledger")
        op.execute("DROP TRIGGER ledger_is_never_emptied ON ledger")
        op.execute("DROP FUNCTION refuse_ledger_change()")
    else:
        op.execute("DROP TRIGGER ledger_no_update")
        op.execute("DROP TRIGGER ledger_no_delete")
    op.drop_table("settlements")
    op.drop_index("uq_ledger_corrects", "ledger")
    op.create_index("ix_ledger_corrects", "ledger", ["corrects"])
    op.drop_column("ledger", "late")


def protect() -> None:
    """Let the database itself refuse updates and deletes."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE FUNCTION refuse_ledger_change() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN RAISE EXCEPTION '{REFUSAL}'; END $$"
        )
        op.execute(
            "CREATE TRIGGER ledger_only_grows BEFORE UPDATE OR DELETE ON ledger "
            "FOR EACH ROW EXECUTE FUNCTION refuse_ledger_change()"
        )
        op.execute(
            "CREATE TRIGGER ledger_is_never_emptied BEFORE TRUNCATE ON ledger "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_ledger_change()"
        )
        return
    for verb in ("update", "delete"):
        op.execute(
            f"CREATE TRIGGER ledger_no_{verb} BEFORE {verb.upper()} ON ledger "
            f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
        )
