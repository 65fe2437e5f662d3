"""All pages of people, on one blueprint."""

from crm.people import calendar_views, roster_views, staff_views  # noqa: F401 - they add their routes
from crm.people.views import blueprint as blueprint
