"""Leaving, from the application to the last pay: who may do what, what it costs, and to whom everything goes."""

import datetime as dt
from decimal import Decimal

import pytest
from sqlalchemy import select

from crm.deals.keepers import DealKeeper
from crm.deals.models import Deal, deals_visible_to
from crm.extensions import db
from crm.leads.models import Customer, Transfer, Waiver, holder_on
from crm.leads.pool import nightly
from crm.people.accounts import AuditRow
from crm.people.models import Staff
from crm.targets.leaving_models import HandOverEnd, Leaving
from crm.targets.models import Resignation
from crm.transactions import atomic
from tests.people_builders import customer, keep, staff
from tests.targets.builders import AT, TODAY, account_of, office

PEOPLE = ("A1", "A2", "A4", "B1", "M1", "M2", "S1", "H1", "N1", "F1")
DAY = dt.timedelta(days=1)
LAST = TODAY + 30 * DAY
WIZARD = "/leaving/hand-over/A1"


def change(model, key, **values):
    with atomic() as session:
        row = session.get_one(model, key)
        for name, value in values.items():
            setattr(row, name, value)


@pytest.fixture
def home(store, people, at):
    """The office on a Tuesday in November; gives the browsers by staff_id. A1 has three customers, two of one home."""
    at(AT)
    office()
    change(Customer, "C1", household="home")
    keep([customer("C2", "A1", household="home", name="王女士"), customer("C3", "A1", name="赵先生")])
    return {staff_id: people.browser_of(people.account(staff_id)) for staff_id in PEOPLE}


def apply(browser, wished=LAST, **form):
    return browser.post("/leaving/new", data={"wished_on": f"{wished}", "reason": "回老家"} | form)


def accept(browser, last=LAST, leaving_id=1):
    return browser.post(f"/leaving/{leaving_id}/accept", data={"last_on": f"{last}"})


def settle(browser, **form):
    seen = "0|None|None"
    return browser.post("/leaving/1/settle", data={"seen": seen} | form)


def give(browser, *to, what="customers", how="give", picked=()):
    return browser.post(WIZARD, data={"what": what, "how": how, "to": list(to), "picked": list(picked)})


def leaving():
    db.session.rollback()
    return db.session.scalars(select(Leaving)).one()


def holders(on):
    db.session.rollback()
    return dict(db.session.execute(select(Customer.customer_id, holder_on(on))).all())


@pytest.fixture
def leaver(home):
    """A1 has applied, and the last day is thirty days ahead."""
    apply(home["A1"])
    assert accept(home["M1"]).status_code == 303
    return home


def test_thirty_days_of_notice_are_enough_and_nothing_is_warned_of(home):
    assert apply(home["A1"]).status_code == 303
    row = leaving()
    assert (row.staff_id, row.applied_on, row.wished_on, row.state) == ("A1", TODAY, LAST, "asked")
    assert "按公司制度 8.2 不扣款。" in home["A1"].get("/leaving/1").text


def test_short_notice_is_warned_of_with_the_rule_and_the_law_before_it_counts(home):
    short = LAST - DAY
    warned = apply(home["A1"], short)
    assert warned.status_code == 422
    for words in ("金额未知", "29", "《劳动合同法》第25、37、90条", "《劳动合同法》第37条", "回老家"):
        assert words in warned.text
    assert db.session.scalar(select(Leaving)) is None
    assert apply(home["A1"], short, knows=f"|{TODAY}|{LAST}").status_code == 422
    assert apply(home["A1"], short, knows=f"|{TODAY}|{short}").status_code == 303
    assert leaving().wished_on == short


def test_in_probation_three_days_are_enough_in_law_though_not_for_the_rule(home):
    warned = apply(home["A4"], TODAY + 3 * DAY).text
    assert "试用期内提前 3 日通知即可离职。" in warned
    assert "公司制度（8.2）" in warned
    assert "法律要求提前 3 天通知；最早" not in warned
    assert "法律要求提前 3 天通知；最早" in apply(home["A4"], TODAY + 2 * DAY).text


def test_an_application_can_be_withdrawn_until_it_is_accepted(home):
    apply(home["A1"])
    assert apply(home["A1"]).status_code == 409
    assert home["A2"].post("/leaving/1/withdraw").status_code == 404
    assert home["A1"].post("/leaving/1/withdraw").status_code == 303
    assert leaving().state == "withdrawn"
    accept(home["M1"])
    assert leaving().state == "withdrawn"
    assert apply(home["A1"]).status_code == 303
    accept(home["M1"], leaving_id=2)
    home["A1"].post("/leaving/2/withdraw")
    assert db.session.get_one(Leaving, 2).state == "accepted"


def test_accepting_sets_the_last_day_and_makes_the_row_of_resignations(leaver):
    row, kept = leaving(), db.session.get_one(Resignation, ("A1", TODAY))
    assert (row.state, row.last_on, row.answered_by) == ("accepted", LAST, "M1")
    assert (kept.last_on, kept.loans_cleared, kept.attendance_pay) == (LAST, False, None)
    assert db.session.get_one(Staff, "A1").left_on == LAST


def test_nobody_can_be_made_to_stay_longer_than_wished_and_the_law_asks(home):
    apply(home["A1"], LAST)
    refused = accept(home["M1"], LAST + DAY)
    assert refused.status_code == 422
    assert "公司不能要求再多留" in refused.text
    assert accept(home["M1"], LAST - DAY).status_code == 303


def test_a_last_day_that_was_set_otherwise_is_not_overwritten(home):
    apply(home["A1"])
    change(Staff, "A1", left_on=LAST - 5 * DAY)
    accept(home["M1"])
    assert leaving().state == "asked"
    assert db.session.get_one(Staff, "A1").left_on == LAST - 5 * DAY
    accept(home["M1"], LAST - 5 * DAY)
    assert leaving().state == "accepted"


def test_a_paper_application_is_entered_by_a_manager_of_the_project_or_hr_only(home):
    form = {"staff_id": "F1", "applied_on": f"{TODAY - 2 * DAY}"}
    assert apply(home["M2"], **form).status_code == 404
    assert apply(home["N1"], **form).status_code == 403
    assert apply(home["H1"], LAST, **form).status_code == 303
    assert (leaving().staff_id, leaving().applied_on, leaving().entered_by) == ("F1", TODAY - 2 * DAY, "H1")


def test_the_account_works_on_the_last_day_and_ends_after_it(leaver, people, at):
    at(dt.datetime.combine(LAST, dt.time(23)))
    browser = people.browser_of(account_of("A1").account_id)
    assert browser.get("/leaving/1").status_code == 200
    at(dt.datetime.combine(LAST + DAY, dt.time(0, 5)))
    assert browser.get("/leaving/1").status_code == 302


def test_loans_that_are_not_settled_cost_half_the_pay_and_the_bonus_by_the_rule_and_nothing_by_law(leaver):
    assert settle(leaver["N1"], attendance_pay="3000.50", sales_bonus="2000").status_code == 303
    page = leaver["A1"].get("/leaving/1").text
    assert "¥3,500.25" in page
    assert "¥0" in page
    assert "与法律不符" in page
    assert settle(leaver["H1"], seen="0|3000.50|2000.00", loans_cleared="y").status_code == 303
    assert "按公司制度 8.2 不扣款。" in leaver["A1"].get("/leaving/1").text


def test_a_settlement_that_somebody_else_saved_first_shows_both_versions(leaver):
    settle(leaver["N1"], attendance_pay="3000", sales_bonus="2000")
    answer = settle(leaver["H1"], attendance_pay="4000", loans_cleared="y")
    assert answer.status_code == 409
    assert "¥3,000" in answer.text
    assert "¥4,000" in answer.text
    db.session.rollback()
    assert db.session.get_one(Resignation, ("A1", TODAY)).attendance_pay == Decimal(3000)


def test_a_wrong_amount_keeps_what_was_typed(leaver):
    answer = settle(leaver["H1"], attendance_pay="-1", sales_bonus="77.5")
    assert answer.status_code == 422
    assert "77.5" in answer.text
    assert settle(leaver["M1"], attendance_pay="1").status_code == 403


def test_customers_stay_with_the_leaver_through_the_last_day_and_are_the_new_owners_after_it(leaver):
    assert give(leaver["M1"], "A2").status_code == 303
    assert set(holders(LAST).values()) == {"A1"}
    assert set(holders(LAST + DAY).values()) == {"A2"}
    assert {row.reason for row in db.session.scalars(select(Transfer))} == {"leaving:handed_over"}
    page = leaver["M1"].get("/customers/C1").text
    assert "离职交接" in page
    assert "leaving:handed_over" not in page


def test_several_share_evenly_and_a_household_stays_together(leaver):
    give(leaver["M1"], "A2", "A3")
    after = holders(LAST + DAY)
    assert after["C1"] == after["C2"] != after["C3"]
    assert set(after.values()) == {"A2", "A3"}


def test_one_by_one_and_into_the_pool_and_given_again(leaver):
    give(leaver["M1"], "A2", picked=["C1"])
    give(leaver["M1"], how="pool", picked=["C3"])
    assert holders(LAST + DAY) == {"C1": "A2", "C2": "A1", "C3": None}
    give(leaver["M1"], "A3", picked=["C1", "C3"])
    assert holders(LAST + DAY) == {"C1": "A3", "C2": "A1", "C3": "A3"}


def test_the_pool_takes_nobody_with_a_deal_or_who_wants_no_calls(leaver):
    deal("C1")
    change(Customer, "C3", opted_out_on=TODAY)
    answer = leaver["M1"].post(WIZARD, data={"what": "customers", "how": "pool"}, follow_redirects=True)
    assert "另有 2 位有成交或不再联系" in answer.text
    assert holders(LAST + DAY) == {"C1": "A1", "C2": None, "C3": "A1"}


def test_the_wizard_shows_the_duty_that_comes_with_each_customer(leaver):
    page = leaver["M1"].get(WIZARD).text
    assert page.count("起逾期没有跟进") == 3
    give(leaver["M1"], "A2")
    assert "请先勾选" in give(leaver["M1"], "A3").text
    assert set(holders(LAST + DAY).values()) == {"A2"}


def deal(customer_id="C1", **values):
    ordinary = {"unit_kind": "residential", "holding_deposit_on": TODAY}
    deal_id = f"D-{customer_id}"
    keep([Deal(deal_id=deal_id, customer_id=customer_id, staff_id="A1", **(ordinary | values))])
    return deal_id


def keepers():
    db.session.rollback()
    return {row.deal_id: (row.staff_id, row.from_on) for row in db.session.scalars(select(DealKeeper))}


def test_a_deal_goes_with_its_customer_and_stays_the_sellers(leaver, at):
    which = deal()
    give(leaver["M1"], "A2", picked=["C1"])
    assert keepers() == {which: ("A2", LAST + DAY)}
    at(dt.datetime.combine(LAST + DAY, dt.time(9)))
    assert which in [row.deal_id for row in db.session.scalars(deals_visible_to(account_of("A2")))]
    assert db.session.get_one(Deal, which).staff_id == "A1"


def test_a_deal_that_was_given_to_somebody_else_stays_there_when_the_customer_is_given(leaver):
    which = deal()
    give(leaver["M1"], "A3", what="deals", picked=[which])
    give(leaver["M1"], "A2")
    assert keepers()[which][0] == "A3"
    give(leaver["M1"], "A2", what="deals", picked=[which])
    give(leaver["M1"], "A3", picked=["C1"])
    assert keepers()[which][0] == "A3"


def test_a_hand_over_cannot_end_while_a_customer_or_deal_is_nobodys(leaver):
    deal("C3", contract_on=TODAY - DAY, cancelled_on=TODAY)
    which = deal("C1")
    give(leaver["M1"], "A2", picked=["C2", "C3"])
    refused = leaver["M1"].post(f"{WIZARD}/finish")
    assert refused.status_code == 409
    assert "还有 2 项没有接手人" in refused.text
    give(leaver["M1"], "A2", picked=["C1"])
    assert which in keepers()
    assert leaver["M1"].post(f"{WIZARD}/finish").status_code == 303
    assert db.session.get_one(HandOverEnd, "A1").finished_by == "M1"
    acts = {row.action for row in db.session.scalars(select(AuditRow))}
    assert {"leaving.asked", "leaving.accepted", "leaving.handed_over", "leaving.finished"} <= acts


def test_what_comes_to_the_leaver_after_the_end_opens_the_hand_over_again(leaver):
    give(leaver["M1"], "A2")
    leaver["M1"].post(f"{WIZARD}/finish")
    assert "交接没有办完的" not in leaver["M1"].get("/leaving").text
    keep([customer("C9", "A1", name="新来的")])
    assert "新来的" in leaver["M1"].get(WIZARD).text
    assert "交接没有办完的" in leaver["M1"].get("/leaving").text


def test_nobody_takes_over_who_leaves_too_or_is_of_another_project(leaver):
    for wrong in ("B1", "A1", "M1", "nobody"):
        answer = give(leaver["M1"], wrong)
        assert answer.status_code == 422
        assert "请选择接手人" in answer.text
    keep([staff("A5", left_on=LAST)])
    assert give(leaver["M1"], "A5").status_code == 422
    assert give(leaver["M1"], "A2", picked=["C1", "unknown"]).status_code == 404
    assert set(holders(LAST + DAY).values()) == {"A1"}


def test_only_the_projects_managers_see_whose_customers_they_are(leaver):
    for who, status in (("M2", 404), ("H1", 403), ("N1", 403), ("A2", 403), ("A1", 403)):
        assert leaver[who].get(WIZARD).status_code == status
        assert give(leaver[who], "A2").status_code == status
    page = leaver["H1"].get("/leaving/1").text
    assert "3 位客户、0 单成交" in page
    assert "王女士" not in page


def test_the_night_puts_into_the_pool_only_what_nobody_was_given(leaver):
    keep([Waiver(customer_id="C3", from_on=TODAY, reason="special", signed_by="M1", signed_on=TODAY)])
    give(leaver["M1"], "A2", picked=["C1"])
    nightly(dt.datetime.combine(LAST + DAY, dt.time(0, 1)), "night", lambda *_: None)
    after = holders(LAST + DAY)
    assert (after["C1"], after["C2"]) == ("A2", None)


def test_the_only_manager_of_a_project_cannot_be_handed_over(home):
    change(Staff, "M2", left_on=LAST)
    assert "项目没有其他经理" in home["H1"].get("/leaving").text
    assert home["M2"].post("/leaving/hand-over/M2/finish").status_code == 409


def test_a_form_that_is_sent_twice_is_done_once(home):
    first = apply(home["A1"], idem_key="k")
    assert apply(home["A1"], idem_key="k").headers["Location"] == first.headers["Location"]
    assert leaving().state == "asked"
