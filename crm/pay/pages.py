"""What the pages of pay show: lines in words with what they rest on, narrowed to what this person may see."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy import func, select

from crm.deals.models import Deal, deals_visible_to
from crm.errors import NotFound
from crm.extensions import db
from crm.leads.page_queries import names_of
from crm.pay.decisions import Decided, decidable_by, decisions_of, open_entries
from crm.pay.lines import CORRECTION, HELD, KINDS, LIFTED, LOSS, OF_LEDGER, RELEASED, WITHHELD, Line
from crm.pay.models import FixedMonth, losses_visible_to, sees_pay, staff_whose_pay
from crm.pay.payroll import column_words
from crm.pay.statements import Statement, statements
from crm.penalties import lines as entries
from crm.penalties.models import LedgerEntry, entries_visible_to
from crm.penalties.months import first_day, month_text
from crm.people.accounts import Account
from crm.people.models import Staff
from crm.store.base import yuan_of
from crm.web.i18n import current_lang

MONTHS_BACK = 24
KEPT_BACK = frozenset({HELD, WITHHELD, LIFTED})


@dataclass(frozen=True)
class Shown:
    """A line as one reader sees it: in words, with the record that it rests on, and the ledger's entry if it is one.

    `amount` is what the line says and `counted` what of it is paid, in yuan; None where it is not known, or not for
    this reader.
    """

    line: Line
    text: str
    url: str | None
    amount: Decimal | None
    counted: Decimal | None
    entry: entries.Line | None = None
    why: str = ""


@dataclass
class Group:
    """The lines of one kind with their sum; what is held or withheld stands apart."""

    kind: str
    kept_back: bool
    title: str
    lines: list[Shown] = field(default_factory=list)

    @property
    def counted(self) -> Decimal:
        """What they come to in the pay, in yuan."""
        return sum((one.counted for one in self.lines if one.counted is not None), Decimal(0))


@dataclass(frozen=True)
class Sheet:
    """A statement for one reader; without `pay` it has no more than the entries that the reader may see."""

    statement: Statement
    groups: list[Group]
    pay: bool


def person_of(user: Account, staff_id: str) -> Staff:
    """A person whose statements the user may open; else NotFound."""
    row = db.session.scalar(staff_whose_pay(user).where(Staff.staff_id == staff_id))
    if row is None:
        raise NotFound
    return row


def sheet_of(user: Account, staff: Staff, month: str, today: dt.date) -> Sheet:
    """One person's statement in words."""
    statement = statements(db.session(), month, [staff.staff_id])[0]
    pay = sees_pay(user, staff.staff_id)
    lines = [line for line in statement.lines if pay or line.kind in OF_LEDGER]
    known, why = _entries_of(user, lines, today), _reasons(lines)
    links = _Links(user, lines)
    groups: dict[tuple[str, bool], Group] = {}
    for line in lines:
        key = (line.kind, line.state in KEPT_BACK)
        group = groups.setdefault(key, Group(*key, _title(*key)))
        entry = known.get(line.ref) if line.kind in OF_LEDGER else None
        group.lines.append(_shown(line, links.of(line), entry, pay, why.get(line.ref, "")))
    return Sheet(statement, [groups[key] for key in sorted(groups, key=_place)], pay)


def _place(key: tuple[str, bool]) -> tuple[bool, int]:
    return key[1], KINDS.index(key[0])


def _title(kind: str, kept_back: bool) -> str:
    word = column_words()[kind]
    return str(_("%(kind)s：暂缓或不计", kind=word)) if kept_back else word


def _reasons(lines: Sequence[Line]) -> dict[str, str]:
    """Why entries that two people decided about count or not, by the ledger's number."""
    said = [line for line in lines if line.state in (WITHHELD, RELEASED) or line.of_kind in OF_LEDGER]
    found = decisions_of(db.session(), [int(line.ref) for line in said])
    both = {
        number: (one.decision.reason, one.decision.decided_by, one.second.second_by)
        for number, one in found.items()
        if one.second is not None and one.counts
    }
    names = names_of(key for _reason, *keys in both.values() for key in keys)
    return {
        str(number): str(
            _(
                "%(reason)s（%(first)s决定，%(second)s确认）",
                reason=reason,
                first=names.get(first, first),
                second=names.get(second, second),
            )
        )
        for number, (reason, first, second) in both.items()
    }


def _shown(line: Line, url: str | None, entry: entries.Line | None, pay: bool, why: str) -> Shown:
    """The line; to a reader without pay in the words, and with the amount, that the entry has for that reader."""
    if pay:
        amount = None if line.amount is None else yuan_of(line.amount)
        text = line.words[current_lang() == "en"]
        return Shown(line, text, url, amount, yuan_of(line.counted), entry, why)
    text = "".join(part.text for part in entry.parts) if entry else ""
    if entry is None or entry.hidden:
        return Shown(line, text, url, None, None, entry, why)
    return Shown(line, text, url, entry.amount, yuan_of(line.counted), entry, why)


def _entries_of(user: Account, lines: Sequence[Line], today: dt.date) -> dict[str, entries.Line]:
    """The ledger's rows of these lines, in words."""
    ids = [int(line.ref) for line in lines if line.kind in OF_LEDGER]
    rows = db.session.scalars(entries_visible_to(user).where(LedgerEntry.entry_id.in_(ids))).all()
    return {str(line.entry_id): line for line in entries.lines_of(user, rows, today)}


class _Links:
    """Where the records of lines are, as far as the reader may open them."""

    def __init__(self, user: Account, lines: Sequence[Line]) -> None:
        deals = [line.ref for line in lines if _rests_on(line) in ("commission", "clawback")]
        query = deals_visible_to(user).where(Deal.deal_id.in_(deals))
        self._deals = set(db.session.scalars(query.with_only_columns(Deal.deal_id)))
        losses = [int(line.ref) for line in lines if line.kind == LOSS]
        seen = losses_visible_to(user).with_only_columns(losses_visible_to(user).selected_columns.loss_id)
        self._losses = {str(one) for one in db.session.scalars(seen)} if losses else set()

    def of(self, line: Line) -> str | None:
        """The address of what a line rests on."""
        kind = _rests_on(line)
        if kind in OF_LEDGER:
            return url_for("penalties.entry", entry_id=int(line.ref))
        if line.ref in self._deals and kind in ("commission", "clawback"):
            return url_for("deals.deal", deal_id=line.ref)
        if kind == LOSS and line.ref in self._losses:
            return url_for("pay.loss", loss_id=int(line.ref))
        return None


def _rests_on(line: Line) -> str:
    return line.of_kind if line.kind == CORRECTION else line.kind


def months_of(staff: Staff | None, today: dt.date) -> list[dt.date]:
    """The months to choose from, the latest first: since the person was hired, two years at most."""
    first = today.replace(day=1)
    found = [first]
    while len(found) < MONTHS_BACK:
        first = (first - dt.timedelta(days=1)).replace(day=1)
        if staff is not None and first < staff.hired_on.replace(day=1):
            break
        found.append(first)
    return found


def is_fixed(month: str) -> bool:
    """Whether the statements of the month are kept as they were."""
    return db.session.get(FixedMonth, month) is not None


@dataclass(frozen=True)
class Held:
    """A deduction about whose payment somebody decides: in words, and the last decision about it."""

    row: LedgerEntry
    entry: entries.Line
    staff: Staff
    decided: Decided | None
    held: bool

    @property
    def state(self) -> str:
        """waits_first, waits_second, release, withhold, or paid: the company's setting lets it pass."""
        if self.decided is not None and self.decided.waits:
            return "waits_second"
        if self.decided is not None and self.decided.counts:
            return self.decided.decision.verdict
        return "waits_first" if self.held else "paid"


def held_of(user: Account, month: str, today: dt.date, flags: Sequence[str]) -> list[Held]:
    """The flagged deductions of a month that this person decides about or confirms."""
    rows = open_entries(user, month)
    decided = decisions_of(db.session(), [row.entry_id for row in rows])
    ids = {row.staff_id for row in rows}
    people = {one.staff_id: one for one in db.session.scalars(select(Staff).where(Staff.staff_id.in_(ids)))}
    found = []
    for row, line in zip(rows, entries.lines_of(user, rows, today), strict=True):
        if line.law.flag:
            held = line.law.flag in flags
            found.append(Held(row, line, people[row.staff_id], decided.get(row.entry_id), held))
    return found


def months_with_entries(user: Account, today: dt.date) -> list[dt.date]:
    """The months in which something is booked that the user decides about, and the present one."""
    query = decidable_by(user).with_only_columns(func.distinct(LedgerEntry.month))
    months = {str(month) for month in db.session.scalars(query) if month} | {month_text(today)}
    return [first_day(month) for month in sorted(months, reverse=True)]


def state_words() -> dict[str, tuple[str, str]]:
    """What the state of a line is called, with its colour."""
    return {
        "held": ("waits", str(_("暂缓，等人决定"))),
        "withheld": ("none", str(_("不计入工资"))),
        "released": ("deduction", str(_("已放行"))),
        "lifted": ("none", str(_("已冲销"))),
        "carried": ("waits", str(_("其余结转下月"))),
        "waits": ("waits", str(_("上限未知，本月不扣"))),
    }
