"""What a manager had before him when he ruled, kept with the ruling, and an index for finding who looked a number up.

Revision: 0570, after 0560.
"""

import sqlalchemy as sa
from alembic import op

revision = "0570"
down_revision = "0560"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward; rulings made before keep none."""
    with op.batch_alter_table("rulings") as table:
        table.add_column(sa.Column("evidence", sa.JSON(), nullable=True))
    op.create_index("ix_phone_lookups_phone_hash", "phone_lookups", ["phone_hash"])


def downgrade() -> None:
    """Go back: rulings stay, what was kept with them is gone."""
    op.drop_index("ix_phone_lookups_phone_hash", "phone_lookups")
    with op.batch_alter_table("rulings") as table:
        table.drop_column("evidence")
