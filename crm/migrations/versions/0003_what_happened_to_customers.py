"""What happens to customers beside contacts, the end of a consent, and names in pinyin to sort by.

Revision: 0003, after 0002.
"""

import sqlalchemy as sa
from alembic import op

TEXT = sa.String().with_variant(sa.String(collation="C"), "postgresql")
BIGID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward. The pinyin of stored names is written by `crm.leads.search_terms`."""
    with op.batch_alter_table("customers") as table:
        table.add_column(sa.Column("consent_withdrawn_at", sa.BigInteger(), nullable=True))
        table.add_column(sa.Column("spelling", TEXT, nullable=False, server_default=""))
    op.create_index("ix_customers_project_spelling", "customers", ["project", "spelling"])
    op.create_table(
        "customer_events",
        sa.Column("event_id", BIGID, autoincrement=True, nullable=False),
        sa.Column("customer_id", TEXT, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("actor", TEXT, nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("text", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("event_id", name="pk_customer_events"),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customers.customer_id"], name="fk_customer_events_customer_id_customers"
        ),
    )
    op.create_index("ix_customer_events_customer_id_at", "customer_events", ["customer_id", "at"])


def downgrade() -> None:
    """Go back: the log of happenings is gone, customers and their consents stay."""
    op.drop_table("customer_events")
    op.drop_index("ix_customers_project_spelling", "customers")
    with op.batch_alter_table("customers") as table:
        table.drop_column("spelling")
        table.drop_column("consent_withdrawn_at")
