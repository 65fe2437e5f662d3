"""What a stored row was before it changed, and who changed it, when."""

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy import inspect, select

from crm.extensions import db
from crm.people.accounts import RowChange
from crm.store.base import Base
from crm.transactions import atomic


def remember_change(row: Base, at: dt.datetime, actor: str, via: str = "form") -> bool:
    """Keep the old and the new value of each column that was set to something else; tells whether any was.

    Called inside the act, after the new values were set and before they are flushed. `version` is not shown.
    """
    names = inspect(type(row)).columns
    changes = {
        names[attribute.key].name: (attribute.history.deleted[0], attribute.value)
        for attribute in inspect(row).attrs
        if attribute.key != "version" and attribute.history.deleted and attribute.history.added
    }
    changes = {name: pair for name, pair in changes.items() if pair[0] != pair[1]}
    if changes:
        before = {name: shown(old) for name, (old, _) in changes.items()}
        after = {name: shown(new) for name, (_, new) in changes.items()}
        with atomic() as session:
            session.add(
                RowChange(
                    table_name=row.__tablename__,
                    row_key=key_of(row),
                    at=at,
                    actor=actor,
                    via=via,
                    before=before,
                    after=after,
                )
            )
    return bool(changes)


def changes_of(table: str, key: Sequence[Any]) -> Sequence[RowChange]:
    """The changes of one row, newest first."""
    query = select(RowChange).where(RowChange.table_name == table, RowChange.row_key == row_key(key))
    return db.session.scalars(query.order_by(RowChange.change_id.desc())).all()


def key_of(row: Base) -> str:
    """The row's key as the history names it."""
    return row_key(inspect(type(row)).primary_key_from_instance(row))


def row_key(parts: Sequence[Any]) -> str:
    """The parts of a key as a JSON list."""
    return json.dumps([shown(part) for part in parts], ensure_ascii=False)


def shown(value: Any) -> Any:
    """A value as the history keeps it: dates in ISO form, money as text, other things as they are."""
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, Mapping):
        return {name: shown(part) for name, part in value.items()}
    return value
