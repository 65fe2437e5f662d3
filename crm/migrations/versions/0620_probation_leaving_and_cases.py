"""Decisions on probation, applications to leave and their hand-over, and misconduct with its evidence.

Revision: 0620, after 0610.
"""

import sqlalchemy as sa
from alembic import op

TEXT = sa.String().with_variant(sa.String(collation="C"), "postgresql")
BIGID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
AT = sa.BigInteger()

revision = "0620"
down_revision = "0610"
branch_labels = None
depends_on = None

TABLES = (
    "probation_decisions",
    "probation_answers",
    "leavings",
    "deal_keepers",
    "hand_over_ends",
    "misconduct_reports",
    "misconduct_evidence",
    "misconduct_hearings",
    "misconduct_decisions",
    "misconduct_seconds",
)


def upgrade() -> None:
    """Go forward."""
    _probation()
    _leaving()
    _reports()
    _decisions()


def _said(name: str) -> list[sa.Column[object]]:
    """A column that is always there, of text."""
    return [sa.Column(part, TEXT, nullable=False) for part in name.split()]


def _to(table: str, column: str, other: str, key: str | None = None) -> sa.ForeignKeyConstraint:
    name = f"fk_{table}_{column}_{other}"
    return sa.ForeignKeyConstraint([column], [f"{other}.{key or column}"], name=name)


def _probation() -> None:
    op.create_table(
        "probation_decisions",
        sa.Column("decision_id", BIGID, autoincrement=True, nullable=False),
        *_said("staff_id kind reason decided_by"),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("months", sa.BigInteger(), nullable=True),
        sa.Column("consent_on", sa.Date(), nullable=True),
        sa.Column("decided_at", AT, nullable=False),
        _to("probation_decisions", "staff_id", "staff"),
        sa.PrimaryKeyConstraint("decision_id", name="pk_probation_decisions"),
    )
    op.create_index("ix_probation_decisions_staff_id", "probation_decisions", ["staff_id"])
    op.create_table(
        "probation_answers",
        sa.Column("decision_id", BIGID, autoincrement=False, nullable=False),
        sa.Column("agreed", sa.Boolean(), nullable=False),
        *_said("answer second_by"),
        sa.Column("second_at", AT, nullable=False),
        _to("probation_answers", "decision_id", "probation_decisions"),
        sa.PrimaryKeyConstraint("decision_id", name="pk_probation_answers"),
    )


def _leaving() -> None:
    op.create_table(
        "leavings",
        sa.Column("leaving_id", BIGID, autoincrement=True, nullable=False),
        *_said("staff_id reason entered_by state"),
        sa.Column("applied_on", sa.Date(), nullable=False),
        sa.Column("wished_on", sa.Date(), nullable=False),
        sa.Column("entered_at", AT, nullable=False),
        sa.Column("last_on", sa.Date(), nullable=True),
        sa.Column("answered_by", TEXT, nullable=True),
        sa.Column("answered_at", AT, nullable=True),
        sa.Column("answer", TEXT, nullable=True),
        _to("leavings", "staff_id", "staff"),
        sa.PrimaryKeyConstraint("leaving_id", name="pk_leavings"),
    )
    op.create_index("ix_leavings_staff_id", "leavings", ["staff_id"])
    op.create_index("ix_leavings_state", "leavings", ["state"])
    op.create_table(
        "deal_keepers",
        *_said("deal_id staff_id given_by"),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("given_at", AT, nullable=False),
        _to("deal_keepers", "deal_id", "deals"),
        _to("deal_keepers", "staff_id", "staff"),
        sa.PrimaryKeyConstraint("deal_id", "from_on", name="pk_deal_keepers"),
    )
    op.create_index("ix_deal_keepers_staff_id", "deal_keepers", ["staff_id"])
    op.create_table(
        "hand_over_ends",
        *_said("staff_id finished_by"),
        sa.Column("finished_at", AT, nullable=False),
        _to("hand_over_ends", "staff_id", "staff"),
        sa.PrimaryKeyConstraint("staff_id", name="pk_hand_over_ends"),
    )


def _reports() -> None:
    op.create_table(
        "misconduct_reports",
        *_said("report_id staff_id kind facts reported_by"),
        sa.Column("happened_on", sa.Date(), nullable=False),
        sa.Column("dispute_id", TEXT, nullable=True),
        sa.Column("reported_at", AT, nullable=False),
        _to("misconduct_reports", "staff_id", "staff"),
        _to("misconduct_reports", "dispute_id", "disputes"),
        sa.PrimaryKeyConstraint("report_id", name="pk_misconduct_reports"),
    )
    op.create_index("ix_misconduct_reports_staff_id", "misconduct_reports", ["staff_id"])
    op.create_table(
        "misconduct_evidence",
        *_said("evidence_id report_id name kind sha256 added_by"),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("added_at", AT, nullable=False),
        _to("misconduct_evidence", "report_id", "misconduct_reports"),
        sa.PrimaryKeyConstraint("evidence_id", name="pk_misconduct_evidence"),
    )
    op.create_index("ix_misconduct_evidence_report_id", "misconduct_evidence", ["report_id"])
    op.create_table(
        "misconduct_hearings",
        *_said("hearing_id report_id question asked_by"),
        sa.Column("asked_at", AT, nullable=False),
        sa.Column("answer", TEXT, nullable=True),
        sa.Column("answered_at", AT, nullable=True),
        sa.Column("refusal", TEXT, nullable=True),
        sa.Column("witness", TEXT, nullable=True),
        sa.Column("refusal_noted_by", TEXT, nullable=True),
        sa.Column("refusal_noted_at", AT, nullable=True),
        _to("misconduct_hearings", "report_id", "misconduct_reports"),
        _to("misconduct_hearings", "witness", "staff", "staff_id"),
        sa.PrimaryKeyConstraint("hearing_id", name="pk_misconduct_hearings"),
    )
    op.create_index("ix_misconduct_hearings_report_id", "misconduct_hearings", ["report_id"])


def _decisions() -> None:
    op.create_table(
        "misconduct_decisions",
        *_said("decision_id report_id verdict reason decided_by"),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=True),
        sa.Column("union_told_on", sa.Date(), nullable=True),
        sa.Column("decided_at", AT, nullable=False),
        _to("misconduct_decisions", "report_id", "misconduct_reports"),
        sa.PrimaryKeyConstraint("decision_id", name="pk_misconduct_decisions"),
    )
    op.create_index("ix_misconduct_decisions_report_id", "misconduct_decisions", ["report_id"])
    op.create_table(
        "misconduct_seconds",
        *_said("decision_id answer second_by"),
        sa.Column("agreed", sa.Boolean(), nullable=False),
        sa.Column("second_at", AT, nullable=False),
        _to("misconduct_seconds", "decision_id", "misconduct_decisions"),
        sa.PrimaryKeyConstraint("decision_id", name="pk_misconduct_seconds"),
    )


def downgrade() -> None:
    """Go back."""
    for table in reversed(TABLES):
        op.drop_table(table)
