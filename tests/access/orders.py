"""The pages of furniture orders and of the shop's day."""

from tests.access import CUSTOMER, MANAGERS, Row, Thing

READS = MANAGERS | {"consultant": "own", "finance": "project"}
OWN = {"consultant": "own"}
SHOP = MANAGERS | {"consultant": "own"}
FINANCE = {"finance": "project"}
ORDER = Thing("F-A1", "F-A2", "F-B1")
WRITTEN = Thing("P-A1", "P-A2", "P-B1")
LINE = Thing(1, 5, 9)
NUMBER = Thing(1, 2, 3)
CALL = Thing(1, 1, 1)
RECEIPT = Thing("Q-A1", "Q-A2", "Q-B1")
_WHERE = {"order_id": ORDER}
PRICE = dict.fromkeys(("product", "model", "size", "material", "origin", "purpose"), "x")

ROWS = [
    Row("orders.listed", "GET", dict.fromkeys(READS, "all")),
    Row("orders.new", "GET", {"consultant": "all"}),
    Row(
        "orders.enter",
        "POST",
        OWN,
        form={
            "customer": CUSTOMER,
            "customer_name": "李先生",
            "address": "杭州市西湖区文三路 90 号",
            "price_id": "1",
            "quantity": "1",
        },
    ),
    Row("orders.order", "GET", READS, path=_WHERE),
    Row("orders.add_line", "POST", OWN, path=_WHERE, form={"price_id": "1", "quantity": "1"}),
    Row("orders.remove_line", "POST", OWN, path=_WHERE | {"line_id": LINE}),
    Row(
        "orders.step",
        "POST",
        OWN,
        path=_WHERE | {"kind": Thing("inspected", "inspected", "inspected")},
        form={"note": ""},
    ),
    Row("orders.sign", "POST", MANAGERS, path=_WHERE),
    Row("orders.stamp", "POST", FINANCE, path=_WHERE),
    Row(
        "orders.after",
        "POST",
        SHOP,
        path=_WHERE | {"kind": Thing("scheduled", "scheduled", "scheduled")},
        form={"mode": "pickup", "on": "2026-11-25"},
    ),
    Row("orders.ask_price", "POST", OWN, path=_WHERE, form={"reason": "样品"}),
    Row(
        "orders.decide_price",
        "POST",
        MANAGERS,
        path={"approval_id": NUMBER},
        form={"approved": "0", "answer": "不行"},
    ),
    Row("orders.cancel", "POST", SHOP, path=_WHERE, form={"reason": "客户不要了"}),
    Row(
        "orders.take_money",
        "POST",
        FINANCE,
        path=_WHERE,
        form={
            "nature": "deposit",
            "amount": "100",
            "method": "cash",
            "voucher_no": "1",
            "received_on": "2026-11-20",
        },
    ),
    Row("orders.reverse_money", "POST", FINANCE, path={"receipt_id": RECEIPT}, form={"reason": "记错"}),
    Row("orders.paper", "GET", READS, path={"order_id": WRITTEN}, writes=("audit_log",)),
    Row("orders.sheet", "GET", READS, path={"order_id": WRITTEN}),
    Row(
        "orders.answer_call",
        "POST",
        SHOP,
        path={"order_id": WRITTEN, "number": CALL},
        form={"result": "content"},
    ),
    Row("orders.prices", "GET", dict.fromkeys(READS, "all")),
    Row(
        "orders.enter_price",
        "POST",
        {"store_manager": "all"},
        form=PRICE | {"price": "100", "from_on": "2026-12-01"},
    ),
    Row("orders.sellers_page", "GET", dict.fromkeys(MANAGERS, "all")),
    Row("orders.notes", "GET", dict.fromkeys(SHOP, "all")),
    Row(
        "orders.report",
        "POST",
        {"consultant": "all"},
        form={"kind": "found", "what": "雨伞", "note": "已交店长"},
    ),
    Row("orders.answer_note", "POST", MANAGERS, path={"note_id": NUMBER}, form={"answer": "已送修"}),
    Row("orders.closing", "GET", dict.fromkeys(SHOP, "all")),
    Row(
        "orders.check_out",
        "POST",
        {"consultant": "all"},
        form=dict.fromkeys(("doors", "power", "fire", "left_behind"), "y"),
    ),
]
