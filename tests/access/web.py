"""The pages that belong to no noun."""

from tests.access import EVERYONE, EVERYONE_IN, Row

ROWS = [
    Row("web.home", "GET", EVERYONE_IN),
    Row("web.me", "GET", EVERYONE_IN),
    Row("web.language", "POST", EVERYONE, form={"lang": "en", "next": "/"}),
]
