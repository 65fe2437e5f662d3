"""The door: before each request, whether this person may open this page. Closed unless declared open."""

from urllib.parse import urlsplit

from flask import Flask, Response, current_app, redirect, request, url_for
from flask_login import current_user
from sqlalchemy import select
from werkzeug.wrappers import Response as AnyResponse

from crm.clock import now
from crm.errors import Refused
from crm.extensions import db
from crm.people import audit
from crm.people.accounts import Account
from crm.people.settings import setting
from crm.people.signed_in import visitor
from crm.permissions import allows, declared, public

# Pages that someone may open who must first change the password or set up the second factor.
ALWAYS_OPEN = frozenset({"people.password", "people.factor", "people.sign_out"})


def init_guard(app: Flask) -> None:
    """Ask before each request, and write down each refusal."""
    app.view_functions["static"] = public(app.view_functions["static"])
    app.before_request(ask)
    app.after_request(note_refusal)


def ask() -> AnyResponse | None:
    """None lets the request through; otherwise a redirect to what must come first, or `Refused`."""
    if request.endpoint is None:
        return None
    needed = declared(current_app.view_functions[request.endpoint])
    if needed is None:
        raise Refused
    if not needed:
        return None
    if not current_user.is_authenticated:
        return _to(_entrance())
    if request.endpoint not in ALWAYS_OPEN and (first := _must_first(current_user)):
        return _to(url_for(first))
    if not allows(current_user, *needed):
        raise Refused
    return None


def note_refusal(response: Response) -> Response:
    """A refused page goes into the audit log, with who asked."""
    if response.status_code == 403 and current_user.is_authenticated:
        audit.record(
            current_user.actor,
            "access.refused",
            request.endpoint or "",
            at=now(),
            address=visitor().address,
            method=request.method,
        )
    return response


def _entrance() -> str:
    if db.session.scalar(select(Account.account_id).limit(1)) is None:
        return url_for("people.setup")
    return url_for("people.sign_in", next=_way_back())


def _way_back() -> str | None:
    if request.method != "GET" or request.headers.get("HX-Request"):
        return None
    return request.full_path.rstrip("?") if request.path != "/" else None


def _must_first(account: Account) -> str | None:
    if account.must_change:
        return "people.password"
    if not account.totp_on and account.role in setting("totp_roles"):
        return "people.factor"
    return None


def _to(address: str) -> AnyResponse:
    """A redirect; for a part of a page, an order to htmx to leave the page."""
    if request.headers.get("HX-Request"):
        return Response(status=204, headers={"HX-Redirect": address})
    return redirect(address)


def safe_next(address: str | None) -> str | None:
    """An address within this site to go on to, None for anything else."""
    if not address or not address.startswith("/") or address.startswith(("//", "/\\")) or "\\" in address:
        return None
    parts = urlsplit(address)
    return None if parts.scheme or parts.netloc or not address.isprintable() else address
