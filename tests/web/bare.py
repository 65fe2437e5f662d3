"""A small application with the shared pages and no database, for tests of `crm.web` alone."""

from types import SimpleNamespace

from flask import Flask, request
from flask_login import LoginManager
from flask_wtf import CSRFProtect

from crm.people.headers import init_headers
from crm.web import assets_root, init_web


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
    app.config.update({"SECRET_KEY": "only for tests, only for tests", "CRM_GALLERY": True, "CRM": SimpleNamespace(https=False)})
    app.config.update(config)
    CSRFProtect(app)
    manager = LoginManager(app)

    def load(_request: object) -> Person | None:
        chosen = request.cookies.get("role", role)
        return person(chosen) if chosen else None

    manager.request_loader(load)
    init_headers(app)
    init_web(app)
    return app
