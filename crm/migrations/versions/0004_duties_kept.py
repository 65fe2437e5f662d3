"""Duties kept as rows, what was corrected in a report, and what managers said of it.

Revision: 0004, after 0003.
"""

import sqlalchemy as sa
from alembic import op

TEXT = sa.String().with_variant(sa.String(collation="C"), "postgresql")
BIGID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward. The duties are computed when they are first needed."""
    _duties()
    _report_marks()
    with op.batch_alter_table("reports") as table:
        table.add_column(sa.Column("corrected_at", sa.BigInteger(), nullable=True))


def _duties() -> None:
    op.create_table(
        "duties_kept",
        sa.Column("customer_id", TEXT, nullable=False),
        sa.Column("staff_id", TEXT, nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("done", sa.Boolean(), nullable=False),
        sa.Column("overdue_since", sa.Date(), nullable=True),
        sa.Column("cost", sa.BigInteger(), nullable=True),
        sa.Column("held_since", sa.Date(), nullable=False),
        sa.Column("last_contact_id", TEXT, nullable=True),
        sa.Column("tried_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("customer_id", name="pk_duties_kept"),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customers.customer_id"], name="fk_duties_kept_customer_id_customers"
        ),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.staff_id"], name="fk_duties_kept_staff_id_staff"),
    )
    op.create_index(
        "ix_duties_kept_staff_id_overdue_since_due_on", "duties_kept", ["staff_id", "overdue_since", "due_on"]
    )
    op.create_table(
        "duty_rolls",
        sa.Column("staff_id", TEXT, nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("staff_id", name="pk_duty_rolls"),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.staff_id"], name="fk_duty_rolls_staff_id_staff"),
    )


def _report_marks() -> None:
    op.create_table(
        "report_marks",
        sa.Column("mark_id", BIGID, autoincrement=True, nullable=False),
        sa.Column("staff_id", TEXT, nullable=False),
        sa.Column("date", sa.Date(), nullable=False),
        sa.Column("false", sa.Boolean(), nullable=False),
        sa.Column("reason", TEXT, nullable=False),
        sa.Column("made_by", TEXT, nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("mark_id", name="pk_report_marks"),
        sa.ForeignKeyConstraint(["made_by"], ["staff.staff_id"], name="fk_report_marks_made_by_staff"),
    )
    op.create_index("ix_report_marks_staff_id_date", "report_marks", ["staff_id", "date"])


def downgrade() -> None:
    """Go back: duties can be computed again; the history of marks is gone, the last one stays in the report."""
    with op.batch_alter_table("reports") as table:
        table.drop_column("corrected_at")
    op.drop_table("report_marks")
    op.drop_table("duty_rolls")
    op.drop_table("duties_kept")
