"""The tables of deals that the core is given."""

from crm.deals.models import Deal, Share

ROWS = {"deals": Deal, "shares": Share}
