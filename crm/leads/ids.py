"""Ids of rows that the program makes itself: the day, then letters and digits nobody can guess or misread."""

import datetime as dt
import secrets

_LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
_LONG = 6


def new_id(prefix: str, on: dt.date) -> str:
    """A new id such as `C261120-7K3FQ8`; one in 700 million a day, so a key that is taken is a fault."""
    tail = "".join(secrets.choice(_LETTERS) for _ in range(_LONG))
    return f"{prefix}{on:%y%m%d}-{tail}"
