"""Closing a month: what is booked in it is fixed, with the rulebook and the calendar that gave it (rulebook 11).

Months are closed in order, once they are over, everything of them is posted and nothing can be undone by a record any
more. Closing settles first, so that it never fixes what today's records say otherwise. It takes the settlement's turn:
nobody settles meanwhile, and of two who close at once the second is told that it is done.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from importlib import import_module

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from crm.errors import Conflict, Invalid
from crm.exchange.services import parameters_in_force
from crm.extensions import db
from crm.penalties.calendars import calendar_up_to
from crm.penalties.chain import LedgerTampered, append_one, digest_of_all, end_of, table_of
from crm.penalties.models import Closing, LedgerEntry, ProvisionalEntry, Settlement
from crm.penalties.months import first_day, following, last_closed, last_day, open_month
from crm.penalties.reading import WITHIN
from crm.penalties.rulebooks import keep_version
from crm.penalties.settling import Basis, settle_in_turn
from crm.penalties.turns import one_settlement_at_a_time
from crm.penalties.verifying import look_through
from crm.people import audit
from crm.rulebook.parameters import Parameters
from crm.rulebook.tables import day_number
from crm.transactions import atomic

ZERO = Decimal(0)
# What else is kept of a closed month, called with the session, the month, the moment and who closes it, in the act
# that closes: "module:function".
AFTERWARDS: tuple[str, ...] = ("crm.pay.fixing:fix_month",)


@dataclass(frozen=True)
class Booked:
    """What is booked in a month: how many rows, their sum in yuan, and the digest of their digests."""

    entries: int
    amount: Decimal
    digest: str


@dataclass(frozen=True)
class Hindrance:
    """Why a month cannot be closed yet. `settles`: settling now would help."""

    zh: str
    en: str
    settles: bool = False

    def sentence(self, lang: str) -> str:
        """The sentence in `lang` (zh or en)."""
        return self.en if lang == "en" else self.zh


class NotYet(Conflict):
    """The month cannot be closed now; nothing was closed."""

    def __init__(self, hindrances: Sequence[Hindrance]) -> None:
        super().__init__("".join(one.zh for one in hindrances), " ".join(one.en for one in hindrances))


class Moved(Conflict):
    """What is booked in the month is no longer what the person looked at."""

    def __init__(self, month: str, booked: Booked) -> None:
        super().__init__(
            f"您查看之后，{month} 的账又有变化：现在 {booked.entries} 笔，合计 {booked.amount} 元。请核对后再结账。",
            f"{month} has changed since you looked: {booked.entries} entries now, {booked.amount} yuan in all. "
            "Look again, then close it.",
        )


def booked_in_month(session: Session, month: str) -> Booked:
    """What the ledger holds for a month, and a digest by which a later change would show."""
    rows = session.execute(
        select(LedgerEntry.amount, LedgerEntry.digest)
        .where(LedgerEntry.month == month)
        .order_by(LedgerEntry.entry_id)
    ).all()
    amount = sum((row.amount for row in rows if row.amount is not None), ZERO)
    return Booked(len(rows), amount, digest_of_all(row.digest for row in rows))


def closes_from(month: str, parameters: Parameters) -> dt.date:
    """The first date on which a month can be closed: a record can then undo nothing of it any more."""
    last = last_day(month)
    return last + dt.timedelta(days=1 + parameters.integer(WITHIN, day_number(last)))


def checked_month(text: str) -> str:
    """The month as it is written, or `Invalid`."""
    try:
        month = f"{first_day(text):%Y-%m}"
    except ValueError:
        month = ""
    if month != text:
        raise Invalid("请写成 2026-10 这样的月份。", "Write the month like 2026-10.", "month")
    return month


def hindrances(session: Session, month: str, today: dt.date) -> list[Hindrance]:
    """Everything that stands in the way of closing the month today; empty where nothing does."""
    out_of_turn = _out_of_turn(session, month)
    if out_of_turn:
        return [out_of_turn]
    from_on = closes_from(month, parameters_in_force(session))
    if today < from_on:
        return [
            Hindrance(
                f"{month} 最早 {from_on} 可以结账：在那之前，补上的记录还能撤销扣罚。",
                f"{month} can be closed from {from_on} on; until then a record can still undo a deduction.",
            )
        ]
    return [*_unsettled(session, month, from_on), *_provisional(session, month)]


def _out_of_turn(session: Session, month: str) -> Hindrance | None:
    closed = last_closed(session)
    if closed and month <= closed:
        return Hindrance(f"{month} 已经结账。", f"{month} is closed already.")
    next_one = open_month(session)
    if next_one and (month > next_one):
        return Hindrance(
            f"请先结 {next_one}，月份按顺序结账。", f"Close {next_one} first; months are closed in order."
        )
    if next_one and month < next_one:
        return Hindrance(
            f"{month} 没有记录：记录从 {next_one} 开始。",
            f"{month} has no records; they begin in {next_one}.",
        )
    if not next_one and session.scalar(select(func.max(Settlement.settlement_id))) is not None:
        return Hindrance(
            "还没有任何记录，没有可结的月份。", "There are no records yet, so there is no month to close."
        )
    return None


def _unsettled(session: Session, month: str, from_on: dt.date) -> list[Hindrance]:
    settled = session.scalar(select(func.max(Settlement.until_on)))
    if settled is not None and settled >= from_on - dt.timedelta(days=1):
        return []
    return [
        Hindrance(
            f"{month} 还没有结算完，请先点“现在结算”。", f"{month} is not settled yet; settle it first.", True
        )
    ]


def _provisional(session: Session, month: str) -> list[Hindrance]:
    query = select(func.count()).select_from(ProvisionalEntry).where(ProvisionalEntry.on <= last_day(month))
    count = session.scalar(query) or 0
    if not count:
        return []
    return [
        Hindrance(
            f"还有 {count} 笔未定，等过了补记时间再结算。",
            f"{count} entries are still provisional; settle once their time has passed.",
            True,
        )
    ]


def close_month(month: str, at: dt.datetime, actor: str, expected: str | None = None) -> Closing:
    """Settle, then fix the month, whole or not at all; `NotYet` says what stands in the way.

    `expected` is the digest of what the person looked at (`Booked.digest`); `Moved` where it is another by now.
    `LedgerTampered` where the books are not as they were written: what is wrong is not fixed for ever.
    """
    with one_settlement_at_a_time():
        early = _early(db.session(), month, at.date())
        if early:
            raise NotYet(early)
        _, basis = settle_in_turn(at, actor)
        with atomic() as session:
            found = hindrances(session, month, at.date())
            if found:
                raise NotYet(found)
            booked = booked_in_month(session, month)
            if expected is not None and expected != booked.digest:
                raise Moved(month, booked)
            if look_through(session).faults:
                raise LedgerTampered
            return _fix(session, month, booked, basis, at, actor)


def _early(session: Session, month: str, today: dt.date) -> list[Hindrance]:
    """What settling would not change."""
    session.rollback()
    return [one for one in hindrances(session, month, today) if not one.settles]


def _fix(session: Session, month: str, booked: Booked, basis: Basis, at: dt.datetime, actor: str) -> Closing:
    calendar = calendar_up_to(basis.tables, basis.parameters, last_day(month)).text()
    rows, digest = end_of(session, table_of(LedgerEntry))
    closing_id = append_one(
        session,
        Closing,
        month=month,
        closed_at=at,
        closed_by=actor,
        rulebook=keep_version(session, basis.parameters, at),
        calendar=calendar,
        calendar_digest=digest_of_all([calendar]),
        entries=booked.entries,
        amount=booked.amount,
        entries_digest=booked.digest,
        ledger_rows=rows,
        ledger_digest=digest,
    )
    for address in AFTERWARDS:
        module, name = address.split(":")
        getattr(import_module(module), name)(session, month, at, actor)
    audit.record(actor, "month.closed", month, at=at, entries=booked.entries, digest=booked.digest[:12])
    return session.get_one(Closing, closing_id)


def closing_of(session: Session, month: str) -> Closing | None:
    """The closing of a month, None while it is open."""
    return session.scalar(select(Closing).where(Closing.month == month))


def months_to_close(session: Session, today: dt.date) -> list[str]:
    """The months from the next to be closed to the present one."""
    month = open_month(session)
    found: list[str] = []
    while month and month <= f"{today:%Y-%m}":
        found.append(month)
        month = following(month)
    return found
