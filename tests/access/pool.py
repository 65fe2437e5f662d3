"""The pages of the public pool."""

from tests.access import Row, Thing

READS = dict.fromkeys(("consultant", "store_manager", "manager"), "all")
POOLED = Thing("C-pool", "C-pool-2", "C-pool-elsewhere")
CLAIMED = Thing("C-claimed", "C-pool", "C-pool-elsewhere")

ROWS = [
    Row("pool.listed", "GET", READS),
    Row("pool.claim", "POST", {"consultant": "project"}, path={"customer_id": POOLED}),
    Row("pool.give_back", "POST", {"consultant": "own"}, path={"customer_id": CLAIMED}),
]
