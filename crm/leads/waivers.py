"""Waivers of tracking: asked for by the consultant, signed or refused by the manager with a reason (rulebook 4)."""

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import select

from crm.errors import Conflict, Invalid, NotFound, Refused
from crm.extensions import db
from crm.leads.models import Waiver, WaiverRequest, waiver_requests_visible_to
from crm.leads.services import of_living
from crm.people import audit
from crm.people.accounts import Account
from crm.permissions import reach
from crm.store.history import remember_change
from crm.transactions import atomic

LONGEST_AHEAD = dt.timedelta(days=366)


@dataclass(frozen=True)
class Wish:
    """What is asked for; without `to_on` it never ends."""

    reason: str
    from_on: dt.date
    to_on: dt.date | None
    note: str


def ask(user: Account, customer_id: str, wish: Wish, at: dt.datetime) -> int:
    """Ask for a waiver of one's own customer; gives the request's number. It waives nothing until it is signed."""
    _refuse_span(wish, at.date())
    with atomic() as session:
        of_living(user, customer_id, at)
        waiting = select(WaiverRequest.request_id).where(
            WaiverRequest.customer_id == customer_id, WaiverRequest.state == "asked"
        )
        if session.scalar(waiting.limit(1)) is not None:
            raise Conflict("已有一份申请在等经理签字。", "A request already waits for the manager.")
        request = WaiverRequest(
            customer_id=customer_id,
            asked_by=user.staff_id,
            asked_at=at,
            from_on=wish.from_on,
            to_on=wish.to_on,
            reason=wish.reason,
            note=wish.note.strip(),
            state="asked",
        )
        session.add(request)
        session.flush()
        return request.request_id


def _refuse_span(wish: Wish, on: dt.date) -> None:
    if wish.to_on is not None and wish.to_on < wish.from_on:
        raise Invalid("结束日期早于开始日期。", "It ends before it begins.", "to_on")
    if wish.to_on is not None and wish.to_on < on:
        raise Invalid("这段日期已经过去。", "That span is over.", "to_on")
    if abs(wish.from_on - on) > LONGEST_AHEAD:
        raise Invalid("开始日期应在一年以内。", "It should begin within a year.", "from_on")


def sign(user: Account, request_id: int, answer: str, at: dt.datetime) -> None:
    """Sign a request: only now there is a waiver."""
    with atomic():
        request = _waiting(user, request_id)
        if request.asked_by == user.staff_id:  # asked before a promotion
            raise Refused("自己的申请要由另一位经理签字。", "Another manager has to sign your own request.")
        of_living(user, request.customer_id, at)
        _decide(user, request, "signed", answer, at)
        cover(request.customer_id, request.from_on, request.to_on, request.reason, user, at)


def refuse(user: Account, request_id: int, answer: str, at: dt.datetime) -> None:
    """Refuse a request, with a reason."""
    if not answer.strip():
        raise Invalid("请写明不同意的原因。", "Say why it is refused.", "answer")
    with atomic():
        _decide(user, _waiting(user, request_id), "refused", answer, at)


def withdraw(user: Account, request_id: int, at: dt.datetime) -> None:
    """Take one's own request back."""
    with atomic():
        request = _asked(user, request_id)
        if request.asked_by != user.staff_id:
            raise NotFound
        _decide(user, request, "withdrawn", "", at)


def cover(
    customer_id: str, from_on: dt.date, to_on: dt.date | None, reason: str, user: Account, at: dt.datetime
) -> None:
    """Store a signed waiver; one that begins on the same date is made as long as the longer of the two."""
    with atomic() as session:
        stored = session.get(Waiver, (customer_id, from_on))
        if stored is None:
            stored = Waiver(customer_id=customer_id, from_on=from_on, to_on=to_on)
            session.add(stored)
        elif to_on is None or stored.to_on is None:
            stored.to_on = None
        else:
            stored.to_on = max(stored.to_on, to_on)
        stored.reason, stored.signed_by, stored.signed_on = reason, user.staff_id or "", at.date()
        remember_change(stored, at, user.actor)
        audit.record(user.actor, "waiver.signed", customer_id, at=at, from_on=f"{from_on}", to_on=f"{to_on}")


def _waiting(user: Account, request_id: int) -> WaiverRequest:
    """A request that this person may decide."""
    if reach(user, "waivers:sign") is None or user.staff_id is None:
        raise NotFound
    return _asked(user, request_id)


def _asked(user: Account, request_id: int) -> WaiverRequest:
    request = db.session.scalar(
        waiver_requests_visible_to(user).where(WaiverRequest.request_id == request_id)
    )
    if request is None:
        raise NotFound
    if request.state != "asked":
        raise Conflict("这份申请已经处理过。", "This request was decided already.")
    return request


def _decide(user: Account, request: WaiverRequest, state: str, answer: str, at: dt.datetime) -> None:
    request.state, request.decided_by, request.decided_at = state, user.staff_id, at
    request.answer = answer.strip() or None
    audit.record(user.actor, f"waiver_request.{state}", request.customer_id, at=at, number=request.request_id)
