"""The daily report and the evening board."""

from tests.access import DAY, MANAGERS, Row, Thing

REPORTERS = {"consultant": "all", "front_desk": "all"}
REPORT = {"staff_id": Thing("A1", "A2", "B1"), "date": DAY}
READERS = MANAGERS | {"consultant": "own"}
ROWS_OF_A_FIGURE = REPORT | {"what": Thing("followups", "untracked", "calls")}

ROWS = [
    Row("daily.mine", "GET", REPORTERS),
    Row("daily.submit", "POST", REPORTERS, form={"remarks": "今天两批客户"}),
    Row("daily.report", "GET", READERS, path=REPORT, writes=("report_readings",)),
    Row("daily.rows", "GET", READERS, path=ROWS_OF_A_FIGURE),
    Row("daily.mark_false", "POST", MANAGERS, path=REPORT, form={"reason": "没有这批客户"}),
    Row("daily.take_back", "POST", MANAGERS, path=REPORT, form={"reason": "看错了"}),
    Row("daily.board", "GET", MANAGERS | {"store_manager": "all", "manager": "all"}),
]
