"""A person's statement of a month: as it was fixed, or as the records say now.

The lines of an open month are computed when they are looked at. Closing a month keeps them. What is known later of
a fixed month never changes its statement: the difference stands in the open month, line by line, naming what it
corrects (rulebook 11).
"""

import hashlib
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy.orm import Session

from crm.pay.basis import Basis
from crm.pay.caps import Take, takes
from crm.pay.lines import (
    BASE,
    CARRIED,
    CORRECTION,
    KINDS,
    LOSS,
    OF_LEDGER,
    WAITS,
    Line,
    commission_lines,
    entry_line,
    own_lines,
    pay_lines,
)
from crm.pay.models import StatementLine
from crm.pay.reading import read_basis
from crm.pay.words import correction_words, given_back_words, loss_words, plain
from crm.penalties.months import first_day, following, last_day
from crm.people.models import Staff
from crm.rulebook.law import monthly_cap
from crm.store.base import fen_of


@dataclass(frozen=True)
class Minimum:
    """The local minimum wage beside a month: in fen, None where the city or its wage is not known."""

    city: str
    fen: int | None
    below: bool


@dataclass(frozen=True)
class Statement:
    """One person's month; `fixed` once it is closed."""

    staff: Staff
    month: str
    lines: list[Line]
    minimum: Minimum
    fixed: bool

    @property
    def total(self) -> int:
        """What is paid, in fen; what is not known counts as nothing."""
        return sum(line.counted for line in self.lines)

    @property
    def unknown(self) -> bool:
        """Whether an amount of it is not known."""
        return any(self.unknown_of(kind) for kind in KINDS)

    def unknown_of(self, kind: str) -> bool:
        """Whether an amount of that kind is not known; days of absence without one are shown as days."""
        return any(line.kind == kind and line.amount is None and not line.absent_days for line in self.lines)

    def counted(self, *kinds: str) -> int:
        """What the lines of these kinds come to in the pay."""
        return sum(line.counted for line in self.lines if line.kind in kinds)

    @property
    def kept_back(self) -> int:
        """What the ledger says and the pay does not, because it is held, withheld or was lifted."""
        return sum((line.amount or 0) - line.counted for line in self.lines if line.kind in OF_LEDGER)

    @property
    def absent_days(self) -> str:
        """The days of absence that the ledger has booked in the month, empty where there are none."""
        days = sum((Decimal(line.absent_days) for line in self.lines if line.absent_days), Decimal(0))
        return plain(days) if days else ""

    @property
    def ledger(self) -> int:
        """What the ledger has booked for the person in the month."""
        return sum(line.amount or 0 for line in self.lines if line.kind in OF_LEDGER)

    @property
    def digest(self) -> str:
        """Says which version of an open statement somebody saw."""
        text = repr([(line.kind, line.ref, line.amount, line.counted, line.state) for line in self.lines])
        return hashlib.sha256(text.encode()).hexdigest()[:16]


def statements(session: Session, month: str, staff_ids: Collection[str] | None = None) -> list[Statement]:
    """The statements of a month, of these people or of everybody who has one, by staff id."""
    basis = read_basis(session, month, staff_ids)
    every = (statement_of(basis, staff_id) for staff_id in basis.people)
    return [one for one in every if one.lines or staff_ids is not None]


def statement_of(basis: Basis, staff_id: str) -> Statement:
    """One person's statement, out of what was read."""
    month, staff = basis.month, basis.people[staff_id]
    fixed = month in basis.fixed
    lines = kept_lines(basis, staff_id, month) if fixed else computed_lines(basis, staff_id)
    lines.sort(key=lambda line: KINDS.index(line.kind))
    return Statement(staff, month, lines, minimum_of(basis, staff_id, lines), fixed)


def kept_lines(basis: Basis, staff_id: str, month: str) -> list[Line]:
    """The lines as they were when the month was closed."""
    return [_line(row) for row in basis.kept[staff_id] if row.month == month]


def _line(row: StatementLine) -> Line:
    return Line(
        row.kind,
        row.ref,
        None if row.amount is None else fen_of(row.amount),
        fen_of(row.counted),
        (row.zh, row.en),
        row.state,
        row.absent_days,
        row.rule,
        row.of_month,
        row.of_kind,
    )


def computed_lines(basis: Basis, staff_id: str) -> list[Line]:
    """The lines of an open month as the records say now."""
    lines = [*own_lines(basis, staff_id, basis.month), *loss_lines(basis, staff_id)]
    if basis.month == basis.open_from:
        lines += corrections(basis, staff_id)
    return lines


def minimum_of(basis: Basis, staff_id: str, lines: list[Line]) -> Minimum:
    """The minimum wage of the project's city, and whether a whole month's known pay falls below it."""
    month, person = basis.month, basis.people[staff_id]
    project = str(basis.in_force(staff_id, "project", last_day(month)))
    fen = basis.minimum_on(project, last_day(month))
    whole = person.hired_on <= first_day(month) and (
        person.left_on is None or person.left_on >= last_day(month)
    )
    known = all(line.amount is not None for line in lines if line.kind == BASE)
    below = fen is not None and whole and known and sum(line.counted for line in lines) < fen
    return Minimum(basis.cities.get(project, ""), fen, below)


def cap_of(basis: Basis, staff_id: str, month: str) -> int | None:
    """The most that booked losses may take of the month, in fen; None where the wage or the minimum is unknown.

    The wage is all that the month pays before losses and corrections of other months.
    """
    lines = own_lines(basis, staff_id, month)
    project = str(basis.in_force(staff_id, "project", last_day(month)))
    minimum = basis.minimum_on(project, last_day(month))
    if minimum is None or any(line.amount is None and line.kind not in OF_LEDGER for line in lines):
        return None
    return monthly_cap(max(0, sum(line.counted for line in lines)), minimum)


def loss_takes(basis: Basis, staff_id: str) -> list[Take]:
    """What the open months up to the asked one take of the person's losses."""
    losses = basis.losses[staff_id]
    if not losses:
        return []
    taken: dict[str, int] = {}
    for row in basis.kept[staff_id]:
        if row.kind == LOSS:
            taken[row.ref] = taken.get(row.ref, 0) - fen_of(row.counted)
    left = {loss.loss_id: fen_of(loss.amount) - taken.get(str(loss.loss_id), 0) for loss, _ in losses}
    since = {loss.loss_id: since for loss, since in losses}
    first = max(min(since.values()), basis.open_from) if basis.fixed else min(since.values())
    return takes(
        left, since, [(month, cap_of(basis, staff_id, month)) for month in _months(first, basis.month)]
    )


def _months(first: str, last: str) -> Iterator[str]:
    month = first
    while month <= last:
        yield month
        month = following(month)


def loss_lines(basis: Basis, staff_id: str) -> Iterator[Line]:
    """What the asked month takes of each booked loss, and what goes on to the next."""
    causes = {loss.loss_id: loss.cause for loss, _ in basis.losses[staff_id]}
    for take in loss_takes(basis, staff_id):
        if take.month == basis.month:
            state = WAITS if take.cap is None else CARRIED if take.taken < take.left else ""
            words = loss_words(take.loss_id, causes[take.loss_id], take.left, take.taken, take.cap)
            yield Line(LOSS, str(take.loss_id), -take.left, -take.taken, words, state)
    if basis.month == basis.open_from:
        yield from _given_back(basis, staff_id)


def _given_back(basis: Basis, staff_id: str) -> Iterator[Line]:
    """What fixed months took of a loss that was withdrawn since."""
    for loss in basis.withdrawn[staff_id]:
        rows = [row for row in basis.kept[staff_id] if row.kind == LOSS and row.ref == str(loss.loss_id)]
        taken = -sum(fen_of(row.counted) for row in rows)
        if taken:
            yield Line(
                LOSS, str(loss.loss_id), taken, taken, given_back_words(loss.loss_id, loss.cause, taken)
            )


def corrections(basis: Basis, staff_id: str) -> Iterator[Line]:
    """What of each fixed month is different by now, less what was corrected already."""
    for month in basis.fixed:
        was = _kept_sums(basis, staff_id, month)
        now = _present_sums(basis, staff_id, month, was)
        for key in sorted(was.keys() | now.keys(), key=lambda key: (KINDS.index(key[0]), key[1])):
            before, after = was.get(key, 0), now[key].counted if key in now else 0
            if before != after:
                source = now[key].words if key in now else ("", "")
                words = correction_words(month, key[0], before, after, source)
                amount = after - before
                rule = now[key].rule if key in now else ""
                yield Line(
                    CORRECTION, key[1], amount, amount, words, rule=rule, of_month=month, of_kind=key[0]
                )


def _kept_sums(basis: Basis, staff_id: str, month: str) -> dict[tuple[str, str], int]:
    """What was fixed for the month and corrected since, by kind and ref; losses are only ever carried on."""
    found: dict[tuple[str, str], int] = {}
    for row in basis.kept[staff_id]:
        correction = row.kind == CORRECTION and row.of_month == month
        if correction or (row.month == month and row.kind not in (LOSS, CORRECTION)):
            key = (row.of_kind if correction else row.kind, row.ref)
            found[key] = found.get(key, 0) + fen_of(row.counted)
    return found


def _present_sums(
    basis: Basis, staff_id: str, month: str, was: dict[tuple[str, str], int]
) -> dict[tuple[str, str], Line]:
    """The same by the records of today. Of the ledger only what was decided on can have changed: it only grows."""
    lines = [*pay_lines(basis, staff_id, month), *commission_lines(basis, staff_id, month)]
    found = {(line.kind, line.ref): line for line in lines}
    for row in basis.entries[staff_id]:
        if row.month == month and basis.root_of(row).entry_id in basis.verdicts:
            line = entry_line(basis, row)
            found[line.kind, line.ref] = line
    for key in was:
        if key[0] in OF_LEDGER and key not in found:
            found[key] = Line(key[0], key[1], was[key], was[key], ("", ""))
    return found
