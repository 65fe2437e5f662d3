"""Who is on probation, how far, until when, under which terms, and what was decided (rulebook 7 and 10)."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Select, exists, select
from sqlalchemy.orm import aliased

from crm.errors import NotFound
from crm.extensions import db
from crm.people.accounts import Account
from crm.people.models import Staff
from crm.rulebook.law import Position
from crm.rulebook.people import add_months, on_probation
from crm.rulebook.probation import Progress, progress_of
from crm.rulebook.probation_law import longest_probation, terms_of_probation
from crm.rulebook.tables import date_of, day_number
from crm.targets.probation_models import ProbationAnswer, ProbationDecision
from crm.targets.staffing_history import history_of_people
from crm.targets.staffing_reach import staff_within

DECIDE = "probation:decide"
REMINDED_DAYS = (30, 7)
"""How many days before the end somebody is reminded, and how many before it is urgent."""
LATELY_DAYS = 90
_DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class Decided:
    """A decision with the second person's word, if there is one."""

    decision: ProbationDecision
    answer: ProbationAnswer | None

    @property
    def state(self) -> str:
        """waits, agreed or refused."""
        if self.answer is None:
            return "waits"
        return "agreed" if self.answer.agreed else "refused"

    @property
    def on(self) -> dt.date:
        """The day from which confirmed, or the last one; never before the second person agreed."""
        on = self.decision.on
        return on if self.answer is None else max(on, self.answer.second_at.date())


@dataclass(frozen=True)
class Standing:
    """Somebody on probation: `last_on` is its last day, `ends_by` that of the employment, or the day before a
    confirmation that is agreed, if it is sooner.

    `progress` is None for who has no units to sell.
    """

    person: Staff
    progress: Progress | None
    last_on: dt.date
    ends_by: dt.date
    days_left: int
    longest: int
    terms: list[Position]
    decided: list[Decided]

    @property
    def urgency(self) -> str:
        """urgent in the last 7 days, soon in the last 30, else empty."""
        first, last = REMINDED_DAYS
        return "urgent" if self.days_left <= last else "soon" if self.days_left <= first else ""

    @property
    def waiting(self) -> Decided | None:
        """The decision that waits for a second person."""
        return next((one for one in self.decided if one.state == "waits"), None)


def last_day(person: Staff, months: int | None = None) -> dt.date:
    """The last day of a probation of so many months; without a number, of the person's own."""
    length = person.probation_months if months is None else months
    return date_of(add_months(day_number(person.hired_on), length)) - _DAY


def employed_before(person: Staff) -> bool:
    """Whether the same person had an employment with a probation here before."""
    if not person.person_id:
        return False
    other = aliased(Staff)
    earlier = (
        other.person_id == person.person_id,
        other.staff_id != person.staff_id,
        other.hired_on < person.hired_on,
        other.probation_months > 0,
    )
    return bool(db.session.scalar(select(exists().where(*earlier))))


def decided_about(user: Account) -> Select[Staff]:
    """The people whose probation the user decides on: never the own, nor an administrator's."""
    others = staff_within(user, DECIDE).where(Staff.role != "admin")
    return others if user.staff_id is None else others.where(Staff.staff_id != user.staff_id)


def standings(user: Account, on: dt.date, lang: str) -> list[Standing]:
    """Everyone on probation about whom the user decides, the first to end first."""
    return _standings(db.session.scalars(decided_about(user)).all(), on, lang)


def standing_of(person: Staff, on: dt.date, lang: str) -> Standing | None:
    """The same of one person; None for who is not on probation."""
    return next(iter(_standings([person], on, lang)), None)


def _standings(people: Sequence[Staff], on: dt.date, lang: str) -> list[Standing]:
    maybe = {row.staff_id: row for row in people if row.probation_months and row.employed_on(on)}
    maybe = {key: row for key, row in maybe.items() if last_day(row) >= on}
    if not maybe:
        return []
    history = history_of_people(list(maybe), on)
    trial = {
        staff_id
        for position, staff_id in enumerate(history.people.ids)
        if on_probation(history.people, position, history.as_of)
    }
    sellers = [key for key in trial if maybe[key].role == "consultant" and maybe[key].trade == "property"]
    progress = progress_of(history, sellers, lang)
    decided = decisions_of(trial)
    found = [_standing(maybe[key], progress.get(key), decided.get(key, []), on) for key in trial]
    return sorted(found, key=lambda one: (one.last_on, one.person.staff_id))


def _standing(person: Staff, progress: Progress | None, decided: list[Decided], on: dt.date) -> Standing:
    last = last_day(person)
    return Standing(
        person=person,
        progress=progress,
        last_on=last,
        ends_by=_ends_by(person, last),
        days_left=(last - on).days,
        longest=longest_probation(person.contract_years),
        terms=terms_of_probation(person.contract_years, person.probation_months, employed_before(person)),
        decided=decided,
    )


def _ends_by(person: Staff, last: dt.date) -> dt.date:
    """The last day on probation: before a confirmation that is agreed, and no later than the employment."""
    confirmed = person.confirmed_on - _DAY if person.confirmed_on else last
    return min(last, confirmed, person.left_on or last)


def decisions_of(staff_ids: "set[str] | list[str]") -> dict[str, list[Decided]]:
    """What was decided about these people, the newest first."""
    query = (
        select(ProbationDecision, ProbationAnswer)
        .outerjoin(ProbationAnswer, ProbationAnswer.decision_id == ProbationDecision.decision_id)
        .where(ProbationDecision.staff_id.in_(list(staff_ids)))
        .order_by(ProbationDecision.decision_id.desc())
    )
    found: dict[str, list[Decided]] = {}
    for decision, answer in db.session.execute(query):
        found.setdefault(decision.staff_id, []).append(Decided(decision, answer))
    return found


def recent(user: Account, since: dt.datetime) -> list[tuple[Staff, Decided]]:
    """The decisions of late about people whom the user decides about, the newest first."""
    people = {row.staff_id: row for row in db.session.scalars(decided_about(user))}
    found = [
        (people[staff_id], one)
        for staff_id, several in decisions_of(list(people)).items()
        for one in several
        if one.answer is not None and one.answer.second_at >= since
    ]
    return sorted(found, key=lambda pair: pair[1].decision.decision_id, reverse=True)


def decided_visible_to(user: Account, decision_id: int) -> tuple[Staff, Decided]:
    """A decision about somebody whom the user decides about, or the own one once it stands; else NotFound."""
    decision = db.session.get(ProbationDecision, decision_id)
    if decision is None:
        raise NotFound
    one = Decided(decision, db.session.get(ProbationAnswer, decision_id))
    query = decided_about(user)
    if decision.staff_id == user.staff_id and one.state == "agreed":
        query = staff_within(user, "probation:read")
    person = db.session.scalar(query.where(Staff.staff_id == decision.staff_id))
    if person is None:
        raise NotFound
    return person, one


def person_decided_about(user: Account, staff_id: str) -> Staff:
    """One of the people whose probation the user decides on; NotFound for anybody else."""
    person = db.session.scalar(decided_about(user).where(Staff.staff_id == staff_id))
    if person is None:
        raise NotFound
    return person


def lately(at: dt.datetime) -> dt.datetime:
    """From when on an answered decision still stands on the list."""
    return at - dt.timedelta(days=LATELY_DAYS)
