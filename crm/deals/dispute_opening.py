"""How a dispute begins: by itself when a deal is entered, or by a manager (rulebook 9)."""

import datetime as dt

from sqlalchemy import exists, select

from crm.deals.attribution import disputed_because, suggestion
from crm.deals.disputes_models import Dispute, DisputeLook
from crm.deals.models import Deal, Share, deals_visible_to
from crm.errors import NotFound, Refused
from crm.extensions import db
from crm.people.accounts import Account
from crm.permissions import reach
from crm.transactions import atomic

OPENED = "opened"


def consider(deal: Deal, at: dt.datetime) -> None:
    """Open a dispute over a deal just entered where section 9 says so; inside the act that enters it."""
    with atomic() as session:
        session.flush()
        if session.scalar(select(exists().where(Share.deal_id == deal.deal_id))):
            return
        cause = disputed_because(suggestion(session, deal.deal_id), deal.staff_id)
        if cause:
            _open(deal.deal_id, cause, None, at)


def open_by_manager(user: Account, deal_id: str, at: dt.datetime) -> str:
    """The dispute over that deal, opened now where there is none yet; gives its id.

    Refused for who does not rule, NotFound for a deal of another project.
    """
    if reach(user, "disputes:rule") != "project":
        raise Refused
    with atomic() as session:
        if session.scalar(deals_visible_to(user).where(Deal.deal_id == deal_id)) is None:
            raise NotFound
        stored = session.scalar(select(Dispute).where(Dispute.deal_id == deal_id))
        return stored.dispute_id if stored else _open(deal_id, "manager", user.actor, at)


def _open(deal_id: str, cause: str, actor: str | None, at: dt.datetime) -> str:
    row = Dispute(deal_id=deal_id, cause=cause, opened_at=at, opened_by=actor)
    db.session.add(row)
    db.session.flush()
    note(row.dispute_id, actor or "", OPENED, at)
    return row.dispute_id


def note(dispute_id: str, actor: str, what: str, at: dt.datetime, about: str = "") -> None:
    """Write down who looked or acted, in the dispute's own log."""
    with atomic() as session:
        session.add(DisputeLook(dispute_id=dispute_id, at=at, actor=actor, what=what, about=about))
