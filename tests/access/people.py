"""Signing in, the first start, the own account."""

from tests.access import EVERYONE, EVERYONE_IN, Row, Thing

NOBODY: dict[str, str] = {}
OTHERS_SESSION = Thing(99, 99, 99)

ROWS = [
    Row("people.setup", "GET", NOBODY),
    Row("people.setup", "POST", NOBODY, form={"company": "x", "project": "y", "name": "z", "login": "zz"}),
    Row("people.sign_in", "GET", EVERYONE),
    Row("people.sign_in", "POST", EVERYONE, form={"login": "nobody", "password": "wrong"}),
    Row("people.code", "GET", EVERYONE),
    Row("people.code", "POST", EVERYONE, form={"code": "000000"}),
    Row("people.sign_out", "POST", EVERYONE_IN),
    Row("people.password", "GET", EVERYONE_IN),
    Row("people.password", "POST", EVERYONE_IN, form={"old": "x", "new": "y"}),
    Row("people.prove", "GET", EVERYONE_IN),
    Row("people.prove", "POST", EVERYONE_IN, form={"password": "x"}),
    Row("people.factor", "GET", EVERYONE_IN),
    Row("people.factor", "POST", EVERYONE_IN, form={"code": "000000"}),
    Row("people.factor_off", "POST", EVERYONE_IN),
    Row("people.sessions", "GET", EVERYONE_IN),
    Row("people.end_session", "POST", NOBODY, path={"session_id": OTHERS_SESSION}),
]
