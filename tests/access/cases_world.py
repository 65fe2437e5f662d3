"""Three reports about each owner: one that waits for the person, one for a second person, and one that was decided."""

import datetime as dt

from crm.store.base import Base
from crm.targets.cases_models import (
    MisconductDecision,
    MisconductEvidence,
    MisconductHearing,
    MisconductReport,
)

AT = dt.datetime(2026, 11, 20, 9)


def case_belongings(owner: str) -> list[Base]:
    """The hearing and the file are of the first."""
    return [
        *(_report(f"{what}-{owner}", owner) for what in ("report", "waits", "warned")),
        MisconductHearing(
            hearing_id=f"hearing-{owner}",
            report_id=f"report-{owner}",
            question="请说明",
            asked_by="M1",
            asked_at=AT,
        ),
        MisconductHearing(
            hearing_id=f"heard-{owner}",
            report_id=f"warned-{owner}",
            question="请说明",
            asked_by="M1",
            asked_at=AT,
            answer="没有",
            answered_at=AT,
        ),
        MisconductEvidence(
            evidence_id=f"file-{owner}",
            report_id=f"report-{owner}",
            name="x.pdf",
            kind="application/pdf",
            size=5,
            sha256="x",
            content=b"%PDF-",
            added_by="M1",
            added_at=AT,
        ),
        _decision(f"waits-{owner}", "especially_serious", dt.date(2026, 12, 31)),
        _decision(f"warned-{owner}", "serious", None),
    ]


def _report(report_id: str, owner: str) -> MisconductReport:
    return MisconductReport(
        report_id=report_id,
        staff_id=owner,
        kind="attribution_error",
        happened_on=AT.date(),
        facts="x",
        reported_by="M2",
        reported_at=AT,
    )


def _decision(report_id: str, verdict: str, last_on: dt.date | None) -> MisconductDecision:
    return MisconductDecision(
        decision_id=f"decided-{report_id}",
        report_id=report_id,
        verdict=verdict,
        on=AT.date(),
        last_on=last_on,
        union_told_on=AT.date() if last_on else None,
        reason="x",
        decided_by="M2",
        decided_at=AT,
    )
