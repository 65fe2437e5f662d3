"""Terms of a person from a date on: project, role, trade and pay.

Revision: 0600, after 0590.
"""

import sqlalchemy as sa
from alembic import op

revision = "0600"
down_revision = "0590"
branch_labels = None
depends_on = None

TEXT = sa.String().with_variant(sa.String(collation="C"), "postgresql")


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "terms",
        sa.Column("staff_id", TEXT, nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("project", TEXT),
        sa.Column("role", TEXT),
        sa.Column("trade", TEXT),
        sa.Column("monthly_base_pay", sa.BigInteger()),
        sa.Column("monthly_variable_pay", sa.BigInteger()),
        sa.PrimaryKeyConstraint("staff_id", "from_on", name="pk_terms"),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.staff_id"], name="fk_terms_staff_id_staff"),
    )


def downgrade() -> None:
    """Go back."""
    op.drop_table("terms")
