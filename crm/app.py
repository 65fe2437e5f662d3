"""The web application, put together step by step."""

from collections.abc import Mapping
from importlib import import_module
from typing import Any

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.routing import IntegerConverter, Map

from crm.config import Settings, settings_from
from crm.extensions import csrf, db, login, migrate
from crm.leads.worklist_sync import keep_duties_in_step
from crm.store import models as _rows  # noqa: F401 - so that every table is known
from crm.store.engine import prepare
from crm.store.schema import MIGRATIONS, ensure_ready
from crm.web import assets_root, init_web

# Each noun's pages: "module:blueprint". A new package of pages gets its line here.
BLUEPRINTS: tuple[str, ...] = (
    "crm.people.pages:blueprint",
    "crm.people.admin_views:blueprint",
    "crm.exchange.views:blueprint",
    "crm.leads.views:blueprint",
    "crm.daily.views:blueprint",
    "crm.deals.views:blueprint",
    "crm.deals.stock_views:blueprint",
    "crm.deals.dispute_views:blueprint",
    "crm.leads.reception_views:blueprint",
    "crm.deals.case_file_views:blueprint",
    "crm.leads.pool_views:blueprint",
    "crm.penalties.views:blueprint",
    "crm.penalties.objection_views:blueprint",
    "crm.penalties.month_views:blueprint",
    "crm.penalties.whatif_views:blueprint",
    "crm.pay.views:blueprint",
    "crm.targets.quota_views:blueprint",
    "crm.targets.training_views:blueprint",
    "crm.orders.views:blueprint",
    "crm.targets.probation_pages:blueprint",
    "crm.targets.cases_pages:blueprint",
    "crm.targets.leaving_hand_over_views:blueprint",
    "crm.operations.views:blueprint",
)


def create_app(settings: Settings | None = None, overrides: Mapping[str, Any] | None = None) -> Flask:
    """The application for those settings (without any: from the environment).

    `overrides` are Flask settings on top, such as `TESTING`; `CRM_READY=True` says that the schema is known
    to be up to date.
    """
    root = assets_root()
    app = Flask("crm", template_folder=str(root / "templates"), static_folder=str(root / "static"))
    app.config.update((settings or settings_from()).for_flask())
    app.config.update(overrides or {})
    for step in (_trust_proxies, _open_store, _sign_in, _guard, _headers, init_web, _pages):
        step(app)
    return app


def _trust_proxies(app: Flask) -> None:
    proxies = app.config["CRM"].proxies
    if proxies:
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=proxies, x_proto=proxies, x_host=proxies
        )


def _open_store(app: Flask) -> None:
    db.init_app(app)
    migrate.init_app(app, db, directory=str(MIGRATIONS))
    with app.app_context():
        prepare(db.engine)
        if not app.config.get("CRM_READY"):
            ensure_ready(db.engine)
    keep_duties_in_step()


def _sign_in(app: Flask) -> None:
    from crm.people.signed_in import init_sign_in

    csrf.init_app(app)
    login.init_app(app)
    init_sign_in(app)


def _guard(app: Flask) -> None:
    from crm.people.guard import init_guard

    init_guard(app)


def _headers(app: Flask) -> None:
    from crm.people.headers import init_headers

    init_headers(app)


class StoredNumber(IntegerConverter):
    """A number in an address that a database can hold; a larger one names nothing and is no page."""

    def __init__(self, map: Map) -> None:
        super().__init__(map, max=2**63 - 1)


def _pages(app: Flask) -> None:
    app.url_map.converters["int"] = StoredNumber
    for address in BLUEPRINTS:
        module, name = address.split(":")
        app.register_blueprint(getattr(import_module(module), name))
