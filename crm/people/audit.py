"""The audit log: one line for each thing that somebody may have to answer for."""

import datetime as dt
import re
from typing import Any

from crm.extensions import db
from crm.people.accounts import AuditRow
from crm.transactions import atomic

_LONG_NUMBER = re.compile(r"\d{7,}")


def record(
    actor: str, action: str, subject: str = "", *, at: dt.datetime, address: str = "", **details: Any
) -> None:
    """Write one line, in the act that is going on or in one of its own.

    `action` is named `noun.verb`, such as `customer.revealed`; `subject` is an id, never a name or a number.
    """
    with atomic():
        db.session.add(
            AuditRow(
                at=at,
                actor=_clean(actor),
                action=action,
                subject=_clean(subject),
                details={name: _masked(value) for name, value in details.items()},
                address=address,
            )
        )


def _clean(text: str) -> str:
    """One line of at most 200 characters: a name with a line break must not write a line of its own."""
    return "".join(c if c.isprintable() else " " for c in text)[:200]


def _masked(value: Any) -> Any:
    if isinstance(value, str):
        return _LONG_NUMBER.sub(lambda m: m[0][:3] + "****" + m[0][-2:], _clean(value))
    return value
