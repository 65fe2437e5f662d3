"""Giving money back, keeping it, or returning it double: asked for with a cause, approved by a second person.

定金 is kept only where the buyer broke off, returned double only where the seller did (Civil Code Art. 587), and given
back where neither is to blame (SPC 商品房解释 Art. 4). A refund is paid within 15 days of the customer's request
(侵害消费者权益行为处罚办法 Art. 10).
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from crm.deals.models import Deal, deals_visible_to
from crm.deals.receipts import METHODS, deal_for_money, held_by_deal, money_of
from crm.deals.receipts_models import Receipt, Refund, RefundDecision, RefundPayment
from crm.deals.units import units_of
from crm.errors import Conflict, Invalid, NotFound, Refused
from crm.extensions import db
from crm.leads.ids import new_id
from crm.leads.models import Customer
from crm.people import audit
from crm.people.accounts import Account
from crm.permissions import Permission
from crm.transactions import atomic

CLOCK_DAYS = 15
KINDS = ("refund", "forfeit", "double")
CAUSES = ("agreed", "lapsed", "neither", "loan_refused", "no_permit", "buyer", "seller")


@dataclass(frozen=True)
class Wanted:
    """A refund as it is typed; forfeiting and returning double take their amount from the 定金."""

    kind: str
    cause: str
    reason: str
    requested_on: dt.date
    amount: Decimal | None = None


@dataclass(frozen=True)
class Standing:
    """A refund with its answer and its payment, and the last day of its clock."""

    refund: Refund
    decision: RefundDecision | None
    payment: RefundPayment | None

    @property
    def last_day(self) -> dt.date:
        """The fifteenth day after the customer asked."""
        return self.refund.requested_on + dt.timedelta(days=CLOCK_DAYS)

    @property
    def state(self) -> str:
        """waits, refused, kept (forfeited), to_pay or paid."""
        if self.decision is None:
            return "waits"
        if not self.decision.approved:
            return "refused"
        if self.refund.kind == "forfeit":
            return "kept"
        return "paid" if self.payment else "to_pay"


def ask(user: Account, deal_id: str, wanted: Wanted, at: dt.datetime) -> Refund:
    """Ask for a refund. Invalid for a cause that does not allow it, or more than there is."""
    if not user.may(Permission.PROJECT_RECEIPTS_WRITE) and not user.may(Permission.PROJECT_DEALS_APPROVE):
        raise Refused
    with atomic() as session:
        deal = deal_for_money(user, deal_id)
        _check_cause(session, deal, wanted, at.date())
        amount = _amount(session, deal, wanted)
        refund = Refund(
            refund_id=new_id("B", at.date()),
            deal_id=deal_id,
            kind=wanted.kind,
            cause=wanted.cause,
            reason=wanted.reason.strip(),
            amount=amount,
            requested_on=wanted.requested_on,
            asked_by=user.actor,
            asked_at=at,
        )
        session.add(refund)
        session.flush()
    return refund


def open_after_lapse(session: Session, deal: Deal, at: dt.datetime, actor: str) -> Refund | None:
    """Ask back by itself what a lapsed holding deposit had paid; the clock runs from the day of the lapse.

    A holding deposit is refundable whatever it was called. None where there is nothing to give back.
    """
    held = money_of(session, deal).held
    if held <= 0:
        return None
    refund = Refund(
        refund_id=new_id("B", at.date()),
        deal_id=deal.deal_id,
        kind="refund",
        cause="lapsed",
        reason="",  # the cause says it all
        amount=held,
        requested_on=at.date(),
        asked_by=actor,
        asked_at=at,
    )
    session.add(refund)
    session.flush()
    return refund


def unreturned(user: Account) -> list[tuple[Deal, Customer, Decimal]]:
    """Cancelled deals that still hold money nobody asked back or forfeited, the longest cancelled first."""
    paid = select(Receipt.deal_id)
    query = (
        deals_visible_to(user)
        .where(Deal.cancelled_on.is_not(None), Deal.deal_id.in_(paid))
        .join(Customer, Customer.customer_id == Deal.customer_id)
        .add_columns(Customer)
        .order_by(Deal.cancelled_on, Deal.deal_id)
    )
    found = [(deal, customer) for deal, customer in db.session.execute(query)]
    held = held_by_deal(db.session(), [deal.deal_id for deal, _customer in found])
    return [(deal, customer, held[deal.deal_id]) for deal, customer in found if held[deal.deal_id] > 0]


def _check_cause(session: Session, deal: Deal, wanted: Wanted, today: dt.date) -> None:
    if wanted.kind not in KINDS or wanted.cause not in CAUSES:
        raise Invalid("请选择处理方式和事由。", "Choose what is to be done, and the cause.", "cause")
    if not wanted.reason.strip():
        raise Invalid("请写明原因。", "Give the reason.", "reason")
    if wanted.requested_on > today:
        raise Invalid("日期不能晚于今天。", "The date lies in the future.", "requested_on")
    if wanted.kind == "forfeit" and wanted.cause != "buyer":
        raise Invalid(
            "只有买方违约才能没收定金（民法典第 587 条）。",
            "Earnest money is kept only where the buyer broke the agreement (Civil Code Art. 587).",
            "cause",
        )
    if wanted.kind == "double" and wanted.cause != "seller":
        raise Invalid(
            "只有卖方违约才双倍返还定金（民法典第 587 条）。",
            "Earnest money is returned double only where the seller broke the agreement (Civil Code Art. 587).",
            "cause",
        )
    if wanted.kind == "refund" and wanted.cause == "seller" and money_of(session, deal).earnest > 0:
        raise Invalid(
            "卖方违约时定金应双倍返还。",
            "Where the seller broke off, earnest money goes back double.",
            "kind",
        )
    if wanted.kind == "forfeit" and any(not unit.presale_permit for unit in units_of(session, deal)):
        raise Invalid(
            "没有预售许可证的房源，定金不得没收。",
            "Without a presale permit nothing can be forfeited.",
            "kind",
        )


def _amount(session: Session, deal: Deal, wanted: Wanted) -> Decimal:
    money = money_of(session, deal)
    if wanted.kind == "refund":
        if wanted.amount is None or wanted.amount <= 0:
            raise Invalid("请填写退款金额。", "Enter the amount.", "amount")
        if wanted.amount > money.held:
            raise Invalid(
                f"最多可退 {money.held} 元。", f"At most {money.held} yuan can be refunded.", "amount"
            )
        return wanted.amount
    earnest = min(money.earnest, money.held)
    if earnest <= 0:
        raise Invalid(
            "这笔成交没有定金；订金不能没收，也不双倍返还。",
            "There is no earnest money in this deal; other deposits are neither forfeited nor doubled.",
            "kind",
        )
    return earnest * 2 if wanted.kind == "double" else earnest


def decide(user: Account, refund_id: str, approved: bool, answer: str, at: dt.datetime) -> RefundDecision:
    """The answer of a manager who is not the one who asked."""
    if not user.may(Permission.PROJECT_DEALS_APPROVE):
        raise Refused
    with atomic() as session:
        standing = one(user, refund_id)
        if standing.decision is not None:
            raise Conflict("这个申请已有答复。", "This request was answered already.")
        if standing.refund.asked_by == user.actor:
            raise Conflict("退款须由另一人审批。", "A refund is approved by a second person.")
        if not approved and not answer.strip():
            raise Invalid("不同意时请写明原因。", "Say why it is refused.", "answer")
        row = RefundDecision(
            refund_id=refund_id,
            approved=approved,
            answer=answer.strip(),
            decided_by=user.actor,
            decided_at=at,
        )
        session.add(row)
        audit.record(
            user.actor,
            "refund.approved" if approved else "refund.refused",
            refund_id,
            at=at,
            kind=standing.refund.kind,
            cause=standing.refund.cause,
            amount=str(standing.refund.amount),
        )
        session.flush()
    return row


def pay(
    user: Account, refund_id: str, paid_on: dt.date, method: str, voucher_no: str, at: dt.datetime
) -> RefundPayment:
    """Note that an approved refund was paid, once."""
    if not user.may(Permission.PROJECT_RECEIPTS_WRITE):
        raise Refused
    with atomic() as session:
        standing = one(user, refund_id)
        if standing.state != "to_pay" or standing.decision is None:
            raise Conflict(
                "这笔退款还没有批准，或已经付清。", "This refund is not approved, or is paid already."
            )
        if method not in METHODS or not voucher_no.strip():
            raise Invalid(
                "请选择方式并填写凭证号。", "Choose the method and enter the voucher number.", "voucher_no"
            )
        if not standing.decision.decided_at.date() <= paid_on <= at.date():
            raise Invalid(
                "日期应在批准之后、不晚于今天。", "The day lies before the approval or ahead.", "paid_on"
            )
        row = RefundPayment(
            refund_id=refund_id,
            paid_on=paid_on,
            method=method,
            voucher_no=voucher_no.strip(),
            paid_by=user.actor,
            paid_at=at,
        )
        session.add(row)
        session.flush()
    return row


def one(user: Account, refund_id: str) -> Standing:
    """The refund, if the person may see its deal; else NotFound."""
    found = [standing for standing in _standings(user) if standing.refund.refund_id == refund_id]
    if not found:
        raise NotFound
    return found[0]


def refunds_of(user: Account, deal_id: str) -> list[Standing]:
    """The refunds of a deal, the newest first."""
    return [standing for standing in _standings(user) if standing.refund.deal_id == deal_id]


def open_refunds(user: Account) -> Sequence[tuple[Standing, Deal, Customer]]:
    """The project's refunds that wait for an answer or for their money, the nearest last day first."""
    waiting = [standing for standing in _standings(user) if standing.state in ("waits", "to_pay")]
    found = []
    for standing in sorted(waiting, key=lambda row: (row.last_day, row.refund.refund_id)):
        deal = db.session.get_one(Deal, standing.refund.deal_id)
        found.append((standing, deal, db.session.get_one(Customer, deal.customer_id)))
    return found


def _standings(user: Account) -> list[Standing]:
    deals = deals_visible_to(user).with_only_columns(Deal.deal_id)
    query = (
        select(Refund, RefundDecision, RefundPayment)
        .outerjoin(RefundDecision, RefundDecision.refund_id == Refund.refund_id)
        .outerjoin(RefundPayment, RefundPayment.refund_id == Refund.refund_id)
        .where(Refund.deal_id.in_(deals))
        .order_by(Refund.asked_at.desc(), Refund.refund_id.desc())
    )
    return [Standing(*row) for row in db.session.execute(query)]
