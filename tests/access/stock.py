"""The pages of units, the deal's way and its money."""

from tests.access import DEAL, MANAGERS, Row, Thing

READS = MANAGERS | {"consultant": "own", "finance": "project"}
WRITES = MANAGERS | {"consultant": "own"}
MONEY = MANAGERS | {"finance": "project"}
FINANCE = {"finance": "project"}
STOCK_READS = MANAGERS | {"consultant": "project", "finance": "project"}
UNIT = Thing("U-A1", "U-A2", "U-B1")
FREE = Thing("V-A1", "V-A2", "V-B1")
RECEIPT = Thing("R-A1", "R-A2", "R-B1")
PAPER = Thing("F-A1", "F-A2", "F-B1")
REFUND = Thing("B-A1", "B-A2", "B-B1")
PAYABLE = Thing("P-A1", "P-A2", "P-B1")
NUMBER = Thing(1, 2, 3)
STEP = Thing("contract", "contract", "contract")
BUILDING = Thing("1栋", "1栋", "9栋")
CUSTOMER = Thing("C-A1", "C-A2", "C-B1")
_WHERE = {"deal_id": DEAL}

ROWS = [
    Row("stock.board", "GET", dict.fromkeys(READS, "all")),
    Row("stock.unit", "GET", STOCK_READS, path={"unit_id": UNIT}),
    Row(
        "stock.place",
        "POST",
        WRITES,
        path={"unit_id": FREE},
        form={"customer_id": CUSTOMER, "stage": "holding_deposit_on", "on": "2026-11-20", "staff_id": "A1"},
    ),
    Row("stock.customers_found", "POST", dict.fromkeys(WRITES, "all"), form={"q": "李"}),
    Row("stock.withhold", "POST", MANAGERS, path={"unit_id": FREE}, form={"withheld": "1", "version": "1"}),
    Row("stock.answer_permit", "POST", MANAGERS, form={"building": BUILDING, "reason": "已在办理中"}),
    Row("stock.kanban", "GET", dict.fromkeys(READS, "all")),
    Row("stock.move", "POST", WRITES, path=_WHERE, form={"to": "subscription", "version": "1"}),
    Row("stock.way", "GET", READS, path=_WHERE),
    Row(
        "stock.save_step",
        "POST",
        WRITES,
        path=_WHERE | {"kind": STEP},
        form={"version": "0", "ticked": "identity"},
    ),
    Row("stock.extend_hold", "POST", MANAGERS, path=_WHERE, form={"until": "2026-11-30"}),
    Row("stock.ask_price", "POST", WRITES, path=_WHERE, form={"amount": "2860000", "reason": "老客户"}),
    Row(
        "stock.decide_price",
        "POST",
        MANAGERS,
        path={"approval_id": NUMBER},
        form={"amount": "1", "approved": "0"},
    ),
    Row("stock.money", "GET", READS, path=_WHERE),
    Row(
        "stock.take",
        "POST",
        FINANCE,
        path=_WHERE,
        form={
            "kind": "holding",
            "nature": "deposit",
            "amount": "1万",
            "method": "cash",
            "voucher_no": "1",
            "received_on": "2026-11-20",
        },
    ),
    Row("stock.reverse", "POST", FINANCE, path={"receipt_id": RECEIPT}, form={"reason": "记错"}),
    Row(
        "stock.add_plan",
        "POST",
        MONEY,
        path=_WHERE,
        form={"kind": "instalment", "due_on": "2026-12-20", "amount": "10万"},
    ),
    Row("stock.strike", "POST", MONEY, path={"line_id": NUMBER}),
    Row("stock.day", "GET", dict.fromkeys(MONEY, "all")),
    Row("stock.day_sheet", "GET", dict.fromkeys(MONEY, "all")),
    Row("stock.arrears", "GET", dict.fromkeys(READS, "all")),
    Row("stock.refund_list", "GET", dict.fromkeys(MONEY, "all")),
    Row(
        "stock.ask_refund",
        "POST",
        MONEY,
        path=_WHERE,
        form={
            "kind": "refund",
            "cause": "agreed",
            "amount": "1",
            "requested_on": "2026-11-20",
            "reason": "协商退订",
        },
    ),
    Row("stock.decide_refund", "POST", MANAGERS, path={"refund_id": REFUND}, form={"approved": "1"}),
    Row(
        "stock.pay_refund",
        "POST",
        FINANCE,
        path={"refund_id": PAYABLE},
        form={"paid_on": "2026-11-20", "method": "cash", "voucher_no": "2"},
    ),
    Row("stock.chase_form", "GET", {"consultant": "own"}, path=_WHERE),
    Row(
        "stock.chase",
        "POST",
        {"consultant": "own"},
        path=_WHERE,
        form={"effective": "1", "medium": "phone", "note": "答应周五付"},
    ),
    Row("stock.upload_papers", "POST", WRITES, path=_WHERE | {"kind": STEP}, form={"item": "identity"}),
    Row("stock.paper_file", "GET", READS, path={"paper_id": PAPER}, writes=("audit_log",)),
    Row("stock.remove_paper", "POST", WRITES, path={"paper_id": PAPER}, form={"reason": "拍糊了"}),
    Row("stock.receipt_paper", "GET", READS, path={"receipt_id": RECEIPT}, writes=("audit_log",)),
    Row("stock.subscription_paper", "GET", READS, path=_WHERE, writes=("audit_log",)),
    Row("stock.contract_paper", "GET", READS, path=_WHERE, writes=("audit_log",)),
]
