"""Entering a deal, taking it forward, correcting what was entered wrong today."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import select

from crm.deals import units as stock
from crm.deals.approvals import check_price
from crm.deals.dispute_opening import consider
from crm.deals.models import Deal, deals_visible_to
from crm.deals.stages import CANCELLED, CONTRACT, FORWARD, check_dates, check_step, dates_of, reached
from crm.errors import Conflict, Invalid, NotFound, Refused, Stale
from crm.exchange.write_rows import VIA
from crm.extensions import db
from crm.leads.ids import new_id
from crm.leads.models import Customer, customers_visible_to
from crm.leads.registration import consultants_of
from crm.people import audit
from crm.people.accounts import Account, RowChange
from crm.people.models import Staff
from crm.permissions import Permission, reach
from crm.store.history import row_key, shown
from crm.transactions import atomic

DAYS_BACK = 3
"""How far back a consultant may date a step, as with contacts; a manager may date it as it was."""
KINDS = ("residential", "shopfront", "parking", "other")
MOST_UNITS = 9999
CORRECTION = "correction"
REASON = "reason"


@dataclass(frozen=True)
class Draft:
    """A new deal: its first stage and date, what is sold, and (for a manager) whose it is."""

    customer_id: str
    stage: str
    on: dt.date
    unit_kind: str
    units: int = 1
    amount: Decimal | None = None
    staff_id: str | None = None


@dataclass(frozen=True)
class Content:
    """What is sold, for how much; `version` is that of the row that the form was made from."""

    unit_kind: str
    units: int
    amount: Decimal | None
    version: int


def enter(user: Account, draft: Draft, at: dt.datetime) -> Deal:
    """Keep a new deal. NotFound for a customer who is not this person's; Invalid for what cannot be."""
    _may_write(user)
    with atomic() as session:
        customer = session.scalar(
            customers_visible_to(user, at.date()).where(Customer.customer_id == draft.customer_id)
        )
        if customer is None:
            raise NotFound
        if customer.erased_at is not None:
            raise Conflict("这位客户的资料已抹除。", "This customer's data was erased.")
        _check_content(draft.unit_kind, draft.units, draft.amount)
        if draft.stage not in FORWARD:
            raise Invalid("请选择小订、大定或签约。", "Choose deposit, subscription or contract.", "stage")
        deal = Deal(
            deal_id=new_id("D", at.date()),
            customer_id=customer.customer_id,
            staff_id=_whose(user, draft.staff_id, at.date()),
            unit_kind=draft.unit_kind,
            units=draft.units,
            amount=draft.amount,
            entered_by=user.actor,
            entered_at=at,
        )
        check_step(deal, draft.stage, draft.on, at.date())
        _check_back(user, draft.on, at.date())
        setattr(deal, draft.stage, draft.on)
        session.add(deal)
        session.flush()
        consider(deal, at)
    return deal


def _whose(user: Account, chosen: str | None, on: dt.date) -> str:
    """A consultant enters the own deals; a manager says which consultant of the project it is."""
    if reach(user, "deals:write") == "own":
        assert user.staff_id is not None
        return user.staff_id
    consultant = db.session.scalar(consultants_of(user.project, on).where(Staff.staff_id == chosen))
    if consultant is None:
        raise Invalid("请选择成交的顾问。", "Choose the consultant whose deal it is.", "staff_id")
    return str(consultant.staff_id)


def advance(user: Account, deal_id: str, stage: str, on: dt.date, version: int, at: dt.datetime) -> Deal:
    """Take a deal to a later stage, or cancel it.

    Conflict for a stage that cannot follow, Invalid for a date that cannot be, Stale where somebody else saved
    first.
    """
    with atomic() as session:
        deal = _mine(user, deal_id)
        _check_version(deal, version, {stage: on})
        check_step(deal, stage, on, at.date())
        _check_back(user, on, at.date())
        if stage == CONTRACT:
            check_price(session, deal)
        setattr(deal, stage, on)
        stock.follow(session, deal, at)
        session.add(_change(deal, at, user.actor, "form", {stage: None}, {stage: on}))
        session.flush()
    return deal


def correct_date(
    user: Account, deal_id: str, stage: str, on: dt.date, reason: str, version: int, at: dt.datetime
) -> Deal:
    """Put a wrong date right, on the day it was entered, with a reason; the history keeps both dates."""
    with atomic() as session:
        deal = _mine(user, deal_id)
        _check_version(deal, version, {stage: on})
        old = dates_of(deal).get(stage)
        if old is None:
            raise NotFound
        if entered_on(deal, stage) != at.date():
            raise Conflict(
                "日期只能在录入当天更正。",
                "A date can be corrected only on the day it was entered.",
            )
        if not reason.strip():
            raise Invalid("请写明更正的原因。", "Give the reason of the correction.", REASON)
        check_dates({**dates_of(deal), stage: on}, stage, at.date())
        _check_back(user, on, at.date())
        if on != old:
            setattr(deal, stage, on)
            why = {stage: on, REASON: reason.strip()}
            session.add(_change(deal, at, user.actor, CORRECTION, {stage: old}, why))
            audit.record(user.actor, "deal.date_corrected", deal_id, at=at, stage=stage)
            session.flush()
    return deal


def change_content(user: Account, deal_id: str, content: Content, at: dt.datetime) -> bool:
    """Change kind, units or amount; once contracted only a manager does. Tells whether anything changed."""
    with atomic() as session:
        deal = _mine(user, deal_id)
        typed = {"unit_kind": content.unit_kind, "units": content.units, "amount": content.amount}
        _check_version(deal, content.version, typed)
        if not may_change_content(user, deal):
            raise Conflict(
                "已签约或取消的成交，由经理修改。",
                "A deal that is contracted or cancelled is changed by a manager.",
            )
        _check_content(content.unit_kind, content.units, content.amount)
        before = {name: getattr(deal, name) for name in typed}
        for name, value in typed.items():
            setattr(deal, name, value)
        changed = {name for name in typed if before[name] != typed[name]}
        if changed:
            old, new = ({name: side[name] for name in changed} for side in (before, typed))
            session.add(_change(deal, at, user.actor, "form", old, new))
        session.flush()
    return bool(changed)


def may_change_content(user: Account, deal: Deal) -> bool:
    """Before the contract whoever has the deal; afterwards a manager of the project."""
    scope = reach(user, "deals:write")
    return scope == "project" or (scope == "own" and reached(deal) not in (CONTRACT, CANCELLED))


def entered_on(deal: Deal, stage: str) -> dt.date | None:
    """The day on which the present date of that stage was entered; None where an import brought it."""
    query = select(RowChange).where(
        RowChange.table_name == Deal.__tablename__, RowChange.row_key == row_key([deal.deal_id])
    )
    for change in db.session.scalars(query.order_by(RowChange.change_id.desc())):
        if stage in (change.after or {}):
            return None if change.via == VIA else change.at.date()
    return deal.entered_at.date() if deal.entered_at else None


def _mine(user: Account, deal_id: str) -> Deal:
    _may_write(user)
    deal = db.session.scalar(deals_visible_to(user).where(Deal.deal_id == deal_id))
    if deal is None:
        raise NotFound
    return deal


def _may_write(user: Account) -> None:
    if not user.may(Permission.OWN_DEALS_WRITE) and not user.may(Permission.PROJECT_DEALS_WRITE):
        raise Refused


def _check_version(deal: Deal, version: int, typed: Mapping[str, object]) -> None:
    if deal.version != version:
        raise Stale({name: getattr(deal, name, None) for name in typed}, typed)


def _check_back(user: Account, on: dt.date, today: dt.date) -> None:
    if reach(user, "deals:write") == "own" and (today - on).days > DAYS_BACK:
        raise Invalid(
            f"只能补录最近 {DAYS_BACK} 天的日期，更早的请经理录入。",
            f"Dates may lie at most {DAYS_BACK} days back; earlier ones are entered by a manager.",
            "on",
        )


def _check_content(unit_kind: str, units: int, amount: Decimal | None) -> None:
    if unit_kind not in KINDS:
        raise Invalid("请选择类型。", "Choose the kind of unit.", "unit_kind")
    if not 0 <= units <= MOST_UNITS:
        raise Invalid("套数应为 0 到 9999 的整数。", "Units are a whole number from 0 to 9999.", "units")
    if amount is not None and amount < 0:
        raise Invalid("金额不能是负数。", "The amount cannot be negative.", "amount")


def _change(
    deal: Deal,
    at: dt.datetime,
    actor: str,
    via: str,
    before: Mapping[str, object],
    after: Mapping[str, object],
) -> RowChange:
    return RowChange(
        table_name=Deal.__tablename__,
        row_key=row_key([deal.deal_id]),
        at=at,
        actor=actor,
        via=via,
        before=shown(before),
        after=shown(after),
    )
