"""The pages that belong to no noun: the way in, Me, the language."""

from urllib.parse import urlsplit

from flask import Blueprint, Flask, current_app, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from crm.permissions import Permission, public, requires
from crm.web.filters import word
from crm.web.i18n import COOKIE, LANGUAGES, current_lang
from crm.web.navigation import behind_me, home_url, sign_in_links
from crm.web.services import choose_language

YEAR = 365 * 24 * 3600

blueprint = Blueprint("web", __name__)


@blueprint.get("/")
@requires(Permission.OWN_SIGN_IN)
def home() -> Response:
    """Where this person begins."""
    return redirect(home_url())


@blueprint.get("/me")
@requires(Permission.OWN_SIGN_IN)
def me() -> str:
    """Everything that is not in the bar, the person's sign-in, language and colours."""
    on_phone, more = behind_me()
    return render_template(
        "web/me.html",
        name=current_user.name,
        role=word(current_user.role, "staff.role"),
        project=current_user.project,
        on_phone=on_phone,
        more=more,
        sign_in=sign_in_links(),
        sign_out=url_for("people.sign_out") if "people.sign_out" in current_app.view_functions else None,
    )


@blueprint.post("/language")
@public
def language() -> Response:
    """Remember the language on this device, and with the account of whoever is signed in."""
    chosen = request.form.get("lang", "")
    response = redirect(inside(request.form.get("next", "")))
    if chosen in LANGUAGES:
        if current_user.is_authenticated:
            choose_language(current_user, chosen)
        response.set_cookie(
            COOKIE, chosen, max_age=YEAR, samesite="Lax", secure=request.is_secure, httponly=True
        )
    return response


def inside(address: str) -> str:
    """The address if it is one of ours, else the way in: nobody is sent elsewhere by a crafted link."""
    parts = urlsplit(address)
    ours = address.startswith("/") and not address.startswith(("//", "/\\")) and not parts.netloc
    return address if ours and "\\" not in address and "\n" not in address else "/"


def other_language() -> str:
    """The name of the language that the switch leads to."""
    return "中文" if current_lang() == "en" else "English"


def init_app(app: Flask) -> None:
    """Register the pages."""
    app.jinja_env.globals.update(other_language=other_language)
    app.register_blueprint(blueprint)
