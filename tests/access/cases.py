"""The pages of misconduct, the own hearing, and awards.

The world's reports about consultants and the front desk: see tests/access/cases_world.py.
"""

from tests.access import EVERYONE_IN, MANAGERS, Row, Thing

DECIDERS = MANAGERS | {"hr": "all"}
LISTS = {"store_manager": "all", "manager": "all", "hr": "all"}
READERS = {role: how for role, how in EVERYONE_IN.items() if role != "admin"}
# HR and managers see the letter of whom they decide about; the person concerned only the own.
LETTER = DECIDERS | {"consultant": "own"}
OPEN = {"report_id": Thing("report-A1", "report-A2", "report-B1")}
WAITS = {"report_id": Thing("waits-A1", "waits-A2", "waits-B1")}
WARNED = {"report_id": Thing("warned-A1", "warned-A2", "warned-B1")}
FILE = {"evidence_id": Thing("file-A1", "file-A2", "file-B1")}
HEARING = {"hearing_id": Thing("hearing-A1", "hearing-A2", "hearing-B1")}
REPORT = {
    "staff_id": Thing("A1", "A2", "B1"),
    "kind": "foreign_product",
    "happened_on": "2026-11-19",
    "facts": "x",
}
DECISION = {"verdict": "dropped", "reason": "x", "sure": "y"}

ROWS = [
    Row("cases.listed", "GET", LISTS),
    Row("cases.new", "GET", LISTS),
    Row("cases.new", "POST", DECIDERS, form=REPORT),
    Row("cases.one", "GET", DECIDERS, path=OPEN),
    Row("cases.evidence", "POST", DECIDERS, path=OPEN),
    Row("cases.file", "GET", DECIDERS, path=OPEN | FILE, writes=("audit_log",)),
    Row("cases.hearing", "POST", DECIDERS, path=OPEN, form={"question": "x"}),
    Row("cases.refusal", "POST", DECIDERS, path=OPEN, form={"refusal": "x", "witness": "F1"}),
    Row("cases.decision", "POST", DECIDERS, path=OPEN, form=DECISION),
    Row("cases.second", "POST", DECIDERS, path=WAITS, form={"agreed": "yes"}),
    Row("cases.letter", "GET", LETTER, path=WARNED, writes=("audit_log",)),
    Row("cases.mine", "GET", READERS),
    Row("cases.answer", "GET", {"consultant": "own"}, path=HEARING),
    Row("cases.answer", "POST", {"consultant": "own"}, path=HEARING, form={"answer": "x"}),
    Row("cases.awards", "GET", READERS),
]
