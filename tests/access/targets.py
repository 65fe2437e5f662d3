"""Quotas, the ranking, and training notices."""

from tests.access import MANAGERS, Row, Thing

WRITERS = {"store_manager": "all", "manager": "all", "hr": "all"}
OF_PERSON = MANAGERS | {"hr": "all"}
OWN = {"consultant": "all"}
# The notices of the world are the consultants'; the front desk sees its own list, which is empty.
SEES = OF_PERSON | {"consultant": "own"}
NOTICE = Thing(1, 2, 3)
PERSON = Thing("A1", "A2", "B1")
WITHDRAWN = Thing("withdrawn", "withdrawn", "withdrawn")
HEARD = Thing("acknowledged", "acknowledged", "acknowledged")
PLAN = {
    "staff": PERSON,
    "month": "2026-10",
    "reason": "x",
    "help_given": "x",
    "from_on": "2026-11-25",
    "to_on": "2026-12-05",
    "place": "x",
    "trainer": "x",
    "content": "x",
}

ROWS = [
    Row("targets.sheet", "GET", WRITERS),
    Row("targets.save", "POST", WRITERS, form={"month": "2026-11", "units-A1": "5", "seen-A1": "4"}),
    Row("targets.copy", "POST", WRITERS, form={"month": "2026-12"}),
    Row("targets.undo", "POST", WRITERS, form={"month": "2026-11", "at": "1"}),
    Row("targets.ranking", "GET", WRITERS),
    Row("targets.person", "GET", OF_PERSON, path={"staff_id": PERSON}),
    Row("targets.mine", "GET", OWN),
    Row("targets.card", "GET", OWN),
    Row("training.listed", "GET", WRITERS | {"consultant": "all", "front_desk": "all"}),
    Row("training.new", "GET", WRITERS),
    Row("training.new", "POST", OF_PERSON, form=PLAN),
    Row("training.notice", "GET", SEES, path={"notice_id": NOTICE}),
    Row("training.paper", "GET", SEES, path={"notice_id": NOTICE}, writes=("audit_log",)),
    Row("training.file", "GET", SEES, path={"notice_id": NOTICE, "file_id": NOTICE}),
    Row("training.answer", "POST", {"consultant": "own"}, path={"notice_id": NOTICE, "kind": HEARD}),
    Row(
        "training.step",
        "POST",
        OF_PERSON,
        path={"notice_id": NOTICE, "kind": WITHDRAWN},
        form={"note": "x"},
    ),
]
