"""A training notice of each owner, with a signed paper."""

import datetime as dt

from crm.store.base import Base
from crm.targets.training_models import TrainingFile, TrainingNotice

AT = dt.datetime(2026, 11, 20, 9)


def training_belongings(number: int, owner: str, project: str) -> list[Base]:
    """Stored in the order of their numbers, the notice and the paper get that number."""
    words = dict.fromkeys(("reason", "help_given", "place", "trainer", "content"), "x")
    return [
        TrainingNotice(
            year=2026,
            serial=number,
            staff_id=owner,
            project=project,
            month=dt.date(2026, 10, 1),
            facts={},
            from_on=AT.date(),
            to_on=AT.date(),
            made_by="H1",
            made_at=AT,
            **words,
        ),
        TrainingFile(
            notice_id=number,
            name="x.pdf",
            mime="application/pdf",
            content=b"%PDF-",
            digest="x",
            kept_by="H1",
            kept_at=AT,
        ),
    ]
