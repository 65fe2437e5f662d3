"""Disputes and their rulings, the reception queue, and an index for linking customers by identity card.

Revision: 0550, after 0500.
"""

import sqlalchemy as sa
from alembic import op

TEXT = sa.String().with_variant(sa.String(collation="C"), "postgresql")
BIGID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
AT = sa.BigInteger()

revision = "0550"
down_revision = "0500"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    op.create_index("ix_customers_id_number", "customers", ["id_number"])
    _disputes()
    _told()
    _reception()


def _disputes() -> None:
    op.create_table(
        "disputes",
        sa.Column("dispute_id", TEXT, nullable=False),
        sa.Column("deal_id", TEXT, nullable=False),
        sa.Column("cause", TEXT, nullable=False),
        sa.Column("opened_at", AT, nullable=False),
        sa.Column("opened_by", TEXT, nullable=True),
        sa.Column("state", TEXT, nullable=False),
        sa.Column("rulings", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["deal_id"], ["deals.deal_id"], name="fk_disputes_deal_id_deals"),
        sa.PrimaryKeyConstraint("dispute_id", name="pk_disputes"),
        sa.UniqueConstraint("deal_id", name="uq_disputes_deal_id"),
    )
    op.create_table(
        "rulings",
        sa.Column("dispute_id", TEXT, nullable=False),
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("ruled_by", TEXT, nullable=False),
        sa.Column("ruled_at", AT, nullable=False),
        sa.Column("reason", TEXT, nullable=False),
        sa.Column("shares", sa.JSON(), nullable=False),
        sa.Column("suggested", TEXT, nullable=True),
        _of_dispute("rulings"),
        sa.PrimaryKeyConstraint("dispute_id", "number", name="pk_rulings"),
    )


def _of_dispute(table: str) -> sa.ForeignKeyConstraint:
    name = f"fk_{table}_dispute_id_disputes"
    return sa.ForeignKeyConstraint(["dispute_id"], ["disputes.dispute_id"], name=name)


def _of_staff(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["staff_id"], ["staff.staff_id"], name=f"fk_{table}_staff_id_staff")


def _told() -> None:
    op.create_table(
        "dispute_looks",
        sa.Column("look_id", TEXT, nullable=False),
        sa.Column("dispute_id", TEXT, nullable=False),
        sa.Column("at", AT, nullable=False),
        sa.Column("actor", TEXT, nullable=False),
        sa.Column("what", TEXT, nullable=False),
        sa.Column("about", TEXT, nullable=False),
        _of_dispute("dispute_looks"),
        sa.PrimaryKeyConstraint("look_id", name="pk_dispute_looks"),
    )
    op.create_index("ix_dispute_looks_dispute_id_at", "dispute_looks", ["dispute_id", "at"])
    op.create_table(
        "dispute_readers",
        sa.Column("dispute_id", TEXT, nullable=False),
        sa.Column("staff_id", TEXT, nullable=False),
        sa.Column("named_by", TEXT, nullable=False),
        sa.Column("named_at", AT, nullable=False),
        _of_dispute("dispute_readers"),
        _of_staff("dispute_readers"),
        sa.PrimaryKeyConstraint("dispute_id", "staff_id", name="pk_dispute_readers"),
    )
    op.create_table(
        "dispute_statements",
        sa.Column("statement_id", TEXT, nullable=False),
        sa.Column("dispute_id", TEXT, nullable=False),
        sa.Column("staff_id", TEXT, nullable=False),
        sa.Column("question", TEXT, nullable=False),
        sa.Column("asked_by", TEXT, nullable=False),
        sa.Column("asked_at", AT, nullable=False),
        sa.Column("answer", TEXT, nullable=True),
        sa.Column("answered_at", AT, nullable=True),
        _of_dispute("dispute_statements"),
        _of_staff("dispute_statements"),
        sa.PrimaryKeyConstraint("statement_id", name="pk_dispute_statements"),
    )
    for column in ("dispute_id", "staff_id"):
        op.create_index(f"ix_dispute_statements_{column}", "dispute_statements", [column])


def _reception() -> None:
    op.create_table(
        "reception_places",
        sa.Column("staff_id", TEXT, nullable=False),
        sa.Column("project", TEXT, nullable=False),
        sa.Column("rank", sa.BigInteger(), nullable=False),
        sa.Column("away_on", sa.Date(), nullable=True),
        _of_staff("reception_places"),
        sa.PrimaryKeyConstraint("staff_id", name="pk_reception_places"),
    )
    op.create_index("ix_reception_places_project_rank", "reception_places", ["project", "rank"])
    op.create_table(
        "reception_events",
        sa.Column("event_id", BIGID, autoincrement=True, nullable=False),
        sa.Column("project", TEXT, nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("at", AT, nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("staff_id", TEXT, nullable=False),
        sa.Column("customer_id", TEXT, nullable=True),
        sa.Column("actor", TEXT, nullable=False),
        sa.Column("reason", TEXT, nullable=False),
        _of_staff("reception_events"),
        sa.PrimaryKeyConstraint("event_id", name="pk_reception_events"),
    )
    op.create_index("ix_reception_events_project_on", "reception_events", ["project", "on"])


def downgrade() -> None:
    """Go back: disputes and the queue are gone; shares, deals and transfers stay as they are."""
    for table in (
        "reception_events",
        "reception_places",
        "dispute_statements",
        "dispute_readers",
        "dispute_looks",
        "rulings",
        "disputes",
    ):
        op.drop_table(table)
    op.drop_index("ix_customers_id_number", "customers")
