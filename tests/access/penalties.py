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
OBJECTION = Thing(1, 2, 3)
LIFTS = MANAGERS | {"hr": "all"}
OPEN_MONTH = Thing("2026-11", "2026-11", "2026-11")
PROPOSAL = {"proposal_id": Thing(1, 1, 1)}
APPROVES = dict.fromkeys([*MANAGERS, "hr"], "all")
CLOSED_MONTH = Thing("2026-09", "2026-09", "2026-09")
# That somebody saw an own entry is kept, and the head of the books with it.
SEEN = ("ledger_seen", "ledger_head")

ROWS = [
    Row("penalties.mine", "GET", OWN, writes=SEEN),
    Row("penalties.person", "GET", PEOPLE, path={"staff_id": STAFF}, writes=SEEN),
    Row("penalties.project", "GET", PROJECT),
    Row("penalties.all", "GET", {"hr": "all"}),
    Row("penalties.entry", "GET", ENTRIES, path={"entry_id": ENTRY}, writes=SEEN),
    Row("penalties.settle_now", "POST", SETTLES),
    Row("penalties.settling", "GET", dict.fromkeys(SETTLES, "all"), path={"job_id": SETTLEMENT}),
    Row("penalties.nightly", "GET", {"admin": "all"}),
    Row("objections.listed", "GET", dict.fromkeys([*MANAGERS, "hr"], "all")),
    Row(
        "objections.object_",
        "POST",
        {"consultant": "own"},
        path={"entry_id": ENTRY},
        form={"words": "那天我在医院"},
    ),
    Row("objections.lift_", "POST", LIFTS, path={"entry_id": ENTRY}, form={"reason": "系统停机"}),
    Row(
        "objections.answer_",
        "POST",
        LIFTS,
        path={"objection_id": OBJECTION},
        form={"outcome": "stands", "reason": "已核对"},
    ),
    Row("months.listed", "GET", {"hr": "all"}),
    Row("months.close", "POST", {"hr": "all"}, path={"month": OPEN_MONTH}, form={"digest": ""}),
    Row("months.certificate", "GET", {"hr": "all"}, path={"month": CLOSED_MONTH}),
    Row("rulebook.shown", "GET", dict.fromkeys(READS, "all")),
    Row("rulebook.new", "GET", {"hr": "all"}),
    Row("rulebook.propose", "POST", {"hr": "all"}, form={"from_on": "2027-01-01"}),
    Row("rulebook.proposal", "GET", APPROVES, path=PROPOSAL),
    Row("rulebook.replay", "POST", APPROVES, path=PROPOSAL, form={"months": "3"}),
    Row("rulebook.decide", "POST", APPROVES, path=PROPOSAL, form={"agreed": "1"}),
    Row("rulebook.withdraw", "POST", {"hr": "all"}, path=PROPOSAL),
]
