"""Holding deposits whose days are over: the night ends them, gives the units back and asks for the money to go back."""

import datetime as dt
from typing import Any

from sqlalchemy import select

from crm.deals import refunds, units
from crm.deals.models import Deal
from crm.deals.units_models import Hold
from crm.jobs import Told
from crm.people import audit
from crm.people.accounts import RowChange
from crm.store.history import row_key
from crm.transactions import atomic


def lapse_holds(at: dt.datetime, actor: str, told: Told) -> dict[str, Any]:
    """Cancel every deal still at its holding deposit whose last day has passed, an act each."""
    today = at.date()
    with atomic() as session:
        due = list(
            session.scalars(
                select(Hold.deal_id)
                .where(Hold.ended_at.is_(None), Hold.lapses_on < today)
                .order_by(Hold.deal_id)
            )
        )
    ended = 0
    for done, deal_id in enumerate(due, 1):
        ended += _lapse(deal_id, today, at, actor)
        told(done, len(due), deal_id)
    return {"lapsed": ended}


def _lapse(deal_id: str, today: dt.date, at: dt.datetime, actor: str) -> bool:
    with atomic() as session:
        hold, deal = session.get_one(Hold, deal_id), session.get_one(Deal, deal_id)
        if hold.ended_at is not None or hold.lapses_on >= today:
            return False
        advanced = deal.subscription_on or deal.contract_on or deal.cancelled_on
        if not advanced:
            deal.cancelled_on = today
            session.add(
                RowChange(
                    table_name=Deal.__tablename__,
                    row_key=row_key([deal_id]),
                    at=at,
                    actor=actor,
                    via="lapse",
                    before={"cancelled_on": None},
                    after={"cancelled_on": today.isoformat()},
                )
            )
            audit.record(actor, "hold.lapsed", deal_id, at=at, lapses_on=hold.lapses_on.isoformat())
        units.follow(session, deal, at)
        session.flush()
        if not advanced:
            refunds.open_after_lapse(session, deal, at, actor)
    return not advanced
