"""The order's way, step by step: none skipped, none by the wrong role (§9 9, 20).

Goods inspected, order written, terms explained and signed by the customer, the store manager's signature, the stamp of
finance; only then is pick-up or delivery scheduled, made, and installed, which opens the after-sales sheet.
"""

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from sqlalchemy.orm import Session

from crm.errors import Conflict, Invalid, NotFound, Refused
from crm.orders import aftersales, approvals
from crm.orders.models import Order, OrderNote, OrderSignature, OrderStep
from crm.orders.services import order_of, steps_of
from crm.people import audit
from crm.people.accounts import Account
from crm.permissions import Permission
from crm.transactions import atomic

STEPS = ("inspected", "written", "explained", "signed", "stamped", "scheduled", "delivered", "installed")
WHO: Mapping[str, str] = MappingProxyType(
    {
        "inspected": "consultant",
        "written": "consultant",
        "explained": "consultant",
        "signed": "manager",
        "stamped": "finance",
        "scheduled": "shop",
        "delivered": "shop",
        "installed": "shop",
    }
)
"""Whose step it is: `shop` is the consultant of the order or a manager."""
FARTHEST_DAYS = 366
LONGEST_DRAWING = 40_000
SHORTEST_DRAWING = 40
_DRAWING = re.compile(r"M\d{1,3} \d{1,3}(?: [ML]\d{1,3} \d{1,3})*")


@dataclass(frozen=True)
class Done:
    """What is said with a step: words, the day and way of delivery, the customer's signature."""

    note: str = ""
    on: dt.date | None = None
    mode: str | None = None
    drawing: str = ""
    damaged: bool = False
    acknowledged: bool = False


def may_do(user: Account, order: Order, kind: str) -> bool:
    """Whether that step of that order is this person's."""
    own = user.may(Permission.OWN_ORDERS_WRITE) and order.staff_id == user.staff_id
    manages = user.may(Permission.PROJECT_ORDERS_SIGN)
    who = WHO[kind]
    if who == "finance":
        return user.may(Permission.PROJECT_ORDERS_STAMP)
    return manages if who == "manager" else own if who == "consultant" else own or manages


def next_step(session: Session, order: Order) -> str | None:
    """The step that comes next; None for an order that is cancelled or through."""
    if order.cancelled_at is not None:
        return None
    done = {row.kind for row in steps_of(session, order.order_id)}
    return next((kind for kind in STEPS if kind not in done), None)


def do(user: Account, order_id: str, kind: str, said: Done, at: dt.datetime) -> OrderStep:
    """Do the next step. Refused for the wrong person, Conflict for a step that is not the next."""
    if kind not in STEPS:
        raise NotFound
    with atomic() as session:
        order = order_of(user, order_id)
        if not may_do(user, order, kind):
            raise Refused
        _check_turn(session, order, kind)
        _CHECKS.get(kind, _nothing)(session, order, said, at)
        dated = kind in ("scheduled", "delivered")
        step = OrderStep(
            order_id=order_id,
            kind=kind,
            done_by=user.actor,
            done_at=at,
            on=said.on if dated else None,
            mode=said.mode if kind == "scheduled" else None,
        )
        session.add(step)
        if said.note.strip():
            session.add(OrderNote(order_id=order_id, kind=kind, note=said.note.strip()))
        if kind == "explained":
            session.add(OrderSignature(order_id=order_id, drawing=said.drawing))
        audit.record(user.actor, f"order.{kind}", order_id, at=at)
        session.flush()
        if kind == "installed":
            aftersales.open_sheet(session, order, at.date())
    return step


def _check_turn(session: Session, order: Order, kind: str) -> None:
    if order.cancelled_at is not None:
        raise Conflict("订单已取消。", "The order is cancelled.")
    if next_step(session, order) != kind:
        raise Conflict(
            "订单要按顺序办理：还没有轮到这一步，或者已经办过。",
            "The steps follow each other: this one is not the next, or is done already.",
        )


def _nothing(session: Session, order: Order, said: Done, at: dt.datetime) -> None:
    """Nothing more is asked."""


def _inspected(session: Session, order: Order, said: Done, at: dt.datetime) -> None:
    if said.damaged and not said.note.strip():
        raise Invalid("请写明损伤在哪里。", "Say where the damage is.", "note")


def _explained(session: Session, order: Order, said: Done, at: dt.datetime) -> None:
    approvals.check_price(session, order)
    if not said.acknowledged:
        raise Invalid(
            "请先向客户说明订单条款并勾选。", "Explain the terms to the customer first.", "acknowledged"
        )
    drawing = said.drawing
    if (
        not SHORTEST_DRAWING <= len(drawing) <= LONGEST_DRAWING
        or _DRAWING.fullmatch(drawing) is None
        or "L" not in drawing
    ):
        raise Invalid("请客户在框内签字。", "The customer has to sign in the box.", "drawing")


def _signed(session: Session, order: Order, said: Done, at: dt.datetime) -> None:
    approvals.check_price(session, order)


def _scheduled(session: Session, order: Order, said: Done, at: dt.datetime) -> None:
    if said.mode not in ("delivery", "pickup"):
        raise Invalid("请选择送货或自提。", "Choose delivery or pick-up.", "mode")
    if said.on is None or not 0 <= (said.on - at.date()).days <= FARTHEST_DAYS:
        raise Invalid("请选择今天起一年内的日期。", "Choose a day from today on, within a year.", "on")


def _delivered(session: Session, order: Order, said: Done, at: dt.datetime) -> None:
    stamped = next(row for row in steps_of(session, order.order_id) if row.kind == "stamped")
    if said.on is None or not stamped.done_at.date() <= said.on <= at.date():
        raise Invalid(
            "提送货日期应在财务盖章之后、不晚于今天。", "The day lies after the stamp, not ahead.", "on"
        )


_CHECKS = {
    "inspected": _inspected,
    "explained": _explained,
    "signed": _signed,
    "scheduled": _scheduled,
    "delivered": _delivered,
}
