"""What the list of orders and the page of one show."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import func, select

from crm.extensions import db
from crm.leads.page_queries import names_of
from crm.orders import money
from crm.orders.models import Order, OrderApproval, OrderLine, OrderNote, OrderStep, orders_visible_to
from crm.orders.services import NOTHING, total_of
from crm.orders.steps import STEPS, may_do
from crm.people.accounts import Account
from crm.permissions import Permission

PAGE = 50
VIEWS = ("mine", "open", "all")


@dataclass(frozen=True)
class Line:
    """An order in the list: its next step (None: through or cancelled), its price and what is owed."""

    order: Order
    step: str | None
    mine: bool
    waits_for_price: bool
    goods: str
    price: Decimal
    arrears: Decimal
    who: str


def listed(user: Account, view: str, page: int) -> tuple[list[Line], int]:
    """A page of orders, the latest first, and how many there are: those that wait for me, the open ones, or all."""
    query = orders_visible_to(user)
    if view != "all":
        through = select(OrderStep.order_id).where(OrderStep.kind == "installed")
        query = query.where(Order.cancelled_at.is_(None), Order.order_id.not_in(through))
    ordered = query.order_by(Order.entered_at.desc(), Order.order_id.desc())
    if view == "mine":
        lines = [line for line in _lines(user, db.session.scalars(ordered).all()) if line.mine]
        return lines[(page - 1) * PAGE : page * PAGE], len(lines)
    total = db.session.scalar(select(func.count()).select_from(query.subquery())) or 0
    rows = db.session.scalars(ordered.limit(PAGE).offset((page - 1) * PAGE)).all()
    return _lines(user, rows), total


def _lines(user: Account, orders: Sequence[Order]) -> list[Line]:
    ids = [order.order_id for order in orders]
    steps, goods = _steps(ids), _goods(ids)
    received, waiting = money.received_of(ids), _waiting(ids)
    names = names_of(order.staff_id for order in orders)
    found = []
    for order in orders:
        which = order.order_id
        step = _next(order, steps.get(which, set()))
        pieces = goods.get(which, [])
        price = total_of(pieces)
        decides = which in waiting and user.may(Permission.PROJECT_ORDERS_SIGN)
        found.append(
            Line(
                order,
                step,
                decides or (step is not None and may_do(user, order, step)),
                which in waiting,
                "、".join(f"{line.product} {line.model}" for line in pieces),
                price,
                max(price - received.get(which, NOTHING), NOTHING),
                names.get(order.staff_id, ""),
            )
        )
    return found


def _next(order: Order, done: set[str]) -> str | None:
    return None if order.cancelled_at else next((kind for kind in STEPS if kind not in done), None)


def _steps(ids: Sequence[str]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    query = select(OrderStep.order_id, OrderStep.kind).where(OrderStep.order_id.in_(ids))
    for order_id, kind in db.session.execute(query):
        found.setdefault(order_id, set()).add(kind)
    return found


def _goods(ids: Sequence[str]) -> dict[str, list[OrderLine]]:
    found: dict[str, list[OrderLine]] = {}
    query = select(OrderLine).where(OrderLine.order_id.in_(ids)).order_by(OrderLine.line_id)
    for line in db.session.scalars(query):
        found.setdefault(line.order_id, []).append(line)
    return found


def _waiting(ids: Sequence[str]) -> set[str]:
    query = select(OrderApproval.order_id).where(
        OrderApproval.order_id.in_(ids), OrderApproval.approved.is_(None)
    )
    return set(db.session.scalars(query))


def notes_of(order_id: str) -> Mapping[str, str]:
    """The words to each step."""
    query = select(OrderNote.kind, OrderNote.note).where(OrderNote.order_id == order_id)
    return {kind: note for kind, note in db.session.execute(query)}
