"""Signing in, the first start, the own account; staff, roster and calendar."""

from tests.access import EVERYONE, EVERYONE_IN, LEAVE_REQUEST, MANAGERS, STAFF, Row, Thing

NOBODY: dict[str, str] = {}
OTHERS_SESSION = Thing(99, 99, 99)
PLANNERS = {"store_manager": "all", "manager": "all", "hr": "all"}
PLANNED = MANAGERS | {"hr": "all"}
CELL = Thing("A1:2026-11-21", "A2:2026-11-21", "B1:2026-11-21")
SELF = {"consultant": "own", "front_desk": "own"}
SEES_STAFF = SELF | MANAGERS | {"hr": "all", "finance": "project"}
OTHERS = Thing("A1", "A2", "B1")
EMPLOYMENT = {
    "staff_id": "Z9",
    "name": "新人",
    "role": "consultant",
    "project": "滨江壹号",
    "trade": "property",
    "hired_on": "2026-11-01",
    "probation_months": "6",
    "contract_years": "3",
}

ROWS = [
    Row("people.setup", "GET", NOBODY),
    Row("people.setup", "POST", NOBODY, form={"company": "x", "project": "y", "name": "z", "login": "zz"}),
    Row("people.sign_in", "GET", EVERYONE),
    Row("people.sign_in", "POST", EVERYONE, form={"login": "nobody", "password": "wrong"}),
    Row("people.code", "GET", EVERYONE),
    Row("people.code", "POST", EVERYONE, form={"code": "000000"}),
    Row("people.sign_out", "POST", EVERYONE_IN),
    Row("people.password", "GET", EVERYONE_IN),
    Row("people.password", "POST", EVERYONE_IN, form={"old": "x", "new": "y"}),
    Row("people.prove", "GET", EVERYONE_IN),
    Row("people.prove", "POST", EVERYONE_IN, form={"password": "x"}),
    Row("people.factor", "GET", EVERYONE_IN),
    Row("people.factor", "POST", EVERYONE_IN, form={"code": "000000"}),
    Row("people.factor_off", "POST", EVERYONE_IN),
    Row("people.sessions", "GET", EVERYONE_IN),
    Row("people.end_session", "POST", NOBODY, path={"session_id": OTHERS_SESSION}),
    Row("people.roster", "GET", PLANNERS),
    Row("people.set_roster", "POST", PLANNED, form={"kind": "rest", "cell": CELL}),
    Row("people.copy_week", "POST", PLANNERS, form={"monday": "2026-11-16"}),
    Row(
        "people.decide_leave",
        "POST",
        PLANNED,
        path={"request_id": LEAVE_REQUEST},
        form={"decision": "grant"},
    ),
    Row("people.my_roster", "GET", SELF | {"front_desk": "all"}),
    Row("people.ask_leave", "POST", SELF, form={"from_on": "2026-12-01"}),
    Row("people.withdraw_leave", "POST", {"consultant": "own"}, path={"request_id": LEAVE_REQUEST}),
    Row("people.calendar", "GET", PLANNERS | {"admin": "all"}),
    Row(
        "people.set_calendar",
        "POST",
        {"hr": "all", "admin": "all"},
        form={"date": "2026-12-01", "said": "rest"},
    ),
    Row("people.staff_list", "GET", PLANNERS | {"finance": "all"}),
    Row("people.staff_member", "GET", SEES_STAFF, path={"staff_id": STAFF}),
    Row("people.change_terms", "GET", {"hr": "all"}, path={"staff_id": OTHERS}),
    Row(
        "people.change_terms",
        "POST",
        {"hr": "all"},
        path={"staff_id": OTHERS},
        form={"from_on": "2026-12-01", "monthly_base_pay": "4800"},
    ),
    Row(
        "people.withdraw_terms",
        "POST",
        {"hr": "all"},
        path={"staff_id": OTHERS, "from_on": Thing("2027-01-01", "2027-01-01", "2027-01-01")},
    ),
    Row("people.take_on", "GET", {"hr": "all"}),
    Row("people.take_on", "POST", {"hr": "all"}, form=EMPLOYMENT),
    Row("people.change_staff", "GET", {"hr": "all"}, path={"staff_id": OTHERS}),
    Row("people.change_staff", "POST", {"hr": "all"}, path={"staff_id": OTHERS}, form={"version": "1"}),
]
