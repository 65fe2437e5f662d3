"""The nightly work of the ledger and of Today, as `crm.jobs` calls it."""

import datetime as dt
from dataclasses import asdict
from typing import Any

from crm.jobs import Told
from crm.leads.worklist import roll_everyone
from crm.penalties.settling import settle_open


def settle(at: dt.datetime, actor: str, told: Told) -> dict[str, Any]:
    """Post the open span to the ledger, up to yesterday."""
    done = settle_open(at, actor, told)
    return asdict(done) | {"until": done.until.isoformat()}


def roll_duties(at: dt.datetime, actor: str, told: Told) -> dict[str, Any]:
    """Bring everybody's kept duties to the new day."""
    return {"people": roll_everyone(at.date())}
