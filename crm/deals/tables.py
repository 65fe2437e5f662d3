"""The tables of deals that the core is given."""

from crm.deals.models import Deal, Share
from crm.deals.units_models import StockUnit

ROWS = {"stock_units": StockUnit, "deals": Deal, "shares": Share}
