"""Rows of signing in: accounts, sessions, attempts, recovery codes, and the audit log."""

import datetime as dt
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, Select, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from crm.people.models import Staff
from crm.permissions import Permission, rights_of
from crm.store.base import Base, RowId


class Account(Base):
    """Someone who may sign in. Role and project are those of the staff row today; without one it administers.

    `login` is kept in lower case. `password_expires_at` is set for a first password, which is good for one
    sign-in and a short time. `totp_secret` counts only when `totp_on` is set.
    """

    __tablename__ = "accounts"

    account_id: Mapped[RowId]
    login: Mapped[str] = mapped_column(unique=True)
    display_name: Mapped[str]
    staff_id: Mapped[str | None] = mapped_column(ForeignKey("staff.staff_id"), unique=True)
    password_hash: Mapped[str]
    must_change: Mapped[bool] = mapped_column(default=True)
    password_expires_at: Mapped[dt.datetime | None]
    totp_secret: Mapped[str | None]
    totp_on: Mapped[bool] = mapped_column(default=False)
    totp_last_step: Mapped[int | None]
    lang: Mapped[str | None]
    disabled_at: Mapped[dt.datetime | None]
    created_at: Mapped[dt.datetime]

    staff: Mapped[Staff | None] = relationship(lazy="joined", innerjoin=False)

    @property
    def role(self) -> str:
        """The role in force today; an account without one is the administrator's."""
        return self.staff.role if self.staff else "admin"

    @property
    def project(self) -> str | None:
        """The project in force today, which bounds the rights."""
        return self.staff.project if self.staff else None

    @property
    def name(self) -> str:
        """How pages call this person."""
        return self.staff.name if self.staff else self.display_name

    @property
    def actor(self) -> str:
        """How logs and histories call this person: the staff id, or the sign-in name."""
        return self.staff_id or self.login

    def may(self, permission: Permission) -> bool:
        """Whether the role has the permission now."""
        return permission in rights_of(self)

    def usable_on(self, day: dt.date) -> bool:
        """Not disabled, and not of someone who has left or not begun."""
        if self.disabled_at is not None:
            return False
        return self.staff is None or self.staff.left_on is None or day <= self.staff.left_on

    def get_id(self) -> str:
        """Flask-Login's word for who this is; never the session's token."""
        return str(self.account_id)

    # What Flask-Login asks of a user; an account that is loaded at all has a live session.
    is_authenticated = True
    is_active = True
    is_anonymous = False


class SignIn(Base):
    """A session: ended by signing out, by an administrator, by idleness or by age.

    `token_hash` is the SHA-256 of the token in the cookie. A session waits (`waits_for_factor`) between the
    password and the second factor, and opens no page until then.
    """

    __tablename__ = "sessions"
    __table_args__ = (Index(None, "account_id"),)

    session_id: Mapped[RowId]
    token_hash: Mapped[str] = mapped_column(unique=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.account_id"))
    began_at: Mapped[dt.datetime]
    seen_at: Mapped[dt.datetime]
    proved_at: Mapped[dt.datetime]
    ended_at: Mapped[dt.datetime | None]
    ended_because: Mapped[str | None]
    waits_for_factor: Mapped[bool] = mapped_column(default=False)
    address: Mapped[str]
    agent: Mapped[str]

    account: Mapped[Account] = relationship(lazy="joined", innerjoin=True)


class SignInAttempt(Base):
    """A failed try, counted against the account's name and the address it came from."""

    __tablename__ = "sign_in_attempts"
    __table_args__ = (Index(None, "login", "at"), Index(None, "address", "at"))

    attempt_id: Mapped[RowId]
    login: Mapped[str]
    address: Mapped[str]
    at: Mapped[dt.datetime]


class RecoveryCode(Base):
    """One of the codes that stand in for a lost telephone, once each."""

    __tablename__ = "recovery_codes"
    __table_args__ = (Index(None, "account_id"),)

    code_id: Mapped[RowId]
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.account_id"))
    code_hash: Mapped[str]
    used_at: Mapped[dt.datetime | None]


class AuditRow(Base):
    """Who did what, when. Never changed and never deleted; no secrets and no whole phone numbers."""

    __tablename__ = "audit_log"
    __table_args__ = (Index(None, "at"), Index(None, "actor", "at"), Index(None, "action", "at"))

    audit_id: Mapped[RowId]
    at: Mapped[dt.datetime]
    actor: Mapped[str]
    action: Mapped[str]
    subject: Mapped[str]
    details: Mapped[dict[str, Any]] = mapped_column(JSON)
    address: Mapped[str]


class RowChange(Base):
    """A stored row as it was before and after it changed; `before` is null for a new one."""

    __tablename__ = "row_history"
    __table_args__ = (Index(None, "table_name", "row_key"), Index(None, "at"))

    change_id: Mapped[RowId]
    table_name: Mapped[str]
    row_key: Mapped[str]
    at: Mapped[dt.datetime]
    actor: Mapped[str]
    via: Mapped[str]
    before: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    after: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))


class DoneOnce(Base):
    """The answer that a form got when it was first sent, for when it is sent again."""

    __tablename__ = "idempotency_keys"
    __table_args__ = (Index("uq_idempotency_keys_actor_key", "actor", "key", unique=True), Index(None, "at"))

    done_id: Mapped[RowId]
    actor: Mapped[str]
    key: Mapped[str]
    body_hash: Mapped[str]
    answer: Mapped[dict[str, Any]] = mapped_column(JSON)
    at: Mapped[dt.datetime]


class Job(Base):
    """Long work in the background, and how far it is; `state` is waiting, running, done or failed."""

    __tablename__ = "jobs"
    __table_args__ = (Index(None, "state"),)

    job_id: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str]
    account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.account_id"))
    title: Mapped[str]
    state: Mapped[str] = mapped_column(default="waiting")
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int] = mapped_column(default=0)
    message: Mapped[str] = mapped_column(default="")
    payload: Mapped[dict[str, Any]] = mapped_column(JSON)
    result: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    began_at: Mapped[dt.datetime]
    ended_at: Mapped[dt.datetime | None]


def audit_visible_to(account: Account) -> Select[AuditRow]:
    """The whole log, for those who may read it; nothing for others."""
    query = select(AuditRow)
    return query if account.may(Permission.AUDIT_READ) else query.where(AuditRow.audit_id < 0)
