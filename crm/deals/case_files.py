"""Case files: disputes that were ruled, for HR. What is not ruled yet is not there, not even as a number."""

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import func, select

from crm.deals.dispute_queries import Shown, assembled
from crm.deals.disputes_models import Dispute, Ruling, case_files_visible_to
from crm.deals.evidence import Evidence, from_kept, gather
from crm.deals.models import Deal
from crm.errors import NotFound
from crm.extensions import db
from crm.leads.models import Customer
from crm.leads.page_queries import names_of
from crm.people.accounts import Account

PAGE = 50


@dataclass(frozen=True)
class FileLine:
    """A case file in the list, with the ruling that holds and the names of who got how much."""

    ruling: Ruling
    deal: Deal
    project: str | None
    names: dict[str, str]


def case_files(user: Account, number: int) -> tuple[list[FileLine], int]:
    """That page of them, the latest ruling first, and how many pages there are."""
    visible = case_files_visible_to(user)
    many = db.session.scalar(select(func.count()).select_from(visible.subquery())) or 0
    pages = max(1, -(-many // PAGE))
    query = (
        visible.with_only_columns(Ruling, Deal, Customer.project)
        .select_from(Dispute)
        .join(Ruling, (Ruling.dispute_id == Dispute.dispute_id) & (Ruling.number == Dispute.rulings))
        .join(Deal, Deal.deal_id == Dispute.deal_id)
        .join(Customer, Customer.customer_id == Deal.customer_id)
        .order_by(Ruling.ruled_at.desc(), Ruling.dispute_id)
        .limit(PAGE)
        .offset((min(number, pages) - 1) * PAGE)
    )
    rows = db.session.execute(query).all()
    names = names_of(
        name for ruling, _, _ in rows for name in (ruling.ruled_by, *(share[0] for share in ruling.shares))
    )
    return [FileLine(ruling, deal, project, names) for ruling, deal, project in rows], pages


def case_file(user: Account, dispute_id: str, number: int | None) -> Dispute:
    """The ruled dispute; NotFound for one that is not ruled, and for a ruling that there is not."""
    row = db.session.scalar(case_files_visible_to(user).where(Dispute.dispute_id == dispute_id))
    if row is None or not 0 < (number or row.rulings) <= row.rulings:
        raise NotFound
    return row


def shown_as_ruled(user: Account, dispute: Dispute, number: int, on: dt.date, secret: str) -> Shown:
    """The file with the evidence as the manager had it when that ruling was made."""
    return assembled(user, dispute, evidence_of(dispute, number, secret), on)


def evidence_of(dispute: Dispute, number: int, secret: str) -> Evidence:
    """What is kept with the ruling; of rulings from before it was kept, as it is now."""
    session = db.session()
    kept = session.get_one(Ruling, (dispute.dispute_id, number)).evidence
    if kept is not None:
        return from_kept(kept)
    return gather(session, session.get_one(Deal, dispute.deal_id), secret)
