"""The blueprint of pay; `views` gives it its routes."""

import datetime as dt

from flask import Blueprint, request
from werkzeug.wrappers import Response

from crm.clock import today
from crm.penalties.months import month_text
from crm.permissions import Permission

blueprint = Blueprint("pay", __name__, url_prefix="/pay")
Page = str | Response | tuple[str, int]
OWN = Permission.OWN_PAY_READ
READ = (OWN, Permission.PROJECT_LEDGER_READ, Permission.ALL_LEDGER_READ)
EVERYBODYS = (Permission.PROJECT_LEDGER_READ, Permission.ALL_LEDGER_READ)
PAYROLL = (Permission.PROJECT_PAYROLL_READ, Permission.ALL_LEDGER_READ)
WRITE = Permission.ALL_PAY_WRITE
CONFIRM = (Permission.PROJECT_PAY_CONFIRM, Permission.ALL_PAY_CONFIRM)
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def chosen_month() -> str:
    """The month of the address or the form, else the present one; never one to come."""
    text = request.values.get("month", "")
    present = month_text(today())
    try:
        chosen = month_text(dt.datetime.strptime(text, "%Y-%m").date())
    except ValueError:
        return present
    return min(chosen, present)
