"""What a manager had before him when he ruled, kept with the ruling, an index for finding who looked a number up,
and what the reception queue was before a change of it.

Revision: 0570, after 0560.
"""

import sqlalchemy as sa
from alembic import op

TEXT = sa.String().with_variant(sa.String(collation="C"), "postgresql")

revision = "0570"
down_revision = "0560"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward; rulings made before keep none."""
    with op.batch_alter_table("rulings") as table:
        table.add_column(sa.Column("evidence", sa.JSON(), nullable=True))
    with op.batch_alter_table("reception_events") as table:
        table.add_column(sa.Column("before", sa.JSON(), nullable=True))
        table.add_column(sa.Column("undone_by", TEXT, nullable=True))
    op.create_index("ix_phone_lookups_phone_hash", "phone_lookups", ["phone_hash"])


def downgrade() -> None:
    """Go back: rulings stay, what was kept with them is gone."""
    op.drop_index("ix_phone_lookups_phone_hash", "phone_lookups")
    with op.batch_alter_table("reception_events") as table:
        table.drop_column("undone_by")
        table.drop_column("before")
    with op.batch_alter_table("rulings") as table:
        table.drop_column("evidence")
