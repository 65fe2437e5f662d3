"""The table of daily reports that the core is given."""

from crm.daily.models import Report

ROWS = {"reports": Report}
