"""The price book: one price for all stores, from a date on (§9 8)."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import select

from crm.errors import Invalid, Refused
from crm.extensions import db
from crm.orders.models import BookPrice
from crm.people import audit
from crm.people.accounts import Account
from crm.permissions import Permission
from crm.transactions import atomic


@dataclass(frozen=True)
class Entry:
    """A price as it is typed."""

    product: str
    model: str
    size: str
    material: str
    origin: str
    purpose: str
    price: Decimal
    from_on: dt.date


def enter(user: Account, entry: Entry, at: dt.datetime) -> BookPrice:
    """Add a price to the book. It never counts for the past: what was sold at the old price was sold rightly."""
    if not user.may(Permission.ALL_PRICES_WRITE):
        raise Refused
    texts = {name: " ".join(getattr(entry, name).split()) for name in TEXTS}
    for name in ("product", "model"):
        if not texts[name]:
            raise Invalid("请填写。", "Fill this in.", name)
    if entry.price <= 0:
        raise Invalid("价格必须大于零。", "The price must be above zero.", "price")
    if entry.from_on < at.date():
        raise Invalid("价格只能从今天或以后的日期起执行。", "A price counts from today or later.", "from_on")
    with atomic() as session:
        row = BookPrice(
            **texts, price=entry.price, from_on=entry.from_on, entered_by=user.actor, entered_at=at
        )
        session.add(row)
        session.flush()
        audit.record(
            user.actor, "price_book.entered", str(row.price_id), at=at, price=str(row.price), model=row.model
        )
    return row


TEXTS = ("product", "model", "size", "material", "origin", "purpose")


def book_on(day: dt.date) -> list[BookPrice]:
    """What holds on a date, by product and model."""
    query = select(BookPrice).where(BookPrice.from_on <= day)
    rows = db.session.scalars(query.order_by(BookPrice.from_on, BookPrice.price_id))
    latest = {(row.product, row.model): row for row in rows}
    return [latest[key] for key in sorted(latest)]


def price_on(product: str, model: str, day: dt.date) -> BookPrice | None:
    """The price of one model on a date; None where the book does not have it."""
    query = (
        select(BookPrice)
        .where(BookPrice.product == product, BookPrice.model == model, BookPrice.from_on <= day)
        .order_by(BookPrice.from_on.desc(), BookPrice.price_id.desc())
    )
    return db.session.scalars(query.limit(1)).first()


def planned_after(day: dt.date) -> Sequence[BookPrice]:
    """Prices that count from a later date."""
    query = select(BookPrice).where(BookPrice.from_on > day)
    return db.session.scalars(query.order_by(BookPrice.from_on, BookPrice.product, BookPrice.model)).all()
