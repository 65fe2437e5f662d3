"""All pages of people, on one blueprint."""

from crm.people import (  # noqa: F401 - they add their routes
    calendar_views,
    roster_views,
    staff_views,
    terms_views,
)
from crm.people.views import blueprint as blueprint
