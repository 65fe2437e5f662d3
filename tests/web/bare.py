"""A small application with the shared pages and no database, for tests of `crm.web` alone."""

from types import SimpleNamespace

from flask import Flask, render_template, request
from flask_login import LoginManager
from flask_wtf import CSRFProtect

from crm.people.headers import init_headers
from crm.permissions import public
from crm.web import assets_root, init_web
from crm.web.navigation import PLACES, PLUS, SIGN_IN_LINKS


class Person(SimpleNamespace):
    """Somebody signed in, without a row."""

    is_authenticated = True
    is_active = True
    is_anonymous = False

    def get_id(self) -> str:
        """What Flask-Login keeps."""
        return str(self.actor)


def person(role: str) -> Person:
    """A person of that role."""
    return Person(role=role, name="王芳", actor="A01", project="滨江壹号", staff_id="A01", lang=None)


def bare_app(role: str | None = "consultant", **config: object) -> Flask:
    """The application; everybody is signed in with `role`, or with the cookie `role`'s, or nobody is."""
    root = assets_root()
    app = Flask("crm", template_folder=str(root / "templates"), static_folder=str(root / "static"))
    app.config.update(
        {
            "SECRET_KEY": "only for tests, only for tests",
            "CRM_GALLERY": True,
            "CRM": SimpleNamespace(https=False),
        }
    )
    app.config.update(config)
    CSRFProtect(app)
    manager = LoginManager(app)

    def load(_request: object) -> Person | None:
        chosen = request.cookies.get("role", role)
        return person(chosen) if chosen else None

    manager.request_loader(load)
    init_headers(app)
    init_web(app)
    _give_places(app)
    return app


def _give_places(app: Flask) -> None:
    """A page behind every line of the navigation, so that the bars are as full as they can be."""
    for place in (*PLACES, PLUS, *SIGN_IN_LINKS):
        endpoint = place.endpoints[0]
        app.add_url_rule(f"/{place.key}", endpoint, public(lambda: render_template("web/gallery_empty.html")))
    app.add_url_rule("/out", "people.sign_out", public(lambda: ""), methods=["POST"])
