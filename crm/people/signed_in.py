"""Who is signed in: the browser's cookie names a session row, and the row decides.

Flask-Login keeps the token in the signed cookie and asks `load` for its account on every request. Role,
project and the session's end are read each time, so that a change acts at once.
"""

import datetime as dt

from flask import Flask, current_app, g, request, session
from flask_login import current_user

from crm.clock import now
from crm.errors import Refused
from crm.extensions import login
from crm.people import signing_in
from crm.people.accounts import Account, SignIn
from crm.people.signing_in import Visitor

TOKEN = "_user_id"  # Flask-Login's own name for it
WAITING = "waiting"
_TOUCH_EVERY = dt.timedelta(minutes=5)


def init_sign_in(app: Flask) -> None:
    """Tell Flask-Login where accounts come from."""
    login.user_loader(load)
    login.session_protection = None  # addresses of telephones change; the row is the protection


def load(token: str) -> Account | None:
    """The account of a live session, None for one that was ended, is too old, or still waits for its code."""
    sign_in = signing_in.session_of(token)
    at = now()
    if sign_in is None or sign_in.waits_for_factor or not _alive(sign_in, at):
        return None
    if at - sign_in.seen_at >= _TOUCH_EVERY:
        signing_in.touch(sign_in, at)
    g.sign_in = sign_in
    return sign_in.account


def _alive(sign_in: SignIn, at: dt.datetime) -> bool:
    limits = current_app.config["CRM"]
    return (
        sign_in.ended_at is None
        and sign_in.account.usable_on(at.date())
        and at - sign_in.seen_at < dt.timedelta(minutes=limits.idle_minutes) + _TOUCH_EVERY
        and at - sign_in.began_at < dt.timedelta(hours=limits.session_hours)
    )


def me() -> Account:
    """The account that is signed in; `Refused` where there is none."""
    if not current_user.is_authenticated:
        raise Refused
    return current_user._get_current_object()  # type: ignore[no-any-return]


def my_session() -> SignIn:
    """The session of this request."""
    me()
    sign_in: SignIn = g.sign_in
    return sign_in


def visitor() -> Visitor:
    """Where this request comes from."""
    return Visitor(request.remote_addr or "", request.headers.get("User-Agent", ""))


def remember(sign_in: SignIn, token: str) -> None:
    """Put a new session's token into a clean cookie, as waiting or as signed in."""
    forget()
    session[WAITING if sign_in.waits_for_factor else TOKEN] = token


def forget() -> None:
    """Empty the cookie, but for the chosen language."""
    lang = session.get("lang")
    session.clear()
    if lang:
        session["lang"] = lang
