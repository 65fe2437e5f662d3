"""Leaving: applying, taking it back, accepting with a last day, and settling (§7 四㈢)."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from crm.errors import Conflict, Invalid, NotFound, Refused
from crm.extensions import db
from crm.people import audit
from crm.people.accounts import Account
from crm.people.models import Staff
from crm.permissions import Permission, reach
from crm.store.history import remember_change
from crm.targets.leaving_models import ACCEPTED, ASKED, WITHDRAWN, Leaving
from crm.targets.leaving_rules import Terms, weighed
from crm.targets.models import Resignation
from crm.targets.staffing_reach import decided_person, end_employment, person_within, said, staff_within
from crm.transactions import atomic

READ, DECIDE, SETTLE = "leaving:read", "leaving:decide", "leaving:settle"
FARTHEST_DAYS = 365
VIA = "leaving"


@dataclass(frozen=True)
class Application:
    """An application as typed; `applied_on` may lie in the past where it came on paper."""

    applied_on: dt.date
    wished_on: dt.date
    reason: str


@dataclass(frozen=True)
class Settlement:
    """What the last pay needs; `seen` are the values that the form showed."""

    loans_cleared: bool
    attendance_pay: Decimal | None
    sales_bonus: Decimal | None
    seen: str


def apply(user: Account, wish: Application, at: dt.datetime) -> Leaving:
    """Apply to leave oneself, dated today."""
    if user.staff_id is None or not user.may(Permission.OWN_LEAVING_ASK):
        raise Refused
    with atomic() as session:
        person = session.get_one(Staff, user.staff_id)
        return _keep(session, person, Application(at.date(), wish.wished_on, wish.reason), user.actor, at)


def enter(user: Account, staff_id: str, wish: Application, at: dt.datetime) -> Leaving:
    """Write down an application that somebody handed in on paper."""
    with atomic() as session:
        person = decided_person(user, DECIDE, staff_id)
        return _keep(session, person, wish, user.actor, at)


def _keep(session: Session, person: Staff, wish: Application, actor: str, at: dt.datetime) -> Leaving:
    reason = said(wish.reason, "reason", "请写明原因。", "Give the reason.")
    if not person.hired_on <= wish.applied_on <= at.date():
        raise Invalid(
            "申请日期应在入职之后、不晚于今天。",
            "The application is dated ahead, or too early.",
            "applied_on",
        )
    last = wish.applied_on + dt.timedelta(days=FARTHEST_DAYS)
    if not wish.applied_on <= wish.wished_on <= last:
        raise Invalid(
            "最后工作日应在申请之后一年以内。",
            "The last day is within a year of the application.",
            "wished_on",
        )
    if person.left_on is not None:
        raise Conflict(
            f"离职日期已定为 {person.left_on}。", f"The last day is set already: {person.left_on}."
        )
    open_one = select(Leaving).where(Leaving.staff_id == person.staff_id, Leaving.state == ASKED)
    if session.scalar(open_one) is not None:
        raise Conflict("已有一份离职申请在等答复。", "An application waits for an answer already.")
    row = Leaving(
        staff_id=person.staff_id,
        applied_on=wish.applied_on,
        wished_on=wish.wished_on,
        reason=reason,
        entered_by=actor,
        entered_at=at,
    )
    session.add(row)
    audit.record(actor, "leaving.asked", person.staff_id, at=at)
    session.flush()
    return row


def withdraw(user: Account, leaving_id: int, at: dt.datetime) -> None:
    """Take the own application back, while nobody has accepted it."""
    with atomic() as session:
        row = session.get(Leaving, leaving_id)
        if row is None or row.staff_id != user.staff_id or not user.may(Permission.OWN_LEAVING_ASK):
            raise NotFound
        _refuse_answered(row)
        row.state, row.answered_by, row.answered_at = WITHDRAWN, user.actor, at
        audit.record(user.actor, "leaving.withdrawn", row.staff_id, at=at)


def accept(user: Account, leaving_id: int, last_on: dt.date, answer: str, at: dt.datetime) -> None:
    """Fix the last day: the employment and the account end with it, and 8.2 has its row.

    Invalid for a day later than the person wished and the law makes them stay.
    """
    with atomic() as session:
        row, person = one(user, leaving_id, DECIDE)
        if person.staff_id == user.staff_id:
            raise Refused("不能决定自己的事。", "Nobody decides about themselves.")
        _refuse_answered(row)
        latest = max(
            row.wished_on, weighed(person, Terms(row.applied_on, row.wished_on, True), "zh")[0].earliest
        )
        if not row.applied_on <= last_on <= latest:
            raise Invalid(
                f"最后工作日应在 {row.applied_on} 到 {latest} 之间：公司不能要求再多留。",
                f"The last day is from {row.applied_on} to {latest}: nobody can be made to stay longer.",
                "last_on",
            )
        if person.left_on not in (None, last_on):
            raise Conflict(
                f"离职日期已另定为 {person.left_on}。", f"The last day is set already: {person.left_on}."
            )
        if session.get(Resignation, (row.staff_id, row.applied_on)) is not None:
            raise Conflict("这一天已有一份离职记录。", "There is a resignation of that day already.")
        row.state, row.last_on, row.answer = ACCEPTED, last_on, answer.strip() or None
        row.answered_by, row.answered_at = user.actor, at
        session.add(
            Resignation(
                staff_id=row.staff_id, applied_on=row.applied_on, last_on=last_on, loans_cleared=False
            )
        )
        end_employment(person, last_on)
        remember_change(person, at, user.actor, VIA)
        audit.record(user.actor, "leaving.accepted", row.staff_id, at=at, last_on=last_on.isoformat())


def settle(user: Account, leaving_id: int, typed: Settlement, at: dt.datetime) -> None:
    """Note that loans are settled, and the pay that 8.2 looks at; Conflict where somebody else saved first."""
    for name in ("attendance_pay", "sales_bonus"):
        amount = getattr(typed, name)
        if amount is not None and (amount < 0 or amount != round(amount, 2)):
            raise Invalid("应为不小于 0 的金额，最多两位小数。", "An amount of 0 or more, to the fen.", name)
    with atomic():
        row, _person = one(user, leaving_id, SETTLE)
        kept = resignation_of(row)
        if kept is None:
            raise Conflict("申请还没有接受。", "The application is not accepted yet.")
        if seen(kept) != typed.seen:
            raise Conflict(
                "别人刚刚保存了结算内容，请核对后再保存。",
                "Somebody saved it just now; compare and save again.",
            )
        kept.loans_cleared, kept.attendance_pay = typed.loans_cleared, typed.attendance_pay
        kept.sales_bonus = typed.sales_bonus
        if remember_change(kept, at, user.actor, VIA):
            audit.record(user.actor, "leaving.settled", row.staff_id, at=at)


def resignation_of(row: Leaving) -> Resignation | None:
    """The row of `resignations` of an accepted application."""
    return db.session.get(Resignation, (row.staff_id, row.applied_on)) if row.state == ACCEPTED else None


def seen(row: Resignation) -> str:
    """The values of a settlement, for a form to say what it showed."""
    return f"{int(row.loans_cleared)}|{row.attendance_pay}|{row.sales_bonus}"


def leavings(user: Account) -> list[tuple[Leaving, Staff]]:
    """The applications that the user may see: the own, and those within the right to read; the newest first."""
    within = staff_within(user, READ).with_only_columns(Staff.staff_id)
    seen_by = or_(Leaving.staff_id.in_(within), Leaving.staff_id == user.staff_id)
    query = select(Leaving, Staff).join(Staff, Staff.staff_id == Leaving.staff_id).where(seen_by)
    newest = query.order_by(Leaving.applied_on.desc(), Leaving.leaving_id.desc())
    return [(row, person) for row, person in db.session.execute(newest)]


def visible(user: Account, leaving_id: int) -> tuple[Leaving, Staff]:
    """The own application, or one within the right to read; else NotFound."""
    row = db.session.get(Leaving, leaving_id)
    if row is not None and user.staff_id is not None and row.staff_id == user.staff_id:
        return row, db.session.get_one(Staff, row.staff_id)
    return one(user, leaving_id, READ)


def one(user: Account, leaving_id: int, about: str) -> tuple[Leaving, Staff]:
    """An application within that right, with whose it is; else NotFound."""
    row = db.session.get(Leaving, leaving_id)
    if row is None or reach(user, about) is None:
        raise NotFound
    return row, person_within(user, about, row.staff_id)


def _refuse_answered(row: Leaving) -> None:
    if row.state != ASKED:
        raise Conflict("这份申请已经处理过了。", "This application was dealt with already.")
