"""Misconduct as it may be seen: managers and HR all of it, the person concerned the own part once asked."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from crm.deals.disputes_models import RULED, Dispute, case_files_visible_to, disputes_visible_to
from crm.deals.models import Deal
from crm.errors import NotFound
from crm.extensions import db
from crm.people.accounts import Account
from crm.people.models import Staff
from crm.permissions import reach
from crm.targets.awards import award_ineligible
from crm.targets.cases_models import (
    DROPPED,
    SERIOUS,
    MisconductDecision,
    MisconductEvidence,
    MisconductHearing,
    MisconductReport,
    MisconductSecond,
)
from crm.targets.models import Case, cases_visible_to
from crm.targets.staffing_reach import is_manager, staff_within

DECIDE, READ = "cases:decide", "cases:read"
AWARDED = ("consultant", "front_desk")


@dataclass(frozen=True)
class Story:
    """A report with everything that belongs to it; `decisions` with the second person's word, the newest first."""

    report: MisconductReport
    person: Staff
    evidence: Sequence[MisconductEvidence]
    hearings: Sequence[MisconductHearing]
    decisions: Sequence[tuple[MisconductDecision, MisconductSecond | None]]

    @property
    def settled(self) -> MisconductDecision | None:
        """The decision that stands."""
        return next((one for one, second in self.decisions if _stands(one, second)), None)

    @property
    def settled_on(self) -> dt.date | None:
        """The date from which it stands, which the row of `cases` has."""
        return next(
            (
                second.second_at.date() if second else one.on
                for one, second in self.decisions
                if _stands(one, second)
            ),
            None,
        )

    @property
    def last_on(self) -> dt.date | None:
        """The last day of a dismissal that stands, which is never before it stood."""
        settled, on = self.settled, self.settled_on
        return max(settled.last_on, on) if settled and on and settled.last_on else None

    @property
    def waiting(self) -> MisconductDecision | None:
        """The decision that waits for a second person."""
        for one, second in self.decisions:
            if second is None and not _stands(one, second):
                return one
        return None

    @property
    def state(self) -> str:
        """reported, asked, answered, waits (for the second person), or the verdict that stands."""
        if self.settled is not None:
            return self.settled.verdict
        if self.waiting is not None:
            return "waits"
        if self.open_hearing is not None:
            return "asked"
        return "answered" if self.heard else "reported"

    @property
    def open_hearing(self) -> MisconductHearing | None:
        """The question that the person has neither answered nor refused to answer."""
        return next((one for one in self.hearings if not one.over), None)

    @property
    def heard(self) -> bool:
        """The person said something, or refused to before a witness."""
        return any(one.over for one in self.hearings)


def _stands(decision: MisconductDecision, second: MisconductSecond | None) -> bool:
    if second is not None:
        return second.agreed
    return decision.verdict == DROPPED or (decision.verdict == SERIOUS and is_manager(decision.decided_by))


def stories(user: Account) -> list[Story]:
    """The reports about people whom the user decides about, never about oneself; the newest first."""
    people = {
        row.staff_id: row
        for row in db.session.scalars(staff_within(user, DECIDE))
        if row.staff_id != user.staff_id
    }
    query = select(MisconductReport).where(MisconductReport.staff_id.in_(list(people)))
    rows = db.session.scalars(query.order_by(MisconductReport.reported_at.desc())).all()
    return [_story(row, people[row.staff_id]) for row in rows]


def story_of(user: Account, report_id: str) -> Story:
    """One of these; else NotFound."""
    row = db.session.get(MisconductReport, report_id)
    query = staff_within(user, DECIDE)
    person = db.session.scalar(query.where(Staff.staff_id == row.staff_id)) if row else None
    if row is None or person is None or person.staff_id == user.staff_id:
        raise NotFound
    return _story(row, person)


def _story(row: MisconductReport, person: Staff) -> Story:
    session = db.session
    of = row.report_id
    files = select(MisconductEvidence).where(MisconductEvidence.report_id == of)
    heard = select(MisconductHearing).where(MisconductHearing.report_id == of)
    decided = (
        select(MisconductDecision, MisconductSecond)
        .outerjoin(MisconductSecond, MisconductSecond.decision_id == MisconductDecision.decision_id)
        .where(MisconductDecision.report_id == of)
        .order_by(MisconductDecision.decided_at.desc())
    )
    return Story(
        row,
        person,
        session.scalars(files.order_by(MisconductEvidence.added_at, MisconductEvidence.name)).all(),
        session.scalars(heard.order_by(MisconductHearing.asked_at)).all(),
        [(one, second) for one, second in session.execute(decided)],
    )


def people_to_report(user: Account) -> list[Staff]:
    """Whom the user may report: everybody within reach but oneself."""
    query = staff_within(user, DECIDE).where(Staff.staff_id != (user.staff_id or ""))
    return list(db.session.scalars(query.order_by(Staff.project, Staff.staff_id)))


def witnesses(user: Account, person: Staff, day: dt.date) -> list[Staff]:
    """Who may have seen that the person refused to say anything: somebody of the house, not the two of them."""
    query = staff_within(user, DECIDE).where(Staff.staff_id.not_in([person.staff_id, user.actor]))
    return [row for row in db.session.scalars(query.order_by(Staff.staff_id)) if row.employed_on(day)]


def own_stories(user: Account) -> list[Story]:
    """What the person concerned sees: the reports about which the own word was asked, or that were decided."""
    if user.staff_id is None:
        return []
    people = db.session.scalars(staff_within(user, READ).where(Staff.staff_id == user.staff_id)).all()
    query = select(MisconductReport).where(MisconductReport.staff_id.in_([row.staff_id for row in people]))
    rows = db.session.scalars(query.order_by(MisconductReport.reported_at.desc())).all()
    found = [_story(row, people[0]) for row in rows]
    return [one for one in found if one.hearings or (one.settled and one.settled.verdict != DROPPED)]


def hearings_to_answer(user: Account) -> list[MisconductHearing]:
    """What the person was asked and can still answer."""
    waiting = [story for story in own_stories(user) if story.settled is None]
    return [one for story in waiting for one in story.hearings if one.answered_at is None]


def hearing_of(user: Account, hearing_id: str) -> tuple[MisconductHearing, Story]:
    """What oneself was asked; else NotFound."""
    for story in own_stories(user):
        for one in story.hearings:
            if one.hearing_id == hearing_id:
                return one, story
    raise NotFound


def letter_of(user: Account, report_id: str) -> Story:
    """A report whose decision stands and warns: for who decides on it, and for the person concerned."""
    own = [one for one in own_stories(user) if one.report.report_id == report_id]
    story = own[0] if own else story_of(user, report_id)
    if story.settled is None or story.settled.verdict == DROPPED:
        raise NotFound
    return story


def ruled_disputes(user: Account) -> list[tuple[str, str]]:
    """The ruled disputes that this person may see, with the deal of each, to report out of one."""
    found: dict[str, str] = {}
    for visible in (disputes_visible_to(user), case_files_visible_to(user)):
        query = visible.where(Dispute.state == RULED).join(Deal, Deal.deal_id == Dispute.deal_id)
        pairs = query.with_only_columns(Dispute.dispute_id, Deal.deal_id)
        found |= {which: deal_id for which, deal_id in db.session.execute(pairs)}
    return sorted(found.items(), key=lambda one: one[1])


@dataclass(frozen=True)
class Award:
    """Somebody who was employed in the year, and the cases that take the awards of it away."""

    person: Staff
    cases: Sequence[Case]


def awards(user: Account, year: int) -> list[Award]:
    """Who may be given an award of that year: those whom the user decides about, and oneself; those without last."""
    first, last = dt.date(year, 1, 1), dt.date(year, 12, 31)
    people = {
        row.staff_id: row
        for row in db.session.scalars(staff_within(user, DECIDE).where(Staff.role.in_(AWARDED)))
    }
    if user.staff_id and reach(user, READ) is not None:
        own = db.session.get(Staff, user.staff_id)
        people |= {own.staff_id: own} if own and own.role in AWARDED else {}
    there = [
        row
        for row in people.values()
        if row.hired_on <= last and (row.left_on is None or row.left_on >= first)
    ]
    cases = award_ineligible([row.staff_id for row in there], year)
    found = [Award(row, cases.get(row.staff_id, [])) for row in there]
    return sorted(found, key=lambda one: (bool(one.cases), one.person.project or "", one.person.staff_id))


def without_awards(user: Account, staff_ids: Sequence[str], year: int) -> dict[str, list[Case]]:
    """Of these people those whose cases the user may read and who get no award of that year, with the cases."""
    query = cases_visible_to(user).where(Case.staff_id.in_(list(staff_ids))).with_only_columns(Case.staff_id)
    return award_ineligible(list(db.session.scalars(query)), year)
