"""What a shop sells: goods, stock, sales, the totals of a day, stock-takes and promotions.

Revision: 0700, after 0650.
"""

import sqlalchemy as sa
from alembic import op

TEXT = sa.String().with_variant(sa.String(collation="C"), "postgresql")
BIGID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
BIG = sa.BigInteger()

revision = "0700"
down_revision = "0650"
branch_labels = None
depends_on = None

TABLES = (
    "promotion_plans",
    "promotions",
    "report_thresholds",
    "sales_plans",
    "stock_takes",
    "store_days",
    "suppliers",
    "till_days",
    "competitor_notes",
    "gifts",
    "goods",
    "goods_days",
    "promotion_goods",
    "purchases",
    "sales",
    "shelves",
    "stock_counts",
    "stock_levels",
    "stock_moves",
    "stock_take_lines",
)


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "promotion_plans",
        sa.Column("project", TEXT, nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("theme", TEXT, nullable=True),
        sa.Column("budget", BIG, nullable=False),
        sa.PrimaryKeyConstraint("project", "month", name="pk_promotion_plans"),
    )
    op.create_table(
        "promotions",
        sa.Column("promotion_id", TEXT, nullable=False),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("project", TEXT, nullable=True),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("to_on", sa.Date(), nullable=False),
        sa.Column("budget", BIG, nullable=True),
        sa.Column("cost", BIG, nullable=True),
        sa.Column("note", TEXT, nullable=True),
        sa.Column("version", BIG, nullable=False, server_default="1"),
        sa.PrimaryKeyConstraint("promotion_id", name="pk_promotions"),
    )
    op.create_index("ix_promotions_from_on", "promotions", ["from_on"])
    op.create_table(
        "report_thresholds",
        sa.Column("name", TEXT, nullable=False),
        sa.Column("value", TEXT, nullable=False),
        sa.Column("set_by", TEXT, nullable=False),
        sa.Column("set_at", BIG, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_report_thresholds"),
    )
    op.create_table(
        "sales_plans",
        sa.Column("project", TEXT, nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("amount", BIG, nullable=False),
        sa.Column("fee", BIG, nullable=True),
        sa.PrimaryKeyConstraint("project", "month", name="pk_sales_plans"),
    )
    op.create_table(
        "stock_takes",
        sa.Column("take_id", TEXT, nullable=False),
        sa.Column("project", TEXT, nullable=False),
        sa.Column("taken_on", sa.Date(), nullable=False),
        sa.Column("category", TEXT, nullable=True),
        sa.Column("state", TEXT, nullable=False),
        sa.Column("opened_by", TEXT, nullable=False),
        sa.Column("opened_at", BIG, nullable=False),
        sa.Column("closed_by", TEXT, nullable=True),
        sa.Column("closed_at", BIG, nullable=True),
        sa.Column("approved_by", TEXT, nullable=True),
        sa.Column("approved_at", BIG, nullable=True),
        sa.Column("reason", TEXT, nullable=True),
        sa.Column("version", BIG, nullable=False, server_default="1"),
        sa.PrimaryKeyConstraint("take_id", name="pk_stock_takes"),
    )
    op.create_index("ix_stock_takes_project_taken_on", "stock_takes", ["project", "taken_on"])
    op.create_table(
        "store_days",
        sa.Column("project", TEXT, nullable=False),
        sa.Column("date", sa.Date(), nullable=False),
        sa.Column("tickets", BIG, nullable=False, server_default="0"),
        sa.Column("sold_amount", BIG, nullable=False, server_default="0"),
        sa.Column("sold_cost", BIG, nullable=False, server_default="0"),
        sa.PrimaryKeyConstraint("project", "date", name="pk_store_days"),
    )
    op.create_table(
        "suppliers",
        sa.Column("supplier_id", TEXT, nullable=False),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("contact", TEXT, nullable=True),
        sa.Column("phone", TEXT, nullable=True),
        sa.PrimaryKeyConstraint("supplier_id", name="pk_suppliers"),
    )
    op.create_table(
        "till_days",
        sa.Column("till_id", BIGID, autoincrement=True, nullable=False),
        sa.Column("project", TEXT, nullable=False),
        sa.Column("date", sa.Date(), nullable=False),
        sa.Column("till", BIG, nullable=False),
        sa.Column("cash", BIG, nullable=False),
        sa.Column("card", BIG, nullable=False),
        sa.Column("wechat", BIG, nullable=False),
        sa.Column("alipay", BIG, nullable=False),
        sa.Column("other", BIG, nullable=False),
        sa.Column("book", BIG, nullable=False),
        sa.Column("note", TEXT, nullable=True),
        sa.Column("written_by", TEXT, nullable=False),
        sa.Column("written_at", BIG, nullable=False),
        sa.PrimaryKeyConstraint("till_id", name="pk_till_days"),
    )
    op.create_index("ix_till_days_project_date", "till_days", ["project", "date"])
    op.create_table(
        "competitor_notes",
        sa.Column("note_id", BIGID, autoincrement=True, nullable=False),
        sa.Column("project", TEXT, nullable=False),
        sa.Column("date", sa.Date(), nullable=False),
        sa.Column("competitor", TEXT, nullable=False),
        sa.Column("goods", TEXT, nullable=True),
        sa.Column("price", BIG, nullable=True),
        sa.Column("note", TEXT, nullable=False),
        sa.Column("source", TEXT, nullable=True),
        sa.Column("staff_id", TEXT, nullable=True),
        sa.Column("written_at", BIG, nullable=False),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.staff_id"], name="fk_competitor_notes_staff_id_staff"),
        sa.PrimaryKeyConstraint("note_id", name="pk_competitor_notes"),
    )
    op.create_index("ix_competitor_notes_project_date", "competitor_notes", ["project", "date"])
    op.create_table(
        "gifts",
        sa.Column("gift_id", TEXT, nullable=False),
        sa.Column("promotion_id", TEXT, nullable=False),
        sa.Column("project", TEXT, nullable=False),
        sa.Column("date", sa.Date(), nullable=False),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("quantity", BIG, nullable=False),
        sa.Column("given_to", TEXT, nullable=True),
        sa.Column("staff_id", TEXT, nullable=True),
        sa.Column("recorded_at", BIG, nullable=False),
        sa.ForeignKeyConstraint(
            ["promotion_id"], ["promotions.promotion_id"], name="fk_gifts_promotion_id_promotions"
        ),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.staff_id"], name="fk_gifts_staff_id_staff"),
        sa.PrimaryKeyConstraint("gift_id", name="pk_gifts"),
    )
    op.create_index("ix_gifts_promotion_id", "gifts", ["promotion_id"])
    op.create_table(
        "goods",
        sa.Column("goods_id", TEXT, nullable=False),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("supplier_id", TEXT, nullable=True),
        sa.Column("category", TEXT, nullable=False),
        sa.Column("subcategory", TEXT, nullable=True),
        sa.Column("barcode", TEXT, nullable=True),
        sa.Column("origin", TEXT, nullable=True),
        sa.Column("maker", TEXT, nullable=True),
        sa.Column("specification", TEXT, nullable=True),
        sa.Column("unit", TEXT, nullable=False),
        sa.Column("shelf_life_days", BIG, nullable=True),
        sa.Column("self_sourced", sa.Boolean(), nullable=False),
        sa.Column("price", BIG, nullable=True),
        sa.Column("introduced_on", sa.Date(), nullable=True),
        sa.Column("discontinued_on", sa.Date(), nullable=True),
        sa.Column("version", BIG, nullable=False, server_default="1"),
        sa.ForeignKeyConstraint(
            ["supplier_id"], ["suppliers.supplier_id"], name="fk_goods_supplier_id_suppliers"
        ),
        sa.PrimaryKeyConstraint("goods_id", name="pk_goods"),
    )
    op.create_index("ix_goods_barcode", "goods", ["barcode"])
    op.create_index("ix_goods_category_subcategory", "goods", ["category", "subcategory"])
    op.create_table(
        "goods_days",
        sa.Column("goods_id", TEXT, nullable=False),
        sa.Column("project", TEXT, nullable=False),
        sa.Column("date", sa.Date(), nullable=False),
        sa.Column("sold_quantity", BIG, nullable=False, server_default="0"),
        sa.Column("sold_amount", BIG, nullable=False, server_default="0"),
        sa.Column("sold_cost", BIG, nullable=False, server_default="0"),
        sa.Column("promo_quantity", BIG, nullable=False, server_default="0"),
        sa.Column("promo_amount", BIG, nullable=False, server_default="0"),
        sa.Column("promo_cost", BIG, nullable=False, server_default="0"),
        sa.Column("received_quantity", BIG, nullable=False, server_default="0"),
        sa.Column("received_cost", BIG, nullable=False, server_default="0"),
        sa.Column("returned_quantity", BIG, nullable=False, server_default="0"),
        sa.Column("returned_cost", BIG, nullable=False, server_default="0"),
        sa.Column("lost_quantity", BIG, nullable=False, server_default="0"),
        sa.Column("lost_cost", BIG, nullable=False, server_default="0"),
        sa.Column("moved_quantity", BIG, nullable=False, server_default="0"),
        sa.Column("moved_cost", BIG, nullable=False, server_default="0"),
        sa.Column("counted_quantity", BIG, nullable=False, server_default="0"),
        sa.Column("counted_cost", BIG, nullable=False, server_default="0"),
        sa.Column("closing_quantity", BIG, nullable=False, server_default="0"),
        sa.Column("closing_cost", BIG, nullable=False, server_default="0"),
        sa.ForeignKeyConstraint(["goods_id"], ["goods.goods_id"], name="fk_goods_days_goods_id_goods"),
        sa.PrimaryKeyConstraint("goods_id", "project", "date", name="pk_goods_days"),
    )
    op.create_index("ix_goods_days_date", "goods_days", ["date"])
    op.create_index("ix_goods_days_project_date", "goods_days", ["project", "date"])
    op.create_table(
        "promotion_goods",
        sa.Column("promotion_id", TEXT, nullable=False),
        sa.Column("goods_id", TEXT, nullable=False),
        sa.Column("price", BIG, nullable=True),
        sa.ForeignKeyConstraint(
            ["promotion_id"], ["promotions.promotion_id"], name="fk_promotion_goods_promotion_id_promotions"
        ),
        sa.ForeignKeyConstraint(["goods_id"], ["goods.goods_id"], name="fk_promotion_goods_goods_id_goods"),
        sa.PrimaryKeyConstraint("promotion_id", "goods_id", name="pk_promotion_goods"),
    )
    op.create_table(
        "purchases",
        sa.Column("purchase_id", TEXT, nullable=False),
        sa.Column("goods_id", TEXT, nullable=False),
        sa.Column("project", TEXT, nullable=False),
        sa.Column("supplier_id", TEXT, nullable=True),
        sa.Column("ordered_on", sa.Date(), nullable=False),
        sa.Column("expected_on", sa.Date(), nullable=True),
        sa.Column("quantity", BIG, nullable=False),
        sa.Column("unit_cost", BIG, nullable=False),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["goods_id"], ["goods.goods_id"], name="fk_purchases_goods_id_goods"),
        sa.ForeignKeyConstraint(
            ["supplier_id"], ["suppliers.supplier_id"], name="fk_purchases_supplier_id_suppliers"
        ),
        sa.PrimaryKeyConstraint("purchase_id", "goods_id", name="pk_purchases"),
    )
    op.create_index("ix_purchases_project_ordered_on", "purchases", ["project", "ordered_on"])
    op.create_table(
        "sales",
        sa.Column("sale_id", TEXT, nullable=False),
        sa.Column("ticket", TEXT, nullable=False),
        sa.Column("project", TEXT, nullable=False),
        sa.Column("goods_id", TEXT, nullable=False),
        sa.Column("date", sa.Date(), nullable=False),
        sa.Column("sold_at", BIG, nullable=False),
        sa.Column("quantity", BIG, nullable=False),
        sa.Column("amount", BIG, nullable=False),
        sa.Column("cost", BIG, nullable=False),
        sa.Column("paid_by", TEXT, nullable=False),
        sa.Column("promotion_id", TEXT, nullable=True),
        sa.Column("staff_id", TEXT, nullable=True),
        sa.Column("recorded_at", BIG, nullable=False),
        sa.ForeignKeyConstraint(["goods_id"], ["goods.goods_id"], name="fk_sales_goods_id_goods"),
        sa.ForeignKeyConstraint(
            ["promotion_id"], ["promotions.promotion_id"], name="fk_sales_promotion_id_promotions"
        ),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.staff_id"], name="fk_sales_staff_id_staff"),
        sa.PrimaryKeyConstraint("sale_id", name="pk_sales"),
    )
    op.create_index("ix_sales_goods_id_date", "sales", ["goods_id", "date"])
    op.create_index("ix_sales_project_date_goods_id", "sales", ["project", "date", "goods_id"])
    op.create_index("ix_sales_project_ticket", "sales", ["project", "ticket"])
    op.create_index("ix_sales_promotion_id", "sales", ["promotion_id"])
    op.create_table(
        "shelves",
        sa.Column("project", TEXT, nullable=False),
        sa.Column("goods_id", TEXT, nullable=False),
        sa.Column("place", TEXT, nullable=True),
        sa.Column("minimum", BIG, nullable=False),
        sa.ForeignKeyConstraint(["goods_id"], ["goods.goods_id"], name="fk_shelves_goods_id_goods"),
        sa.PrimaryKeyConstraint("project", "goods_id", name="pk_shelves"),
    )
    op.create_table(
        "stock_counts",
        sa.Column("count_id", BIGID, autoincrement=True, nullable=False),
        sa.Column("take_id", TEXT, nullable=False),
        sa.Column("goods_id", TEXT, nullable=False),
        sa.Column("counted", BIG, nullable=False),
        sa.Column("book", BIG, nullable=False),
        sa.Column("counted_by", TEXT, nullable=False),
        sa.Column("counted_at", BIG, nullable=False),
        sa.ForeignKeyConstraint(
            ["take_id"], ["stock_takes.take_id"], name="fk_stock_counts_take_id_stock_takes"
        ),
        sa.ForeignKeyConstraint(["goods_id"], ["goods.goods_id"], name="fk_stock_counts_goods_id_goods"),
        sa.PrimaryKeyConstraint("count_id", name="pk_stock_counts"),
    )
    op.create_index("ix_stock_counts_take_id_goods_id", "stock_counts", ["take_id", "goods_id"])
    op.create_table(
        "stock_levels",
        sa.Column("project", TEXT, nullable=False),
        sa.Column("goods_id", TEXT, nullable=False),
        sa.Column("quantity", BIG, nullable=False),
        sa.Column("cost", BIG, nullable=False),
        sa.Column("unit_cost", BIG, nullable=False),
        sa.ForeignKeyConstraint(["goods_id"], ["goods.goods_id"], name="fk_stock_levels_goods_id_goods"),
        sa.PrimaryKeyConstraint("project", "goods_id", name="pk_stock_levels"),
    )
    op.create_table(
        "stock_moves",
        sa.Column("move_id", TEXT, nullable=False),
        sa.Column("project", TEXT, nullable=False),
        sa.Column("goods_id", TEXT, nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("date", sa.Date(), nullable=False),
        sa.Column("quantity", BIG, nullable=False),
        sa.Column("cost", BIG, nullable=False),
        sa.Column("purchase_id", TEXT, nullable=True),
        sa.Column("other_project", TEXT, nullable=True),
        sa.Column("take_id", TEXT, nullable=True),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.Column("reason", TEXT, nullable=True),
        sa.Column("staff_id", TEXT, nullable=True),
        sa.Column("recorded_at", BIG, nullable=False),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.staff_id"], name="fk_stock_moves_staff_id_staff"),
        sa.ForeignKeyConstraint(["goods_id"], ["goods.goods_id"], name="fk_stock_moves_goods_id_goods"),
        sa.PrimaryKeyConstraint("move_id", name="pk_stock_moves"),
    )
    op.create_index("ix_stock_moves_goods_id", "stock_moves", ["goods_id"])
    op.create_index("ix_stock_moves_project_date", "stock_moves", ["project", "date"])
    op.create_index("ix_stock_moves_purchase_id", "stock_moves", ["purchase_id"])
    op.create_table(
        "stock_take_lines",
        sa.Column("take_id", TEXT, nullable=False),
        sa.Column("goods_id", TEXT, nullable=False),
        sa.Column("counted", BIG, nullable=True),
        sa.Column("book", BIG, nullable=True),
        sa.Column("counted_by", TEXT, nullable=True),
        sa.Column("counted_at", BIG, nullable=True),
        sa.Column("reason", TEXT, nullable=True),
        sa.ForeignKeyConstraint(["goods_id"], ["goods.goods_id"], name="fk_stock_take_lines_goods_id_goods"),
        sa.ForeignKeyConstraint(
            ["take_id"], ["stock_takes.take_id"], name="fk_stock_take_lines_take_id_stock_takes"
        ),
        sa.PrimaryKeyConstraint("take_id", "goods_id", name="pk_stock_take_lines"),
    )


def downgrade() -> None:
    """Go back."""
    for table in reversed(TABLES):
        op.drop_table(table)
