"""Decisions on the probation of each owner, one that stands and one that waits; and people who left."""

import datetime as dt

from crm.store.base import Base
from crm.targets.probation_models import ProbationAnswer, ProbationDecision
from tests.people_builders import ELSEWHERE, HOME, staff

AT = dt.datetime(2026, 11, 20, 9)
OWNERS = ("A1", "A2", "B1")
LEFT = dt.date(2026, 6, 30)


def probation_decisions() -> list[Base]:
    """Numbers 1 to 3 stand, 4 to 6 wait, in the order of the owners; nobody of the world made them."""
    rows: list[Base] = []
    for owner in (*OWNERS, *OWNERS):
        rows.append(
            ProbationDecision(
                staff_id=owner, kind="confirm", on=AT.date(), reason="x", decided_by="S9", decided_at=AT
            )
        )
    for number in range(1, len(OWNERS) + 1):
        rows.append(ProbationAnswer(decision_id=number, agreed=True, answer="", second_by="M9", second_at=AT))
    return rows


def former_people() -> list[Base]:
    """Three who left, of both projects."""
    places = zip(("X1", "X2", "X3"), (HOME, HOME, ELSEWHERE), strict=True)
    return [staff(staff_id, project=project, left_on=LEFT) for staff_id, project in places]
