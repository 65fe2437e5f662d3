"""The ledger, and the entries that a record can still undo."""

import datetime as dt
from decimal import Decimal

from sqlalchemy import ForeignKey, Index, Select, event, false, select, text, true
from sqlalchemy.orm import Mapped, ORMExecuteState, Session, mapped_column
from sqlalchemy.sql.elements import ColumnElement

from crm.people.models import Staff
from crm.permissions import User, reach
from crm.store.base import Base, RowId


class LedgerEntry(Base):
    """A posted entry of rulebook section 2. Holds ids, never names; corrected only by another that names it.

    `corrects` is the `entry_id` that this one reverses, once; `late` says that an earlier settlement had passed
    its date. `evidence` is kept in both languages, as it was printed; `rulebook` is the version that gave it.
    Neither the session nor the database lets a row be changed or deleted.
    """

    __tablename__ = "ledger"
    __table_args__ = (
        Index(None, "staff_id", "on"),
        Index(None, "on"),
        Index("uq_ledger_corrects", "corrects", unique=True),
    )

    entry_id: Mapped[RowId]
    rule: Mapped[str]
    staff_id: Mapped[str] = mapped_column(ForeignKey("staff.staff_id"))
    on: Mapped[dt.date]
    amount: Mapped[Decimal | None]
    absent_days: Mapped[str]
    customer_id: Mapped[str]
    evidence_zh: Mapped[str]
    evidence_en: Mapped[str]
    rulebook: Mapped[str]
    corrects: Mapped[int | None] = mapped_column(ForeignKey("ledger.entry_id"))
    late: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    posted_at: Mapped[dt.datetime]


class ProvisionalEntry(Base):
    """An entry that a record can still undo; computed anew at each settlement."""

    __tablename__ = "provisional_entries"
    __table_args__ = (Index(None, "staff_id", "on"), Index(None, "on"))

    provisional_id: Mapped[RowId]
    rule: Mapped[str]
    staff_id: Mapped[str] = mapped_column(ForeignKey("staff.staff_id"))
    on: Mapped[dt.date]
    amount: Mapped[Decimal | None]
    absent_days: Mapped[str]
    customer_id: Mapped[str]
    evidence_zh: Mapped[str]
    evidence_en: Mapped[str]
    computed_at: Mapped[dt.datetime]


class Settlement(Base):
    """One run of the settlement: what span it looked at, and how many entries it posted, reversed, left open."""

    __tablename__ = "settlements"

    settlement_id: Mapped[RowId]
    at: Mapped[dt.datetime]
    actor: Mapped[str]
    since_on: Mapped[dt.date]
    until_on: Mapped[dt.date]
    rulebook: Mapped[str]
    posted: Mapped[int]
    reversed: Mapped[int]
    provisional: Mapped[int]


class LedgerIsKept(RuntimeError):
    """Somebody tried to change or delete a row of the ledger; corrections are rows of their own."""

    def __init__(self) -> None:
        super().__init__("rows of the ledger are never changed or deleted; reverse them by another")


def _refuse_row(*_: object) -> None:
    raise LedgerIsKept


def _refuse_statement(act: ORMExecuteState) -> None:
    table = getattr(getattr(act.statement, "table", None), "name", "")
    if (act.is_update or act.is_delete) and table == LedgerEntry.__tablename__:
        raise LedgerIsKept


event.listen(LedgerEntry, "before_update", _refuse_row)
event.listen(LedgerEntry, "before_delete", _refuse_row)
event.listen(Session, "do_orm_execute", _refuse_statement)


def entries_visible_to(user: User) -> Select[LedgerEntry]:
    """One's own, the project's for its managers and finance, all for HR."""
    return select(LedgerEntry).where(_within_reach(user, LedgerEntry.staff_id))


def provisional_visible_to(user: User) -> Select[ProvisionalEntry]:
    """The same for what is not yet posted."""
    return select(ProvisionalEntry).where(_within_reach(user, ProvisionalEntry.staff_id))


PAY_RULES = frozenset({"report-false", "report-untracked", "quota-missed", "resignation-deduction"})


def shows_amount(user: User, rule: str) -> bool:
    """Whether the user may see the amount of such an entry: managers see no amount that comes from pay."""
    return rule not in PAY_RULES or reach(user, "ledger:read") != "project" or user.role == "finance"


def _within_reach(user: User, staff_id: Mapped[str]) -> ColumnElement[bool]:
    scope = reach(user, "ledger:read")
    if scope == "all":
        return true()
    if scope == "project":
        return staff_id.in_(select(Staff.staff_id).where(Staff.project == user.project))
    return staff_id == user.staff_id if scope == "own" else false()
