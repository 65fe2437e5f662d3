"""Units for sale, which deal has which, the steps after the contract, and the money that only grows.

Revision: 0500, after 0005.
"""

import sqlalchemy as sa
from alembic import op

TEXT = sa.String().with_variant(sa.String(collation="C"), "postgresql")
BIGID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

revision = "0500"
down_revision = "0005"
branch_labels = None
depends_on = None

REFUSAL = "money that was booked is never changed or deleted"
GROWING = ("receipts", "refunds", "refund_decisions", "refund_payments", "permit_answers")
TABLES = (
    "refund_payments",
    "refund_decisions",
    "refunds",
    "payment_plan",
    "receipts",
    "price_approvals",
    "deal_steps",
    "holds",
    "permit_answers",
    "deal_units",
    "stock_units",
)
AT = sa.BigInteger()


def upgrade() -> None:
    """Go forward."""
    op.add_column("deals", sa.Column("stock_units", TEXT))
    _stock()
    _way()
    _receipts()
    _refunds()
    for table in GROWING:
        protect(table)


def downgrade() -> None:
    """Go back."""
    for table in TABLES:
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION refuse_money_change()")
    op.drop_column("deals", "stock_units")


def _text(name: str, *, needed: bool = True) -> "sa.Column[str]":
    return sa.Column(name, TEXT, nullable=not needed)


def _number(name: str, *, needed: bool = True) -> "sa.Column[int]":
    return sa.Column(name, sa.BigInteger(), nullable=not needed)


def _version() -> "sa.Column[int]":
    return sa.Column("version", sa.BigInteger(), nullable=False, server_default="1")


def _refers(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{to}.{_KEYS[to]}"], name=f"fk_{table}_{column}_{to}")


_KEYS = {"stock_units": "unit_id", "deals": "deal_id", "receipts": "receipt_id", "refunds": "refund_id"}


def _table(name: str, key: tuple[str, ...], *parts: "sa.schema.SchemaItem") -> None:
    op.create_table(name, *parts, sa.PrimaryKeyConstraint(*key, name=f"pk_{name}"))


def _id(name: str) -> "sa.Column[int]":
    return sa.Column(name, BIGID, autoincrement=True, nullable=False)


def _stock() -> None:
    _table(
        "stock_units",
        ("unit_id",),
        *(_text(name) for name in ("unit_id", "project", "building", "floor", "number", "unit_kind")),
        sa.Column("area", sa.String()),
        _number("list_price", needed=False),
        _text("presale_permit", needed=False),
        _text("status", needed=False),
        _version(),
    )
    op.create_index("ix_stock_units_project_building", "stock_units", ["project", "building"])
    _table(
        "deal_units",
        ("claim_id",),
        _id("claim_id"),
        _text("unit_id"),
        _text("deal_id"),
        _number("since"),
        _number("until", needed=False),
        _refers("deal_units", "unit_id", "stock_units"),
        _refers("deal_units", "deal_id", "deals"),
    )
    live = sa.text("until IS NULL")
    op.create_index(
        "uq_deal_units_live",
        "deal_units",
        ["unit_id"],
        unique=True,
        sqlite_where=live,
        postgresql_where=live,
    )
    op.create_index("ix_deal_units_deal_id", "deal_units", ["deal_id"])


def _way() -> None:
    _table(
        "permit_answers",
        ("answer_id",),
        _id("answer_id"),
        *(_text(name) for name in ("project", "building", "reason", "answered_by")),
        _number("answered_at"),
    )
    op.create_index("ix_permit_answers_project_building", "permit_answers", ["project", "building"])
    _table(
        "holds",
        ("deal_id",),
        _text("deal_id"),
        sa.Column("lapses_on", sa.Date(), nullable=False),
        _number("ended_at", needed=False),
        _refers("holds", "deal_id", "deals"),
    )
    op.create_index("ix_holds_lapses_on", "holds", ["lapses_on"])
    _table(
        "deal_steps",
        ("deal_id", "kind"),
        _text("deal_id"),
        _text("kind"),
        sa.Column("due_on", sa.Date()),
        sa.Column("ticked", sa.JSON(), nullable=False),
        sa.Column("done_on", sa.Date()),
        sa.Column("not_needed", sa.Boolean(), nullable=False),
        _text("note", needed=False),
        _text("saved_by"),
        _number("saved_at"),
        _version(),
        _refers("deal_steps", "deal_id", "deals"),
    )
    _table(
        "price_approvals",
        ("approval_id",),
        _id("approval_id"),
        _text("deal_id"),
        _number("amount"),
        _number("list_price"),
        _text("reason"),
        _text("asked_by"),
        _number("asked_at"),
        sa.Column("approved", sa.Boolean()),
        _text("decided_by", needed=False),
        _number("decided_at", needed=False),
        _text("answer", needed=False),
        _refers("price_approvals", "deal_id", "deals"),
    )
    op.create_index("ix_price_approvals_deal_id", "price_approvals", ["deal_id"])


def _receipts() -> None:
    _table(
        "receipts",
        ("receipt_id",),
        *(_text(name) for name in ("receipt_id", "deal_id", "kind", "nature")),
        _number("amount"),
        _text("method"),
        _text("voucher_no"),
        _text("invoice_no", needed=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        _text("note", needed=False),
        _text("reverses", needed=False),
        _text("taken_by"),
        _number("taken_at"),
        _refers("receipts", "deal_id", "deals"),
        _refers("receipts", "reverses", "receipts"),
    )
    op.create_index("ix_receipts_deal_id", "receipts", ["deal_id"])
    op.create_index("ix_receipts_received_on", "receipts", ["received_on"])
    op.create_index("uq_receipts_reverses", "receipts", ["reverses"], unique=True)
    _table(
        "payment_plan",
        ("line_id",),
        _id("line_id"),
        _text("deal_id"),
        _text("kind"),
        sa.Column("due_on", sa.Date(), nullable=False),
        _number("amount"),
        _text("entered_by"),
        _number("entered_at"),
        _text("struck_by", needed=False),
        _number("struck_at", needed=False),
        _refers("payment_plan", "deal_id", "deals"),
    )
    op.create_index("ix_payment_plan_deal_id", "payment_plan", ["deal_id"])
    op.create_index("ix_payment_plan_due_on", "payment_plan", ["due_on"])


def _refunds() -> None:
    _table(
        "refunds",
        ("refund_id",),
        *(_text(name) for name in ("refund_id", "deal_id", "kind", "cause", "reason")),
        _number("amount"),
        sa.Column("requested_on", sa.Date(), nullable=False),
        _text("asked_by"),
        _number("asked_at"),
        _refers("refunds", "deal_id", "deals"),
    )
    op.create_index("ix_refunds_deal_id", "refunds", ["deal_id"])
    _table(
        "refund_decisions",
        ("refund_id",),
        _text("refund_id"),
        sa.Column("approved", sa.Boolean(), nullable=False),
        _text("answer"),
        _text("decided_by"),
        _number("decided_at"),
        _refers("refund_decisions", "refund_id", "refunds"),
    )
    _table(
        "refund_payments",
        ("refund_id",),
        _text("refund_id"),
        sa.Column("paid_on", sa.Date(), nullable=False),
        _text("method"),
        _text("voucher_no"),
        _text("paid_by"),
        _number("paid_at"),
        _refers("refund_payments", "refund_id", "refunds"),
    )


def protect(table: str) -> None:
    """Let the database itself refuse updates and deletes."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE OR REPLACE FUNCTION refuse_money_change() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN RAISE EXCEPTION '{REFUSAL}'; END $$"
        )
        op.execute(
            f"CREATE TRIGGER {table}_only_grows BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION refuse_money_change()"
        )
        op.execute(
            f"CREATE TRIGGER {table}_is_never_emptied BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_money_change()"
        )
        return
    for verb in ("update", "delete"):
        op.execute(
            f"CREATE TRIGGER {table}_no_{verb} BEFORE {verb.upper()} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
        )
