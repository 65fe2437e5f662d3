"""What every page shares: languages, formats, navigation, the quiet line, error pages."""

from flask import Flask

from crm.web.assets import assets_root as assets_root
from crm.web.quiet import say as say


def init_web(app: Flask) -> None:
    """Give the application its languages, filters, navigation, error pages and the pages of `crm.web` itself."""
    from crm.web import assets, errors, filters, i18n, navigation, parts, quiet, views

    for part in (i18n, assets, filters, parts, navigation, quiet, errors, views):
        part.init_app(app)
    if app.debug or app.config.get("CRM_GALLERY"):
        from crm.web import gallery

        gallery.init_app(app)
