"""Signing in and out: the brakes, the password, the second factor, and the session's life."""

import datetime as dt
import hashlib
import secrets
from dataclasses import dataclass

from sqlalchemy import bindparam, delete, func, select, update
from sqlalchemy.orm import Session

from crm.errors import Invalid, TooMany
from crm.extensions import db
from crm.people import audit, passwords, second_factor
from crm.people.accounts import Account, SignIn, SignInAttempt
from crm.transactions import atomic

BRAKE_WINDOW = dt.timedelta(hours=1)
FREE_TRIES_PAIR = 5
FREE_TRIES_ADDRESS = 30
FREE_TRIES_LOGIN = 40
LONGEST_WAIT_SECONDS = 900
PROOF_LASTS = dt.timedelta(minutes=10)
CODE_WAITS = dt.timedelta(minutes=10)
_KNOWN_FOR = dt.timedelta(days=90)
# Asked before each page, so it is put together once.
_SESSION_OF = select(SignIn).where(SignIn.token_hash == bindparam("token_hash"))


@dataclass(frozen=True)
class Visitor:
    """Where a request comes from."""

    address: str
    agent: str


def sign_in(login: str, password: str, visitor: Visitor, at: dt.datetime) -> tuple[SignIn, str]:
    """A new session and its token. `Invalid` when name or password is wrong, `TooMany` when the brakes hold.

    The try is counted before the password is looked at, so that tries at one moment all count.
    """
    login = login.strip().lower()[:200]
    _count_try(login, visitor.address, at)
    account = db.session.scalar(select(Account).where(Account.login == login))
    right = passwords.matches(password, account.password_hash if account else None)
    if account is None or not right or not _may_use(account, at):
        audit.record(login, "sign_in.failed", at=at, address=visitor.address)
        raise _wrong()
    return _begin(account.account_id, password, visitor, at)


def _wrong() -> Invalid:
    return Invalid("账号或密码不正确。", "The sign-in name or the password is wrong.", "password")


def _may_use(account: Account, at: dt.datetime) -> bool:
    expires = account.password_expires_at
    return account.usable_on(at.date()) and (expires is None or at < expires)


def _begin(account_id: int, password: str, visitor: Visitor, at: dt.datetime) -> tuple[SignIn, str]:
    token = secrets.token_urlsafe(32)
    with atomic() as session:
        account = session.get_one(Account, account_id)
        if not _may_use(account, at):  # disabled, or a first password used, while we looked
            raise _wrong()
        if account.must_change:
            account.password_expires_at = at  # a first password is good for one sign-in
        if passwords.outdated(account.password_hash):
            account.password_hash = passwords.hashed(password)
        begun = SignIn(
            token_hash=hash_of(token),
            account_id=account_id,
            began_at=at,
            seen_at=at,
            proved_at=at,
            waits_for_factor=account.totp_on,
            address=visitor.address,
            agent=visitor.agent[:200],
        )
        session.add(begun)
        _forget_tries(session, account.login, visitor.address)
        audit.record(account.actor, "sign_in.done", at=at, address=visitor.address)
    return begun, token


def give_second_factor(token: str, code: str, visitor: Visitor, at: dt.datetime) -> tuple[SignIn, str]:
    """Open the session that waits for its code, under a new token; `Invalid` for a wrong code."""
    waiting = session_of(token)
    if waiting is None or not _waits(waiting, at):
        raise Invalid("登录已过期，请重新登录。", "The sign-in has expired; begin again.", "code")
    _count_try(waiting.account.login, visitor.address, at)
    fresh = secrets.token_urlsafe(32)
    with atomic() as session:
        row = session.get_one(SignIn, waiting.session_id)
        accepted = second_factor.accept(row.account, code, at)
        if accepted:
            row.waits_for_factor = False
            row.token_hash = hash_of(fresh)
            row.seen_at = at
            _forget_tries(session, row.account.login, visitor.address)
        audit.record(
            row.account.actor,
            "second_factor.given" if accepted else "second_factor.failed",
            at=at,
            address=visitor.address,
        )
    if not accepted:
        raise Invalid("验证码不正确或已用过。", "The code is wrong or was used before.", "code")
    return row, fresh


def _waits(waiting: SignIn, at: dt.datetime) -> bool:
    """Whether the password was given just now, by somebody who may still sign in."""
    fresh = waiting.ended_at is None and at - waiting.began_at <= CODE_WAITS
    return waiting.waits_for_factor and fresh and waiting.account.usable_on(at.date())


def hash_of(token: str) -> str:
    """What the database keeps of a token: nobody who reads the rows can take over a session."""
    return hashlib.sha256(token.encode()).hexdigest()


def session_of(token: str) -> SignIn | None:
    """The session of that token with its account and staff row, in one statement; ended ones too."""
    return db.session.scalar(_SESSION_OF, {"token_hash": hash_of(token)})


def touch(sign_in: SignIn, at: dt.datetime) -> None:
    """Remember that the session is in use."""
    with atomic() as session:
        session.execute(update(SignIn).where(SignIn.session_id == sign_in.session_id).values(seen_at=at))


def end_session(sign_in: SignIn, because: str, at: dt.datetime, by: str) -> None:
    """End one session; ending an ended one changes nothing."""
    end_sessions(sign_in.account_id, because, at, by, only=sign_in.session_id)


def end_sessions(
    account_id: int,
    because: str,
    at: dt.datetime,
    by: str,
    *,
    only: int | None = None,
    but: int | None = None,
) -> int:
    """End the sessions of an account, or one of them, or all `but` one; says how many were ended."""
    with atomic() as session:
        query = select(SignIn).where(SignIn.account_id == account_id, SignIn.ended_at.is_(None))
        if only is not None:
            query = query.where(SignIn.session_id == only)
        if but is not None:
            query = query.where(SignIn.session_id != but)
        ended = session.scalars(query).all()
        for row in ended:
            row.ended_at, row.ended_because = at, because
        audit.record(by, "session.ended", str(account_id), at=at, because=because, count=len(ended))
    return len(ended)


def prove_again(sign_in: SignIn, password: str, visitor: Visitor, at: dt.datetime) -> None:
    """Show the password again before something delicate; `Invalid` for a wrong one."""
    account = sign_in.account
    _count_try(account.login, visitor.address, at)
    if not passwords.matches(password, account.password_hash):
        audit.record(account.actor, "proof.failed", at=at, address=visitor.address)
        raise Invalid("密码不正确。", "The password is wrong.", "password")
    with atomic() as session:
        row = session.get_one(SignIn, sign_in.session_id)
        row.proved_at = at
        _forget_tries(session, row.account.login, visitor.address)


def proved_lately(sign_in: SignIn, at: dt.datetime) -> bool:
    """Whether the password was shown within the last ten minutes."""
    return at - sign_in.proved_at <= PROOF_LASTS


def _count_try(login: str, address: str, at: dt.datetime) -> None:
    """Note the try; `TooMany` where the brakes hold, and then nothing is noted."""
    with atomic() as session:
        seconds = wait_of(login, address, at)
        if seconds == 0:
            session.execute(delete(SignInAttempt).where(SignInAttempt.at < at - BRAKE_WINDOW))
            session.add(SignInAttempt(login=login, address=address, at=at))
    if seconds:
        raise TooMany(seconds)


def _forget_tries(session: Session, login: str, address: str) -> None:
    session.execute(
        delete(SignInAttempt).where(SignInAttempt.login == login, SignInAttempt.address == address)
    )


def wait_of(login: str, address: str, at: dt.datetime) -> int:
    """Seconds until this name may be tried from this address; 0: now.

    Each pair of name and address has five tries, each address thirty, each name forty in an hour; after that
    the wait doubles with each further one. The brake on a name alone does not hold for an address from which
    the name signed in lately, so that a stranger cannot lock somebody out.
    """
    name, place = SignInAttempt.login == login, SignInAttempt.address == address
    waits = [_wait((name, place), FREE_TRIES_PAIR, at), _wait((place,), FREE_TRIES_ADDRESS, at)]
    if not _known(login, address, at):
        waits.append(_wait((name,), FREE_TRIES_LOGIN, at))
    return max(waits)


def _wait(conditions: tuple[object, ...], free: int, at: dt.datetime) -> int:
    query = select(func.count(), func.max(SignInAttempt.at)).where(
        SignInAttempt.at >= at - BRAKE_WINDOW,
        *conditions,  # type: ignore[arg-type]
    )
    count, last = db.session.execute(query).one()
    if count < free:
        return 0
    allowed_at = last + dt.timedelta(seconds=min(2 ** min(count - free + 1, 20), LONGEST_WAIT_SECONDS))
    return max(0, int((allowed_at - at).total_seconds()))


def _known(login: str, address: str, at: dt.datetime) -> bool:
    query = (
        select(SignIn.session_id)
        .join(Account, Account.account_id == SignIn.account_id)
        .where(Account.login == login, SignIn.address == address, SignIn.began_at >= at - _KNOWN_FOR)
        .where(SignIn.waits_for_factor.is_(False))
    )
    return db.session.scalar(query.limit(1)) is not None
