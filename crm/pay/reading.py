"""Reading what statements rest on, in a fixed number of queries for any number of people."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from crm.deals.models import Deal, Share
from crm.deals.receipts_models import Receipt, Refund, RefundPayment
from crm.exchange.services import parameters_in_force
from crm.pay.basis import QUOTA_MISSED, Basis
from crm.pay.commission import HUNDRED, Plan, Sale, Tier, split
from crm.pay.models import (
    BookedLoss,
    CommissionPlan,
    CommissionTier,
    FixedMonth,
    LossAnswer,
    MinimumWage,
    PaymentConfirmation,
    PaymentDecision,
    StatementLine,
)
from crm.penalties.lines import days_off
from crm.penalties.models import LedgerEntry
from crm.penalties.months import last_day
from crm.people.models import Staff, Term
from crm.people.settings import setting
from crm.store.base import fen_of

COUNTED_KINDS = frozenset({"residential", "shopfront"})
_CHUNK = 500


def read_basis(session: Session, month: str, staff_ids: Collection[str] | None = None) -> Basis:
    """Read what the statements of a month rest on, of these people or of everybody."""
    query = select(Staff).order_by(Staff.staff_id)
    if staff_ids is not None:
        query = query.where(Staff.staff_id.in_(staff_ids))
    basis = Basis(
        month,
        {row.staff_id: row for row in session.scalars(query)},
        list(session.scalars(select(FixedMonth.month).order_by(FixedMonth.month))),
        parameters_in_force(session),
        frozenset(setting("held_flags")),
        dict(setting("project_cities")),
        _wages(session),
        _plans(session),
    )
    only = None if staff_ids is None else sorted(basis.people)
    _read_terms(session, basis, only)
    _read_sales(session, basis, only)
    _read_losses(session, basis, only)
    _read_ledger(session, basis, only)
    return basis


def _of(query: Select[Any], column: Any, only: Sequence[str] | None) -> Select[Any]:
    return query if only is None else query.where(column.in_(only))


def _wages(session: Session) -> dict[str, list[MinimumWage]]:
    found: dict[str, list[MinimumWage]] = defaultdict(list)
    for row in session.scalars(select(MinimumWage).order_by(MinimumWage.from_on, MinimumWage.wage_id)):
        found[row.city].append(row)
    return found


def _plans(session: Session) -> dict[str, list[tuple[dt.date, Plan]]]:
    tiers: dict[int, list[Tier]] = defaultdict(list)
    for tier in session.scalars(select(CommissionTier).order_by(CommissionTier.place)):
        tiers[tier.plan_id].append(Tier(tier.start, tier.rate))
    found: dict[str, list[tuple[dt.date, Plan]]] = defaultdict(list)
    for row in session.scalars(
        select(CommissionPlan).order_by(CommissionPlan.from_on, CommissionPlan.plan_id)
    ):
        plan = Plan(row.plan_id, row.basis, row.pays, row.mode, row.paid_on, tuple(tiers[row.plan_id]))  # type: ignore[arg-type]
        found[row.project].append((row.from_on, plan))
    return found


def _read_terms(session: Session, basis: Basis, only: Sequence[str] | None) -> None:
    for term in session.scalars(_of(select(Term).order_by(Term.from_on), Term.staff_id, only)):
        basis.terms[term.staff_id].append(term)


def _read_sales(session: Session, basis: Basis, only: Sequence[str] | None) -> None:
    """Each person's part of the contracted deals, with the money of the deal."""
    query = select(Deal).where(Deal.contract_on.is_not(None), Deal.contract_on <= last_day(basis.month))
    if only is not None:
        shared = select(Share.deal_id).where(Share.staff_id.in_(only))
        query = query.where(or_(Deal.staff_id.in_(only), Deal.deal_id.in_(shared)))
    deals = session.scalars(query.order_by(Deal.deal_id)).all()
    percents: dict[str, dict[str, Decimal]] = defaultdict(dict)
    for share in _in_chunks(session, select(Share), Share.deal_id, [deal.deal_id for deal in deals]):
        percents[share.deal_id][share.staff_id] = share.percent
    money = _money_of(session, [deal.deal_id for deal in deals])
    for deal in deals:
        owners = percents.get(deal.deal_id) or ({deal.staff_id: HUNDRED} if deal.staff_id else {})
        for staff_id, sale in _parts(deal, owners, tuple(sorted(money.get(deal.deal_id, ())))):
            basis.sales[staff_id].append(sale)


def _parts(
    deal: Deal, owners: dict[str, Decimal], received: tuple[tuple[dt.date, int], ...]
) -> Iterable[tuple[str, Sale]]:
    price = None if deal.amount is None else fen_of(deal.amount)
    amounts = {} if price is None or not owners else split(price, owners)
    units = deal.units if deal.unit_kind in COUNTED_KINDS else 0
    assert deal.contract_on is not None
    for staff_id, percent in owners.items():
        yield (
            staff_id,
            Sale(
                deal.deal_id,
                deal.contract_on,
                deal.cancelled_on,
                units * percent / HUNDRED,
                amounts.get(staff_id),
                price,
                received,
            ),
        )


def _money_of(session: Session, deal_ids: Sequence[str]) -> dict[str, list[tuple[dt.date, int]]]:
    """What the buyers paid, by date; reversals and what went back are negative, a double return by its half."""
    found: dict[str, list[tuple[dt.date, int]]] = defaultdict(list)
    for row in _in_chunks(session, select(Receipt), Receipt.deal_id, deal_ids):
        found[row.deal_id].append((row.received_on, fen_of(row.amount)))
    query = select(Refund, RefundPayment.paid_on).join(
        RefundPayment, RefundPayment.refund_id == Refund.refund_id
    )
    for start in range(0, len(deal_ids), _CHUNK):
        some = query.where(Refund.deal_id.in_(deal_ids[start : start + _CHUNK]))
        for refund, paid_on in session.execute(some):
            back = fen_of(refund.amount) // (2 if refund.kind == "double" else 1)
            found[refund.deal_id].append((paid_on, -back))
    return found


def _in_chunks(session: Session, query: Select[Any], column: Any, ids: Sequence[object]) -> Iterable[Any]:
    for start in range(0, len(ids), _CHUNK):
        yield from session.scalars(query.where(column.in_(ids[start : start + _CHUNK])))


def _verdicts(session: Session) -> dict[int, str]:
    """The last decision about each entry that a second person confirmed."""
    query = select(PaymentDecision.entry_id, PaymentDecision.verdict).join(
        PaymentConfirmation, PaymentConfirmation.decision_id == PaymentDecision.decision_id
    )
    rows = session.execute(query.where(PaymentConfirmation.agreed).order_by(PaymentDecision.decision_id))
    return {entry_id: verdict for entry_id, verdict in rows}


def _read_ledger(session: Session, basis: Basis, only: Sequence[str] | None) -> None:
    """The rows booked in the open months up to the asked one, and of fixed months those that were decided on.

    A fixed month's rows are told by its kept lines; only a later decision can change how they count.
    """
    basis.verdicts = _verdicts(session)
    agreed = [since for theirs in basis.losses.values() for _, since in theirs]
    first = min([basis.open_from, basis.month, *([] if basis.fixed else agreed)])
    # Not BETWEEN: PostgreSQL takes no collation inside it.
    of_open = (LedgerEntry.month >= first) & (LedgerEntry.month <= basis.month)
    decided = select(PaymentDecision.entry_id)
    query = select(LedgerEntry).where(
        or_(
            of_open,
            LedgerEntry.entry_id.in_(decided),
            LedgerEntry.corrects.in_(decided),
            LedgerEntry.rule == QUOTA_MISSED,
        )
    )
    every = session.scalars(_of(query, LedgerEntry.staff_id, only).order_by(LedgerEntry.entry_id)).all()
    ids = {row.entry_id for row in every} | {row.corrects for row in every if row.corrects is not None}
    for root in _in_chunks(session, select(LedgerEntry), LedgerEntry.entry_id, sorted(ids)):
        basis.roots[root.entry_id] = root
    corrects = _in_chunks(session, select(LedgerEntry), LedgerEntry.corrects, sorted(ids))
    basis.reversed = {row.corrects for row in corrects if row.corrects is not None}
    basis.days_off = days_off(every)
    for row in every:
        basis.entries[row.staff_id].append(row)
        if row.rule == QUOTA_MISSED and row.corrects is None and row.entry_id not in basis.reversed:
            basis.misses[row.staff_id].append(row)
    kept = select(StatementLine).order_by(StatementLine.month, StatementLine.place)
    for line in session.scalars(_of(kept, StatementLine.staff_id, only)):
        basis.kept[line.staff_id].append(line)


def _read_losses(session: Session, basis: Basis, only: Sequence[str] | None) -> None:
    """The losses that their person agreed to and nobody withdrew, with the month from which they are deducted."""
    last: dict[int, LossAnswer] = {}
    answer: LossAnswer | None
    for answer in session.scalars(select(LossAnswer).order_by(LossAnswer.answer_id)):
        last[answer.loss_id] = answer
    for loss in session.scalars(
        _of(select(BookedLoss).order_by(BookedLoss.loss_id), BookedLoss.staff_id, only)
    ):
        answer = last.get(loss.loss_id)
        if answer is not None and answer.answer == "agreed":
            basis.losses[loss.staff_id].append((loss, f"{answer.answered_at:%Y-%m}"))
        elif answer is not None and answer.answer == "withdrawn":
            basis.withdrawn[loss.staff_id].append(loss)
