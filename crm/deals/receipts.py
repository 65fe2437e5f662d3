"""Taking money, reversing what was wrong, what is planned, and the legal nature of what was paid.

定金 counts as such up to 20 % of the price, what is above it is prepayment (Civil Code Art. 586); 订金 and the like
forfeit nothing (SPC 合同编通则解释 2023 Art. 67).
"""

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from crm.deals.models import Deal, deals_visible_to
from crm.deals.receipts_models import PlanLine, Receipt, Refund, RefundDecision
from crm.deals.units import check_receivable, list_price_of, units_of
from crm.errors import Conflict, Invalid, NotFound, Refused
from crm.extensions import db
from crm.leads.ids import new_id
from crm.leads.models import Customer
from crm.people import audit
from crm.people.accounts import Account
from crm.permissions import Permission
from crm.transactions import atomic

KINDS = ("holding", "subscription", "down_payment", "instalment", "mortgage_loan", "other")
NATURES = ("earnest_money", "deposit", "price")
METHODS = ("cash", "transfer", "card", "wechat", "alipay", "cheque")
EARNEST_PERCENT = 20
NOTHING = Decimal("0.00")
BACK_DAYS = 31
AGES = ((0, "0"), (30, "30"), (60, "60"), (90, "90"))


@dataclass(frozen=True)
class Taken:
    """A receipt as it is typed."""

    kind: str
    nature: str
    amount: Decimal
    method: str
    voucher_no: str
    invoice_no: str
    received_on: dt.date
    note: str = ""


def take(user: Account, deal_id: str, taken: Taken, at: dt.datetime) -> Receipt:
    """Keep money that was received. Conflict where no permit allows it, Invalid for what cannot be."""
    _finance(user)
    with atomic() as session:
        deal = deal_for_money(user, deal_id)
        if deal.cancelled_on is not None:
            raise Conflict("这笔成交已取消，不能再收款。", "This deal is cancelled; no money can be taken.")
        check_receivable(session, deal)
        _check(taken, at.date())
        receipt = Receipt(
            receipt_id=new_id("R", at.date()),
            deal_id=deal_id,
            kind=taken.kind,
            nature=taken.nature,
            amount=taken.amount,
            method=taken.method,
            voucher_no=taken.voucher_no.strip(),
            invoice_no=taken.invoice_no.strip() or None,
            received_on=taken.received_on,
            note=taken.note.strip() or None,
            taken_by=user.actor,
            taken_at=at,
        )
        session.add(receipt)
        session.flush()
    return receipt


def _check(taken: Taken, today: dt.date) -> None:
    if taken.kind not in KINDS or taken.nature not in NATURES or taken.method not in METHODS:
        raise Invalid("请选择款项、性质和方式。", "Choose what it is for, its nature and the method.", "kind")
    if taken.kind not in ("holding", "subscription") and taken.nature != "price":
        raise Invalid("只有小订和大定可以是定金或订金。", "Only deposits can be earnest money.", "nature")
    if taken.amount <= 0:
        raise Invalid("金额必须大于零。", "The amount must be above zero.", "amount")
    if not taken.voucher_no.strip():
        raise Invalid("请填写凭证号。", "Enter the voucher number.", "voucher_no")
    if not today - dt.timedelta(days=BACK_DAYS) <= taken.received_on <= today:
        raise Invalid(
            f"收款日期应在最近 {BACK_DAYS} 天内，不晚于今天。",
            f"The day lies within the last {BACK_DAYS} days.",
            "received_on",
        )


def reverse(user: Account, receipt_id: str, reason: str, at: dt.datetime) -> Receipt:
    """Book the opposite of a wrong receipt, naming it. Conflict where that was done, or the money is refunded."""
    _finance(user)
    with atomic() as session:
        wrong = session.get(Receipt, receipt_id)
        if wrong is None or wrong.reverses is not None:
            raise NotFound
        deal = deal_for_money(user, wrong.deal_id)
        if session.scalar(select(Receipt.receipt_id).where(Receipt.reverses == receipt_id)) is not None:
            raise Conflict("这张收据已经冲销。", "This receipt was reversed already.")
        if not reason.strip():
            raise Invalid("请写明冲销的原因。", "Give the reason of the reversal.", "reason")
        if wrong.amount > money_of(session, deal).held:
            raise Conflict(
                "这笔钱已申请退款或没收，不能冲销。", "This money is part of a refund and cannot be reversed."
            )
        row = Receipt(
            receipt_id=new_id("R", at.date()),
            deal_id=wrong.deal_id,
            kind=wrong.kind,
            nature=wrong.nature,
            amount=-wrong.amount,
            method=wrong.method,
            voucher_no=wrong.voucher_no,
            invoice_no=wrong.invoice_no,
            received_on=at.date(),
            note=reason.strip(),
            reverses=receipt_id,
            taken_by=user.actor,
            taken_at=at,
        )
        session.add(row)
        audit.record(
            user.actor, "receipt.reversed", receipt_id, at=at, by=row.receipt_id, reason=reason.strip()
        )
        session.flush()
    return row


def deal_for_money(user: Account, deal_id: str) -> Deal:
    """The deal, if this person may see it; else NotFound."""
    deal = db.session.scalar(deals_visible_to(user).where(Deal.deal_id == deal_id))
    if deal is None:
        raise NotFound
    return deal


@dataclass(frozen=True)
class Money:
    """What was paid in a deal, and what it is before the law. All in yuan.

    `earnest` is the part of the 定金 that is 定金, `excess` what lies above 20 % of the price and is prepayment;
    `held` is what is neither given back, nor forfeited, nor asked back. `cap` None: there is no price yet.
    """

    received: Decimal
    earnest: Decimal
    excess: Decimal
    other: Decimal
    given_back: Decimal
    cap: Decimal | None

    @property
    def held(self) -> Decimal:
        """What can still be refunded."""
        return self.received - self.given_back


def money_of(session: Session, deal: Deal) -> Money:
    """The sums of one deal."""
    receipts = session.scalars(select(Receipt).where(Receipt.deal_id == deal.deal_id)).all()
    named = sum((row.amount for row in receipts if row.nature == "earnest_money"), NOTHING)
    received = sum((row.amount for row in receipts), NOTHING)
    price = deal.amount if deal.amount is not None else list_price_of(units_of(session, deal))
    cap = earnest_cap(price)
    earnest = named if cap is None else min(named, cap)
    return Money(
        received, earnest, named - earnest, received - named, _going_back(session, deal.deal_id), cap
    )


def earnest_cap(price: Decimal | None) -> Decimal | None:
    """The most that can be 定金: 20 % of the price, to the fen below (Art. 586)."""
    if price is None:
        return None
    return (price * EARNEST_PERCENT / 100).quantize(Decimal("0.01"), ROUND_DOWN)


def _going_back(session: Session, deal_id: str) -> Decimal:
    return going_back(session, [deal_id]).get(deal_id, NOTHING)


def going_back(session: Session, deal_ids: Collection[str]) -> dict[str, Decimal]:
    """By deal, money asked back or forfeited and not refused.

    Of a double return what the buyer had paid is half of it.
    """
    query = (
        select(Refund.deal_id, Refund.kind, Refund.amount)
        .outerjoin(RefundDecision, RefundDecision.refund_id == Refund.refund_id)
        .where(Refund.deal_id.in_(deal_ids), or_(RefundDecision.approved.is_(None), RefundDecision.approved))
    )
    found: dict[str, Decimal] = {}
    for deal_id, kind, amount in session.execute(query):
        found[deal_id] = found.get(deal_id, NOTHING) + (amount / 2 if kind == "double" else amount)
    return found


def held_by_deal(session: Session, deal_ids: Collection[str]) -> dict[str, Decimal]:
    """By deal, what was received and is not on its way back, asked for all deals at once."""
    query = select(Receipt.deal_id, Receipt.amount).where(Receipt.deal_id.in_(deal_ids))
    held = dict.fromkeys(deal_ids, NOTHING)
    for deal_id, amount in session.execute(query):
        held[deal_id] += amount
    for deal_id, amount in going_back(session, deal_ids).items():
        held[deal_id] -= amount
    return held


def receipts_of_day(user: Account, on: dt.date) -> Sequence[tuple[Receipt, Deal, Customer]]:
    """What was taken on a date in the deals that this person may see, in the order in which it was booked."""
    deals = deals_visible_to(user).with_only_columns(Deal.deal_id)
    query = (
        select(Receipt, Deal, Customer)
        .join(Deal, Deal.deal_id == Receipt.deal_id)
        .join(Customer, Customer.customer_id == Deal.customer_id)
        .where(Receipt.received_on == on, Receipt.deal_id.in_(deals))
        .order_by(Receipt.taken_at, Receipt.receipt_id)
    )
    return [(receipt, deal, customer) for receipt, deal, customer in db.session.execute(query)]


def plan_line(
    user: Account, deal_id: str, kind: str, due_on: dt.date, amount: Decimal, at: dt.datetime
) -> PlanLine:
    """Add to what is to be paid when."""
    _plans(user)
    with atomic() as session:
        deal = deal_for_money(user, deal_id)
        if deal.cancelled_on is not None:
            raise Conflict("这笔成交已取消。", "This deal is cancelled.")
        if kind not in KINDS:
            raise Invalid("请选择款项。", "Choose what it is for.", "kind")
        if amount <= 0:
            raise Invalid("金额必须大于零。", "The amount must be above zero.", "amount")
        line = PlanLine(
            deal_id=deal_id, kind=kind, due_on=due_on, amount=amount, entered_by=user.actor, entered_at=at
        )
        session.add(line)
        session.flush()
    return line


def strike_line(user: Account, line_id: int, at: dt.datetime) -> PlanLine:
    """A planned payment that no longer holds; it stays to be read."""
    _plans(user)
    with atomic() as session:
        line = session.get(PlanLine, line_id)
        if line is None:
            raise NotFound
        deal_for_money(user, line.deal_id)
        if line.struck_at is not None:
            raise Conflict("这一期已经划去。", "This line was struck already.")
        line.struck_at, line.struck_by = at, user.actor
        session.flush()
    return line


@dataclass(frozen=True)
class Due:
    """A planned payment, and how much of it is still to come."""

    line: PlanLine
    open: Decimal


def plan_of(session: Session, deal: Deal) -> list[Due]:
    """The plan in time order; what was received pays the earliest first."""
    query = select(PlanLine).where(PlanLine.deal_id == deal.deal_id, PlanLine.struck_at.is_(None))
    lines = session.scalars(query.order_by(PlanLine.due_on, PlanLine.line_id)).all()
    return _paid_off(lines, money_of(session, deal).held) if lines else []


def _paid_off(lines: Sequence[PlanLine], paid: Decimal) -> list[Due]:
    found = []
    for line in lines:
        covered = min(max(paid, NOTHING), line.amount)
        paid -= covered
        found.append(Due(line, line.amount - covered))
    return found


def _plans_of(deal_ids: Collection[str]) -> dict[str, list[Due]]:
    """The plans of many deals, asked for at once."""
    query = select(PlanLine).where(PlanLine.deal_id.in_(deal_ids), PlanLine.struck_at.is_(None))
    lines: dict[str, list[PlanLine]] = {deal_id: [] for deal_id in deal_ids}
    for line in db.session.scalars(query.order_by(PlanLine.due_on, PlanLine.line_id)):
        lines[line.deal_id].append(line)
    held = held_by_deal(db.session(), deal_ids)
    return {deal_id: _paid_off(planned, held[deal_id]) for deal_id, planned in lines.items()}


@dataclass(frozen=True)
class Arrears:
    """What a deal owes by age: not yet due, and 1 to 30, 31 to 60, 61 to 90 and more days overdue."""

    deal: Deal
    customer: Customer
    oldest: dt.date
    ages: tuple[Decimal, Decimal, Decimal, Decimal, Decimal]

    @property
    def overdue(self) -> Decimal:
        """What should have been paid by now."""
        return sum(self.ages[1:], NOTHING)


def age_of(due_on: dt.date, today: dt.date) -> int:
    """The place in `Arrears.ages`: due today is not overdue."""
    late = (today - due_on).days
    return 0 if late <= 0 else min((late - 1) // 30 + 1, 4)


def outstanding(user: Account, today: dt.date) -> list[Arrears]:
    """The live deals that owe something, the longest overdue first."""
    planned = select(PlanLine.deal_id).where(PlanLine.struck_at.is_(None))
    query = (
        deals_visible_to(user)
        .where(Deal.cancelled_on.is_(None), Deal.deal_id.in_(planned))
        .join(Customer, Customer.customer_id == Deal.customer_id)
        .add_columns(Customer)
    )
    live = [(deal, customer) for deal, customer in db.session.execute(query)]
    plans = _plans_of([deal.deal_id for deal, _customer in live])
    found = []
    for deal, customer in live:
        owed = [due for due in plans[deal.deal_id] if due.open > 0]
        if owed:
            ages = [NOTHING] * 5
            for due in owed:
                ages[age_of(due.line.due_on, today)] += due.open
            found.append(
                Arrears(deal, customer, owed[0].line.due_on, (ages[0], ages[1], ages[2], ages[3], ages[4]))
            )
    return sorted(found, key=lambda one: (one.oldest, one.deal.deal_id))


def _finance(user: Account) -> None:
    if not user.may(Permission.PROJECT_RECEIPTS_WRITE):
        raise Refused


def _plans(user: Account) -> None:
    if not user.may(Permission.PROJECT_RECEIPTS_WRITE) and not user.may(Permission.PROJECT_DEALS_APPROVE):
        raise Refused
