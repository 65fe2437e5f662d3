"""Plans of commission, minimum wages, booked losses, decisions on payment, and statements that stay as they were.

Revision: 0640, after 0630.
"""

import sqlalchemy as sa
from alembic import op

TEXT = sa.String().with_variant(sa.String(collation="C"), "postgresql")
BIGID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

revision = "0640"
down_revision = "0630"
branch_labels = None
depends_on = None

REFUSAL = "what was decided on pay is never changed or deleted"
TABLES = (
    "statement_looks",
    "statement_lines",
    "fixed_months",
    "payment_confirmations",
    "payment_decisions",
    "loss_answers",
    "booked_losses",
    "commission_tiers",
    "commission_plans",
    "minimum_wages",
)
_KEYS = {
    "staff": "staff_id",
    "ledger": "entry_id",
    "commission_plans": "plan_id",
    "booked_losses": "loss_id",
    "payment_decisions": "decision_id",
    "fixed_months": "month",
}


def upgrade() -> None:
    """Go forward."""
    _terms()
    _losses()
    _decisions()
    _statements()
    for table in reversed(TABLES):
        protect(table)


def downgrade() -> None:
    """Go back."""
    for table in TABLES:
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION refuse_pay_change()")


def _text(name: str) -> "sa.Column[str]":
    return sa.Column(name, TEXT, nullable=False)


def _number(name: str, *, needed: bool = True) -> "sa.Column[int]":
    return sa.Column(name, sa.BigInteger(), nullable=not needed)


def _date(name: str) -> "sa.Column[sa.Date]":
    return sa.Column(name, sa.Date(), nullable=False)


def _link(name: str) -> "sa.Column[int]":
    return sa.Column(name, BIGID, nullable=False)


def _id(name: str) -> "sa.Column[int]":
    return sa.Column(name, BIGID, autoincrement=True, nullable=False)


def _refers(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{to}.{_KEYS[to]}"], name=f"fk_{table}_{column}_{to}")


def _table(name: str, key: tuple[str, ...], *parts: "sa.schema.SchemaItem") -> None:
    op.create_table(name, *parts, sa.PrimaryKeyConstraint(*key, name=f"pk_{name}"))


def _terms() -> None:
    _table(
        "minimum_wages",
        ("wage_id",),
        _id("wage_id"),
        _text("city"),
        _date("from_on"),
        _number("amount"),
        _text("source"),
        _text("entered_by"),
        _number("entered_at"),
    )
    op.create_index("ix_minimum_wages_city_from_on", "minimum_wages", ["city", "from_on"])
    _table(
        "commission_plans",
        ("plan_id",),
        _id("plan_id"),
        _text("project"),
        _date("from_on"),
        *(_text(name) for name in ("basis", "pays", "mode", "paid_on", "note", "made_by")),
        _number("made_at"),
    )
    op.create_index("ix_commission_plans_project_from_on", "commission_plans", ["project", "from_on"])
    _table(
        "commission_tiers",
        ("plan_id", "place"),
        _link("plan_id"),
        _number("place"),
        sa.Column("start", sa.String(), nullable=False),
        sa.Column("rate", sa.String(), nullable=False),
        _refers("commission_tiers", "plan_id", "commission_plans"),
    )


def _losses() -> None:
    _table(
        "booked_losses",
        ("loss_id",),
        _id("loss_id"),
        _text("staff_id"),
        _date("on"),
        _number("amount"),
        *(_text(name) for name in ("cause", "evidence", "booked_by")),
        _number("booked_at"),
        _refers("booked_losses", "staff_id", "staff"),
    )
    op.create_index("ix_booked_losses_staff_id", "booked_losses", ["staff_id"])
    _table(
        "loss_answers",
        ("answer_id",),
        _id("answer_id"),
        _link("loss_id"),
        *(_text(name) for name in ("answer", "words", "answered_by")),
        _number("answered_at"),
        _refers("loss_answers", "loss_id", "booked_losses"),
    )
    op.create_index("ix_loss_answers_loss_id", "loss_answers", ["loss_id"])


def _decisions() -> None:
    _table(
        "payment_decisions",
        ("decision_id",),
        _id("decision_id"),
        _link("entry_id"),
        *(_text(name) for name in ("verdict", "reason", "decided_by")),
        _number("decided_at"),
        _refers("payment_decisions", "entry_id", "ledger"),
    )
    op.create_index("ix_payment_decisions_entry_id", "payment_decisions", ["entry_id"])
    _table(
        "payment_confirmations",
        ("decision_id",),
        _link("decision_id"),
        sa.Column("agreed", sa.Boolean(), nullable=False),
        _text("answer"),
        _text("second_by"),
        _number("second_at"),
        _refers("payment_confirmations", "decision_id", "payment_decisions"),
    )


def _statements() -> None:
    _table(
        "fixed_months",
        ("month",),
        _text("month"),
        _number("people"),
        _number("total"),
        _text("fixed_by"),
        _number("fixed_at"),
    )
    _table(
        "statement_lines",
        ("line_id",),
        _id("line_id"),
        _text("month"),
        _text("staff_id"),
        _number("place"),
        _text("kind"),
        _text("ref"),
        _number("amount", needed=False),
        _number("counted"),
        *(_text(name) for name in ("state", "absent_days", "rule", "of_month", "of_kind", "zh", "en")),
        _refers("statement_lines", "month", "fixed_months"),
        _refers("statement_lines", "staff_id", "staff"),
    )
    op.create_index(
        "uq_statement_lines_place", "statement_lines", ["month", "staff_id", "place"], unique=True
    )
    _table(
        "statement_looks",
        ("look_id",),
        _id("look_id"),
        _text("staff_id"),
        _text("month"),
        _text("digest"),
        _number("seen_at"),
        _refers("statement_looks", "staff_id", "staff"),
    )
    op.create_index(
        "uq_statement_looks_seen", "statement_looks", ["staff_id", "month", "digest"], unique=True
    )


def protect(table: str) -> None:
    """Let the database itself refuse updates and deletes."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE OR REPLACE FUNCTION refuse_pay_change() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN RAISE EXCEPTION '{REFUSAL}'; END $$"
        )
        op.execute(
            f"CREATE TRIGGER {table}_only_grows BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION refuse_pay_change()"
        )
        op.execute(
            f"CREATE TRIGGER {table}_is_never_emptied BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_pay_change()"
        )
        return
    for verb in ("update", "delete"):
        op.execute(
            f"CREATE TRIGGER {table}_no_{verb} BEFORE {verb.upper()} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
        )
