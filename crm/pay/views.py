"""The pages of pay; importing these modules gives the blueprint its routes."""

from crm.pay import decision_views, loss_views, plan_views, statement_views  # noqa: F401 - they add their routes
from crm.pay.blueprint import blueprint

__all__ = ["blueprint"]
