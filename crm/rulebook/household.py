"""Section 12 for one household, day by day in plain Python: what `crm.rulebook.duties` says of it, without frames.

After each record an office waits for the household's duties. Whole columns are quick for thousands of customers and
slow for one, so here the same clocks are walked one at a time. A test holds both against each other.
"""

from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from crm.rulebook.calendar import is_official_workday
from crm.rulebook.parameters import Parameters, fen
from crm.rulebook.tables import NO_DAY, SECONDS_A_DAY

NEVER = 1 << 30
"""A day after every other."""


@dataclass(frozen=True)
class Person:
    """Somebody who ever had one of the customers. `subject`: consultant of property (sections 3 to 7).

    `left` is the last date of employment, `NEVER` for who is here; `roster` has the planned dates and whether
    they are worked.
    """

    subject: bool
    hired: int
    left: int
    roster: Mapping[int, bool]


@dataclass(frozen=True)
class Spoken:
    """A contact: at which second, by its id, of which kind, recorded on which day, whether somebody was reached."""

    at: int
    contact_id: str
    kind: str
    recorded: int
    effective: bool

    @property
    def day(self) -> int:
        """The date on which it happened."""
        return self.at // SECONDS_A_DAY


@dataclass(frozen=True)
class Member:
    """A customer with everything that the clocks look at; days are day numbers.

    `turns` are the transfers as (day, to whom or None); `waivers` as (from, to), both included, `NEVER` where one has
    no end; `deposits` the days of deposits and contracts that count as records, `contract` the first contract's.
    """

    customer_id: str
    owner: str
    first_contact: int
    opted_out: int = NEVER
    contract: int = NEVER
    turns: Sequence[tuple[int, str | None]] = ()
    waivers: Sequence[tuple[int, int]] = ()
    contacts: Sequence[Spoken] = ()
    deposits: Sequence[int] = ()

    def waived_to(self, day: int) -> int | None:
        """The latest last date of the waivers that cover the day, None where none does."""
        return max((to for since, to in self.waivers if since <= day <= to), default=None)


@dataclass(frozen=True)
class Due:
    """One duty, as a row of `duties`; `overdue` None where nothing is, `cost` in fen."""

    kind: str
    customer_id: str
    staff_id: str
    due: int
    done: bool
    overdue: int | None
    cost: int


@dataclass(frozen=True)
class _Spell:
    """One unbroken tracking by one owner (rulebook 4), both dates included."""

    owner: str
    first: int
    last: int


class Workdays:
    """Whose workday is which (rulebook 1)."""

    def __init__(self, people: Mapping[str, Person], calendar: Mapping[int, bool]) -> None:
        self.people = people
        self.calendar = calendar

    def works(self, person: Person, day: int) -> bool:
        """Roster before the company's calendar before the official one, within the employment."""
        if not person.hired <= day <= person.left:
            return False
        planned = person.roster.get(day)
        if planned is None:
            planned = self.calendar.get(day)
        return is_official_workday(day) if planned is None else planned

    def next(self, owner: str, day: int) -> int:
        """The owner's first workday on or after the day, `NEVER` where there is none."""
        person = self.people[owner]
        day = max(day, person.hired)
        while day <= person.left and day < NEVER:
            if self.works(person, day):
                return day
            day += 1
        return NEVER


def earliest_day_needed(members: Sequence[Member], parameters: Parameters, day: int) -> int:
    """The first day whose workdays matter: of a household without waivers its last record, else its first contact."""
    records = _records(members, parameters, day)
    if records and not any(member.waivers for member in members):
        return records[-1]
    return min((member.first_contact for member in members), default=day)


def household_duties(
    members: Sequence[Member], workdays: Workdays, parameters: Parameters, day: int
) -> list[Due]:
    """The duties of one household on a day, from what happened up to it."""
    records = _records(members, parameters, day)
    return [
        due for member in members for due in _Customer(member, records, workdays, parameters, day).duties()
    ]


def _records(members: Sequence[Member], parameters: Parameters, day: int) -> list[int]:
    """The household's record dates up to the day (rulebook 1), in order."""
    within = _Over(parameters, "followup_record_within_days")
    found = {
        one.day
        for member in members
        for one in member.contacts
        if one.day <= day and one.recorded - one.day <= within(one.day)
    }
    found |= {on for member in members for on in member.deposits if on <= day}
    return sorted(found)


class _Over:
    """The whole numbers (money in fen) of a parameter, by the day on which they are in force."""

    def __init__(self, parameters: Parameters, name: str) -> None:
        steps = parameters.terms[name].steps
        self._firsts = [first for first, _ in steps]
        self._values = [fen(value) if isinstance(value, Decimal) else value for _, value in steps]

    def __call__(self, day: int) -> int:
        value = self._values[bisect_right(self._firsts, day) - 1]
        assert isinstance(value, int)
        return value


class _Customer:
    """One customer's clocks."""

    def __init__(
        self, member: Member, records: list[int], workdays: Workdays, parameters: Parameters, day: int
    ) -> None:
        self.member, self.records, self.workdays, self.day = member, records, workdays, day
        self.parameters = parameters
        self.begin = parameters.records_begin
        self.every = _Over(parameters, "followup_every_days")
        self.last_record = records[-1] if records else NO_DAY
        seen = [one for one in member.contacts if one.day <= day]
        first = min(seen, key=lambda one: (one.at, one.contact_id), default=None)
        self.called = first is not None and first.kind == "call_in"
        self.visit = min((one.day for one in seen if one.kind == "visit"), default=NEVER)
        self.reached_today = any(one.effective and one.day == day for one in seen)
        self.spells = list(self._spells())

    def duties(self) -> Iterator[Due]:
        """At most one: of the spell that covers the day."""
        member, day = self.member, self.day
        for spell in self.spells:
            if not spell.first <= day <= spell.last or (member.waived_to(day) or NO_DAY) >= NEVER:
                continue
            calls = self.called and self.visit > day
            due, cost = self._callin_due(spell) if calls else self._followup_due(spell)
            if due >= NEVER:
                continue
            done = due > day or (calls and self.reached_today)
            kind = "callin" if calls else "followup"
            yield Due(kind, member.customer_id, spell.owner, due, done, self._overdue_since(), cost)

    def _spells(self) -> Iterator[_Spell]:
        turns = self._owners_in_turn()
        end = min(self.member.contract - 1, self.member.opted_out - 1, self.day)
        for at, (first, owner) in enumerate(turns):
            person = self.workdays.people.get(owner) if owner else None
            if owner is None or person is None or not person.subject:
                continue
            following = turns[at + 1][0] - 1 if at + 1 < len(turns) else NEVER
            last = min(following, end, person.left)
            if last >= first and last >= self.begin:
                yield _Spell(owner, first, last)

    def _owners_in_turn(self) -> list[tuple[int, str | None]]:
        """From which day who has the customer: the last word of a day counts, and the same person goes on."""
        start = self.member.first_contact
        by_day: dict[int, str | None] = {start: self.member.owner}
        for on, to in sorted(self.member.turns, key=lambda turn: turn[0]):
            by_day[max(on, start)] = to
        turns: list[tuple[int, str | None]] = []
        for first, owner in by_day.items():
            if not turns or turns[-1][1] != owner:
                turns.append((first, owner))
        return turns

    def _due_of(self, spell: _Spell, clock: int) -> int:
        """Due of a clock (rulebook 4.2)."""
        return self.workdays.next(spell.owner, clock + self.every(clock))

    def _record_after(self, day: int) -> int:
        at = bisect_right(self.records, day)
        return self.records[at] if at < len(self.records) else NEVER

    def _clock(self, spell: _Spell) -> int | None:
        """Where the clock of 4.2 stands first, None where it does not run in the spell.

        Without waivers it lands on every record, so it may as well start on the last one.
        """
        if self.called and self.visit > spell.last:
            return None
        start = max(spell.first, self.visit if self.called else NO_DAY, self.begin)
        return start if self.member.waivers else max(start, self.last_record)

    def _callin_due(self, spell: _Spell) -> tuple[int, int]:
        """The owner's first workday on or after the day, after the spell's first date and not waived; its fine."""
        due = self.workdays.next(spell.owner, max(spell.first + 1, self.day))
        while due < NEVER and (waived := self.member.waived_to(due)) is not None:
            due = self.workdays.next(spell.owner, waived + 1)
        return due, _Over(self.parameters, "callin_fine")(due)

    def _followup_due(self, spell: _Spell) -> tuple[int, int]:
        """Due of 4.2, walking on only over missed and waived dues; and the fine of the clock's date."""
        clock = self._clock(spell)
        while clock is not None and clock < NEVER:
            due = self._due_of(spell, clock)
            record, waived = self._record_after(clock), self.member.waived_to(due)
            if record <= due:
                clock = record
            elif waived is not None:
                clock = waived
            elif due >= self.day:
                return due, _Over(self.parameters, "followup_fine")(clock)
            else:
                clock = due
        return NEVER, 0

    def _overdue_since(self) -> int | None:
        """The earliest miss before the day and after the household's last record."""
        missed = [
            on for spell in self.spells for on in (self._callin_miss(spell), self._followup_miss(spell)) if on
        ]
        return min(missed, default=None)

    def _callin_miss(self, spell: _Spell) -> int | None:
        """The first missed workday of 4.1 that no record has followed."""
        if not self.called:
            return None
        person = self.workdays.people[spell.owner]
        low = max(spell.first + 1, self.last_record + 1, self.begin)
        high = min(spell.last, self.visit - 1, self.day - 1)
        works: Callable[[int], bool] = lambda on: self.workdays.works(person, on)  # noqa: E731
        days = (on for on in range(low, high + 1) if works(on) and self.member.waived_to(on) is None)
        return next(days, None)

    def _followup_miss(self, spell: _Spell) -> int | None:
        """The first missed due of 4.2 that no record has followed."""
        clock, until = self._clock(spell), min(spell.last, self.day - 1)
        while clock is not None and clock < self.day:
            due = self._due_of(spell, clock)
            record = self._record_after(clock)
            if record <= due:
                clock = record
                continue
            if due > until:
                return None
            waived = self.member.waived_to(due)
            if waived is None and due > self.last_record:
                return due
            clock = due if waived is None else waived
        return None
