"""Misconduct as it may be seen: managers and HR all of it, the person concerned the own part once asked."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import or_, select

from crm.deals.disputes_models import RULED, Dispute, disputes_visible_to
from crm.deals.models import Deal
from crm.errors import NotFound
from crm.extensions import db
from crm.leads.models import Customer
from crm.people.accounts import Account
from crm.people.models import Staff
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
from crm.targets.models import Case
from crm.targets.staffing_reach import is_manager, staff_within

DECIDE, READ = "cases:decide", "cases:read"


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
        if any(one.answered_at for one in self.hearings):
            return "answered"
        return "asked" if self.hearings else "reported"


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


def evidence_of(user: Account, report_id: str, evidence_id: str) -> MisconductEvidence:
    """A file of a report that the user decides on; else NotFound."""
    story = story_of(user, report_id)
    found = next((one for one in story.evidence if one.evidence_id == evidence_id), None)
    if found is None:
        raise NotFound
    return found


def own_stories(user: Account) -> list[Story]:
    """What the person concerned sees: the reports about which the own word was asked, or that were decided."""
    if user.staff_id is None:
        return []
    people = db.session.scalars(staff_within(user, READ).where(Staff.staff_id == user.staff_id)).all()
    query = select(MisconductReport).where(MisconductReport.staff_id.in_([row.staff_id for row in people]))
    rows = db.session.scalars(query.order_by(MisconductReport.reported_at.desc())).all()
    found = [_story(row, people[0]) for row in rows]
    return [one for one in found if one.hearings or (one.settled and one.settled.verdict != DROPPED)]


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
    """The ruled disputes that this person may see, with the customer of each, to report out of one."""
    query = (
        disputes_visible_to(user)
        .where(Dispute.state == RULED)
        .join(Deal, Deal.deal_id == Dispute.deal_id)
        .join(Customer, Customer.customer_id == Deal.customer_id)
        .with_only_columns(Dispute.dispute_id, Deal.deal_id, Customer.name)
        .order_by(Deal.deal_id)
    )
    return [(which, f"{name} · {deal_id}") for which, deal_id, name in db.session.execute(query)]


@dataclass(frozen=True)
class Award:
    """Somebody who was employed in the year, and the cases that take the awards of it away."""

    person: Staff
    cases: Sequence[Case]


def awards(user: Account, year: int) -> list[Award]:
    """Who may be given an award of that year, of the people whom the user may see: those without come last."""
    first, last = dt.date(year, 1, 1), dt.date(year, 12, 31)
    query = staff_within(user, READ).where(
        Staff.hired_on <= last, or_(Staff.left_on.is_(None), Staff.left_on >= first)
    )
    people = db.session.scalars(query.order_by(Staff.project, Staff.staff_id)).all()
    cases = award_ineligible([row.staff_id for row in people], year)
    found = [Award(row, cases.get(row.staff_id, [])) for row in people if row.role == "consultant"]
    return sorted(found, key=lambda one: bool(one.cases))
