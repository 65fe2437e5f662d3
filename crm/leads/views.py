"""The pages about customers and contacts; importing their modules gives the blueprint its routes."""

from crm.leads import (  # noqa: F401 - they add their routes
    contact_views,
    customer_views,
    list_views,
    manage_views,
    register_views,
    worklist_views,
)
from crm.leads.blueprint import blueprint

__all__ = ["blueprint"]
