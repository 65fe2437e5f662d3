"""Proposed new numbers of the rulebook, and what the last months would have been with them."""

import datetime as dt
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, Select, false, select
from sqlalchemy.orm import Mapped, mapped_column

from crm.permissions import User, reach
from crm.store.base import Base, RowId


class RulebookProposal(Base):
    """New values from a date on. `changes` is [[name, value]…]; `state` is open, approved, refused or withdrawn.

    `base` is the version that it was proposed against. `published_on` is when the staff were told, as the law asks.
    """

    __tablename__ = "rulebook_proposals"
    __table_args__ = (Index(None, "proposed_at"),)

    proposal_id: Mapped[RowId]
    reason: Mapped[str]
    from_on: Mapped[dt.date]
    published_on: Mapped[dt.date | None]
    changes: Mapped[list[Any]] = mapped_column(JSON)
    proposed_by: Mapped[str]
    proposed_at: Mapped[dt.datetime]
    state: Mapped[str]
    decided_by: Mapped[str | None]
    decided_at: Mapped[dt.datetime | None]
    answer: Mapped[str | None]
    rulebook: Mapped[str | None]
    version: Mapped[int] = mapped_column(default=1, server_default="1")

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's own way


class RulebookTrial(Base):
    """One replay of past months with a proposal's numbers, against the rulebook in force then (`base`).

    `state` is running, done or failed; `result` is what `crm.penalties.whatif_trial` gives.
    """

    __tablename__ = "rulebook_trials"
    __table_args__ = (Index(None, "proposal_id"),)

    trial_id: Mapped[RowId]
    proposal_id: Mapped[int] = mapped_column(ForeignKey("rulebook_proposals.proposal_id"))
    base: Mapped[str]
    since_on: Mapped[dt.date]
    until_on: Mapped[dt.date]
    began_by: Mapped[str]
    began_at: Mapped[dt.datetime]
    process: Mapped[str]
    state: Mapped[str]
    done: Mapped[int]
    total: Mapped[int]
    ended_at: Mapped[dt.datetime | None]
    result: Mapped[dict[str, Any] | None] = mapped_column(JSON)


def proposals_visible_to(user: User) -> Select[RulebookProposal]:
    """All of them, for whoever proposes or approves."""
    query = select(RulebookProposal)
    sees = reach(user, "parameters:write") or reach(user, "parameters:approve")
    return query if sees else query.where(false())
