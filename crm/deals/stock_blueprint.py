"""The blueprint of units, the deal's way and its money; `stock_views` gives it its routes."""

from flask import Blueprint
from werkzeug.wrappers import Response

from crm.permissions import Permission

blueprint = Blueprint("stock", __name__)
Page = str | Response | tuple[str, int]
READ = (Permission.OWN_DEALS_READ, Permission.PROJECT_DEALS_READ)
WRITE = (Permission.OWN_DEALS_WRITE, Permission.PROJECT_DEALS_WRITE)
APPROVE = Permission.PROJECT_DEALS_APPROVE
RECEIPTS = Permission.PROJECT_RECEIPTS_WRITE
MONEY = (RECEIPTS, APPROVE)
