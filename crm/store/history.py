"""The history of rows: what a row said before and after somebody changed it."""

import datetime as dt
import json
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy import inspect, select
from sqlalchemy.orm import Session

from crm.people.accounts import RowChange
from crm.store.base import Base


def remember_change(session: Session, row: Base, at: dt.datetime, actor: str, via: str = "page") -> None:
    """Keep what is about to change in a loaded row; call it after assigning and before the act ends."""
    state = inspect(row)
    before, after = {}, {}
    for name in (column.key for column in state.mapper.column_attrs):
        changes = state.attrs[name].history
        if changes.has_changes() and changes.deleted and changes.deleted[0] != getattr(row, name):
            before[name] = plain(changes.deleted[0])
            after[name] = plain(getattr(row, name))
    if after:
        session.add(
            RowChange(
                table_name=state.mapper.local_table.name,  # type: ignore[attr-defined]
                row_key=key_text(state.mapper.primary_key_from_instance(row)),
                at=at,
                actor=actor,
                via=via,
                before=before,
                after=after,
            )
        )


def changes_of(session: Session, table: str, *key: Any) -> Sequence[RowChange]:
    """The history of one row, newest first."""
    query = select(RowChange).where(RowChange.table_name == table, RowChange.row_key == key_text(key))
    return session.scalars(query.order_by(RowChange.change_id.desc())).all()


def key_text(parts: Sequence[Any]) -> str:
    """The key of a row as the history names it: its parts as a JSON list."""
    return json.dumps([plain(part) for part in parts], ensure_ascii=False)


def plain(value: Any) -> Any:
    """A value as JSON holds it."""
    if isinstance(value, dt.date):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value
