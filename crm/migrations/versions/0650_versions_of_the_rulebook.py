"""Proposed numbers of the rulebook, and past months replayed with them.

Revision: 0650, after 0640.
"""

import sqlalchemy as sa
from alembic import op

TEXT = sa.String().with_variant(sa.String(collation="C"), "postgresql")
BIGID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
AT = sa.BigInteger()

revision = "0650"
down_revision = "0640"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "rulebook_proposals",
        sa.Column("proposal_id", BIGID, autoincrement=True, nullable=False),
        sa.Column("reason", TEXT, nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("published_on", sa.Date()),
        sa.Column("changes", sa.JSON(), nullable=False),
        sa.Column("proposed_by", TEXT, nullable=False),
        sa.Column("proposed_at", AT, nullable=False),
        sa.Column("state", TEXT, nullable=False),
        sa.Column("decided_by", TEXT),
        sa.Column("decided_at", AT),
        sa.Column("answer", TEXT),
        sa.Column("rulebook", TEXT),
        sa.Column("version", sa.BigInteger(), nullable=False, server_default="1"),
        sa.PrimaryKeyConstraint("proposal_id", name="pk_rulebook_proposals"),
    )
    op.create_index("ix_rulebook_proposals_proposed_at", "rulebook_proposals", ["proposed_at"])
    op.create_table(
        "rulebook_trials",
        sa.Column("trial_id", BIGID, autoincrement=True, nullable=False),
        sa.Column("proposal_id", BIGID, nullable=False),
        sa.Column("base", TEXT, nullable=False),
        sa.Column("since_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=False),
        sa.Column("began_by", TEXT, nullable=False),
        sa.Column("began_at", AT, nullable=False),
        sa.Column("process", TEXT, nullable=False),
        sa.Column("state", TEXT, nullable=False),
        sa.Column("done", sa.BigInteger(), nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", AT),
        sa.Column("result", sa.JSON()),
        sa.ForeignKeyConstraint(
            ["proposal_id"],
            ["rulebook_proposals.proposal_id"],
            name="fk_rulebook_trials_proposal_id_rulebook_proposals",
        ),
        sa.PrimaryKeyConstraint("trial_id", name="pk_rulebook_trials"),
    )
    op.create_index("ix_rulebook_trials_proposal_id", "rulebook_trials", ["proposal_id"])


def downgrade() -> None:
    """Go back."""
    op.drop_table("rulebook_trials")
    op.drop_table("rulebook_proposals")
