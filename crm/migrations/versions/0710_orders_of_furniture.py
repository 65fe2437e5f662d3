"""Orders of furniture: the price book, the order's way and money, after-sales, and the shop's day.

Revision: 0710, after 0700.
"""

import sqlalchemy as sa
from alembic import op

TEXT = sa.String().with_variant(sa.String(collation="C"), "postgresql")
BIGID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
BIG = sa.BigInteger()

revision = "0710"
down_revision = "0700"
branch_labels = None
depends_on = None

TABLES = (
    "price_book",
    "orders",
    "order_lines",
    "order_steps",
    "order_notes",
    "order_signatures",
    "order_money",
    "order_approvals",
    "order_call_backs",
    "shop_notes",
    "closing_checks",
)
ONLY_GROW = ("price_book", "order_steps", "order_money", "closing_checks")
REFUSAL = "this table only grows: a row is never changed or deleted"


def upgrade() -> None:
    """Go forward."""
    make_tables()
    for table in ONLY_GROW:
        protect(table)


def make_tables() -> None:
    """As `crm/orders/models.py` says."""
    op.create_table(
        "price_book",
        sa.Column("price_id", BIGID, autoincrement=True, nullable=False),
        sa.Column("product", TEXT, nullable=False),
        sa.Column("model", TEXT, nullable=False),
        sa.Column("size", TEXT, nullable=False),
        sa.Column("material", TEXT, nullable=False),
        sa.Column("origin", TEXT, nullable=False),
        sa.Column("purpose", TEXT, nullable=False),
        sa.Column("price", BIG, nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("entered_by", TEXT, nullable=False),
        sa.Column("entered_at", BIG, nullable=False),
        sa.PrimaryKeyConstraint("price_id", name="pk_price_book"),
    )
    op.create_index("ix_price_book_product_model_from_on", "price_book", ["product", "model", "from_on"])
    op.create_table(
        "orders",
        sa.Column("order_id", TEXT, nullable=False),
        sa.Column("customer_id", TEXT, nullable=False),
        sa.Column("staff_id", TEXT, nullable=False),
        sa.Column("project", TEXT, nullable=False),
        sa.Column("customer_name", TEXT, nullable=False),
        sa.Column("address", TEXT, nullable=False),
        sa.Column("note", TEXT, nullable=True),
        sa.Column("entered_at", BIG, nullable=False),
        sa.Column("cancelled_at", BIG, nullable=True),
        sa.Column("cancelled_by", TEXT, nullable=True),
        sa.Column("cancel_reason", TEXT, nullable=True),
        sa.Column("version", BIG, nullable=False, server_default="1"),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customers.customer_id"], name="fk_orders_customer_id_customers"
        ),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.staff_id"], name="fk_orders_staff_id_staff"),
        sa.PrimaryKeyConstraint("order_id", name="pk_orders"),
    )
    op.create_index("ix_orders_customer_id", "orders", ["customer_id"])
    op.create_index("ix_orders_project_entered_at", "orders", ["project", "entered_at"])
    op.create_index("ix_orders_staff_id", "orders", ["staff_id"])
    op.create_table(
        "order_lines",
        sa.Column("line_id", BIGID, autoincrement=True, nullable=False),
        sa.Column("order_id", TEXT, nullable=False),
        sa.Column("product", TEXT, nullable=False),
        sa.Column("model", TEXT, nullable=False),
        sa.Column("size", TEXT, nullable=False),
        sa.Column("material", TEXT, nullable=False),
        sa.Column("quantity", BIG, nullable=False),
        sa.Column("book_price", BIG, nullable=False),
        sa.Column("price", BIG, nullable=False),
        sa.ForeignKeyConstraint(["order_id"], ["orders.order_id"], name="fk_order_lines_order_id_orders"),
        sa.PrimaryKeyConstraint("line_id", name="pk_order_lines"),
    )
    op.create_index("ix_order_lines_order_id", "order_lines", ["order_id"])
    op.create_index("ix_order_lines_product_model", "order_lines", ["product", "model"])
    op.create_table(
        "order_steps",
        sa.Column("order_id", TEXT, nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("done_by", TEXT, nullable=False),
        sa.Column("done_at", BIG, nullable=False),
        sa.Column("on", sa.Date(), nullable=True),
        sa.Column("mode", TEXT, nullable=True),
        sa.ForeignKeyConstraint(["order_id"], ["orders.order_id"], name="fk_order_steps_order_id_orders"),
        sa.PrimaryKeyConstraint("order_id", "kind", name="pk_order_steps"),
    )
    op.create_table(
        "order_notes",
        sa.Column("order_id", TEXT, nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("note", TEXT, nullable=False),
        sa.ForeignKeyConstraint(["order_id"], ["orders.order_id"], name="fk_order_notes_order_id_orders"),
        sa.PrimaryKeyConstraint("order_id", "kind", name="pk_order_notes"),
    )
    op.create_table(
        "order_signatures",
        sa.Column("order_id", TEXT, nullable=False),
        sa.Column("drawing", TEXT, nullable=False),
        sa.ForeignKeyConstraint(
            ["order_id"], ["orders.order_id"], name="fk_order_signatures_order_id_orders"
        ),
        sa.PrimaryKeyConstraint("order_id", name="pk_order_signatures"),
    )
    op.create_table(
        "order_money",
        sa.Column("receipt_id", TEXT, nullable=False),
        sa.Column("order_id", TEXT, nullable=False),
        sa.Column("nature", TEXT, nullable=False),
        sa.Column("amount", BIG, nullable=False),
        sa.Column("method", TEXT, nullable=False),
        sa.Column("voucher_no", TEXT, nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("note", TEXT, nullable=True),
        sa.Column("reverses", TEXT, nullable=True),
        sa.Column("taken_by", TEXT, nullable=False),
        sa.Column("taken_at", BIG, nullable=False),
        sa.ForeignKeyConstraint(["order_id"], ["orders.order_id"], name="fk_order_money_order_id_orders"),
        sa.ForeignKeyConstraint(
            ["reverses"], ["order_money.receipt_id"], name="fk_order_money_reverses_order_money"
        ),
        sa.PrimaryKeyConstraint("receipt_id", name="pk_order_money"),
    )
    op.create_index("ix_order_money_order_id", "order_money", ["order_id"])
    op.create_index("uq_order_money_reverses", "order_money", ["reverses"], unique=True)
    op.create_table(
        "order_approvals",
        sa.Column("approval_id", BIGID, autoincrement=True, nullable=False),
        sa.Column("order_id", TEXT, nullable=False),
        sa.Column("amount", BIG, nullable=False),
        sa.Column("book_amount", BIG, nullable=False),
        sa.Column("reason", TEXT, nullable=False),
        sa.Column("rivals", TEXT, nullable=False),
        sa.Column("asked_by", TEXT, nullable=False),
        sa.Column("asked_at", BIG, nullable=False),
        sa.Column("approved", sa.Boolean(), nullable=True),
        sa.Column("taken_on", sa.Boolean(), nullable=False),
        sa.Column("answer", TEXT, nullable=True),
        sa.Column("decided_by", TEXT, nullable=True),
        sa.Column("decided_at", BIG, nullable=True),
        sa.ForeignKeyConstraint(["order_id"], ["orders.order_id"], name="fk_order_approvals_order_id_orders"),
        sa.PrimaryKeyConstraint("approval_id", name="pk_order_approvals"),
    )
    op.create_index("ix_order_approvals_order_id", "order_approvals", ["order_id"])
    op.create_table(
        "order_call_backs",
        sa.Column("order_id", TEXT, nullable=False),
        sa.Column("number", BIG, nullable=False),
        sa.Column("staff_id", TEXT, nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("done_at", BIG, nullable=True),
        sa.Column("done_by", TEXT, nullable=True),
        sa.Column("result", TEXT, nullable=True),
        sa.Column("note", TEXT, nullable=True),
        sa.ForeignKeyConstraint(
            ["order_id"], ["orders.order_id"], name="fk_order_call_backs_order_id_orders"
        ),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.staff_id"], name="fk_order_call_backs_staff_id_staff"),
        sa.PrimaryKeyConstraint("order_id", "number", name="pk_order_call_backs"),
    )
    op.create_index(
        "ix_order_call_backs_staff_id_done_at_due_on", "order_call_backs", ["staff_id", "done_at", "due_on"]
    )
    op.create_table(
        "shop_notes",
        sa.Column("note_id", BIGID, autoincrement=True, nullable=False),
        sa.Column("project", TEXT, nullable=False),
        sa.Column("staff_id", TEXT, nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("what", TEXT, nullable=False),
        sa.Column("brand", TEXT, nullable=True),
        sa.Column("price", BIG, nullable=True),
        sa.Column("book_price", BIG, nullable=True),
        sa.Column("note", TEXT, nullable=False),
        sa.Column("noted_at", BIG, nullable=False),
        sa.Column("answer", TEXT, nullable=True),
        sa.Column("answered_by", TEXT, nullable=True),
        sa.Column("answered_at", BIG, nullable=True),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.staff_id"], name="fk_shop_notes_staff_id_staff"),
        sa.PrimaryKeyConstraint("note_id", name="pk_shop_notes"),
    )
    op.create_index("ix_shop_notes_project_noted_at", "shop_notes", ["project", "noted_at"])
    op.create_index("ix_shop_notes_staff_id", "shop_notes", ["staff_id"])
    op.create_table(
        "closing_checks",
        sa.Column("check_id", BIGID, autoincrement=True, nullable=False),
        sa.Column("project", TEXT, nullable=False),
        sa.Column("date", sa.Date(), nullable=False),
        sa.Column("doors", sa.Boolean(), nullable=False),
        sa.Column("power", sa.Boolean(), nullable=False),
        sa.Column("fire", sa.Boolean(), nullable=False),
        sa.Column("left_behind", sa.Boolean(), nullable=False),
        sa.Column("note", TEXT, nullable=True),
        sa.Column("checked_by", TEXT, nullable=False),
        sa.Column("checked_at", BIG, nullable=False),
        sa.PrimaryKeyConstraint("check_id", name="pk_closing_checks"),
    )
    op.create_index("ix_closing_checks_project_date", "closing_checks", ["project", "date"])


def protect(table: str) -> None:
    """Let the database itself refuse updates and deletes."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE OR REPLACE FUNCTION refuse_order_change() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN RAISE EXCEPTION '{REFUSAL}'; END $$"
        )
        op.execute(
            f"CREATE TRIGGER {table}_only_grows BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION refuse_order_change()"
        )
        op.execute(
            f"CREATE TRIGGER {table}_is_never_emptied BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_order_change()"
        )
        return
    for verb in ("update", "delete"):
        op.execute(
            f"CREATE TRIGGER {table}_no_{verb} BEFORE {verb.upper()} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
        )


def downgrade() -> None:
    """Go back."""
    for table in reversed(TABLES):
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION refuse_order_change()")
