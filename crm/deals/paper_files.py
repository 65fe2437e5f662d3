"""The papers of a deal's steps: uploaded, opened, and removed by a row that says so.

They are kept in the database: a backup has them, one act keeps a paper together with its line of the list, and
nobody reaches them but through the deal.
"""

import datetime as dt
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from crm.deals import aftersales
from crm.deals.file_kinds import kind_of, plain_name
from crm.deals.models import Deal, deals_visible_to
from crm.deals.papers_models import DealPaper, PaperContent, PaperRemoval
from crm.errors import Conflict, Invalid, NotFound, Refused
from crm.extensions import db
from crm.leads.ids import new_id
from crm.people import audit
from crm.people.accounts import Account
from crm.permissions import Permission
from crm.transactions import atomic

LARGEST_MB = 10
LARGEST = LARGEST_MB * 1024 * 1024
MOST_AT_ONCE = 9
MOST_OF_A_DEAL = 100
"""So that no deal fills the disk; four steps with five lines each need some 30."""
OTHER = "other"
"""A paper of the step that no line of its list asks for."""


@dataclass(frozen=True)
class File:
    """A file as it came: what it calls itself, and its bytes."""

    name: str
    content: bytes


@dataclass(frozen=True)
class Kept:
    """A paper in the list; `removal` says that it belongs to the deal no more."""

    paper: DealPaper
    removal: PaperRemoval | None


def upload(
    user: Account, deal_id: str, step: str, item: str, files: Sequence[File], at: dt.datetime
) -> list[DealPaper]:
    """Keep the files, all or none, and tick their line of the list off. Invalid names the file that cannot be."""
    _may_write(user)
    with atomic() as session:
        deal = _deal(session, user, deal_id)
        _check_step(deal, step, item)
        _check_number(session, deal_id, files)
        papers = [_keep(session, user, deal, (step, item), file, at) for file in files]
        if item != OTHER:
            aftersales.tick(session, deal, step, item, user.actor, at)
        session.flush()
    return papers


def _deal(session: Session, user: Account, deal_id: str) -> Deal:
    deal = session.scalar(deals_visible_to(user).where(Deal.deal_id == deal_id))
    if deal is None:
        raise NotFound
    return deal


def _check_step(deal: Deal, step: str, item: str) -> None:
    if step not in aftersales.STEPS:
        raise NotFound
    if item != OTHER and item not in aftersales.LISTS[step]:
        raise Invalid("请选择是哪一项的资料。", "Choose what the paper is for.", "item")
    if deal.cancelled_on is not None:
        raise Conflict("这笔成交已取消。", "This deal is cancelled.")
    standing = next(one for one in aftersales.steps_of_deal(deal) if one.kind == step)
    if standing.due_on is None:
        raise Conflict("还没轮到这一步。", "This step has not begun.")


def _check_number(session: Session, deal_id: str, files: Sequence[File]) -> None:
    if not files:
        raise Invalid("请选择文件。", "Choose a file.", "files")
    if len(files) > MOST_AT_ONCE:
        raise Invalid(
            f"一次最多上传 {MOST_AT_ONCE} 个文件。", f"At most {MOST_AT_ONCE} files at a time.", "files"
        )
    present = session.scalar(select(func.count()).where(DealPaper.deal_id == deal_id)) or 0
    if present + len(files) > MOST_OF_A_DEAL:
        raise Invalid(
            f"一笔成交最多 {MOST_OF_A_DEAL} 份资料。", f"A deal has at most {MOST_OF_A_DEAL} papers.", "files"
        )


def _keep(
    session: Session, user: Account, deal: Deal, place: tuple[str, str], file: File, at: dt.datetime
) -> DealPaper:
    if len(file.content) > LARGEST:
        raise Invalid(
            f"{file.name} 超过 {LARGEST_MB} MB。", f"{file.name} is larger than {LARGEST_MB} MB.", "files"
        )
    kind = kind_of(file.content)
    if kind is None:
        raise Invalid(
            f"{file.name} 不是完整的 PDF、JPG 或 PNG 文件。",
            f"{file.name} is no whole PDF, JPG or PNG file.",
            "files",
        )
    digest = hashlib.sha256(file.content).hexdigest()
    _refuse_same(session, deal.deal_id, place, digest, file.name)
    paper = DealPaper(
        paper_id=new_id("F", at.date()),
        deal_id=deal.deal_id,
        step=place[0],
        item=place[1],
        name=plain_name(file.name, kind),
        media_type=kind.media_type,
        size=len(file.content),
        sha256=digest,
        uploaded_by=user.actor,
        uploaded_at=at,
    )
    session.add(paper)
    session.flush()
    session.add(PaperContent(paper_id=paper.paper_id, content=file.content))
    session.flush()
    return paper


def _refuse_same(session: Session, deal_id: str, place: tuple[str, str], digest: str, name: str) -> None:
    same = (
        select(DealPaper.paper_id)
        .outerjoin(PaperRemoval, PaperRemoval.paper_id == DealPaper.paper_id)
        .where(
            DealPaper.deal_id == deal_id,
            DealPaper.step == place[0],
            DealPaper.item == place[1],
            DealPaper.sha256 == digest,
            PaperRemoval.paper_id.is_(None),
        )
    )
    if session.scalar(same.limit(1)) is not None:
        raise Invalid(f"{name} 已经上传过。", f"{name} was uploaded already.", "files")


def remove(user: Account, paper_id: str, reason: str, at: dt.datetime) -> DealPaper:
    """Say that a paper no longer belongs to the deal. It stays in the list, and a manager can still open it."""
    _may_write(user)
    with atomic() as session:
        kept = one(user, paper_id)
        if kept.removal is not None:
            raise Conflict("这份资料已经移除。", "This paper was removed already.")
        if not reason.strip():
            raise Invalid("请写明移除的原因。", "Say why it is removed.", "reason")
        session.add(
            PaperRemoval(paper_id=paper_id, reason=reason.strip(), removed_by=user.actor, removed_at=at)
        )
        audit.record(user.actor, "deal_paper.removed", paper_id, at=at, deal_id=kept.paper.deal_id)
        session.flush()
    return kept.paper


def opened(user: Account, paper_id: str, at: dt.datetime, address: str) -> tuple[DealPaper, bytes]:
    """A paper with its bytes; who looked at it is logged, because most of them are about a person.

    NotFound for another's, for one that was erased with its customer, and for a removed one unless for a manager.
    """
    with atomic() as session:
        kept = one(user, paper_id)
        if kept.removal is not None and not user.may(Permission.PROJECT_DEALS_APPROVE):
            raise NotFound
        content = session.get(PaperContent, paper_id)
        if content is None:
            raise NotFound
        audit.record(
            user.actor, "deal_paper.opened", paper_id, at=at, address=address, deal_id=kept.paper.deal_id
        )
        return kept.paper, content.content


def one(user: Account, paper_id: str) -> Kept:
    """The paper, if the person may see its deal; else NotFound."""
    deals = deals_visible_to(user).with_only_columns(Deal.deal_id)
    found = _listed(DealPaper.paper_id == paper_id, DealPaper.deal_id.in_(deals))
    if not found:
        raise NotFound
    return found[0]


def papers_of(deal: Deal) -> dict[str, list[Kept]]:
    """The papers of a deal by step, in the order in which they came."""
    found: dict[str, list[Kept]] = {step: [] for step in aftersales.STEPS}
    for kept in _listed(DealPaper.deal_id == deal.deal_id):
        found[kept.paper.step].append(kept)
    return found


def _listed(*where: object) -> list[Kept]:
    query = (
        select(DealPaper, PaperRemoval)
        .outerjoin(PaperRemoval, PaperRemoval.paper_id == DealPaper.paper_id)
        .where(*where)  # type: ignore[arg-type]
        .order_by(DealPaper.uploaded_at, DealPaper.paper_id)
    )
    return [Kept(paper, removal) for paper, removal in db.session.execute(query)]


def _may_write(user: Account) -> None:
    if not user.may(Permission.OWN_DEALS_WRITE) and not user.may(Permission.PROJECT_DEALS_WRITE):
        raise Refused
