"""Applying to leave, the answer, the hand-over and the settlement."""

from tests.access import MANAGERS, Row, Thing

# The consultant's own application is the first; the others are a colleague's, and one's of another project.
LEAVING = Thing(1, 2, 3)
PERSON = Thing("A1", "A2", "B1")
READERS = MANAGERS | {"hr": "all", "finance": "project"}
DECIDERS = MANAGERS | {"hr": "all"}
SEES = READERS | {"consultant": "own"}
ACCEPT = {"last_on": "2026-12-31", "answer": ""}
SETTLE = {"attendance_pay": "1", "sales_bonus": "1", "seen": "x"}
PAPER = {"staff_id": PERSON, "applied_on": "2026-11-23", "wished_on": "2026-12-31", "reason": "x"}

# What follows from the records, brought to the date at the first need.
DERIVED = ("duties_kept", "duty_rolls")

ROWS = [
    Row("leaving.listed", "GET", dict.fromkeys(SEES, "all")),
    Row("leaving.new", "GET", dict.fromkeys(DECIDERS, "all") | {"consultant": "all"}),
    # A consultant applies for nobody else, whomever the form names.
    Row("leaving.new", "POST", DECIDERS | {"consultant": "all"}, form=PAPER),
    Row("leaving.one", "GET", SEES, path={"leaving_id": LEAVING}),
    Row("leaving.withdraw", "POST", {"consultant": "own"}, path={"leaving_id": LEAVING}),
    Row("leaving.accept", "POST", DECIDERS, path={"leaving_id": LEAVING}, form=ACCEPT),
    Row(
        "leaving.settle",
        "POST",
        {"hr": "all", "finance": "project"},
        path={"leaving_id": LEAVING},
        form=SETTLE,
    ),
    Row("leaving.hand_over", "GET", MANAGERS, path={"staff_id": PERSON}, writes=DERIVED),
    Row("leaving.assign", "POST", MANAGERS, path={"staff_id": PERSON}, form={"how": "pool"}),
    Row("leaving.finish", "POST", MANAGERS, path={"staff_id": PERSON}),
]
