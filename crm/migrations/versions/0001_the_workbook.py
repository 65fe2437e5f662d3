"""The tables of the workbook.

Revision: 0001, after nothing.
"""

import sqlalchemy as sa
from alembic import op

TEXT = sa.String().with_variant(sa.String(collation="C"), "postgresql")

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    for make in (
        _calendar,
        _staff,
        _cases,
        _customers,
        _quotas,
        _reports,
        _resignations,
        _roster,
        _contacts,
        _deals,
        _transfers,
        _waivers,
        _shares,
    ):
        make()


def downgrade() -> None:
    """Go back: these tables and their rows are gone."""
    for table in (
        "shares",
        "waivers",
        "transfers",
        "deals",
        "contacts",
        "roster",
        "resignations",
        "reports",
        "quotas",
        "customers",
        "cases",
        "staff",
        "calendar",
    ):
        op.drop_table(table)


def _calendar() -> None:
    op.create_table(
        "calendar",
        sa.Column("date", sa.Date(), nullable=False),
        sa.Column("workday", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("date", name="pk_calendar"),
    )


def _staff() -> None:
    op.create_table(
        "staff",
        sa.Column("staff_id", TEXT, nullable=False),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("person_id", TEXT, nullable=True),
        sa.Column("role", TEXT, nullable=False),
        sa.Column("project", TEXT, nullable=False),
        sa.Column("trade", TEXT, nullable=False),
        sa.Column("hired_on", sa.Date(), nullable=False),
        sa.Column("left_on", sa.Date(), nullable=True),
        sa.Column("probation_months", sa.BigInteger(), nullable=False),
        sa.Column("contract_years", TEXT, nullable=False),
        sa.Column("confirmed_on", sa.Date(), nullable=True),
        sa.Column("monthly_base_pay", sa.BigInteger(), nullable=True),
        sa.Column("monthly_variable_pay", sa.BigInteger(), nullable=True),
        sa.Column("version", sa.BigInteger(), server_default="1", nullable=False),
        sa.PrimaryKeyConstraint("staff_id", name="pk_staff"),
    )
    op.create_index("ix_staff_person_id", "staff", ["person_id"])
    op.create_index("ix_staff_project", "staff", ["project"])


def _cases() -> None:
    op.create_table(
        "cases",
        sa.Column("staff_id", TEXT, nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("severity", TEXT, nullable=False),
        sa.Column("decided_by", TEXT, nullable=False),
        sa.Column("second_by", TEXT, nullable=True),
        sa.PrimaryKeyConstraint("staff_id", "on", "kind", name="pk_cases"),
        sa.ForeignKeyConstraint(["decided_by"], ["staff.staff_id"], name="fk_cases_decided_by_staff"),
        sa.ForeignKeyConstraint(["second_by"], ["staff.staff_id"], name="fk_cases_second_by_staff"),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.staff_id"], name="fk_cases_staff_id_staff"),
    )


def _customers() -> None:
    op.create_table(
        "customers",
        sa.Column("customer_id", TEXT, nullable=False),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("phone", TEXT, nullable=True),
        sa.Column("id_number", TEXT, nullable=True),
        sa.Column("household", TEXT, nullable=True),
        sa.Column("owner", TEXT, nullable=False),
        sa.Column("project", TEXT, nullable=True),
        sa.Column("channel", TEXT, nullable=True),
        sa.Column("need", TEXT, nullable=True),
        sa.Column("intent_grade", TEXT, nullable=True),
        sa.Column("first_contact_at", sa.BigInteger(), nullable=False),
        sa.Column("opted_out_on", sa.Date(), nullable=True),
        sa.Column("registered_by", TEXT, nullable=True),
        sa.Column("registered_at", sa.BigInteger(), nullable=True),
        sa.Column("consent_at", sa.BigInteger(), nullable=True),
        sa.Column("consent_purpose", TEXT, nullable=True),
        sa.Column("erased_at", sa.BigInteger(), nullable=True),
        sa.Column("version", sa.BigInteger(), server_default="1", nullable=False),
        sa.PrimaryKeyConstraint("customer_id", name="pk_customers"),
        sa.ForeignKeyConstraint(["owner"], ["staff.staff_id"], name="fk_customers_owner_staff"),
    )
    op.create_index("ix_customers_first_contact_at", "customers", ["first_contact_at"])
    op.create_index("ix_customers_household", "customers", ["household"])
    op.create_index("ix_customers_owner_first_contact_at", "customers", ["owner", "first_contact_at"])
    op.create_index("ix_customers_project_first_contact_at", "customers", ["project", "first_contact_at"])
    op.create_index(
        "ix_customers_registered_by_registered_at", "customers", ["registered_by", "registered_at"]
    )


def _quotas() -> None:
    op.create_table(
        "quotas",
        sa.Column("staff_id", TEXT, nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("units", sa.BigInteger(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("staff_id", "month", name="pk_quotas"),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.staff_id"], name="fk_quotas_staff_id_staff"),
    )
    op.create_index("ix_quotas_month", "quotas", ["month"])


def _reports() -> None:
    op.create_table(
        "reports",
        sa.Column("staff_id", TEXT, nullable=False),
        sa.Column("date", sa.Date(), nullable=False),
        sa.Column("submitted_at", sa.BigInteger(), nullable=True),
        sa.Column("false", sa.Boolean(), nullable=False),
        sa.Column("decided_by", TEXT, nullable=True),
        sa.Column("remarks", TEXT, nullable=True),
        sa.Column("figures", sa.JSON(), nullable=True),
        sa.Column("false_reason", TEXT, nullable=True),
        sa.Column("decided_at", sa.BigInteger(), nullable=True),
        sa.Column("version", sa.BigInteger(), server_default="1", nullable=False),
        sa.PrimaryKeyConstraint("staff_id", "date", name="pk_reports"),
        sa.ForeignKeyConstraint(["decided_by"], ["staff.staff_id"], name="fk_reports_decided_by_staff"),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.staff_id"], name="fk_reports_staff_id_staff"),
    )
    op.create_index("ix_reports_date", "reports", ["date"])


def _resignations() -> None:
    op.create_table(
        "resignations",
        sa.Column("staff_id", TEXT, nullable=False),
        sa.Column("applied_on", sa.Date(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=False),
        sa.Column("loans_cleared", sa.Boolean(), nullable=False),
        sa.Column("attendance_pay", sa.BigInteger(), nullable=True),
        sa.Column("sales_bonus", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("staff_id", "applied_on", name="pk_resignations"),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.staff_id"], name="fk_resignations_staff_id_staff"),
    )


def _roster() -> None:
    op.create_table(
        "roster",
        sa.Column("staff_id", TEXT, nullable=False),
        sa.Column("date", sa.Date(), nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("staff_id", "date", name="pk_roster"),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.staff_id"], name="fk_roster_staff_id_staff"),
    )
    op.create_index("ix_roster_date", "roster", ["date"])


def _contacts() -> None:
    op.create_table(
        "contacts",
        sa.Column("contact_id", TEXT, nullable=False),
        sa.Column("customer_id", TEXT, nullable=False),
        sa.Column("staff_id", TEXT, nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("happened_at", sa.BigInteger(), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.Column("effective", sa.Boolean(), nullable=False),
        sa.Column("medium", TEXT, nullable=True),
        sa.Column("note", TEXT, nullable=True),
        sa.Column("next_step", TEXT, nullable=True),
        sa.Column("next_on", sa.Date(), nullable=True),
        sa.Column("shown", TEXT, nullable=True),
        sa.Column("liked", TEXT, nullable=True),
        sa.Column("objected", TEXT, nullable=True),
        sa.Column("struck_at", sa.BigInteger(), nullable=True),
        sa.Column("struck_by", TEXT, nullable=True),
        sa.Column("replaced_by", TEXT, nullable=True),
        sa.Column("version", sa.BigInteger(), server_default="1", nullable=False),
        sa.PrimaryKeyConstraint("contact_id", name="pk_contacts"),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customers.customer_id"], name="fk_contacts_customer_id_customers"
        ),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.staff_id"], name="fk_contacts_staff_id_staff"),
    )
    op.create_index("ix_contacts_customer_id_happened_at", "contacts", ["customer_id", "happened_at"])
    op.create_index("ix_contacts_happened_at", "contacts", ["happened_at"])
    op.create_index("ix_contacts_staff_id_happened_at", "contacts", ["staff_id", "happened_at"])


def _deals() -> None:
    op.create_table(
        "deals",
        sa.Column("deal_id", TEXT, nullable=False),
        sa.Column("customer_id", TEXT, nullable=False),
        sa.Column("staff_id", TEXT, nullable=True),
        sa.Column("unit_kind", TEXT, nullable=False),
        sa.Column("units", sa.BigInteger(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=True),
        sa.Column("holding_deposit_on", sa.Date(), nullable=True),
        sa.Column("subscription_on", sa.Date(), nullable=True),
        sa.Column("contract_on", sa.Date(), nullable=True),
        sa.Column("cancelled_on", sa.Date(), nullable=True),
        sa.Column("entered_by", TEXT, nullable=True),
        sa.Column("entered_at", sa.BigInteger(), nullable=True),
        sa.Column("version", sa.BigInteger(), server_default="1", nullable=False),
        sa.PrimaryKeyConstraint("deal_id", name="pk_deals"),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customers.customer_id"], name="fk_deals_customer_id_customers"
        ),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.staff_id"], name="fk_deals_staff_id_staff"),
    )
    op.create_index("ix_deals_contract_on", "deals", ["contract_on"])
    op.create_index("ix_deals_customer_id", "deals", ["customer_id"])
    op.create_index("ix_deals_holding_deposit_on", "deals", ["holding_deposit_on"])
    op.create_index("ix_deals_staff_id", "deals", ["staff_id"])


def _transfers() -> None:
    op.create_table(
        "transfers",
        sa.Column("customer_id", TEXT, nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("to", TEXT, nullable=True),
        sa.Column("reason", TEXT, nullable=True),
        sa.Column("made_by", TEXT, nullable=True),
        sa.Column("made_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("customer_id", "on", name="pk_transfers"),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customers.customer_id"], name="fk_transfers_customer_id_customers"
        ),
        sa.ForeignKeyConstraint(["to"], ["staff.staff_id"], name="fk_transfers_to_staff"),
    )
    op.create_index("ix_transfers_to", "transfers", ["to"])


def _waivers() -> None:
    op.create_table(
        "waivers",
        sa.Column("customer_id", TEXT, nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("to_on", sa.Date(), nullable=True),
        sa.Column("reason", TEXT, nullable=False),
        sa.Column("signed_by", TEXT, nullable=False),
        sa.Column("signed_on", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("customer_id", "from_on", name="pk_waivers"),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customers.customer_id"], name="fk_waivers_customer_id_customers"
        ),
        sa.ForeignKeyConstraint(["signed_by"], ["staff.staff_id"], name="fk_waivers_signed_by_staff"),
    )


def _shares() -> None:
    op.create_table(
        "shares",
        sa.Column("deal_id", TEXT, nullable=False),
        sa.Column("staff_id", TEXT, nullable=False),
        sa.Column("percent", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("deal_id", "staff_id", name="pk_shares"),
        sa.ForeignKeyConstraint(["deal_id"], ["deals.deal_id"], name="fk_shares_deal_id_deals"),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.staff_id"], name="fk_shares_staff_id_staff"),
    )
    op.create_index("ix_shares_staff_id", "shares", ["staff_id"])
