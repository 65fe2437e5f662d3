"""How Alembic runs a migration: always on the connection that `crm.store.schema` hands over."""

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy import Connection, TypeDecorator
from sqlalchemy.types import TypeEngine

from crm.store.base import Text
from crm.store.models import metadata


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


run(context.config.attributes["connection"])
