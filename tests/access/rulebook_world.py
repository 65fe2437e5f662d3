"""New numbers that HR proposed, with a replay that goes on, so that asking for one starts no thread."""

import datetime as dt
import os
import socket

from crm.clock import now
from crm.penalties.whatif_models import RulebookProposal, RulebookTrial
from crm.store.base import Base


def proposal_and_trial() -> list[Base]:
    """The first proposal and its replay."""
    return [
        RulebookProposal(
            reason="扣得太多",
            from_on=dt.date(2027, 1, 1),
            changes=[["followup_fine", "40"]],
            proposed_by="H1",
            proposed_at=now(),
            state="open",
        ),
        RulebookTrial(
            proposal_id=1,
            base="1",
            since_on=dt.date(2026, 9, 1),
            until_on=dt.date(2026, 11, 22),
            began_by="H1",
            began_at=now(),
            process=f"{socket.gethostname()}:{os.getpid()}",
            state="running",
            done=1,
            total=4,
        ),
    ]
