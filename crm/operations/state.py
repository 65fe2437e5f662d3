"""How things stand, in a few lines."""

import datetime as dt
from collections.abc import Iterator

from sqlalchemy import Engine, func, select

from crm.extensions import db
from crm.leads.models import Contact, Customer
from crm.people.accounts import Account, AuditRow
from crm.people.models import Staff
from crm.people.settings import setting
from crm.store.schema import current_revision

BACKED_UP = "backup.made"


def last_backup() -> dt.datetime | None:
    """When the last backup was made that was found whole."""
    return db.session.scalar(select(func.max(AuditRow.at)).where(AuditRow.action == BACKED_UP))


def state_lines(engine: Engine) -> Iterator[str]:
    """The company, where its rows lie, how many there are, and when they were last backed up."""
    yield f"{setting('company') or '（未命名 unnamed）'}   {engine.url.render_as_string(hide_password=True)}"
    numbers = [
        db.session.scalar(select(func.count()).select_from(rows))
        for rows in (Account, Staff, Customer, Contact)
    ]
    words = zip(("账号 accounts", "员工 staff", "客户 customers", "接触 contacts"), numbers, strict=True)
    yield "   ".join(f"{word} {number:,}" for word, number in words)
    backup = last_backup()
    yield f"结构 schema {current_revision(engine)}   上次备份 last backup {backup or '—'}"
