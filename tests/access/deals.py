"""The pages of deals."""

from tests.access import CUSTOMER, DEAL, MANAGERS, Row, Thing

READS = MANAGERS | {"consultant": "own", "finance": "project"}
WRITES = MANAGERS | {"consultant": "own"}
ALL_READ = dict.fromkeys(READS, "all")
STAGE = Thing("holding_deposit_on", "holding_deposit_on", "holding_deposit_on")

ROWS = [
    Row("deals.board", "GET", ALL_READ),
    Row("deals.new", "GET", dict.fromkeys(WRITES, "all")),
    Row("deals.choose", "POST", dict.fromkeys(WRITES, "all"), form={"q": "李"}),
    Row(
        "deals.enter",
        "POST",
        WRITES,
        form={
            "customer": CUSTOMER,
            "stage": "holding_deposit_on",
            "on": "2026-11-20",
            "unit_kind": "residential",
            "units": "1",
            "amount": "286万",
            "staff_id": "A1",
        },
    ),
    Row("deals.deal", "GET", READS, path={"deal_id": DEAL}),
    Row(
        "deals.step",
        "POST",
        WRITES,
        path={"deal_id": DEAL},
        form={"stage": "contract_on", "on": "2026-11-20", "version": "1"},
    ),
    Row("deals.edit", "GET", WRITES, path={"deal_id": DEAL}),
    Row(
        "deals.edit",
        "POST",
        WRITES,
        path={"deal_id": DEAL},
        form={"unit_kind": "parking", "units": "2", "amount": "12万", "version": "1"},
    ),
    Row("deals.correct", "GET", WRITES, path={"deal_id": DEAL, "stage": STAGE}),
    Row(
        "deals.correct",
        "POST",
        WRITES,
        path={"deal_id": DEAL, "stage": STAGE},
        form={"on": "2026-11-19", "reason": "看错了", "version": "1"},
    ),
]
