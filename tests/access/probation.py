"""Probation: the list, the decisions of two people, the letter, the own progress, and a re-hire."""

from tests.access import MANAGERS, Row, Thing

OF_PERSON = MANAGERS | {"hr": "all"}
LISTS = {"store_manager": "all", "manager": "all", "hr": "all"}
OWN = {"consultant": "all"}
HR = {"hr": "all"}
PERSON = Thing("A1", "A2", "B1")
AGREED = Thing(1, 2, 3)
WAITING = Thing(4, 5, 6)
END = Thing("end", "end", "end")
FORMER = Thing("X1", "X2", "X3")
NEW = {
    "staff_id": "Y1",
    "name": "x",
    "role": "consultant",
    "project": "滨江壹号",
    "trade": "property",
    "hired_on": "2026-11-25",
    "probation_months": "0",
    "contract_years": "3",
}
REASON = {"on": "2026-11-25", "reason": "x"}

ROWS = [
    Row("probation.listed", "GET", LISTS),
    Row("probation.mine", "GET", OWN),
    Row("probation.person", "GET", OF_PERSON, path={"staff_id": PERSON}),
    Row("probation.decide", "POST", OF_PERSON, path={"staff_id": PERSON, "kind": END}, form=REASON),
    Row(
        "probation.answer",
        "POST",
        OF_PERSON,
        path={"decision_id": WAITING},
        form={"agreed": "no", "answer": "x"},
    ),
    Row(
        "probation.letter",
        "GET",
        OF_PERSON | {"consultant": "own"},
        path={"decision_id": AGREED},
        writes=("audit_log",),
    ),
    Row("probation.rehire_choose", "GET", HR),
    Row("probation.rehire", "GET", HR, path={"former_id": FORMER}),
    Row("probation.rehire", "POST", HR, path={"former_id": FORMER}, form=NEW),
]
