"""The shop's day: what is reported at once, and the area inspection at closing (§9 6, 7, 10, 16 to 18)."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from crm.errors import Conflict, Invalid, NotFound, Refused
from crm.extensions import db
from crm.orders.book import price_on
from crm.orders.models import (
    ClosingCheck,
    ShopNote,
    closing_checks_visible_to,
    shop_notes_visible_to,
)
from crm.people import audit
from crm.people.accounts import Account
from crm.permissions import Permission
from crm.transactions import atomic

URGENT = ("damage", "loss", "found", "gift")
"""What a manager answers: it is seen to, given back, or kept."""
KINDS = (*URGENT, "price_check", "other_brand")
PAGE = 100


@dataclass(frozen=True)
class Told:
    """A report as it is typed; `price` is the tag that was read, or what the other brand asks."""

    kind: str
    what: str
    note: str
    brand: str = ""
    model: str = ""
    price: Decimal | None = None


def report(user: Account, told: Told, at: dt.datetime) -> ShopNote:
    """Write a report down. A price check is compared with the book of that date."""
    if not user.may(Permission.OWN_SHOP_WRITE) or user.staff_id is None:
        raise Refused
    if told.kind not in KINDS:
        raise Invalid("请选择类别。", "Choose what it is.", "kind")
    if not told.what.strip():
        raise Invalid("请写明是什么。", "Say what it is.", "what")
    if told.kind == "other_brand" and not told.brand.strip():
        raise Invalid("请填写品牌。", "Name the brand.", "brand")
    if told.kind != "price_check" and not told.note.strip():
        raise Invalid("请写明情况。", "Say what happened.", "note")
    with atomic() as session:
        row = ShopNote(
            project=user.project or "",
            staff_id=user.staff_id,
            kind=told.kind,
            what=" ".join(f"{told.what} {told.model}".split()),
            brand=told.brand.strip() or None,
            price=told.price,
            book_price=_book_price(told, at.date()),
            note=told.note.strip(),
            noted_at=at,
        )
        session.add(row)
        session.flush()
    return row


def _book_price(told: Told, on: dt.date) -> Decimal | None:
    if told.kind != "price_check":
        return None
    if told.price is None:
        raise Invalid("请填写标价。", "Enter the price on the tag.", "price")
    held = price_on(" ".join(told.what.split()), " ".join(told.model.split()), on)
    if held is None:
        raise Invalid("价目表里没有这个产品和型号。", "The price book has no such product and model.", "what")
    return held.price


def answer(user: Account, note_id: int, words: str, at: dt.datetime) -> ShopNote:
    """A manager sees to a report, once."""
    if not user.may(Permission.PROJECT_SHOP_ANSWER):
        raise Refused
    with atomic() as session:
        row = session.scalar(shop_notes_visible_to(user).where(ShopNote.note_id == note_id))
        if row is None:
            raise NotFound
        if row.answered_at is not None:
            raise Conflict("这条已有答复。", "This was answered already.")
        if not words.strip():
            raise Invalid("请写明怎样处理。", "Say what was done.", "answer")
        row.answer, row.answered_by, row.answered_at = words.strip(), user.actor, at
        audit.record(user.actor, "shop_note.answered", str(note_id), at=at)
        session.flush()
    return row


def notes(user: Account, kind: str = "") -> Sequence[ShopNote]:
    """The latest reports; unanswered urgent ones first."""
    query = shop_notes_visible_to(user)
    if kind in KINDS:
        query = query.where(ShopNote.kind == kind)
    waits = ShopNote.answered_at.is_(None) & ShopNote.kind.in_(URGENT)
    return db.session.scalars(
        query.order_by(waits.desc(), ShopNote.noted_at.desc(), ShopNote.note_id.desc()).limit(PAGE)
    ).all()


@dataclass(frozen=True)
class Seen:
    """What was found at closing: each True where it is in order."""

    doors: bool
    power: bool
    fire: bool
    left_behind: bool
    note: str = ""


def check_out(user: Account, seen: Seen, at: dt.datetime) -> ClosingCheck:
    """Write the closing inspection of today down; what is not in order needs words, and can be checked again."""
    if not user.may(Permission.OWN_SHOP_WRITE) or not user.project:
        raise Refused
    whole = seen.doors and seen.power and seen.fire and seen.left_behind
    if not whole and not seen.note.strip():
        raise Invalid(
            "没有勾选的，请写明情况和处理。", "Say what is not in order, and what was done.", "note"
        )
    with atomic() as session:
        before = last_check(user, at.date())
        if before is not None and before.whole:
            raise Conflict("今天已经检查完毕。", "Today's inspection is done already.")
        row = ClosingCheck(
            project=user.project,
            date=at.date(),
            doors=seen.doors,
            power=seen.power,
            fire=seen.fire,
            left_behind=seen.left_behind,
            note=seen.note.strip() or None,
            checked_by=user.actor,
            checked_at=at,
        )
        session.add(row)
        session.flush()
    return row


def last_check(user: Account, on: dt.date) -> ClosingCheck | None:
    """The last inspection of a date."""
    query = closing_checks_visible_to(user).where(ClosingCheck.date == on)
    return db.session.scalars(query.order_by(ClosingCheck.check_id.desc()).limit(1)).first()


def days_before(user: Account, today: dt.date, days: int = 14) -> list[tuple[dt.date, ClosingCheck | None]]:
    """The last inspection of each of the days before today, the latest day first; None: nobody checked."""
    first = today - dt.timedelta(days=days)
    query = closing_checks_visible_to(user).where(ClosingCheck.date >= first, ClosingCheck.date < today)
    found = {row.date: row for row in db.session.scalars(query.order_by(ClosingCheck.check_id))}
    dates = [today - dt.timedelta(days=back) for back in range(1, days + 1)]
    return [(day, found.get(day)) for day in dates]
