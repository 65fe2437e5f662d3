"""The pages of disputes: everybody has the list, and a dispute is of the managers of the deal's project.

HR has the case files: that a dispute which is not ruled has none is tested in tests/disputes/test_case_files.py.
"""

from tests.access import DEAL, EVERYONE_IN, MANAGERS, Row, Thing

DISPUTE = Thing("dispute-of-A1", "dispute-of-A2", "dispute-of-B1")
STATEMENT = Thing("statement-of-A1", "statement-of-A2", "statement-of-B1")
WHICH = {"dispute_id": DISPUTE}
RULED = Thing("dispute-ruled", "dispute-ruled", "dispute-ruled-elsewhere")
HR = {"hr": "all"}
RULING = {"share": "A1", "percent": "100", "reason": "首访在先", "seen": "0"}

ROWS = [
    Row("case_files.listed", "GET", HR),
    Row("case_files.one", "GET", HR, path={"dispute_id": RULED}, writes=("dispute_looks",)),
    Row("disputes.listed", "GET", EVERYONE_IN),
    Row("disputes.begin", "POST", MANAGERS, path={"deal_id": DEAL}),
    Row("disputes.dispute", "GET", MANAGERS, path=WHICH, writes=("dispute_looks",)),
    Row("disputes.rule", "POST", MANAGERS, path=WHICH, form=RULING),
    Row("disputes.name_reader", "POST", MANAGERS, path=WHICH, form={"staff_id": "F1"}),
    Row("disputes.remove_reader", "POST", MANAGERS, path=WHICH, form={"staff_id": "A2"}),
    Row("disputes.ask", "POST", MANAGERS, path=WHICH, form={"staff_id": "A2", "question": "请说明"}),
    Row("disputes.statement", "GET", {"consultant": "own"}, path={"statement_id": STATEMENT}),
    Row(
        "disputes.statement",
        "POST",
        {"consultant": "own"},
        path={"statement_id": STATEMENT},
        form={"answer": "客户自己来的"},
    ),
]
