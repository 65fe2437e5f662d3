"""How Alembic runs a migration: on the connection that `crm.store.schema` hands over."""

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy import Connection, TypeDecorator
from sqlalchemy.types import TypeEngine

from crm.extensions import db
from crm.store.base import Text
from crm.store.models import metadata
from crm.store.schema import migration_connection


def plain_type(kind: str, item: Any, autogen: AutogenContext) -> str | Literal[False]:
    """Write the types that the database knows, so that an old step never depends on today's classes."""
    if kind != "type" or not isinstance(item, TypeEngine):
        return False
    if item is Text:
        return "TEXT"
    return f"sa.{item.impl_instance!r}" if isinstance(item, TypeDecorator) else False


def run(connection: Connection) -> None:
    """Run the steps in the transaction that is already open."""
    context.configure(
        connection=connection,
        target_metadata=metadata,
        render_as_batch=connection.dialect.name == "sqlite",
        compare_type=True,
        compare_server_default=False,
        render_item=plain_type,
    )
    with context.begin_transaction():
        context.run_migrations()


def run_on_the_application() -> None:
    """For Flask-Migrate's own `flask db`, which hands over no connection."""
    with migration_connection(db.engine) as connection:
        run(connection)


if "connection" in context.config.attributes:
    run(context.config.attributes["connection"])
else:
    run_on_the_application()
