"""The pages of pay: the own statement, the project's for managers (without pay) and finance, all for HR."""

from tests.access import ENTRY, EVERYONE_IN, MANAGERS, Row, Thing

STAFF_OWN = {role: reach for role, reach in EVERYONE_IN.items() if role != "admin"}
PERSON = {"consultant": "own", "front_desk": "own", **MANAGERS, "finance": "project", "hr": "all"}
STATEMENT = {"staff_id": Thing("{me}", "A2", "B1")}
OF_SOMEBODY = dict.fromkeys((*MANAGERS, "finance", "hr"), "all")
PAYROLL = {"finance": "all", "hr": "all"}
HR = {"hr": "all"}
CONFIRMS = MANAGERS | {"hr": "all"}
LOSS = {"loss_id": Thing(1, 2, 3)}
DECISION = Thing(1, 2, 3)
LOSSES = {"consultant": "own", "finance": "project", "hr": "all"}

ROWS = [
    Row("pay.mine", "GET", STAFF_OWN),
    Row("pay.seen", "POST", STAFF_OWN, form={"month": "2026-11", "digest": "x"}),
    Row("pay.statement", "GET", PERSON, path=STATEMENT),
    Row("pay.paper", "GET", PERSON, path=STATEMENT, writes=("audit_log",)),
    Row("pay.sheet", "GET", PERSON, path=STATEMENT),
    Row("pay.month", "GET", OF_SOMEBODY),
    Row("pay.payroll_sheet", "GET", PAYROLL, writes=("audit_log",)),
    Row("pay.decide_list", "GET", dict.fromkeys(CONFIRMS, "all")),
    Row("pay.decide", "POST", HR, form={"entry_id": ENTRY, "verdict": "withhold", "reason": "没有损失"}),
    Row("pay.confirm", "POST", CONFIRMS, form={"decision_id": DECISION, "agreed": "1"}),
    Row("pay.plan_list", "GET", HR),
    Row("pay.new_plan", "GET", HR),
    Row(
        "pay.make_plan",
        "POST",
        HR,
        form={
            "project": "滨江壹号",
            "from_on": "2027-01-01",
            "basis": "units",
            "pays": "points",
            "mode": "whole",
            "paid_on": "contract",
            "start_0": "0",
            "rate_0": "0.3",
        },
    ),
    Row("pay.law", "GET", HR),
    Row("pay.change_law", "POST", HR, form={"city_0": "成都", "held_flags": "red"}),
    Row(
        "pay.enter_wage",
        "POST",
        HR,
        form={"city": "成都", "from_on": "2026-01-01", "amount": "2330", "source": "公告"},
    ),
    Row("pay.loss_list", "GET", STAFF_OWN),
    Row("pay.new_loss", "GET", HR),
    Row(
        "pay.book_loss",
        "POST",
        HR,
        form={"staff_id": "A1", "on": "2026-11-20", "amount": "300", "cause": "丢失", "evidence": "监控"},
    ),
    Row("pay.loss", "GET", LOSSES, path=LOSS),
    Row("pay.answer_loss", "POST", {"consultant": "own"}, path=LOSS, form={"answer": "agreed"}),
    Row("pay.withdraw_loss", "POST", HR, path=LOSS, form={"words": "找到了"}),
]
