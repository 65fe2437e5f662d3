"""Papers of a deal's steps: what was uploaded, its content, and rows that say that one was removed."""

import datetime as dt

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from crm.store.base import Base


class DealPaper(Base):
    """A paper of a step. `item` is the line of the checklist that it belongs to; `size` is in bytes."""

    __tablename__ = "deal_papers"
    __table_args__ = (Index(None, "deal_id"),)

    paper_id: Mapped[str] = mapped_column(primary_key=True)
    deal_id: Mapped[str] = mapped_column(ForeignKey("deals.deal_id"))
    step: Mapped[str]
    item: Mapped[str]
    name: Mapped[str]
    media_type: Mapped[str]
    size: Mapped[int]
    sha256: Mapped[str]
    uploaded_by: Mapped[str]
    uploaded_at: Mapped[dt.datetime]


class PaperContent(Base):
    """The bytes, apart from the list of papers. They are in the database, so that every backup has them."""

    __tablename__ = "deal_paper_contents"

    paper_id: Mapped[str] = mapped_column(ForeignKey("deal_papers.paper_id"), primary_key=True)
    content: Mapped[bytes]


class PaperRemoval(Base):
    """A paper that no longer belongs to the deal, with who says so, when and why."""

    __tablename__ = "deal_paper_removals"

    paper_id: Mapped[str] = mapped_column(ForeignKey("deal_papers.paper_id"), primary_key=True)
    reason: Mapped[str]
    removed_by: Mapped[str]
    removed_at: Mapped[dt.datetime]
