"""All pages of misconduct and awards, for `crm.app`."""

from crm.targets import cases_own_views as _own
from crm.targets import cases_views as _views
from crm.targets.cases_blueprint import blueprint

__all__ = ["_own", "_views", "blueprint"]
