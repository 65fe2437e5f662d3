"""What the program keeps beside the workbook: accounts, logs, requests, the ledger.

Revision: 0002, after 0001.
"""

import sqlalchemy as sa
from alembic import op

TEXT = sa.String().with_variant(sa.String(collation="C"), "postgresql")
BIGID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    for make in (
        _audit_log,
        _idempotency_keys,
        _parameters,
        _phone_lookups,
        _report_readings,
        _row_history,
        _settings,
        _sign_in_attempts,
        _accounts,
        _leave_requests,
        _ledger,
        _provisional_entries,
        _customer_terms,
        _jobs,
        _phone_claims,
        _recovery_codes,
        _saved_views,
        _sessions,
        _waiver_requests,
    ):
        make()


def downgrade() -> None:
    """Go back: these tables and their rows are gone."""
    for table in (
        "waiver_requests",
        "sessions",
        "saved_views",
        "recovery_codes",
        "phone_claims",
        "jobs",
        "customer_terms",
        "provisional_entries",
        "ledger",
        "leave_requests",
        "accounts",
        "sign_in_attempts",
        "settings",
        "row_history",
        "report_readings",
        "phone_lookups",
        "parameters",
        "idempotency_keys",
        "audit_log",
    ):
        op.drop_table(table)


def _audit_log() -> None:
    op.create_table(
        "audit_log",
        sa.Column("audit_id", BIGID, autoincrement=True, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("actor", TEXT, nullable=False),
        sa.Column("action", TEXT, nullable=False),
        sa.Column("subject", TEXT, nullable=False),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.Column("address", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("audit_id", name="pk_audit_log"),
    )
    op.create_index("ix_audit_log_action_at", "audit_log", ["action", "at"])
    op.create_index("ix_audit_log_actor_at", "audit_log", ["actor", "at"])
    op.create_index("ix_audit_log_at", "audit_log", ["at"])


def _idempotency_keys() -> None:
    op.create_table(
        "idempotency_keys",
        sa.Column("done_id", BIGID, autoincrement=True, nullable=False),
        sa.Column("actor", TEXT, nullable=False),
        sa.Column("key", TEXT, nullable=False),
        sa.Column("body_hash", TEXT, nullable=False),
        sa.Column("answer", sa.JSON(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("done_id", name="pk_idempotency_keys"),
    )
    op.create_index("ix_idempotency_keys_at", "idempotency_keys", ["at"])
    op.create_index("uq_idempotency_keys_actor_key", "idempotency_keys", ["actor", "key"], unique=True)


def _parameters() -> None:
    op.create_table(
        "parameters",
        sa.Column("parameter_id", BIGID, autoincrement=True, nullable=False),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("from_on", sa.Date(), nullable=True),
        sa.Column("value", TEXT, nullable=False),
        sa.Column("set_by", TEXT, nullable=False),
        sa.Column("set_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("parameter_id", name="pk_parameters"),
    )
    op.create_index("uq_parameters_name_from_on", "parameters", ["name", "from_on"], unique=True)


def _phone_lookups() -> None:
    op.create_table(
        "phone_lookups",
        sa.Column("lookup_id", BIGID, autoincrement=True, nullable=False),
        sa.Column("actor", TEXT, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("phone_hash", TEXT, nullable=False),
        sa.Column("found", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("lookup_id", name="pk_phone_lookups"),
    )
    op.create_index("ix_phone_lookups_actor_at", "phone_lookups", ["actor", "at"])


def _report_readings() -> None:
    op.create_table(
        "report_readings",
        sa.Column("staff_id", TEXT, nullable=False),
        sa.Column("date", sa.Date(), nullable=False),
        sa.Column("read_by", TEXT, nullable=False),
        sa.Column("read_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("staff_id", "date", "read_by", name="pk_report_readings"),
    )


def _row_history() -> None:
    op.create_table(
        "row_history",
        sa.Column("change_id", BIGID, autoincrement=True, nullable=False),
        sa.Column("table_name", TEXT, nullable=False),
        sa.Column("row_key", TEXT, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("actor", TEXT, nullable=False),
        sa.Column("via", TEXT, nullable=False),
        sa.Column("before", sa.JSON(), nullable=True),
        sa.Column("after", sa.JSON(), nullable=True),
        sa.PrimaryKeyConstraint("change_id", name="pk_row_history"),
    )
    op.create_index("ix_row_history_at", "row_history", ["at"])
    op.create_index("ix_row_history_table_name_row_key", "row_history", ["table_name", "row_key"])


def _settings() -> None:
    op.create_table(
        "settings",
        sa.Column("name", TEXT, nullable=False),
        sa.Column("value", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_settings"),
    )


def _sign_in_attempts() -> None:
    op.create_table(
        "sign_in_attempts",
        sa.Column("attempt_id", BIGID, autoincrement=True, nullable=False),
        sa.Column("login", TEXT, nullable=False),
        sa.Column("address", TEXT, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("attempt_id", name="pk_sign_in_attempts"),
    )
    op.create_index("ix_sign_in_attempts_address_at", "sign_in_attempts", ["address", "at"])
    op.create_index("ix_sign_in_attempts_login_at", "sign_in_attempts", ["login", "at"])


def _accounts() -> None:
    op.create_table(
        "accounts",
        sa.Column("account_id", BIGID, autoincrement=True, nullable=False),
        sa.Column("login", TEXT, nullable=False),
        sa.Column("display_name", TEXT, nullable=False),
        sa.Column("staff_id", TEXT, nullable=True),
        sa.Column("password_hash", TEXT, nullable=False),
        sa.Column("must_change", sa.Boolean(), nullable=False),
        sa.Column("password_expires_at", sa.BigInteger(), nullable=True),
        sa.Column("totp_secret", TEXT, nullable=True),
        sa.Column("totp_on", sa.Boolean(), nullable=False),
        sa.Column("totp_last_step", sa.BigInteger(), nullable=True),
        sa.Column("lang", TEXT, nullable=True),
        sa.Column("disabled_at", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("account_id", name="pk_accounts"),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.staff_id"], name="fk_accounts_staff_id_staff"),
        sa.UniqueConstraint("staff_id", name="uq_accounts_staff_id"),
        sa.UniqueConstraint("login", name="uq_accounts_login"),
    )


def _leave_requests() -> None:
    op.create_table(
        "leave_requests",
        sa.Column("request_id", BIGID, autoincrement=True, nullable=False),
        sa.Column("staff_id", TEXT, nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("to_on", sa.Date(), nullable=False),
        sa.Column("reason", TEXT, nullable=False),
        sa.Column("asked_at", sa.BigInteger(), nullable=False),
        sa.Column("state", TEXT, nullable=False),
        sa.Column("decided_by", TEXT, nullable=True),
        sa.Column("decided_at", sa.BigInteger(), nullable=True),
        sa.Column("answer", TEXT, nullable=True),
        sa.PrimaryKeyConstraint("request_id", name="pk_leave_requests"),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.staff_id"], name="fk_leave_requests_staff_id_staff"),
    )
    op.create_index("ix_leave_requests_staff_id", "leave_requests", ["staff_id"])
    op.create_index("ix_leave_requests_state", "leave_requests", ["state"])


def _ledger() -> None:
    op.create_table(
        "ledger",
        sa.Column("entry_id", BIGID, autoincrement=True, nullable=False),
        sa.Column("rule", TEXT, nullable=False),
        sa.Column("staff_id", TEXT, nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=True),
        sa.Column("absent_days", TEXT, nullable=False),
        sa.Column("customer_id", TEXT, nullable=False),
        sa.Column("evidence_zh", TEXT, nullable=False),
        sa.Column("evidence_en", TEXT, nullable=False),
        sa.Column("rulebook", TEXT, nullable=False),
        sa.Column("corrects", BIGID, autoincrement=True, nullable=True),
        sa.Column("posted_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("entry_id", name="pk_ledger"),
        sa.ForeignKeyConstraint(["corrects"], ["ledger.entry_id"], name="fk_ledger_corrects_ledger"),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.staff_id"], name="fk_ledger_staff_id_staff"),
    )
    op.create_index("ix_ledger_corrects", "ledger", ["corrects"])
    op.create_index("ix_ledger_on", "ledger", ["on"])
    op.create_index("ix_ledger_staff_id_on", "ledger", ["staff_id", "on"])


def _provisional_entries() -> None:
    op.create_table(
        "provisional_entries",
        sa.Column("provisional_id", BIGID, autoincrement=True, nullable=False),
        sa.Column("rule", TEXT, nullable=False),
        sa.Column("staff_id", TEXT, nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=True),
        sa.Column("absent_days", TEXT, nullable=False),
        sa.Column("customer_id", TEXT, nullable=False),
        sa.Column("evidence_zh", TEXT, nullable=False),
        sa.Column("evidence_en", TEXT, nullable=False),
        sa.Column("computed_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("provisional_id", name="pk_provisional_entries"),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff.staff_id"], name="fk_provisional_entries_staff_id_staff"
        ),
    )
    op.create_index("ix_provisional_entries_on", "provisional_entries", ["on"])
    op.create_index("ix_provisional_entries_staff_id_on", "provisional_entries", ["staff_id", "on"])


def _customer_terms() -> None:
    op.create_table(
        "customer_terms",
        sa.Column("customer_id", TEXT, nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("term", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("customer_id", "kind", "term", name="pk_customer_terms"),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customers.customer_id"], name="fk_customer_terms_customer_id_customers"
        ),
    )
    op.create_index(
        "ix_customer_terms_kind_term_customer_id", "customer_terms", ["kind", "term", "customer_id"]
    )


def _jobs() -> None:
    op.create_table(
        "jobs",
        sa.Column("job_id", TEXT, nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("account_id", BIGID, autoincrement=True, nullable=True),
        sa.Column("title", TEXT, nullable=False),
        sa.Column("state", TEXT, nullable=False),
        sa.Column("done", sa.BigInteger(), nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.Column("message", TEXT, nullable=False),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.Column("result", sa.JSON(), nullable=True),
        sa.Column("began_at", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("job_id", name="pk_jobs"),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.account_id"], name="fk_jobs_account_id_accounts"),
    )
    op.create_index("ix_jobs_state", "jobs", ["state"])


def _phone_claims() -> None:
    op.create_table(
        "phone_claims",
        sa.Column("phone", TEXT, nullable=False),
        sa.Column("customer_id", TEXT, nullable=False),
        sa.Column("claimed_by", TEXT, nullable=False),
        sa.Column("claimed_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("phone", name="pk_phone_claims"),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customers.customer_id"], name="fk_phone_claims_customer_id_customers"
        ),
    )
    op.create_index("ix_phone_claims_customer_id", "phone_claims", ["customer_id"])


def _recovery_codes() -> None:
    op.create_table(
        "recovery_codes",
        sa.Column("code_id", BIGID, autoincrement=True, nullable=False),
        sa.Column("account_id", BIGID, autoincrement=True, nullable=False),
        sa.Column("code_hash", TEXT, nullable=False),
        sa.Column("used_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("code_id", name="pk_recovery_codes"),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.account_id"], name="fk_recovery_codes_account_id_accounts"
        ),
    )
    op.create_index("ix_recovery_codes_account_id", "recovery_codes", ["account_id"])


def _saved_views() -> None:
    op.create_table(
        "saved_views",
        sa.Column("view_id", BIGID, autoincrement=True, nullable=False),
        sa.Column("account_id", BIGID, autoincrement=True, nullable=False),
        sa.Column("page", TEXT, nullable=False),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("query", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("view_id", name="pk_saved_views"),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.account_id"], name="fk_saved_views_account_id_accounts"
        ),
    )
    op.create_index(
        "uq_saved_views_account_id_page_name", "saved_views", ["account_id", "page", "name"], unique=True
    )


def _sessions() -> None:
    op.create_table(
        "sessions",
        sa.Column("session_id", BIGID, autoincrement=True, nullable=False),
        sa.Column("token_hash", TEXT, nullable=False),
        sa.Column("account_id", BIGID, autoincrement=True, nullable=False),
        sa.Column("began_at", sa.BigInteger(), nullable=False),
        sa.Column("seen_at", sa.BigInteger(), nullable=False),
        sa.Column("proved_at", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.Column("ended_because", TEXT, nullable=True),
        sa.Column("waits_for_factor", sa.Boolean(), nullable=False),
        sa.Column("address", TEXT, nullable=False),
        sa.Column("agent", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("session_id", name="pk_sessions"),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.account_id"], name="fk_sessions_account_id_accounts"
        ),
        sa.UniqueConstraint("token_hash", name="uq_sessions_token_hash"),
    )
    op.create_index("ix_sessions_account_id", "sessions", ["account_id"])


def _waiver_requests() -> None:
    op.create_table(
        "waiver_requests",
        sa.Column("request_id", BIGID, autoincrement=True, nullable=False),
        sa.Column("customer_id", TEXT, nullable=False),
        sa.Column("asked_by", TEXT, nullable=False),
        sa.Column("asked_at", sa.BigInteger(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("to_on", sa.Date(), nullable=True),
        sa.Column("reason", TEXT, nullable=False),
        sa.Column("note", TEXT, nullable=False),
        sa.Column("state", TEXT, nullable=False),
        sa.Column("decided_by", TEXT, nullable=True),
        sa.Column("decided_at", sa.BigInteger(), nullable=True),
        sa.Column("answer", TEXT, nullable=True),
        sa.PrimaryKeyConstraint("request_id", name="pk_waiver_requests"),
        sa.ForeignKeyConstraint(["asked_by"], ["staff.staff_id"], name="fk_waiver_requests_asked_by_staff"),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customers.customer_id"], name="fk_waiver_requests_customer_id_customers"
        ),
    )
    op.create_index("ix_waiver_requests_asked_by", "waiver_requests", ["asked_by"])
    op.create_index("ix_waiver_requests_customer_id", "waiver_requests", ["customer_id"])
    op.create_index("ix_waiver_requests_state", "waiver_requests", ["state"])
