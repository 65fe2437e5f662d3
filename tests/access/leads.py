"""Customers: a consultant's own, a manager's of the project, a front desk registers and sees arrivals."""

from tests.access import CUSTOMER, MANAGERS, WAIVER_REQUEST, Row, Thing

READERS = {"consultant": "own", **MANAGERS}
LISTS = {"consultant": "all", "store_manager": "all", "manager": "all"}
REGISTER = {"consultant": "all", "front_desk": "all"}
SIGNERS = {"store_manager": "all", "manager": "all"}
PATH = {"customer_id": CUSTOMER}
DERIVED = ("duties_kept", "duty_rolls")
NO_VIEW = Thing(99, 99, 99)

ROWS = [
    Row("leads.new_customer", "GET", REGISTER),
    Row("leads.register", "POST", REGISTER, form={"name": "新客户", "kind": "call_in", "owner": "A1"}),
    Row("leads.check_phone", "POST", REGISTER, form={"phone": "13800138009"}),
    Row("leads.arrivals", "GET", {"front_desk": "all"}),
    Row("leads.customers", "GET", LISTS, writes=DERIVED),
    Row("leads.search", "POST", LISTS, form={"q": "李"}),
    Row("leads.save_view", "POST", LISTS, form={"name": "A 级", "grade": "A"}),
    Row("leads.delete_view", "POST", {}, path={"view_id": NO_VIEW}),
    Row("leads.customer", "GET", READERS, path=PATH),
    Row("leads.reveal", "POST", READERS, path=PATH),
    Row("leads.edit_customer", "GET", READERS, path=PATH),
    Row("leads.edit_customer", "POST", READERS, path=PATH, form={"version": "1", "name": "李小姐"}),
    Row("leads.customer_history", "GET", READERS, path=PATH),
    Row("leads.give_consent", "POST", READERS, path=PATH, form={"purpose": "跟进"}),
    Row("leads.withdraw_consent", "POST", READERS, path=PATH),
    Row("leads.opt_out", "POST", READERS, path=PATH, form={"reason": "说不买了"}),
    Row("leads.opt_in", "POST", READERS, path=PATH, form={"reason": "又来了"}),
    Row("leads.erase", "GET", MANAGERS, path=PATH),
    Row("leads.erase", "POST", MANAGERS, path=PATH, form={"reason": "来信要求"}),
    Row("leads.join_household", "GET", READERS, path=PATH),
    Row("leads.join_household", "POST", READERS, path=PATH, form={"other": CUSTOMER, "reason": "夫妻"}),
    Row("leads.find_household", "POST", READERS, path=PATH, form={"q": "李"}),
    Row("leads.leave_household", "POST", READERS, path=PATH, form={"reason": "弄错了"}),
    Row("leads.hand_over", "GET", MANAGERS, path=PATH),
    Row("leads.hand_over", "POST", MANAGERS, path=PATH, form={"to": "A2", "on": "2999-01-01", "reason": "x"}),
    Row("leads.hand_over_several", "POST", SIGNERS, form={"customer_id": "C-A1"}),
    Row("leads.ask_waiver", "GET", {"consultant": "own"}, path=PATH),
    Row(
        "leads.ask_waiver",
        "POST",
        {"consultant": "own"},
        path=PATH,
        form={"reason": "special", "from_on": "2026-11-20", "note": "出国"},
    ),
    Row("leads.waivers", "GET", LISTS),
    Row("leads.sign_waiver", "POST", MANAGERS, path={"request_id": WAIVER_REQUEST}, form={"answer": "同意"}),
    Row(
        "leads.refuse_waiver",
        "POST",
        MANAGERS,
        path={"request_id": WAIVER_REQUEST},
        form={"answer": "还要跟"},
    ),
    Row("leads.withdraw_waiver", "POST", {"consultant": "own"}, path={"request_id": WAIVER_REQUEST}),
]
