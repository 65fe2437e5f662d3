"""Booking a proven loss against somebody's pay: with cause and evidence, and only once the person agrees."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import func, select

from crm.errors import Conflict, Invalid, NotFound, Refused
from crm.extensions import db
from crm.pay.caps import MOST_MONTHS_AHEAD, Take, takes
from crm.pay.lines import LOSS
from crm.pay.models import BookedLoss, LossAnswer, losses_visible_to
from crm.pay.reading import read_basis
from crm.pay.statements import cap_of, loss_takes
from crm.penalties.months import following
from crm.people import audit
from crm.people.accounts import Account
from crm.people.models import Staff
from crm.permissions import Permission
from crm.store.base import fen_of
from crm.transactions import atomic

AGREED, REFUSED, WITHDRAWN = "agreed", "refused", "withdrawn"


@dataclass(frozen=True)
class Wanted:
    """A loss as it is typed."""

    staff_id: str
    on: dt.date
    amount: Decimal
    cause: str
    evidence: str


@dataclass(frozen=True)
class Standing:
    """A booked loss with the last word about it; `state` is asked, agreed, refused or withdrawn."""

    loss: BookedLoss
    staff: Staff
    answer: LossAnswer | None

    @property
    def state(self) -> str:
        """How it stands."""
        return self.answer.answer if self.answer else "asked"


@dataclass(frozen=True)
class Planned:
    """A month of the schedule; `foreseen` where it lies ahead and supposes that the cap stays as it is."""

    take: Take
    fixed: bool
    foreseen: bool


def book(user: Account, wanted: Wanted, at: dt.datetime) -> BookedLoss:
    """Book a loss; it waits for the person. Invalid for what cannot be."""
    if not user.may(Permission.ALL_PAY_WRITE):
        raise Refused
    with atomic() as session:
        person = session.get(Staff, wanted.staff_id)
        if person is None:
            raise Invalid("请选择员工。", "Choose the person.", "staff_id")
        if person.staff_id == user.staff_id:
            raise Invalid("本人的损失须由他人登记。", "Somebody else books your own loss.", "staff_id")
        _check(wanted, person, at.date())
        row = BookedLoss(
            staff_id=wanted.staff_id,
            on=wanted.on,
            amount=wanted.amount,
            cause=wanted.cause.strip(),
            evidence=wanted.evidence.strip(),
            booked_by=user.actor,
            booked_at=at,
        )
        session.add(row)
        session.flush()
        audit.record(user.actor, "loss.booked", str(row.loss_id), at=at, amount=str(wanted.amount))
    return row


def _check(wanted: Wanted, person: Staff, today: dt.date) -> None:
    if not wanted.amount or wanted.amount <= 0:
        raise Invalid("损失金额必须大于零。", "The loss must be above zero.", "amount")
    if wanted.on > today or not person.employed_on(wanted.on):
        raise Invalid(
            "损失日期须在该员工在职期间，且不晚于今天。",
            "The date lies within the person's employment and not ahead.",
            "on",
        )
    for name, text in (("cause", wanted.cause), ("evidence", wanted.evidence)):
        if not text.strip():
            raise Invalid(
                "只能登记已证明的损失：请写明原因和证据。",
                "Only a proven loss is booked: give cause and evidence.",
                name,
            )


def answer(user: Account, loss_id: int, said: str, words: str, at: dt.datetime) -> LossAnswer:
    """The person concerned agrees or refuses, once; whoever may book losses may withdraw one. All stay as rows."""
    with atomic() as session:
        standing = one(user, loss_id)
        own = standing.loss.staff_id == user.staff_id
        if said == WITHDRAWN:
            if not user.may(Permission.ALL_PAY_WRITE) or own:
                raise Refused
        elif not own:
            raise Refused
        if said not in (AGREED, REFUSED, WITHDRAWN):
            raise Invalid("请选择同意还是不同意。", "Choose whether you agree.", "answer")
        if standing.state == WITHDRAWN or (own and standing.state != "asked"):
            raise Conflict("这笔损失已有答复。", "This loss was answered already.")
        if said != AGREED and not words.strip():
            raise Invalid("请写明原因。", "Give the reason.", "words")
        row = LossAnswer(
            loss_id=loss_id, answer=said, words=words.strip(), answered_by=user.actor, answered_at=at
        )
        session.add(row)
        session.flush()
        audit.record(user.actor, f"loss.{said}", str(loss_id), at=at)
    return row


def listed(user: Account) -> list[Standing]:
    """The losses that the user may see, the newest first."""
    rows = db.session.scalars(losses_visible_to(user).order_by(BookedLoss.loss_id.desc())).all()
    return _standings(rows)


def one(user: Account, loss_id: int) -> Standing:
    """A loss that the user may see; else NotFound."""
    row = db.session.scalar(losses_visible_to(user).where(BookedLoss.loss_id == loss_id))
    if row is None:
        raise NotFound
    return _standings([row])[0]


def _standings(rows: Sequence[BookedLoss]) -> list[Standing]:
    ids = [row.loss_id for row in rows]
    last = (
        select(func.max(LossAnswer.answer_id)).where(LossAnswer.loss_id.in_(ids)).group_by(LossAnswer.loss_id)
    )
    answers = {
        row.loss_id: row
        for row in db.session.scalars(select(LossAnswer).where(LossAnswer.answer_id.in_(last)))
    }
    query = select(Staff).where(Staff.staff_id.in_({row.staff_id for row in rows}))
    people = {person.staff_id: person for person in db.session.scalars(query)}
    return [Standing(row, people[row.staff_id], answers.get(row.loss_id)) for row in rows]


def schedule(standing: Standing, month: str) -> list[Planned]:
    """Month by month what was taken, what the open months take, and what the coming ones would with the same cap."""
    loss = standing.loss
    basis = read_basis(db.session(), month, [loss.staff_id])
    left, found = fen_of(loss.amount), []
    for row in basis.kept[loss.staff_id]:
        if row.kind == LOSS and row.ref == str(loss.loss_id):
            taken = -fen_of(row.counted)
            found.append(Planned(Take(loss.loss_id, row.month, left, taken, None), True, False))
            left -= taken
    if standing.state != AGREED:
        return found
    open_takes = loss_takes(basis, loss.staff_id)
    found += [Planned(take, False, False) for take in open_takes if take.loss_id == loss.loss_id]
    after: dict[int, int] = {}
    for take in open_takes:
        after[take.loss_id] = take.left - take.taken
    return found + _ahead(after, loss.loss_id, month, cap_of(basis, loss.staff_id, month))


def _ahead(left: dict[int, int], loss_id: int, month: str, cap: int | None) -> list[Planned]:
    """The coming months, as long as something is left and the cap takes anything."""
    if not cap or not left.get(loss_id):
        return []
    months, ahead = [], month
    for _ in range(MOST_MONTHS_AHEAD):
        ahead = following(ahead)
        months.append((ahead, cap))
    found = takes(left, dict.fromkeys(left, month), months)
    return [Planned(take, False, True) for take in found if take.loss_id == loss_id and take.taken]
