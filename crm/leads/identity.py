"""Phone numbers: what is a complete one, and how two writings of one number are the same.

The normal form is digits only: a number of mainland China as it is dialled there (`13812345678`,
`02161234567`), any other with its country code in front. It agrees with rulebook 9, which drops 86, +86 or 0086
in front of eleven digits that begin with 1.
"""

import hashlib
import hmac
import re

import phonenumbers

_MOBILE = re.compile(r"(?:\+?86|0086)?(1[3-9]\d{9})")
_NOISE = re.compile(r"[\s().\-‐-―－（）]")
_WIDE = str.maketrans("０１２３４５６７８９＋", "0123456789+")
_LONGEST = 40


def normalized(written: str) -> str | None:
    """The normal form of a complete number; None for what is not one."""
    plain = _plain(written)
    mobile = _MOBILE.fullmatch(plain)
    if mobile:
        return mobile[1]
    return _parsed(plain)


def kept_as(written: str) -> str:
    """The normal form, or where it is no complete number its digits: how imported rows are compared."""
    plain = _plain(written)
    return normalized(written) or re.sub(r"\D", "", plain)


def numbers_of(phones: str | None) -> list[str]:
    """Each number of a `phone` cell, normalized, without empty and repeated ones."""
    written = re.split(r"[;；]", phones or "")
    return list(dict.fromkeys(number for part in written if (number := kept_as(part))))


def first_of(phones: str | None) -> str | None:
    """The first number of a `phone` cell, as it is dialled."""
    return next(iter(numbers_of(phones)), None)


def fingerprint(number: str, secret: str) -> str:
    """What the log keeps of a number that was compared: equal numbers are equal, the number is not told."""
    return hmac.new(secret.encode(), number.encode(), hashlib.sha256).hexdigest()


def _plain(written: str) -> str:
    return _NOISE.sub("", written.translate(_WIDE))[:_LONGEST]


def _parsed(plain: str) -> str | None:
    if not re.fullmatch(r"\+?\d{8,20}", plain):
        return None
    try:
        number = phonenumbers.parse(plain, "CN")
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(number):
        return None
    if number.country_code != 86:
        return f"{number.country_code}{phonenumbers.national_significant_number(number)}"
    fixed = phonenumbers.number_type(number) == phonenumbers.PhoneNumberType.FIXED_LINE
    return f"0{number.national_number}" if fixed else str(number.national_number)
