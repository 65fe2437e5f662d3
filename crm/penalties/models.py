"""The ledger, and the entries that a record can still undo."""

import datetime as dt
from decimal import Decimal

from sqlalchemy import ForeignKey, Index, Select, event, false, select, text, true
from sqlalchemy.orm import Mapped, ORMExecuteState, Session, mapped_column
from sqlalchemy.sql.elements import ColumnElement

from crm.people.models import Staff
from crm.permissions import User, reach
from crm.store.base import Base, RowId

POSTED, LATE, REVERSAL, LIFT = "posted", "late", "reversal", "lift"
KINDS = (POSTED, LATE, REVERSAL, LIFT)
"""Posted in its time; posted after its time had passed; taken back by a settlement; lifted by a person."""


class Chained:
    """A row of a book that only grows: it carries the digest of the row before it and its own (`crm.penalties.chain`).

    Neither the session nor the database lets such a row be changed or deleted.
    """

    previous: Mapped[str] = mapped_column(default="", server_default=text("''"))
    digest: Mapped[str] = mapped_column(default="", server_default=text("''"))


class LedgerEntry(Chained, Base):
    """A posted entry of rulebook section 2. Holds ids, never names; corrected only by another that names it.

    `month` (YYYY-MM) is the month it is booked in: that of `on`, or the earliest open one where that is closed.
    `kind` is one of `KINDS`; `corrects` is the `entry_id` that this one takes back, once. `why` says, of what is not
    plainly posted, what came in later or the reason that was given. `evidence` is kept in both languages, as it was
    printed; `rulebook` is the version that gave it, `actor` who settled or lifted.
    """

    __tablename__ = "ledger"
    __table_args__ = (
        Index(None, "staff_id", "on"),
        Index(None, "on"),
        Index(None, "month", "staff_id"),
        Index("uq_ledger_corrects", "corrects", unique=True),
    )

    entry_id: Mapped[RowId]
    month: Mapped[str] = mapped_column(server_default=text("''"))
    kind: Mapped[str] = mapped_column(default=POSTED, server_default=POSTED)
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
    why_zh: Mapped[str] = mapped_column(default="", server_default=text("''"))
    why_en: Mapped[str] = mapped_column(default="", server_default=text("''"))
    actor: Mapped[str] = mapped_column(default="", server_default=text("''"))
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


class Settlement(Chained, Base):
    """One run of the settlement: what span it looked at, and how many entries it posted, reversed, left open.

    `ledger_rows` and `ledger_digest` are how many rows the ledger had then, and the digest of its last.
    """

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
    ledger_rows: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    ledger_digest: Mapped[str] = mapped_column(default="", server_default=text("''"))


class Closing(Chained, Base):
    """A closed month: what it was fixed with.

    `entries`, `amount` (yuan) and `entries_digest` are of the rows booked in it; `rulebook` names a row of
    `rulebook_versions`; `calendar` holds every workday that the rules looked at (`crm.penalties.calendars`), and
    `calendar_digest` is its digest. The row's own digest is that of all of it.
    """

    __tablename__ = "closings"

    closing_id: Mapped[RowId]
    month: Mapped[str] = mapped_column(unique=True)
    closed_at: Mapped[dt.datetime]
    closed_by: Mapped[str]
    rulebook: Mapped[str]
    calendar: Mapped[str]
    calendar_digest: Mapped[str]
    entries: Mapped[int]
    amount: Mapped[Decimal]
    entries_digest: Mapped[str]
    ledger_rows: Mapped[int]
    ledger_digest: Mapped[str]


class RulebookVersion(Chained, Base):
    """Every number of a rulebook that was ever settled with; its name ends with the digest of this text."""

    __tablename__ = "rulebook_versions"

    number: Mapped[RowId]
    version: Mapped[str] = mapped_column(unique=True)
    parameters: Mapped[str]
    recorded_at: Mapped[dt.datetime]


class LedgerHead(Base):
    """How long each book is and how it ends, with a seal that only the program's key can make; one row."""

    __tablename__ = "ledger_head"

    head_id: Mapped[RowId]
    books: Mapped[str]
    key_id: Mapped[str]
    seal: Mapped[str]
    sealed_at: Mapped[dt.datetime]


class SeenEntry(Chained, Base):
    """When the person concerned first saw a posted entry; the days to object begin then."""

    __tablename__ = "ledger_seen"

    seen_id: Mapped[RowId]
    entry_id: Mapped[int] = mapped_column(ForeignKey("ledger.entry_id"), unique=True)
    staff_id: Mapped[str] = mapped_column(ForeignKey("staff.staff_id"))
    seen_at: Mapped[dt.datetime]


class Objection(Chained, Base):
    """What the person concerned says against an entry, once."""

    __tablename__ = "objections"
    __table_args__ = (Index(None, "staff_id"),)

    objection_id: Mapped[RowId]
    entry_id: Mapped[int] = mapped_column(ForeignKey("ledger.entry_id"), unique=True)
    staff_id: Mapped[str] = mapped_column(ForeignKey("staff.staff_id"))
    words: Mapped[str]
    objected_at: Mapped[dt.datetime]


class ObjectionAnswer(Chained, Base):
    """The answer with its reason; `lift_id` is the row of the ledger that lifted the entry, empty where it stands."""

    __tablename__ = "objection_answers"

    answer_id: Mapped[RowId]
    objection_id: Mapped[int] = mapped_column(ForeignKey("objections.objection_id"), unique=True)
    reason: Mapped[str]
    answered_by: Mapped[str]
    answered_at: Mapped[dt.datetime]
    lift_id: Mapped[int | None] = mapped_column(ForeignKey("ledger.entry_id"))


class LedgerIsKept(RuntimeError):
    """Somebody tried to change or delete a row of the ledger; corrections are rows of their own."""

    def __init__(self) -> None:
        super().__init__("rows of the ledger are never changed or deleted; reverse them by another")


def _refuse_row(*_: object) -> None:
    raise LedgerIsKept


def _refuse_statement(act: ORMExecuteState) -> None:
    table = getattr(getattr(act.statement, "table", None), "name", "")
    if (act.is_update or act.is_delete) and table in KEPT:
        raise LedgerIsKept


BOOKS: tuple[type[Chained], ...] = (
    RulebookVersion,
    LedgerEntry,
    Settlement,
    Closing,
    SeenEntry,
    Objection,
    ObjectionAnswer,
)
"""What is chained, protected by triggers and looked through by `crm verify`."""

KEPT = frozenset(str(getattr(book, "__tablename__")) for book in BOOKS)  # noqa: B009 - a mixin has no table
for _book in BOOKS:
    event.listen(_book, "before_update", _refuse_row)
    event.listen(_book, "before_delete", _refuse_row)
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
