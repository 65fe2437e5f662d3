"""Units, the deal's way and its money; importing these modules gives the blueprint its routes."""

from crm.deals import (  # noqa: F401 - they add their routes
    aftersales_views,
    arrears_views,
    paper_files_views,
    papers_views,
    receipts_views,
    refunds_views,
    units_views,
)
from crm.deals.stock_blueprint import blueprint

__all__ = ["blueprint"]
