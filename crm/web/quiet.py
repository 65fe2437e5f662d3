"""One quiet line after saving, with Undo where it can be undone."""

import json

from flask import Flask, Response, current_app, flash, get_flashed_messages, request, session
from flask_login import current_user
from werkzeug.exceptions import HTTPException

QUEUED = "X-Queued"
SIGN_IN_PAGES = "people."


def say(text: str, *, undo: str | None = None, kind: str = "done") -> None:
    """Tell the person in one line on the page that follows, or in this one when htmx asked.

    `undo` is an address that takes back by POST what was done, offered for a minute; `kind` is done, warn or bad.
    """
    flash({"text": text, "undo": undo, "kind": kind}, "quiet")  # type: ignore[arg-type]


def quiet_lines() -> list[dict[str, str | None]]:
    """The lines to show now; a plain `flash("…")` is one too."""
    return [_line(message) for message in get_flashed_messages()]


def _line(message: object) -> dict[str, str | None]:
    if isinstance(message, dict):
        return message
    return {"text": str(message), "undo": None, "kind": "done"}


def _send_with_htmx(response: Response) -> Response:
    """An htmx answer carries the lines in a header, because its page does not load anew."""
    leaves = "HX-Redirect" in response.headers or "HX-Refresh" in response.headers
    if request.headers.get("HX-Request") != "true" or leaves or response.status_code >= 300:
        return response
    if "_flashes" in session:
        lines = quiet_lines()
        events = json.loads(response.headers.get("HX-Trigger") or "{}")
        response.headers["HX-Trigger"] = json.dumps({**events, "quiet": lines[-1]})
    return response


def _mark_sent(response: Response) -> Response:
    """Tell the browser which form was accepted, so that it forgets what it kept of it."""
    key = request.form.get("idem_key", "") if request.method == "POST" and not request.is_json else ""
    if key and response.status_code in (302, 303) and key.replace("-", "").replace("_", "").isalnum():
        response.set_cookie("sent", key[:64], max_age=120, samesite="Lax", secure=request.is_secure)
    return response


def _answer_queue(response: Response) -> Response:
    """A form that was queued without a connection must not take a redirect to sign in for success."""
    redirected = request.headers.get(QUEUED) and response.status_code in (302, 303)
    if redirected and (not current_user.is_authenticated or _leads_to_sign_in(response)):
        response.status_code = 401
    return response


def _leads_to_sign_in(response: Response) -> bool:
    adapter = current_app.create_url_adapter(request)
    path = response.headers.get("Location", "").split("?")[0].split("#")[0]
    try:
        endpoint, _ = adapter.match(path, method="GET") if adapter else ("", {})
    except HTTPException:
        return False
    return str(endpoint).startswith(SIGN_IN_PAGES)


def init_app(app: Flask) -> None:
    """Carry the lines to where the person looks."""
    app.jinja_env.globals.update(quiet_lines=quiet_lines)
    for step in (_send_with_htmx, _mark_sent, _answer_queue):
        app.after_request(step)
