"""What the pages of quotas show besides the figures: the history of a month."""

import datetime as dt
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from crm.deals.models import Deal, deals_visible_to
from crm.extensions import db
from crm.leads.page_queries import names_of
from crm.people.accounts import Account, RowChange
from crm.store.history import row_key
from crm.targets.models import Quota

SHOWN = 50


def readable_deals(user: Account, ids: Sequence[str]) -> set[str]:
    """Those of these deals whose page the user may open."""
    query = deals_visible_to(user).where(Deal.deal_id.in_(ids)).with_only_columns(Deal.deal_id)
    return set(db.session.scalars(query))


@dataclass(frozen=True)
class Change:
    """Who changed whose quota, when, by what, from what to what; None: no quota."""

    at: dt.datetime
    actor: str
    name: str
    via: str
    before: dict[str, Any] | None
    after: dict[str, Any] | None


def changes_of_month(month: dt.date, names: dict[str, str]) -> list[Change]:
    """The latest changes of the month's quotas of these people (names by staff_id), newest first."""
    keys = [row_key([staff_id, month]) for staff_id in names]
    query = select(RowChange).where(RowChange.table_name == Quota.__tablename__, RowChange.row_key.in_(keys))
    rows = db.session.scalars(query.order_by(RowChange.change_id.desc()).limit(SHOWN)).all()
    actors = names_of(row.actor for row in rows)
    return [
        Change(
            row.at,
            actors.get(row.actor, row.actor),
            names[json.loads(row.row_key)[0]],
            row.via,
            row.before,
            row.after,
        )
        for row in rows
    ]
