"""The papers of a deal's steps, and the chasing of what it owes.

Revision: 0560, after 0550.

A paper is never overwritten: it is removed by a row that says so. Its name and the reason of a removal may name a
person, so these two alone can be emptied, and its content deleted, when a customer is erased.
"""

import sqlalchemy as sa
from alembic import op

TEXT = sa.String().with_variant(sa.String(collation="C"), "postgresql")

revision = "0560"
down_revision = "0550"
branch_labels = None
depends_on = None

REFUSAL = "papers and chases are never changed, only removed by a row that says so"
# The columns that no update may name, and whether a row may be deleted.
STEADY = {
    "deal_papers": (
        "paper_id, deal_id, step, item, media_type, size, sha256, uploaded_by, uploaded_at",
        False,
    ),
    "deal_paper_contents": ("paper_id, content", True),
    "deal_paper_removals": ("paper_id, removed_by, removed_at", False),
    "arrears_chases": ("contact_id, deal_id, overdue, promised_on, chased_by, chased_at", False),
}


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "deal_papers",
        *(_text(name) for name in ("paper_id", "deal_id", "step", "item", "name", "media_type")),
        sa.Column("size", sa.BigInteger(), nullable=False),
        _text("sha256"),
        _text("uploaded_by"),
        sa.Column("uploaded_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["deal_id"], ["deals.deal_id"], name="fk_deal_papers_deal_id_deals"),
        sa.PrimaryKeyConstraint("paper_id", name="pk_deal_papers"),
    )
    op.create_index("ix_deal_papers_deal_id", "deal_papers", ["deal_id"])
    _of_paper("deal_paper_contents", sa.Column("content", sa.LargeBinary(), nullable=False))
    _of_paper(
        "deal_paper_removals",
        _text("reason"),
        _text("removed_by"),
        sa.Column("removed_at", sa.BigInteger(), nullable=False),
    )
    _chases()
    for table, (columns, deletable) in STEADY.items():
        _protect(table, columns, deletable)


def downgrade() -> None:
    """Go back."""
    for table in ("arrears_chases", "deal_paper_removals", "deal_paper_contents", "deal_papers"):
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION refuse_paper_change()")


def _text(name: str) -> "sa.Column[str]":
    return sa.Column(name, TEXT, nullable=False)


def _of_paper(table: str, *columns: "sa.Column[object]") -> None:
    """A table with at most one row for each paper."""
    op.create_table(
        table,
        _text("paper_id"),
        *columns,
        sa.ForeignKeyConstraint(
            ["paper_id"], ["deal_papers.paper_id"], name=f"fk_{table}_paper_id_deal_papers"
        ),
        sa.PrimaryKeyConstraint("paper_id", name=f"pk_{table}"),
    )


def _chases() -> None:
    op.create_table(
        "arrears_chases",
        _text("contact_id"),
        _text("deal_id"),
        sa.Column("overdue", sa.BigInteger(), nullable=False),
        sa.Column("promised_on", sa.Date()),
        _text("chased_by"),
        sa.Column("chased_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["contacts.contact_id"], name="fk_arrears_chases_contact_id_contacts"
        ),
        sa.ForeignKeyConstraint(["deal_id"], ["deals.deal_id"], name="fk_arrears_chases_deal_id_deals"),
        sa.PrimaryKeyConstraint("contact_id", name="pk_arrears_chases"),
    )
    op.create_index("ix_arrears_chases_deal_id", "arrears_chases", ["deal_id"])


def _protect(table: str, columns: str, deletable: bool) -> None:
    """Let the database itself refuse updates of these columns and, unless it is deletable, deletes."""
    verbs = [f"UPDATE OF {columns}"] + ([] if deletable else ["DELETE"])
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE OR REPLACE FUNCTION refuse_paper_change() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN RAISE EXCEPTION '{REFUSAL}'; END $$"
        )
        op.execute(
            f"CREATE TRIGGER {table}_stays BEFORE {' OR '.join(verbs)} ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION refuse_paper_change()"
        )
        return
    for number, verb in enumerate(verbs):
        op.execute(
            f"CREATE TRIGGER {table}_stays_{number} BEFORE {verb} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
        )
