"""The lines of one person's month: pay by terms, commission, and what is booked in the ledger."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from crm.pay.basis import QUOTA_MISSED, Basis
from crm.pay.commission import NOTHING, Earned, Plan, Sale, earned_in, last_of, month_of, paid_in
from crm.pay.terms import pay_of_month
from crm.pay.words import Both, commission_words
from crm.penalties.models import LedgerEntry
from crm.penalties.months import first_day
from crm.rulebook.law import law_of
from crm.rulebook.tables import day_number
from crm.store.base import fen_of

BASE, VARIABLE, CUT = "base", "variable", "variable_cut"
COMMISSION, CLAWBACK = "commission", "clawback"
REWARD, DEDUCTION = "reward", "deduction"
LOSS, CORRECTION = "loss", "correction"
KINDS = (BASE, VARIABLE, CUT, COMMISSION, CLAWBACK, REWARD, DEDUCTION, LOSS, CORRECTION)
OF_LEDGER = frozenset({CUT, REWARD, DEDUCTION})
HELD, WITHHELD, RELEASED, LIFTED = "held", "withheld", "released", "lifted"
CARRIED, WAITS = "carried", "waits"


@dataclass(frozen=True)
class Line:
    """One line of a statement, in fen. `amount` None: not known; `counted` is what of it is paid.

    `state` says why the two differ: held (waits for a decision), withheld (decided), lifted (taken back before
    anybody decided), carried (a loss above the month's cap), waits (a loss whose cap is not known); released was
    held and counts now. `ref` names what it rests on; `of_month` and `of_kind` what a correction corrects.
    """

    kind: str
    ref: str
    amount: int | None
    counted: int
    words: Both
    state: str = ""
    absent_days: str = ""
    rule: str = ""
    of_month: str = ""
    of_kind: str = ""


def own_lines(basis: Basis, staff_id: str, month: str) -> list[Line]:
    """What the month itself gives, without booked losses and corrections."""
    return [
        *pay_lines(basis, staff_id, month),
        *commission_lines(basis, staff_id, month),
        *entry_lines(basis, staff_id, month),
    ]


def pay_lines(basis: Basis, staff_id: str, month: str) -> Iterator[Line]:
    """Base and variable pay; a variable pay that nobody entered is no line."""
    person, first = basis.people[staff_id], first_day(month)
    changes = [term.from_on for term in basis.terms[staff_id]]
    for kind, name in ((BASE, "monthly_base_pay"), (VARIABLE, "monthly_variable_pay")):

        def pay_on(day: dt.date, name: str = name) -> int | None:
            value = basis.in_force(staff_id, name, day)
            return fen_of(value) if isinstance(value, Decimal) else None

        pay = pay_of_month(
            kind, first, (person.hired_on, person.left_on), changes, pay_on, basis.workdays_of(month)
        )
        if pay is not None and (kind == BASE or pay.fen is not None):
            yield Line(kind, "", pay.fen, pay.fen or 0, pay.words)


def commission_lines(basis: Basis, staff_id: str, month: str) -> Iterator[Line]:
    """What the month pays of the person's deals, and takes back."""
    for paid in paid_in(first_day(month), _earned(basis, staff_id, first_day(month))):
        kind = COMMISSION if paid.kind == "commission" else CLAWBACK
        ref = paid.earned.sale.deal_id
        yield Line(kind, ref, paid.fen, paid.fen or 0, commission_words(paid))


def _earned(basis: Basis, staff_id: str, until: dt.date) -> Iterator[Earned]:
    """What the person's deals earn, each month by the plan of the project in which the person then was."""
    sales = [sale for sale in basis.sales[staff_id] if sale.contract_on <= last_of(until)]
    for month in sorted({month_of(sale.contract_on) for sale in sales}):
        by_plan: dict[Plan, list[Sale]] = {}
        for sale in sales:
            project = str(basis.in_force(staff_id, "project", sale.contract_on))
            plan = basis.plan_on(project, sale.contract_on)
            if plan is not None and month_of(sale.contract_on) == month:
                by_plan.setdefault(plan, []).append(sale)
        cut = _cut(basis, staff_id, month)
        for plan, theirs in by_plan.items():
            yield from earned_in(plan, month, theirs, cut)


def _cut(basis: Basis, staff_id: str, month: dt.date) -> Decimal:
    """The percentage points that a missed quota takes off that month's rate; nothing where it was not enforced."""
    for row in basis.misses[staff_id]:
        if month_of(row.on) == month and basis.verdicts.get(row.entry_id) != "withhold":
            value = basis.parameters.at("commission_points_cut", day_number(row.on))
            return value if isinstance(value, Decimal) else NOTHING
    return NOTHING


def entry_lines(basis: Basis, staff_id: str, month: str) -> Iterator[Line]:
    """A line for each row of the ledger that is booked in the month and moves money or days."""
    for row in basis.entries[staff_id]:
        if row.month == month and (row.amount is not None or row.absent_days):
            yield entry_line(basis, row)


def entry_line(basis: Basis, row: LedgerEntry) -> Line:
    """One row of the ledger; a row that takes another back counts as that one does, on the same side."""
    root = basis.root_of(row)
    state = state_of(basis, root)
    amount = None if row.amount is None else fen_of(row.amount)
    counts = state in ("", RELEASED)
    return Line(
        kind_of(root),
        str(row.entry_id),
        amount,
        amount or 0 if counts else 0,
        (row.evidence_zh, row.evidence_en),
        state,
        row.absent_days,
        row.rule,
    )


def kind_of(root: LedgerEntry) -> str:
    """On which side of the statement an entry stands."""
    if root.rule == QUOTA_MISSED:
        return CUT
    return REWARD if root.amount is not None and root.amount > 0 else DEDUCTION


def state_of(basis: Basis, root: LedgerEntry) -> str:
    """How an entry counts: by the confirmed decision, else as its fixed month kept it, else by its flag."""
    verdict = basis.verdicts.get(root.entry_id)
    if verdict is not None:
        return RELEASED if verdict == "release" else WITHHELD
    if root.month in basis.fixed:
        kept = (line for line in basis.kept[root.staff_id] if line.ref == str(root.entry_id))
        line = next((line for line in kept if line.kind in OF_LEDGER), None)
        if line is not None:
            lifted = line.state == HELD and root.entry_id in basis.reversed
            return LIFTED if lifted else line.state
    if is_held(basis, root):
        return LIFTED if root.entry_id in basis.reversed else HELD
    return ""


def is_held(basis: Basis, root: LedgerEntry) -> bool:
    """Whether the company's setting lets this entry wait for a decision: a deduction with such a flag."""
    return flag_of(basis, root) in basis.held_flags and not (root.amount is not None and root.amount > 0)


def flag_of(basis: Basis, root: LedgerEntry) -> str:
    """The law's flag of an entry."""
    worked = (root.staff_id, root.on) not in basis.days_off
    return law_of(root.rule, None if root.amount is None else fen_of(root.amount), worked=worked).flag
