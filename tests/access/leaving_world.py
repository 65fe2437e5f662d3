"""An application to leave of each owner, which nobody has answered."""

import datetime as dt

from crm.store.base import Base
from crm.targets.leaving_models import Leaving


def leaving_belongings(owner: str) -> list[Base]:
    """Stored in the order of the owners, which numbers them."""
    return [
        Leaving(
            staff_id=owner,
            applied_on=dt.date(2026, 11, 20),
            wished_on=dt.date(2026, 12, 31),
            reason="x",
            entered_by=owner,
            entered_at=dt.datetime(2026, 11, 20, 9),
        )
    ]
