"""The pages of entries, settling, the nightly work."""

from tests.access import ENTRY, MANAGERS, STAFF, Row, Thing

READS = MANAGERS | {"consultant": "own", "front_desk": "own", "finance": "project", "hr": "all"}
OWN = {"consultant": "all", "front_desk": "all"}
PROJECT = dict.fromkeys([*MANAGERS, "finance"], "all")
SETTLES = dict.fromkeys([*MANAGERS, "hr"], "all")
# The front desk of the world has no entries of its own; the first is the consultant's.
ENTRIES = MANAGERS | {"consultant": "own", "finance": "project", "hr": "all"}
PEOPLE = {
    "consultant": "own",
    "front_desk": "own",
    "store_manager": "project",
    "manager": "project",
    "finance": "project",
    "hr": "all",
}
SETTLEMENT = Thing("settle-2026-11-22", "settle-2026-11-22", "settle-2026-11-22")

ROWS = [
    Row("penalties.mine", "GET", OWN),
    Row("penalties.person", "GET", PEOPLE, path={"staff_id": STAFF}),
    Row("penalties.project", "GET", PROJECT),
    Row("penalties.all", "GET", {"hr": "all"}),
    Row("penalties.entry", "GET", ENTRIES, path={"entry_id": ENTRY}),
    Row("penalties.settle_now", "POST", SETTLES),
    Row("penalties.settling", "GET", dict.fromkeys(SETTLES, "all"), path={"job_id": SETTLEMENT}),
    Row("penalties.nightly", "GET", {"admin": "all"}),
]
