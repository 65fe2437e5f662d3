"""The after-sales follow-up sheet (售后跟踪服务单): it opens with the installation and proposes its call-backs.

§9 19 wants them at irregular intervals: each lies somewhere in a span of days, drawn for each order by its id, so
that customers are called at different times and the same order always gives the same days.
"""

import datetime as dt
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from crm.errors import Conflict, Invalid, NotFound, Refused
from crm.extensions import db
from crm.leads.models import Customer
from crm.orders.models import CallBack, Order
from crm.orders.services import order_of
from crm.people.accounts import Account
from crm.permissions import Permission
from crm.transactions import atomic

SPANS = ((1, 2), (7, 14), (25, 45), (80, 120), (170, 220))
"""Days after the installation, first and last: the first call within two days, as the trade does it."""
AGAIN_DAYS = (1, 3)
RESULTS = ("content", "trouble", "unreached")


def days_of(order_id: str, installed: dt.date) -> list[dt.date]:
    """When to call."""
    drawn = hashlib.sha256(order_id.encode()).digest()
    return [
        installed + dt.timedelta(days=first + drawn[place] % (last - first + 1))
        for place, (first, last) in enumerate(SPANS)
    ]


def open_sheet(session: Session, order: Order, installed: dt.date) -> None:
    """Write the call-backs down; inside the act that ends the installation."""
    for number, due_on in enumerate(days_of(order.order_id, installed), 1):
        session.add(CallBack(order_id=order.order_id, number=number, staff_id=order.staff_id, due_on=due_on))
    session.flush()


def sheet_of(session: Session, order_id: str) -> Sequence[CallBack]:
    """The call-backs of an order, done and to come; empty while it is not installed."""
    query = select(CallBack).where(CallBack.order_id == order_id)
    return session.scalars(query.order_by(CallBack.due_on, CallBack.number)).all()


def answer(
    user: Account, order_id: str, number: int, result: str, note: str, at: dt.datetime
) -> CallBack | None:
    """Note a call. Who was not reached is proposed again within days; gives that further call, if there is one."""
    with atomic() as session:
        order = order_of(user, order_id)
        row = session.get(CallBack, (order_id, number))
        if row is None:
            raise NotFound
        own = user.may(Permission.OWN_ORDERS_WRITE) and order.staff_id == user.staff_id
        if not own and not user.may(Permission.PROJECT_ORDERS_SIGN):
            raise Refused
        if row.done_at is not None:
            raise Conflict("这次回访已经记录。", "This call-back was noted already.")
        if result not in RESULTS:
            raise Invalid("请选择回访结果。", "Choose the result.", "result")
        if result == "trouble" and not note.strip():
            raise Invalid("请写明客户的问题。", "Say what the trouble is.", "note")
        row.result, row.note, row.done_at, row.done_by = result, note.strip() or None, at, user.actor
        again = _again(session, row, at.date()) if result != "content" else None
        session.flush()
    return again


def _again(session: Session, row: CallBack, today: dt.date) -> CallBack:
    """After trouble, or nobody at the telephone, another call soon."""
    sheet = sheet_of(session, row.order_id)
    number = max(one.number for one in sheet) + 1
    wait = AGAIN_DAYS[number % 2]
    again = CallBack(
        order_id=row.order_id,
        number=number,
        staff_id=row.staff_id,
        due_on=today + dt.timedelta(days=wait),
    )
    session.add(again)
    return again


@dataclass(frozen=True)
class Proposed:
    """A call-back as Today shows it."""

    order_id: str
    number: int
    due_on: dt.date
    customer_name: str


def proposed(user: Account, today: dt.date) -> list[Proposed]:
    """The call-backs that are due, the longest due first; nobody who does not want to be contacted is among them."""
    if not user.may(Permission.OWN_ORDERS_WRITE):
        return []
    query = (
        select(CallBack.order_id, CallBack.number, CallBack.due_on, Order.customer_name)
        .join(Order, Order.order_id == CallBack.order_id)
        .join(Customer, Customer.customer_id == Order.customer_id)
        .where(
            CallBack.staff_id == user.staff_id,
            CallBack.done_at.is_(None),
            CallBack.due_on <= today,
            Customer.opted_out_on.is_(None),
        )
        .order_by(CallBack.due_on, CallBack.order_id)
    )
    return [Proposed(*row) for row in db.session.execute(query)]
