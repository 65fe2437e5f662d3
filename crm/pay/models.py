"""Rows of pay: plans of commission, minimum wages, booked losses, decisions on payment, and months that are fixed.

All but the settings only grow: a plan, a wage or a decision that no longer holds is followed by another, and the
database refuses to change or delete a row.
"""

import datetime as dt
from decimal import Decimal

from sqlalchemy import ForeignKey, Index, Select, false, or_, select, true
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.sql.elements import ColumnElement

from crm.people.models import Staff
from crm.permissions import Scope, User, reach
from crm.store.base import Base, Exact, RowId

GROWING = (
    "minimum_wages",
    "commission_plans",
    "commission_tiers",
    "booked_losses",
    "loss_answers",
    "payment_decisions",
    "payment_confirmations",
    "fixed_months",
    "statement_lines",
    "statement_looks",
)
"""The tables whose rows the database keeps as they are."""


class MinimumWage(Base):
    """A city's monthly minimum wage from a date on; of several for one date the last entered holds."""

    __tablename__ = "minimum_wages"
    __table_args__ = (Index(None, "city", "from_on"),)

    wage_id: Mapped[RowId]
    city: Mapped[str]
    from_on: Mapped[dt.date]
    amount: Mapped[Decimal]
    source: Mapped[str]
    entered_by: Mapped[str]
    entered_at: Mapped[dt.datetime]


class CommissionPlan(Base):
    """A project's commission from the first of a month on; of several for one month the last entered holds."""

    __tablename__ = "commission_plans"
    __table_args__ = (Index(None, "project", "from_on"),)

    plan_id: Mapped[RowId]
    project: Mapped[str]
    from_on: Mapped[dt.date]
    basis: Mapped[str]
    pays: Mapped[str]
    mode: Mapped[str]
    paid_on: Mapped[str]
    note: Mapped[str]
    made_by: Mapped[str]
    made_at: Mapped[dt.datetime]


class CommissionTier(Base):
    """From so many units or yuan on, the rate: basis points of the amount, or yuan a unit."""

    __tablename__ = "commission_tiers"

    plan_id: Mapped[int] = mapped_column(ForeignKey("commission_plans.plan_id"), primary_key=True)
    place: Mapped[int] = mapped_column(primary_key=True)
    start: Mapped[Exact]
    rate: Mapped[Exact]


class BookedLoss(Base):
    """A proven loss that a person caused, booked against the pay of the coming months (工资支付暂行规定 Art. 16)."""

    __tablename__ = "booked_losses"
    __table_args__ = (Index(None, "staff_id"),)

    loss_id: Mapped[RowId]
    staff_id: Mapped[str] = mapped_column(ForeignKey("staff.staff_id"))
    on: Mapped[dt.date]
    amount: Mapped[Decimal]
    cause: Mapped[str]
    evidence: Mapped[str]
    booked_by: Mapped[str]
    booked_at: Mapped[dt.datetime]


class LossAnswer(Base):
    """What became of a booked loss: `agreed` or `refused` by the person, `withdrawn` by whoever may book one."""

    __tablename__ = "loss_answers"
    __table_args__ = (Index(None, "loss_id"),)

    answer_id: Mapped[RowId]
    loss_id: Mapped[int] = mapped_column(ForeignKey("booked_losses.loss_id"))
    answer: Mapped[str]
    words: Mapped[str]
    answered_by: Mapped[str]
    answered_at: Mapped[dt.datetime]


class PaymentDecision(Base):
    """A person's decision on a held entry: `release` (it counts in the pay) or `withhold` (it does not)."""

    __tablename__ = "payment_decisions"
    __table_args__ = (Index(None, "entry_id"),)

    decision_id: Mapped[RowId]
    entry_id: Mapped[int] = mapped_column(ForeignKey("ledger.entry_id"))
    verdict: Mapped[str]
    reason: Mapped[str]
    decided_by: Mapped[str]
    decided_at: Mapped[dt.datetime]


class PaymentConfirmation(Base):
    """The second person's answer to a decision, once; only a confirmed one counts."""

    __tablename__ = "payment_confirmations"

    decision_id: Mapped[int] = mapped_column(ForeignKey("payment_decisions.decision_id"), primary_key=True)
    agreed: Mapped[bool]
    answer: Mapped[str]
    second_by: Mapped[str]
    second_at: Mapped[dt.datetime]


class FixedMonth(Base):
    """A month whose statements are kept as they were when it was closed; `month` is 2026-10."""

    __tablename__ = "fixed_months"

    month: Mapped[str] = mapped_column(primary_key=True)
    people: Mapped[int]
    total: Mapped[Decimal]
    fixed_by: Mapped[str]
    fixed_at: Mapped[dt.datetime]


class StatementLine(Base):
    """One line of a fixed statement.

    `amount` is what the line says (null: not known), `counted` what of it is paid; `state` says why they differ.
    `ref` names what the line rests on: a deal, an entry of the ledger, a loss; a correction has `of_month` and
    `of_kind` of the line that it corrects.
    """

    __tablename__ = "statement_lines"
    __table_args__ = (Index("uq_statement_lines_place", "month", "staff_id", "place", unique=True),)

    line_id: Mapped[RowId]
    month: Mapped[str] = mapped_column(ForeignKey("fixed_months.month"))
    staff_id: Mapped[str] = mapped_column(ForeignKey("staff.staff_id"))
    place: Mapped[int]
    kind: Mapped[str]
    ref: Mapped[str]
    amount: Mapped[Decimal | None]
    counted: Mapped[Decimal]
    state: Mapped[str]
    absent_days: Mapped[str]
    rule: Mapped[str]
    of_month: Mapped[str]
    of_kind: Mapped[str]
    zh: Mapped[str]
    en: Mapped[str]


class StatementLook(Base):
    """A person has seen a statement of their own; `digest` says which, should it change afterwards."""

    __tablename__ = "statement_looks"
    __table_args__ = (Index("uq_statement_looks_seen", "staff_id", "month", "digest", unique=True),)

    look_id: Mapped[RowId]
    staff_id: Mapped[str] = mapped_column(ForeignKey("staff.staff_id"))
    month: Mapped[str]
    digest: Mapped[str]
    seen_at: Mapped[dt.datetime]


def staff_whose_pay(user: User) -> Select[Staff]:
    """Whose statements the user may open: the own, the project's for its managers and finance, all for HR."""
    return select(Staff).where(_within(user, reach(user, "ledger:read"), Staff.staff_id))


def losses_visible_to(user: User) -> Select[BookedLoss]:
    """One's own, the project's for finance, all for HR; managers see nobody else's, for it is pay."""
    scope = reach(user, "ledger:read")
    scope = "own" if scope == "project" and user.role != "finance" else scope
    return select(BookedLoss).where(_within(user, scope, BookedLoss.staff_id))


def sees_pay(user: User, staff_id: str) -> bool:
    """Whether base pay, commission and totals are for this reader: managers see a statement without them."""
    return user.staff_id == staff_id or reach(user, "ledger:read") == "all" or user.role == "finance"


def _within(user: User, scope: Scope | None, staff_id: Mapped[str]) -> ColumnElement[bool]:
    if scope == "all":
        return true()
    own = staff_id == user.staff_id if user.staff_id else false()
    if scope == "project":
        return or_(own, staff_id.in_(select(Staff.staff_id).where(Staff.project == user.project)))
    return own
