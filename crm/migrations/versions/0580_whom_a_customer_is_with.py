"""Whom a customer is with, and in which project, kept by the database itself so that a list is one indexed look-up.

`holdings` has a row for each turn of a customer: with whom (null: the public pool) from `from_on` to before `to_on`.
`customers.place` is the project that bounds who sees the customer: its own, or without one the first owner's.
Triggers keep both in the very statement that changes customers, transfers or staff, whoever makes it. A later
migration that rebuilds `customers`, `transfers` or `staff` on SQLite (batch mode) loses them and has to make them again.

Revision: 0580, after 0570.
"""

import sqlalchemy as sa
from alembic import op

TEXT = sa.String().with_variant(sa.String(collation="C"), "postgresql")

revision = "0580"
down_revision = "0570"
branch_labels = None
depends_on = None

FIRST, LAST = "'0001-01-01'", "'9999-12-31'"
TURNS = """INSERT INTO holdings (customer_id, from_on, to_on, staff_id)
SELECT customer_id, from_on, lead(from_on, 1, {last}) OVER (PARTITION BY customer_id ORDER BY from_on), staff_id
FROM (SELECT customer_id, {first} AS from_on, owner AS staff_id FROM customers
UNION ALL SELECT customer_id, "on", "to" FROM transfers) AS turns"""
PLACE = "COALESCE({row}.project, (SELECT project FROM staff WHERE staff.staff_id = {row}.owner))"


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "holdings",
        sa.Column("customer_id", TEXT, nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("to_on", sa.Date(), nullable=False),
        sa.Column("staff_id", TEXT, nullable=True),
        sa.ForeignKeyConstraint(
            ["customer_id"],
            ["customers.customer_id"],
            name="fk_holdings_customer_id_customers",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("customer_id", "from_on", name="pk_holdings"),
    )
    op.create_index("ix_holdings_staff_id_to_on", "holdings", ["staff_id", "to_on", "from_on", "customer_id"])
    op.add_column("customers", sa.Column("place", TEXT, nullable=True))
    op.drop_index("ix_customers_project_first_contact_at", "customers")
    op.drop_index("ix_customers_project_spelling", "customers")
    op.execute(f"UPDATE customers SET place = {PLACE.format(row='customers')}")
    op.create_index(
        "ix_customers_place_first_contact_at",
        "customers",
        ["place", "first_contact_at", "customer_id", "erased_at"],
    )
    op.create_index("ix_customers_place_spelling", "customers", ["place", "spelling"])
    _of_postgres() if op.get_bind().dialect.name == "postgresql" else _of_sqlite()


def downgrade() -> None:
    """Go back: what was kept follows from the other tables."""
    if op.get_bind().dialect.name == "postgresql":
        for table, trigger in _POSTGRES:
            op.execute(f"DROP TRIGGER {trigger} ON {table}")
            op.execute(f"DROP FUNCTION {trigger}()")
        op.execute("DROP FUNCTION keep_turns_of(text)")
    else:
        for trigger in _sqlite_triggers():
            op.execute(f"DROP TRIGGER {trigger}")
    op.drop_index("ix_customers_place_spelling", "customers")
    op.drop_index("ix_customers_place_first_contact_at", "customers")
    op.drop_column("customers", "place")
    op.create_index("ix_customers_project_first_contact_at", "customers", ["project", "first_contact_at"])
    op.create_index("ix_customers_project_spelling", "customers", ["project", "spelling"])
    op.drop_table("holdings")


def _sqlite_triggers() -> dict[str, tuple[str, str]]:
    """Each trigger: when it fires, and what it does."""

    def turns_of(row: str) -> str:
        whole = TURNS.format(first=FIRST, last=LAST)
        of_one = whole.replace("FROM customers\n", f"FROM customers WHERE customer_id = {row}.customer_id\n")
        of_one = of_one.replace("FROM transfers)", f"FROM transfers WHERE customer_id = {row}.customer_id)")
        return f"DELETE FROM holdings WHERE customer_id = {row}.customer_id;\n{of_one};"

    own = f"UPDATE customers SET place = {PLACE.format(row='NEW')} WHERE customer_id = NEW.customer_id;"
    begun = f"INSERT INTO holdings VALUES (NEW.customer_id, {FIRST}, {LAST}, NEW.owner);"
    theirs = "UPDATE customers SET place = NEW.project WHERE owner = NEW.staff_id AND project IS NULL;"
    moved = f"{turns_of('OLD')} {turns_of('NEW')}"
    return {
        "turns_begin": ("AFTER INSERT ON customers", f"{begun} {own}"),
        "turns_of_owner": ("AFTER UPDATE OF owner ON customers", turns_of("NEW")),
        "place_of_customer": ("AFTER UPDATE OF owner, project ON customers", own),
        "place_of_staff": ("AFTER UPDATE OF project ON staff", theirs),
        "turns_after_insert": ("AFTER INSERT ON transfers", turns_of("NEW")),
        "turns_after_update": ("AFTER UPDATE ON transfers", moved),
        "turns_after_delete": ("AFTER DELETE ON transfers", turns_of("OLD")),
    }


def _of_sqlite() -> None:
    op.execute(TURNS.format(first=FIRST, last=LAST))
    for name, (when, what) in _sqlite_triggers().items():
        op.execute(f"CREATE TRIGGER {name} {when} BEGIN {what} END")


_POSTGRES = (
    ("customers", "place_of_customer"),
    ("customers", "turns_of_owner"),
    ("staff", "place_of_staff"),
    ("transfers", "turns_of_transfer"),
)


def _of_postgres() -> None:
    whole = TURNS.format(first=f"DATE {FIRST}", last=f"DATE {LAST}")
    op.execute(whole)
    of_one = whole.replace("FROM customers\n", "FROM customers WHERE customer_id = which\n")
    of_one = of_one.replace("FROM transfers)", "FROM transfers WHERE customer_id = which)")
    delete = "DELETE FROM holdings WHERE customer_id = which"
    op.execute(
        "CREATE FUNCTION keep_turns_of(which text) RETURNS void LANGUAGE plpgsql AS "
        f"$$ BEGIN {delete}; {of_one}; END $$"
    )
    _does("place_of_customer", f"NEW.place := {PLACE.format(row='NEW')}; RETURN NEW;")
    _does("turns_of_owner", "PERFORM keep_turns_of(NEW.customer_id); RETURN NULL;")
    theirs = "UPDATE customers SET place = NEW.project WHERE owner = NEW.staff_id AND project IS NULL;"
    _does("place_of_staff", f"{theirs} RETURN NULL;")
    _does(
        "turns_of_transfer",
        "IF TG_OP <> 'INSERT' THEN PERFORM keep_turns_of(OLD.customer_id); END IF; "
        "IF TG_OP <> 'DELETE' THEN PERFORM keep_turns_of(NEW.customer_id); END IF; RETURN NULL;",
    )
    when = {
        "place_of_customer": "BEFORE INSERT OR UPDATE OF owner, project",
        "turns_of_owner": "AFTER INSERT OR UPDATE OF owner",
        "place_of_staff": "AFTER UPDATE OF project",
        "turns_of_transfer": "AFTER INSERT OR UPDATE OR DELETE",
    }
    for table, name in _POSTGRES:
        op.execute(f"CREATE TRIGGER {name} {when[name]} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()")


def _does(name: str, body: str) -> None:
    op.execute(f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {body} END $$")
