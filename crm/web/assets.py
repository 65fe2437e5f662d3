"""Where templates, static files and translations are, and how a page names a static file."""

import json
import re
import secrets
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

from flask import Flask, Response, current_app, g, has_request_context, request
from markupsafe import Markup

from crm.web.i18n import current_lang

PACKAGE = Path(__file__).resolve().parent.parent

# No inherited attributes, no eval, an answer of 422 (the form with its faults) is shown like any other; no page
# of customers is kept in the browser's storage, and no style element is added, which the CSP would refuse.
HTMX = {
    "disableInheritance": True,
    "allowEval": False,
    "includeIndicatorStyles": False,
    "historyCacheSize": 0,
    "refreshOnHistoryMiss": True,
    "selfRequestsOnly": True,
    "responseHandling": [
        {"code": "204", "swap": False},
        {"code": "[23]..", "swap": True},
        {"code": "(409|422)", "swap": True, "error": False},
        {"code": "[45]..", "swap": False, "error": True},
    ],
}


def assets_root() -> Path:
    """The folder that holds `templates`, `static` and `translations`: inside an installed package, or the checkout."""
    return PACKAGE if (PACKAGE / "templates").is_dir() else PACKAGE.parent


@lru_cache(maxsize=256)
def _digest(name: str) -> str:
    return sha256((assets_root() / "static" / name).read_bytes()).hexdigest()[:12]


def asset(name: str) -> str:
    """The address of a static file with its digest, so that it may be cached for ever."""
    held = g._get_current_object()
    if "static_root" not in held:
        if current_app.debug:
            _digest.cache_clear()  # whoever writes a style sheet wants to see it
        root = request.script_root if has_request_context() else ""
        held.static_root = f"{root}{current_app.static_url_path}"
    return f"{held.static_root}/{name}?v={_digest(name)}"


@lru_cache(maxsize=1)
def _icons() -> frozenset[str]:
    sprite = (assets_root() / "static" / "app" / "icons.svg").read_text(encoding="utf-8")
    return frozenset(re.findall(r'<symbol id="([\w-]+)"', sprite))


@lru_cache(maxsize=1024)
def sprite_icon(sprite: str, name: str, small: bool = False) -> Markup:
    """An icon of the sprite at that address; while one develops or tests, LookupError where it has none."""
    if name not in _icons() and (current_app.testing or current_app.debug):
        raise LookupError(f"no icon {name!r} in static/app/icons.svg; add it with scripts/icons.py")
    size = "icon icon-sm" if small else "icon"
    return Markup(
        '<svg class="{}" aria-hidden="true" focusable="false"><use href="{}#{}"></use></svg>'
    ).format(size, sprite, name)


def icon(name: str, small: bool = False) -> Markup:
    """A Tabler icon of the sprite; it is decoration, so the words stand beside it or in aria-label."""
    return sprite_icon(asset("app/icons.svg"), name, small)


_HTMX = json.dumps(HTMX)


def htmx_config() -> str:
    """The settings of htmx, for its meta element."""
    return _HTMX


def new_key() -> str:
    """A fresh idempotency key for a form."""
    return secrets.token_urlsafe(16)


def html_lang() -> str:
    """The language of the page, as HTML names it."""
    return "en" if current_lang() == "en" else "zh-CN"


def _keep_for_ever(response: Response) -> Response:
    """A file that is named with its digest never changes under that name."""
    if request.endpoint == "static" and "v" in request.args and response.status_code == 200:
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    return response


def init_app(app: Flask) -> None:
    """Let templates name files, icons and keys."""
    app.jinja_env.globals.update(
        asset=asset, icon=icon, htmx_config=htmx_config, new_key=new_key, html_lang=html_lang
    )
    app.after_request(_keep_for_ever)
