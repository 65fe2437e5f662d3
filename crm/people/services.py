"""What can be done with accounts: make, reset, disable, end, change; the first start."""

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import delete, select

from crm.errors import Conflict, Invalid, NotFound
from crm.extensions import db
from crm.people import audit, passwords, second_factor, signing_in
from crm.people.accounts import Account, RecoveryCode
from crm.people.models import ParameterValue, Staff
from crm.people.settings import change_settings
from crm.transactions import atomic

FIRST_PASSWORD_LASTS = dt.timedelta(days=3)


@dataclass(frozen=True)
class FirstStart:
    """What the first start asks for. `records_begin` is the date since when the company keeps records."""

    company: str
    project: str
    records_begin: dt.date | None
    name: str
    login: str
    password: str


def any_account() -> bool:
    """Whether somebody can sign in already; from then on there is no first start."""
    return db.session.scalar(select(Account.account_id).limit(1)) is not None


def start_company(first: FirstStart, at: dt.datetime) -> Account:
    """Make the first administrator and the settings; `NotFound` when somebody was first."""
    login = checked_login(first.login)
    passwords.refuse_weak(first.password, login)
    password_hash = passwords.hashed(first.password)
    with atomic() as session:
        if any_account():
            raise NotFound
        account = Account(
            login=login,
            display_name=first.name.strip(),
            staff_id=None,
            password_hash=password_hash,
            must_change=False,
            created_at=at,
        )
        session.add(account)
        change_settings({"company": first.company.strip(), "projects": [first.project.strip()]})
        if first.records_begin:
            session.add(
                ParameterValue(
                    name="records_begin",
                    from_on=None,
                    value=first.records_begin.isoformat(),
                    set_by=login,
                    set_at=at,
                )
            )
        audit.record(login, "company.started", at=at)
    return account


def checked_login(login: str) -> str:
    """A sign-in name as it is kept; `Invalid` where it is empty, too long, or has spaces or odd characters."""
    kept = login.strip().lower()
    if not 2 <= len(kept) <= 40 or not all(c.isalnum() or c in "._-@" for c in kept):
        raise Invalid(
            "账号为 2 到 40 个字母、数字或汉字，可含 . _ - @,不含空格。",
            "A sign-in name has 2 to 40 letters or digits, with . _ - @ allowed, and no spaces.",
            "login",
        )
    return kept


def make_account(staff_id: str, login: str, at: dt.datetime, by: str) -> tuple[Account, str]:
    """An account for somebody of the staff, and the first password to be handed over."""
    login = checked_login(login)
    password = passwords.first_password()
    password_hash = passwords.hashed(password)
    with atomic() as session:
        staff = session.get(Staff, staff_id)
        if staff is None:
            raise NotFound
        _refuse_taken(login, staff)
        account = Account(
            login=login,
            display_name=staff.name,
            staff_id=staff_id,
            password_hash=password_hash,
            must_change=True,
            password_expires_at=at + FIRST_PASSWORD_LASTS,
            created_at=at,
        )
        session.add(account)
        audit.record(by, "account.made", login, at=at, staff_id=staff_id)
    return account, password


def _refuse_taken(login: str, staff: Staff) -> None:
    if db.session.scalar(select(Account.account_id).where(Account.login == login)):
        raise Invalid("这个账号已有人使用。", "This sign-in name is taken.", "login")
    if db.session.scalar(select(Account.account_id).where(Account.staff_id == staff.staff_id)):
        raise Conflict("这位员工已有账号。", "This person has an account already.")


def reset_password(account_id: int, at: dt.datetime, by: str) -> str:
    """A new first password; all sessions end."""
    password = passwords.first_password()
    password_hash = passwords.hashed(password)
    with atomic() as session:
        account = _account(account_id)
        account.password_hash = password_hash
        account.must_change = True
        account.password_expires_at = at + FIRST_PASSWORD_LASTS
        session.flush()
        signing_in.end_sessions(account_id, "password reset", at, by)
        audit.record(by, "account.password_reset", account.login, at=at)
    return password


def change_password(account: Account, old: str, new: str, at: dt.datetime, keep_session: int) -> None:
    """Change the own password, knowing the old one; the other sessions end."""
    if not passwords.matches(old, account.password_hash):
        raise Invalid("当前密码不正确。", "The present password is wrong.", "old")
    if old == new:
        raise Invalid("新密码不能与当前密码相同。", "The new password must be another.", "new")
    passwords.refuse_weak(new, account.login, "new")
    password_hash = passwords.hashed(new)
    account_id = account.account_id
    with atomic():
        row = _account(account_id)
        row.password_hash = password_hash
        row.must_change = False
        row.password_expires_at = None
        signing_in.end_sessions(account_id, "password changed", at, row.actor, but=keep_session)
        audit.record(row.actor, "account.password_changed", row.login, at=at)


def disable_account(account_id: int, at: dt.datetime, by: str) -> None:
    """Nobody signs in with it any more, and its sessions end at once."""
    with atomic():
        account = _account(account_id)
        if account.disabled_at is None:
            account.disabled_at = at
            signing_in.end_sessions(account_id, "account disabled", at, by)
            audit.record(by, "account.disabled", account.login, at=at)


def enable_account(account_id: int, at: dt.datetime, by: str) -> None:
    """Let it sign in again."""
    with atomic():
        account = _account(account_id)
        if account.disabled_at is not None:
            account.disabled_at = None
            audit.record(by, "account.enabled", account.login, at=at)


def forget_second_factor(account_id: int, at: dt.datetime, by: str) -> None:
    """For a lost telephone: switch the second factor off; all sessions end."""
    with atomic() as session:
        account = _account(account_id)
        second_factor.switch_off(account, at, by)
        session.execute(delete(RecoveryCode).where(RecoveryCode.account_id == account_id))
        signing_in.end_sessions(account_id, "second factor reset", at, by)


def choose_language(account: Account, lang: str) -> None:
    """Remember the language of pages for this person."""
    account_id = account.account_id
    with atomic():
        _account(account_id).lang = lang


def _account(account_id: int) -> Account:
    account = db.session.get(Account, account_id)
    if account is None:
        raise NotFound
    return account
