"""From the subscription to the title certificate: what is due when, what belongs to it, and doing it (§7 二㈣7).

Contract, mortgage, handover and title certificate follow each other. Each is due a set number of days after the one
before it, unless the deal has a day of its own, and is done only when everything on its list is ticked off.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from sqlalchemy import select
from sqlalchemy.orm import Session

from crm.deals.models import Deal, deals_visible_to
from crm.deals.stages import CONTRACT
from crm.deals.units_models import DealStep
from crm.errors import Conflict, Invalid, NotFound, Refused, Stale
from crm.extensions import db
from crm.people import audit
from crm.people.accounts import Account
from crm.people.settings import setting
from crm.permissions import Permission
from crm.store.history import remember_change
from crm.transactions import atomic

CONTRACT_STEP, MORTGAGE, HANDOVER, TITLE = "contract", "mortgage", "handover", "title"
STEPS = (CONTRACT_STEP, MORTGAGE, HANDOVER, TITLE)
LISTS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        CONTRACT_STEP: ("identity", "subscription_agreement", "down_payment", "contract_explained", "filed"),
        MORTGAGE: ("income_proof", "credit_report", "bank_statement", "bank_signed", "loan_released"),
        HANDOVER: ("notice_sent", "inspected", "balance_settled", "keys", "manuals"),
        TITLE: ("invoice", "deed_tax", "maintenance_fund", "application", "certificate_handed_over"),
    }
)
"""The checklist and papers of each step, by key; the pages have the words."""


@dataclass(frozen=True)
class Standing:
    """One step of a deal: due when (None: the one before is not done), what is ticked, done when."""

    kind: str
    due_on: dt.date | None
    ticked: tuple[str, ...]
    done_on: dt.date | None
    not_needed: bool
    note: str | None
    version: int

    @property
    def missing(self) -> tuple[str, ...]:
        """What of the list is not ticked."""
        return tuple(key for key in LISTS[self.kind] if key not in self.ticked)


def standing_of(deal: Deal, rows: Sequence[DealStep]) -> list[Standing]:
    """The four steps of a deal in their order."""
    kept = {row.kind: row for row in rows}
    found, before = [], deal.subscription_on or deal.contract_on or deal.holding_deposit_on
    if deal.subscription_on is None and deal.contract_on is None:
        before = None
    for kind in STEPS:
        row = kept.get(kind)
        done = deal.contract_on if kind == CONTRACT_STEP else (row.done_on if row else None)
        due = before + dt.timedelta(days=setting(f"{kind}_days")) if before else None
        if kind == HANDOVER and deal.contract_on is not None:
            due = deal.contract_on + dt.timedelta(days=setting("handover_days"))
        own = row.due_on if row else None
        found.append(
            Standing(
                kind,
                (own or due) if before else None,
                tuple(row.ticked) if row else (),
                done,
                bool(row and row.not_needed),
                row.note if row else None,
                row.version if row else 0,
            )
        )
        before = done
    return found


def steps_of_deal(deal: Deal) -> list[Standing]:
    """The steps of one deal as stored."""
    rows = db.session.scalars(select(DealStep).where(DealStep.deal_id == deal.deal_id)).all()
    return standing_of(deal, rows)


def next_step(steps: Sequence[Standing]) -> Standing | None:
    """The first step that is due some day and not done."""
    return next((step for step in steps if step.done_on is None and step.due_on is not None), None)


@dataclass(frozen=True)
class Saved:
    """What was typed about a step; `version` is that of the form."""

    ticked: tuple[str, ...]
    version: int
    due_on: dt.date | None = None
    done_on: dt.date | None = None
    not_needed: bool = False
    note: str = ""


def save_step(user: Account, deal_id: str, kind: str, saved: Saved, at: dt.datetime) -> DealStep:
    """Keep what is ticked off, and with `done_on` finish the step.

    Conflict for a step whose turn it is not, Invalid where the list is not complete or the day cannot be.
    """
    if not user.may(Permission.OWN_DEALS_WRITE) and not user.may(Permission.PROJECT_DEALS_WRITE):
        raise Refused
    if kind not in STEPS:
        raise NotFound
    with atomic() as session:
        deal = session.scalar(deals_visible_to(user).where(Deal.deal_id == deal_id))
        if deal is None:
            raise NotFound
        steps = {step.kind: step for step in steps_of_deal(deal)}
        present = steps[kind]
        _check(deal, present, saved, at.date())
        if present.version != saved.version:
            raise Stale({"ticked": present.ticked}, {"ticked": saved.ticked})
        row = session.get(DealStep, (deal_id, kind)) or DealStep(deal_id=deal_id, kind=kind)
        row.ticked = [key for key in LISTS[kind] if key in saved.ticked]
        row.due_on, row.note, row.not_needed = (
            saved.due_on or row.due_on,
            saved.note.strip() or None,
            saved.not_needed,
        )
        row.saved_by, row.saved_at = user.actor, at
        if kind != CONTRACT_STEP:
            row.done_on = saved.done_on
        if present.version:
            remember_change(row, at, user.actor)
        session.add(row)
        if saved.done_on:
            audit.record(user.actor, "deal.step_done", deal_id, at=at, step=kind)
        session.flush()
    return row


def tick(session: Session, deal: Deal, kind: str, item: str, actor: str, at: dt.datetime) -> None:
    """Tick one line of a step off, where that is still open: its paper is there."""
    row = session.get(DealStep, (deal.deal_id, kind))
    if row is not None and (item in row.ticked or row.done_on is not None):
        return
    if row is None:
        row = DealStep(deal_id=deal.deal_id, kind=kind, ticked=[item])
    else:
        row.ticked = [key for key in LISTS[kind] if key == item or key in row.ticked]
        remember_change(row, at, actor)
    row.saved_by, row.saved_at = actor, at
    session.add(row)


def _check(deal: Deal, present: Standing, saved: Saved, today: dt.date) -> None:
    if deal.cancelled_on is not None:
        raise Conflict("这笔成交已取消。", "This deal is cancelled.")
    if present.due_on is None or (present.done_on is not None and present.kind != CONTRACT_STEP):
        raise Conflict("还没轮到这一步，或这一步已经办完。", "This step is not due yet, or is done already.")
    if saved.done_on is None or present.kind == CONTRACT_STEP:
        return
    if saved.done_on > today or saved.done_on < (deal.contract_on or saved.done_on):
        raise Invalid(
            "日期应在签约之后、不晚于今天。", "The day lies before the contract or in the future.", "done_on"
        )
    missing = [key for key in LISTS[present.kind] if key not in saved.ticked]
    if saved.not_needed:
        if present.kind != MORTGAGE or not saved.note.strip():
            raise Invalid(
                "只有按揭可以不办，并请写明原因（如全款）。",
                "Only the mortgage can be left out, and the note says why.",
                "note",
            )
    elif missing:
        raise Invalid(
            f"还有 {len(missing)} 项没有办齐。", f"{len(missing)} things are still missing.", "ticked"
        )


def stage_of(deal: Deal, steps: Sequence[Standing]) -> str:
    """The column of the kanban in which the deal stands."""
    done = [step.kind for step in steps if step.done_on is not None and step.kind != CONTRACT_STEP]
    if done:
        return done[-1]
    if deal.contract_on is not None:
        return CONTRACT_STEP
    return "subscription" if deal.subscription_on is not None else "holding"


KANBAN = ("holding", "subscription", *STEPS)
_DATES = {"subscription": "subscription_on", CONTRACT_STEP: CONTRACT}


def move(user: Account, deal_id: str, to: str, version: int, at: dt.datetime) -> None:
    """Take a deal to the next column, dated today; any other column is a Conflict."""
    from crm.deals.services import advance

    with atomic() as session:
        deal = session.scalar(deals_visible_to(user).where(Deal.deal_id == deal_id))
        if deal is None:
            raise NotFound
        if to not in KANBAN:
            raise Invalid("请选择下一步。", "Choose the next step.", "to")
        steps = steps_of_deal(deal)
        place = KANBAN.index(stage_of(deal, steps))
        if KANBAN.index(to) != place + 1:
            raise Conflict("只能移到下一步。", "A deal moves to its next step only.")
        if to in _DATES:
            advance(user, deal_id, _DATES[to], at.date(), version, at)
            return
        step = next(step for step in steps if step.kind == to)
        saved = Saved(step.ticked, step.version, step.due_on, at.date(), False, step.note or "")
        save_step(user, deal_id, to, saved, at)
