"""Terms: project, role, trade and pay of a person from a date on."""

from datetime import date, datetime
from decimal import Decimal

import pytest
from sqlalchemy import select

from crm.errors import NotFound
from crm.extensions import db
from crm.leads import worklist_queries
from crm.leads.models import Customer, Waiver, WaiverRequest, in_project
from crm.leads.registration import consultants_of
from crm.people import terms
from crm.people.accounts import AuditRow, RowChange
from crm.people.models import Staff, Term
from crm.people.settings import change_settings
from tests.people_builders import ELSEWHERE, HOME, customer, keep, staff

NOVEMBER = date(2026, 11, 1)
OCTOBER = date(2026, 10, 31)


def test_what_holds_on_a_date_is_the_staff_row_before_the_first_term_and_then_the_latest(store):
    keep([staff("A1", project="江南", monthly_base_pay=Decimal("4200"))])
    keep(
        [
            Term(staff_id="A1", from_on=NOVEMBER, monthly_base_pay=Decimal("4800")),
            Term(staff_id="A1", from_on=date(2026, 12, 1), role="manager", project="江北"),
        ]
    )
    assert terms.terms_on("A1", OCTOBER) == terms.Terms("江南", "consultant", "property", Decimal(4200), None)
    assert terms.terms_on("A1", NOVEMBER).monthly_base_pay == Decimal(4800)
    december = terms.terms_on("A1", date(2026, 12, 1))
    assert (december.role, december.project, december.monthly_base_pay) == ("manager", "江北", Decimal(4800))
    assert not december.subject
    with pytest.raises(NotFound):
        terms.terms_on("nobody", OCTOBER)


def test_a_row_and_a_query_say_what_is_in_force_today_and_change_on_the_very_date(store, at):
    keep([staff("A1", project="江南")])
    keep([Term(staff_id="A1", from_on=NOVEMBER, project="江北", role="manager")])
    in_north = select(Staff.staff_id).where(Staff.project == "江北", Staff.role == "manager")
    for day, project, found in ((OCTOBER, "江南", []), (NOVEMBER, "江北", ["A1"])):
        at(datetime(day.year, day.month, day.day, 9))
        db.session.expire_all()
        row = db.session.get_one(Staff, "A1")
        assert (row.project, row.first_project, row.first_role) == (project, "江南", "consultant")
        assert db.session.scalars(in_north).all() == found


FORM = {"from_on": "2026-11-02", "role": "", "project": "", "trade": "", "monthly_base_pay": "4800"}


@pytest.fixture
def hr(people, store, at):
    at(datetime(2026, 11, 1, 23, 30))
    change_settings({"projects": [HOME, ELSEWHERE]})
    keep([staff("A1", monthly_base_pay=Decimal(4200))])
    return people.browser("hr", "H1")


def test_hr_says_what_changes_from_a_date_on_and_sees_it_as_planned(hr):
    answer = hr.post("/staff/A1/terms", data=FORM)
    assert answer.headers["Location"] == "/staff/A1"
    assert terms.terms_on("A1", date(2026, 11, 1)).monthly_base_pay == Decimal(4200)
    assert terms.terms_on("A1", date(2026, 11, 2)).monthly_base_pay == Decimal(4800)
    page = hr.get("/staff/A1").get_data(as_text=True)
    assert "将生效" in page
    assert "4,800" in page
    [line] = db.session.scalars(select(AuditRow).where(AuditRow.action == "terms.added")).all()
    assert (line.subject, line.details["what"], line.details["past"]) == ("A1", ["monthly_base_pay"], False)


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"monthly_base_pay": ""}, "至少填写一项"),
        ({"from_on": "2020-01-01"}, "不在职"),
        ({"from_on": ""}, "请填写"),
        ({"monthly_base_pay": "1.005"}, "两位小数"),
        ({"from_on": "2026-10-31"}, "已经过去"),
    ],
)
def test_what_is_wrong_with_a_change_is_said_and_nothing_is_kept(hr, changed, sentence):
    answer = hr.post("/staff/A1/terms", data=FORM | changed)
    assert answer.status_code == 422
    assert sentence in answer.get_data(as_text=True)
    assert db.session.scalars(select(Term)).all() == []


def test_a_change_from_a_past_date_is_kept_only_when_it_is_meant_and_the_log_says_so(hr):
    past = FORM | {"from_on": "2026-10-31"}
    assert "确实从过去的日期起" in hr.post("/staff/A1/terms", data=past).get_data(as_text=True)
    hr.post("/staff/A1/terms", data=past | {"past_is_meant": "y"})
    [line] = db.session.scalars(select(AuditRow).where(AuditRow.action == "terms.added")).all()
    assert line.details["past"] is True


def test_nobody_is_made_an_administrator_by_a_change(hr):
    assert hr.post("/staff/A1/terms", data=FORM | {"role": "admin"}).status_code == 422
    assert db.session.scalars(select(Term)).all() == []


def test_a_form_sent_twice_is_done_once_and_a_second_change_of_a_date_is_refused(hr):
    sent = FORM | {"idem_key": "once"}
    assert [hr.post("/staff/A1/terms", data=sent).status_code for _ in range(2)] == [302, 302]
    assert hr.post("/staff/A1/terms", data=FORM | {"role": "manager"}).status_code == 422
    assert len(db.session.scalars(select(Term)).all()) == 1


def test_a_change_is_taken_back_and_stays_in_the_history(hr):
    hr.post("/staff/A1/terms", data=FORM)
    assert hr.post("/staff/A1/terms/2026-11-02/withdraw").headers["Location"] == "/staff/A1"
    assert db.session.scalars(select(Term)).all() == []
    kept = db.session.scalars(select(RowChange).where(RowChange.table_name == "terms")).all()
    assert [(row.before, row.after) for row in kept] == [
        (None, {"monthly_base_pay": "4800"}),
        ({"monthly_base_pay": "4800.00"}, None),
    ]
    assert hr.post("/staff/A1/terms/2026-11-02/withdraw").status_code == 404
    assert hr.post("/staff/A1/terms/yesterday/withdraw").status_code == 404


def test_a_promotion_gives_other_rights_at_midnight_without_signing_in_again(hr, people, at):
    browser = people.browser_of(people.account("A1"))
    hr.post("/staff/A1/terms", data=FORM | {"role": "manager", "monthly_base_pay": ""})
    at(datetime(2026, 11, 1, 23, 59, 59))
    assert browser.get("/roster").status_code == 403
    at(datetime(2026, 11, 2))
    assert browser.get("/roster").status_code == 200


def test_a_manager_sees_somebody_who_comes_to_the_project_from_that_day_on(hr, people, at):
    keep([staff("B1", project=ELSEWHERE)])
    manager = people.browser("manager", "M1")
    hr.post("/staff/B1/terms", data=FORM | {"project": HOME, "monthly_base_pay": ""})
    assert manager.get("/staff/B1").status_code == 404
    at(datetime(2026, 11, 2))
    assert manager.get("/staff/B1").status_code == 200
    assert "B1" in manager.get("/staff").get_data(as_text=True)


def test_a_manager_sees_a_change_of_pay_without_the_pay(hr, people, at):
    hr.post("/staff/A1/terms", data=FORM)
    at(datetime(2026, 11, 2))
    page = people.browser("manager", "M1").get("/staff/A1").get_data(as_text=True)
    assert "任职变动" in page
    assert "4,800" not in page


def test_the_form_of_the_employment_shows_and_keeps_what_held_at_first(hr, at):
    hr.post("/staff/A1/terms", data=FORM | {"role": "manager", "project": ELSEWHERE})
    at(datetime(2026, 11, 2))
    page = hr.get("/staff/A1/edit").get_data(as_text=True)
    assert 'value="4200.00"' in page
    row = db.session.get_one(Staff, "A1")
    form = {
        "version": row.version,
        "staff_id": "A1",
        "name": "新名字",
        "role": "consultant",
        "project": HOME,
        "trade": "property",
        "hired_on": row.hired_on.isoformat(),
        "probation_months": "6",
        "contract_years": "3",
        "monthly_base_pay": "4200",
    }
    assert hr.post("/staff/A1/edit", data=form).status_code == 302
    db.session.expire_all()
    assert (row.first_role, row.role, row.project) == ("consultant", "manager", ELSEWHERE)


def test_customers_stay_with_the_project_where_they_came_when_their_owner_moves(store, at):
    keep([staff("A1", project=HOME), staff("M1", "manager"), staff("M2", "manager", project=ELSEWHERE)])
    keep([Term(staff_id="A1", from_on=NOVEMBER, project=ELSEWHERE)])
    keep([customer("C-before", "A1", first_contact_at=datetime(2026, 10, 31, 23, 59, 59))])
    keep([customer("C-after", "A1", first_contact_at=datetime(2026, 11, 1))])
    found = {
        project: db.session.scalars(select(Customer.customer_id).where(in_project(project))).all()
        for project in (HOME, ELSEWHERE)
    }
    assert found == {HOME: ["C-before"], ELSEWHERE: ["C-after"]}


def test_a_duty_list_follows_the_post_of_the_day(store, at):
    keep([staff("A1")])
    keep([Term(staff_id="A1", from_on=NOVEMBER, role="manager")])
    assert [row.staff_id for row in db.session.scalars(consultants_of(HOME, OCTOBER))] == ["A1"]
    assert db.session.scalars(consultants_of(HOME, NOVEMBER)).all() == []
    assert worklist_queries.days_of(db.session(), "A1", OCTOBER).reports
    assert not worklist_queries.days_of(db.session(), "A1", NOVEMBER).reports


def test_pay_from_the_hiring_on_is_changed_only_when_that_is_meant(hr):
    form = {
        "version": "1",
        "staff_id": "A1",
        "name": "员工A1",
        "role": "consultant",
        "project": HOME,
        "trade": "property",
        "hired_on": "2026-01-05",
        "probation_months": "6",
        "contract_years": "3",
        "monthly_base_pay": "4800",
    }
    answer = hr.post("/staff/A1/edit", data=form)
    assert answer.status_code == 422
    assert "入职以来的每个月" in answer.get_data(as_text=True)
    assert db.session.get_one(Staff, "A1").first_monthly_base_pay == Decimal(4200)
    assert hr.post("/staff/A1/edit", data=form | {"past_is_meant": "y"}).status_code == 302
    db.session.expire_all()
    assert db.session.get_one(Staff, "A1").first_monthly_base_pay == Decimal(4800)


def test_who_was_promoted_does_not_sign_the_own_request(hr, people, at):
    hr.post("/staff/A1/terms", data=FORM | {"role": "manager", "monthly_base_pay": ""})
    asked = {"asked_by": "A1", "asked_at": datetime(2026, 11, 1, 9), "reason": "special", "note": "出国"}
    keep([customer("C1", "A1", project=HOME)])
    keep([WaiverRequest(request_id=1, customer_id="C1", from_on=NOVEMBER, to_on=None, **asked)])
    own, other = people.browser_of(people.account("A1")), people.browser("manager", "M1")
    at(datetime(2026, 11, 2))
    assert own.post("/waivers/1/sign").status_code == 403
    assert db.session.scalars(select(Waiver)).all() == []
    assert other.post("/waivers/1/sign").status_code == 303
