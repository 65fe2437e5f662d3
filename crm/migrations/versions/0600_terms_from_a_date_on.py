"""Terms of a person from a date on: project, role, trade and pay.

A customer without a project of its own is in the first owner's on the date of the first contact, so the triggers of
0580 that keep `customers.place` look at terms too.

Revision: 0600, after 0580.
"""

import sqlalchemy as sa
from alembic import op

revision = "0600"
down_revision = "0580"
branch_labels = None
depends_on = None

TEXT = sa.String().with_variant(sa.String(collation="C"), "postgresql")


PLACE = """COALESCE({row}.project, {then}(SELECT project FROM staff WHERE staff.staff_id = {row}.owner))"""
THEN = """(SELECT terms.project FROM terms WHERE terms.staff_id = {row}.owner AND terms.project IS NOT NULL
AND terms.from_on <= {day} ORDER BY terms.from_on DESC LIMIT 1), """
DAY = {
    "sqlite": "date({row}.first_contact_at, 'unixepoch')",
    "postgresql": "(DATE '1970-01-01' + CAST({row}.first_contact_at / 86400 AS INTEGER))",
}
AGAIN = "UPDATE customers SET project = project WHERE owner = {row}.staff_id AND project IS NULL;"
"""Writing a project, be it the same, has the place worked out."""
ONCE = "UPDATE customers SET place = NEW.project WHERE owner = NEW.staff_id AND project IS NULL;"
BEGUN = "INSERT INTO holdings VALUES (NEW.customer_id, '0001-01-01', '9999-12-31', NEW.owner);"


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "terms",
        sa.Column("staff_id", TEXT, nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("project", TEXT),
        sa.Column("role", TEXT),
        sa.Column("trade", TEXT),
        sa.Column("monthly_base_pay", sa.BigInteger()),
        sa.Column("monthly_variable_pay", sa.BigInteger()),
        sa.PrimaryKeyConstraint("staff_id", "from_on", name="pk_terms"),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.staff_id"], name="fk_terms_staff_id_staff"),
    )
    if op.get_bind().dialect.name == "postgresql":
        _places_on_server(THEN, "owner, project, first_contact_at", AGAIN.format(row="NEW"))
        changed = f"IF TG_OP <> 'INSERT' THEN {AGAIN.format(row='OLD')} END IF; "
        changed += f"IF TG_OP <> 'DELETE' THEN {AGAIN.format(row='NEW')} END IF; RETURN NULL;"
        op.execute(
            f"CREATE FUNCTION place_of_terms() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {changed} END $$"
        )
        op.execute(
            "CREATE TRIGGER place_of_terms AFTER INSERT OR UPDATE OR DELETE ON terms "
            "FOR EACH ROW EXECUTE FUNCTION place_of_terms()"
        )
        return
    _places_in_file(THEN, "owner, project, first_contact_at", AGAIN.format(row="NEW"))
    for act, rows in (("insert", ("NEW",)), ("update", ("OLD", "NEW")), ("delete", ("OLD",))):
        again = " ".join(AGAIN.format(row=row) for row in rows)
        op.execute(f"CREATE TRIGGER place_after_{act} AFTER {act.upper()} ON terms BEGIN {again} END")


def downgrade() -> None:
    """Go back."""
    if op.get_bind().dialect.name == "postgresql":
        op.drop_table("terms")
        op.execute("DROP FUNCTION place_of_terms()")
        _places_on_server("", "owner, project", ONCE)
        return
    for act in ("insert", "update", "delete"):
        op.execute(f"DROP TRIGGER place_after_{act}")
    _places_in_file("", "owner, project", ONCE)
    op.drop_table("terms")


def _place(dialect: str, then: str, row: str) -> str:
    return PLACE.format(row=row, then=then.format(row=row, day=DAY[dialect].format(row=row)))


def _places_in_file(then: str, columns: str, of_staff: str) -> None:
    """The triggers of SQLite, made anew."""
    own = f"UPDATE customers SET place = {_place('sqlite', then, 'NEW')} WHERE customer_id = NEW.customer_id;"
    triggers = {
        "turns_begin": ("INSERT ON customers", f"{BEGUN} {own}"),
        "place_of_customer": (f"UPDATE OF {columns} ON customers", own),
        "place_of_staff": ("UPDATE OF project ON staff", of_staff),
    }
    for name, (when, what) in triggers.items():
        op.execute(f"DROP TRIGGER {name}")
        op.execute(f"CREATE TRIGGER {name} AFTER {when} BEGIN {what} END")


def _places_on_server(then: str, columns: str, of_staff: str) -> None:
    """The functions of PostgreSQL, replaced, and the trigger that says of which columns."""
    bodies = {
        "place_of_customer": f"NEW.place := {_place('postgresql', then, 'NEW')}; RETURN NEW;",
        "place_of_staff": f"{of_staff} RETURN NULL;",
    }
    for name, body in bodies.items():
        op.execute(
            f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {body} END $$"
        )
    op.execute("DROP TRIGGER place_of_customer ON customers")
    op.execute(
        f"CREATE TRIGGER place_of_customer BEFORE INSERT OR UPDATE OF {columns} ON customers "
        "FOR EACH ROW EXECUTE FUNCTION place_of_customer()"
    )
