"""The pages of the reception queue."""

from tests.access import Row, Thing

READS = dict.fromkeys(("consultant", "front_desk", "store_manager", "manager"), "all")
WRITES = dict.fromkeys(("front_desk", "store_manager", "manager"), "all")

ROWS = [
    Row("reception.queue", "GET", READS),
    Row(
        "reception.receive",
        "POST",
        {"front_desk": "all"},
        form={"expected": "A1", "name": "赵先生", "phone": "13900000000"},
    ),
    Row("reception.turn", "POST", WRITES, form={"expected": "A1"}),
    Row("reception.change", "POST", WRITES, form={"staff_id": "A1", "kind": "away", "reason": "午餐"}),
    Row("reception.undo", "POST", dict.fromkeys(WRITES, "project"), path={"event_id": Thing(1, 1, 2)}),
]
