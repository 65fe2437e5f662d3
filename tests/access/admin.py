"""The administrator's pages."""

from crm.people.company import NUMBERS
from tests.access import Row, Thing

ADMIN = {"admin": "all"}
ACCOUNT = Thing(1, 1, 1)
UNKNOWN_STAFF = Thing("A2", "A2", "B1")
_ACTS = ("reset_password", "disable", "enable", "forget_factor", "end_sessions")

ROWS = [
    Row("admin.accounts", "GET", ADMIN),
    Row("admin.make_account", "GET", ADMIN, path={"staff_id": UNKNOWN_STAFF}),
    Row("admin.make_account", "POST", ADMIN, path={"staff_id": UNKNOWN_STAFF}, form={"login": "new"}),
    Row("admin.account", "GET", ADMIN, path={"account_id": ACCOUNT}),
    *(Row(f"admin.{act}", "POST", ADMIN, path={"account_id": ACCOUNT}) for act in _ACTS),
    Row("admin.audit", "GET", ADMIN),
    Row("admin.settings", "GET", ADMIN),
    Row(
        "admin.settings", "POST", ADMIN, form={"company": "x", "projects": "y"} | dict.fromkeys(NUMBERS, "9")
    ),
]
