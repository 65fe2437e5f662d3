"""`crm db`: the schema's version."""

import click

from crm.cli.application import STOPPED, application
from crm.cli.files import say


@click.group("db")
def database() -> None:
    """Look after the database's schema."""


@database.command()
def upgrade() -> None:
    """Bring the schema up to date; PostgreSQL needs this once, and after each new version of the program."""
    from crm.extensions import db
    from crm.store import schema

    with application(ready=True):
        before = schema.current_revision(db.engine)
        schema.upgrade(db.engine)
        after = schema.current_revision(db.engine)
    if before == after:
        say(f"数据库结构已是最新({after})。 The schema is up to date.")
    else:
        say(f"数据库结构已升级：{before or '空'} → {after}。 The schema was upgraded.")


@database.command()
@click.argument("revision")
def downgrade(revision: str) -> None:
    """Take the schema back to REVISION (`base`: to nothing); rows of tables that go are lost."""
    from crm.extensions import db
    from crm.store import schema

    with application(ready=True):
        schema.downgrade(db.engine, revision)
        say(f"数据库结构现在是 {schema.current_revision(db.engine) or '空'}。 The schema was taken back.")


@database.command()
def check() -> None:
    """Compare the database with the program; status 1 where they differ."""
    from crm.extensions import db
    from crm.store import schema

    with application(ready=True):
        found = schema.current_revision(db.engine)
        if found != schema.head_revision():
            say(
                f"数据库结构为 {found or '空'}，程序为 {schema.head_revision()}。 They differ: crm db upgrade"
            )
            raise SystemExit(STOPPED)
        differences = schema.differences(db.engine)
    for difference in differences:
        say(str(difference))
    if differences:
        raise SystemExit(STOPPED)
    say(f"数据库结构与程序一致({found})。 The database agrees with the program.")


@database.command()
@click.argument("message")
def revise(message: str) -> None:
    """Write a new migration from what the models say and the database does not (for developers)."""
    from crm.extensions import db
    from crm.store import schema

    with application(ready=True):
        schema.revise(db.engine, message)
