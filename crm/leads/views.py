"""The pages about customers and contacts; importing their modules gives the blueprint its routes."""

from crm.leads.blueprint import blueprint

__all__ = ["blueprint"]
