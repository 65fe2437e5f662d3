"""An order of each owner, with a piece more, money, a price that waits, a call-back, a report."""

import datetime as dt
from decimal import Decimal

from crm.orders.models import (
    BookPrice,
    CallBack,
    Order,
    OrderApproval,
    OrderLine,
    OrderMoney,
    OrderStep,
    ShopNote,
)
from crm.store.base import Base

AT = dt.datetime(2026, 11, 20, 10)


def price_of_the_book() -> BookPrice:
    """One sofa."""
    texts = dict.fromkeys(("size", "material", "origin", "purpose"), "x")
    return BookPrice(
        product="沙发",
        model="S-200",
        price=Decimal(10000),
        from_on=dt.date(2026, 1, 1),
        entered_by="S1",
        entered_at=AT,
        **texts,
    )


def order_belongings(owner: str, project: str) -> list[Base]:
    """The order F- is open at its first step, P- is written and can be printed and has its sheet."""
    return [
        *_order(f"F-{owner}", owner, project),
        *_order(f"P-{owner}", owner, project),
        OrderStep(order_id=f"P-{owner}", kind="inspected", done_by=owner, done_at=AT),
        OrderStep(order_id=f"P-{owner}", kind="written", done_by=owner, done_at=AT),
        CallBack(order_id=f"P-{owner}", number=1, staff_id=owner, due_on=AT.date()),
        OrderMoney(
            receipt_id=f"Q-{owner}",
            order_id=f"F-{owner}",
            nature="deposit",
            amount=Decimal(100),
            method="cash",
            voucher_no="1",
            received_on=AT.date(),
            taken_by="N1",
            taken_at=AT,
        ),
        OrderApproval(
            order_id=f"F-{owner}",
            amount=Decimal(18000),
            book_amount=Decimal(20000),
            reason="样品",
            rivals="",
            asked_by=owner,
            asked_at=AT,
        ),
        ShopNote(project=project, staff_id=owner, kind="damage", what="沙发", note="划痕", noted_at=AT),
    ]


def _order(order_id: str, owner: str, project: str) -> list[Base]:
    order = Order(
        order_id=order_id,
        customer_id=f"C-{owner}",
        staff_id=owner,
        project=project,
        customer_name="李先生",
        address="杭州市西湖区文三路 90 号",
        entered_at=AT,
    )
    lines = [
        OrderLine(
            order_id=order_id,
            product="沙发",
            model="S-200",
            size="x",
            material="x",
            quantity=1,
            book_price=Decimal(10000),
            price=Decimal(9000),
        )
        for _ in range(2)
    ]
    return [order, *lines]
