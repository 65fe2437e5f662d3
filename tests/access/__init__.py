"""Who may open what: the table that `tests/test_access_matrix.py` walks, one file for each blueprint.

To add a page, add its row to `tests/access/<blueprint>.py` (a list `ROWS`):

    Row("leads.customer", "GET", {"consultant": "own", "manager": "project", "store_manager": "project"},
        path={"customer_id": CUSTOMER})

`opens` says how far each role gets: `own`, `project` (own and same project) or `all`. A role that is not there
gets nothing: 403, 404 or the sign-in page, and not one row of the database changes. `anonymous` is a role too.
A page without ids in its address is of everybody who is named: write `all`. `path` maps each id of the address
to a `Thing`; `form` is what a POST sends (values may be Things); `writes` names tables that a GET may write to.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

TARGETS = ("own", "project", "elsewhere")
REACHES = {"own": 1, "project": 2, "all": 3}
EVERYONE_IN = dict.fromkeys(
    ("consultant", "front_desk", "store_manager", "manager", "hr", "finance", "admin"), "all"
)
EVERYONE = EVERYONE_IN | {"anonymous": "all"}
MANAGERS = {"store_manager": "project", "manager": "project"}


@dataclass(frozen=True)
class Thing:
    """An id for each target: the consultant's own, a colleague's of the project, one of another project.

    `own` may name the person who asks by `{me}`.
    """

    own: object
    project: object
    elsewhere: object

    def of(self, target: str, me: str) -> object:
        """The id to put into the address."""
        value = getattr(self, target)
        return value.format(me=me) if isinstance(value, str) else value


CUSTOMER = Thing("C-A1", "C-A2", "C-B1")
CONTACT = Thing("K-A1", "K-A2", "K-B1")
DEAL = Thing("D-A1", "D-A2", "D-B1")
STAFF = Thing("{me}", "A2", "B1")
WAIVER_REQUEST = Thing(1, 2, 3)
LEAVE_REQUEST = Thing(1, 2, 3)
ENTRY = Thing(1, 2, 3)
DAY = Thing("2026-11-20", "2026-11-20", "2026-11-20")


@dataclass(frozen=True)
class Row:
    """One endpoint by one method."""

    endpoint: str
    method: str
    opens: Mapping[str, str]
    path: Mapping[str, Thing] = field(default_factory=dict)
    form: Mapping[str, Any] = field(default_factory=dict)
    writes: tuple[str, ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)

    def may(self, role: str, target: str) -> bool:
        """Whether that role gets to that target."""
        return REACHES.get(self.opens.get(role, ""), 0) > TARGETS.index(target)
