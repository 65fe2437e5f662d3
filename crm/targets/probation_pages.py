"""All pages of probation and re-hire, on one blueprint."""

from crm.targets import rehire_views  # noqa: F401 - it adds its routes
from crm.targets.probation_views import blueprint as blueprint
