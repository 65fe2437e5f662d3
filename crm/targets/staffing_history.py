"""The rulebook's history of a few people: their terms and deals, without the customers of the whole company."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from crm.deals.models import Deal, Share
from crm.exchange.services import parameters_in_force
from crm.exchange.stored import ROWS, stored_frame
from crm.rulebook.history import History, history_of
from crm.rulebook.tables import day_number
from crm.transactions import snapshot
from crm.workbook.frames import tables_of
from crm.workbook.schema import BY_NAME


def history_of_people(staff_ids: Sequence[str], as_of: dt.date) -> History:
    """What sections 7 and 8 look at of these people, by the end of that date, as one moment saw it."""
    ids = list(staff_ids)
    shared = select(Share.deal_id).where(Share.staff_id.in_(ids))
    deals = select(Deal.deal_id).where(Deal.staff_id.in_(ids) | Deal.deal_id.in_(shared))
    where: dict[str, Any] = {
        name: ROWS[name].staff_id.in_(ids) for name in ("staff", "terms", "resignations")
    }
    where |= {"deals": Deal.deal_id.in_(deals), "shares": Share.deal_id.in_(deals)}
    with snapshot() as session:
        connection = session.connection()
        frames = {name: stored_frame(connection, BY_NAME[name], only) for name, only in where.items()}
        return history_of(tables_of(frames), parameters_in_force(session), day_number(as_of))
