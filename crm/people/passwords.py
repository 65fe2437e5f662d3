"""Passwords: how they are kept, which are refused, and the first one that an administrator hands out.

Kept with Argon2id at OWASP's setting (19 MiB, two passes, one lane). At least eight characters of any kind;
refused are the twelve thousand most common ones and those made of the sign-in name. The list
`common_passwords.txt` holds the ones of eight characters and more from zxcvbn (MIT licence, © 2016 Daniel
Wolf; the frequencies are Mark Burnett's), and some that are common in China.
"""

import secrets
from functools import cache
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from crm.errors import Invalid

SHORTEST = 8
LONGEST = 200
_HASHER = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
_READABLE = "abcdefghjkmnpqrstuvwxyz23456789"  # without what is mistaken for one another on paper


def hashed(password: str) -> str:
    """The password as it is kept."""
    return _HASHER.hash(password)


def matches(password: str, kept: str | None) -> bool:
    """Whether it is that password. Takes as long when there is none, so that nobody learns who is known."""
    try:
        return _HASHER.verify(kept or _nobody(), password[:LONGEST]) and kept is not None
    except (VerificationError, InvalidHashError):
        return False


def outdated(kept: str) -> bool:
    """Whether it was kept at an older setting and should be kept anew."""
    return _HASHER.check_needs_rehash(kept)


def first_password() -> str:
    """A random password to be read out once: 16 of 31 characters, 79 bits."""
    groups = ("".join(secrets.choice(_READABLE) for _ in range(4)) for _ in range(4))
    return "-".join(groups)


def refuse_weak(password: str, login: str, field: str = "password") -> None:
    """`Invalid` for a password that is too short, too long, common, or the sign-in name."""
    if not SHORTEST <= len(password) <= LONGEST:
        raise Invalid(
            f"密码至少 {SHORTEST} 个字符（最多 {LONGEST} 个）。",
            f"A password has at least {SHORTEST} characters, and at most {LONGEST}.",
            field,
        )
    lower = password.lower()
    if lower in _common() or lower.strip("0123456789!@#.") in ("", login.lower()):
        raise Invalid(
            "这个密码太常见，别人很容易猜到。请换一个，例如几个不相关的词。",
            "This password is too common and easily guessed. Take another, such as a few unrelated words.",
            field,
        )


@cache
def _common() -> frozenset[str]:
    return frozenset((Path(__file__).parent / "common_passwords.txt").read_text("ascii").split())


@cache
def _nobody() -> str:
    return hashed(secrets.token_urlsafe(16))
