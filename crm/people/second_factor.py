"""The second factor: a code from the telephone's authenticator (TOTP), or one of ten recovery codes."""

import datetime as dt
import hashlib
import hmac
import secrets

import pyotp
import segno
from markupsafe import Markup
from sqlalchemy import delete, select

from crm.clock import SHANGHAI
from crm.errors import Invalid
from crm.extensions import db
from crm.people import audit
from crm.people.accounts import Account, RecoveryCode
from crm.transactions import atomic

ISSUER = "应办"
STEP_SECONDS = 30
RECOVERY_CODES = 10


def new_secret() -> str:
    """A secret of 160 bits for the authenticator."""
    return pyotp.random_base32()


def picture(secret: str, login: str) -> Markup:
    """The secret as a QR code: SVG to be put into the page."""
    address = pyotp.TOTP(secret).provisioning_uri(name=login, issuer_name=ISSUER)
    return Markup(segno.make(address, error="m").svg_inline(scale=4, border=4, dark="#000", light="#fff"))


def switch_on(account: Account, secret: str, code: str, at: dt.datetime) -> list[str]:
    """Switch the second factor on when the code is right; the recovery codes are shown this once."""
    step = _step_of(secret, code, at)
    if step is None:
        raise Invalid(
            "验证码不正确。请核对手机时间后重试。", "The code is wrong. Check the telephone's clock.", "code"
        )
    codes = [f"{secrets.token_hex(4)}-{secrets.token_hex(4)}" for _ in range(RECOVERY_CODES)]
    with atomic() as session:
        row = session.get_one(Account, account.account_id)
        row.totp_secret, row.totp_on, row.totp_last_step = secret, True, step
        session.execute(delete(RecoveryCode).where(RecoveryCode.account_id == row.account_id))
        session.add_all(RecoveryCode(account_id=row.account_id, code_hash=_hash(code)) for code in codes)
        audit.record(row.actor, "second_factor.switched_on", row.login, at=at)
    return codes


def switch_off(account: Account, at: dt.datetime, by: str) -> None:
    """Switch the second factor off and forget its secret."""
    with atomic() as session:
        row = session.get_one(Account, account.account_id)
        row.totp_secret, row.totp_on, row.totp_last_step = None, False, None
        session.execute(delete(RecoveryCode).where(RecoveryCode.account_id == row.account_id))
        audit.record(by, "second_factor.switched_off", row.login, at=at)


def accept(account: Account, code: str, at: dt.datetime) -> bool:
    """Whether the code is right and unused; a right one is used up. Only inside an act."""
    code = code.strip().lower().replace(" ", "")
    if not account.totp_on or not account.totp_secret:
        return False
    step = _step_of(account.totp_secret, code, at)
    if step is not None and step > (account.totp_last_step or 0):
        account.totp_last_step = step
        return True
    return _use_recovery_code(account, code, at)


def _step_of(secret: str, code: str, at: dt.datetime) -> int | None:
    """The time step that the code belongs to: the present one or its neighbours."""
    unix = at.replace(tzinfo=SHANGHAI).timestamp()
    present = int(unix) // STEP_SECONDS
    for step in (present, present - 1, present + 1):
        if hmac.compare_digest(
            pyotp.TOTP(secret).generate_otp(step), code.strip().encode("ascii", "replace").decode()
        ):
            return step
    return None


def _use_recovery_code(account: Account, code: str, at: dt.datetime) -> bool:
    row = db.session.scalar(
        select(RecoveryCode).where(
            RecoveryCode.account_id == account.account_id,
            RecoveryCode.code_hash == _hash(code),
            RecoveryCode.used_at.is_(None),
        )
    )
    if row is None:
        return False
    row.used_at = at
    return True


def _hash(code: str) -> str:
    return hashlib.sha256(code.encode()).hexdigest()
