"""The staff, as HR keeps it: shape, order of dates, stale forms, and who sees the pay."""

import datetime as dt

import pytest
from sqlalchemy import select

from crm.extensions import db
from crm.people.accounts import AuditRow, RowChange
from crm.people.company import NUMBERS as NAMES
from crm.people.models import Staff
from crm.people.settings import DEFAULTS, change_settings, setting
from tests.people_builders import HOME, keep, staff

NUMBERS = {name: str(DEFAULTS[name]) for name in NAMES}

FORM = {
    "staff_id": "A9",
    "name": "新人",
    "role": "consultant",
    "project": HOME,
    "trade": "property",
    "hired_on": "2026-11-01",
    "probation_months": "6",
    "contract_years": "3",
    "monthly_base_pay": "4200.50",
    "past_is_meant": "y",
}


@pytest.fixture
def hr(people, store):
    change_settings({"projects": [HOME]})
    return people.browser("hr", "H1")


def test_somebody_is_taken_on(hr):
    assert hr.post("/staff/new", data=FORM).headers["Location"] == "/staff/A9"
    row = db.session.get(Staff, "A9")
    assert (row.name, str(row.monthly_base_pay), row.left_on) == ("新人", "4200.50", None)
    assert "staff.taken_on" in db.session.scalars(select(AuditRow.action)).all()


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"name": ""}, "请填写"),
        ({"left_on": "2026-10-31"}, "离职日期早于入职日期"),
        ({"confirmed_on": "2026-10-31"}, "转正日期早于入职日期"),
        ({"staff_id": "H1"}, "已有人使用"),
        ({"monthly_base_pay": "1.005"}, "两位小数"),
        ({"role": "admin"}, "选"),
        ({"project": "别的项目"}, "选"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field_and_nothing_typed_is_lost(hr, changed, sentence):
    answer = hr.post("/staff/new", data=FORM | changed)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "field-error" in page
    assert sentence in page or "Not a valid choice" in page
    assert "4200.50" in page or "monthly_base_pay" in changed
    assert db.session.get(Staff, "A9") is None


def test_a_change_keeps_the_old_value_in_the_history(hr):
    keep([staff("A9")])
    hr.post("/staff/A9/edit", data=FORM | {"version": "1", "hired_on": "2026-01-05"})
    change = db.session.scalar(select(RowChange))
    assert change.before["name"] == "员工A9"
    assert change.after["name"] == "新人"
    assert "员工A9 → 新人" in hr.get("/staff/A9").get_data(as_text=True)


def test_whoever_saves_second_sees_both_versions_and_overwrites_nothing(hr):
    keep([staff("A9")])
    assert hr.post("/staff/A9/edit", data=FORM | {"version": "1", "name": "第一"}).status_code == 302
    answer = hr.post("/staff/A9/edit", data=FORM | {"version": "1", "name": "第二"})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 409
    assert "第一" in page
    assert "第二" in page
    assert db.session.get(Staff, "A9").name == "第一"
    assert 'name="version" type="hidden" value="2"' in page
    assert hr.post("/staff/A9/edit", data=FORM | {"version": "2", "name": "第二"}).status_code == 302


def test_a_person_who_left_is_signed_out_at_once(hr, people, at):
    at(dt.datetime(2026, 11, 20, 9))
    gone = people.browser("consultant", "A8")
    hr = people.browser("hr", "H2")
    hr.post("/staff/A8/edit", data=FORM | {"version": "1", "hired_on": "2026-01-05", "left_on": "2026-11-19"})
    assert "/sign-in" in gone.get("/me").headers["Location"]


@pytest.mark.parametrize(
    ("role", "sees"), [("hr", True), ("finance", True), ("manager", False), ("self", True)]
)
def test_the_pay_is_for_hr_finance_and_the_person(people, store, role, sees):
    keep([staff("A7", monthly_base_pay=4321)])
    browser = people.browser_of(people.account("A7")) if role == "self" else people.browser(role)
    page = browser.get("/staff/A7")
    assert page.status_code == 200
    assert ("4,321" in page.get_data(as_text=True)) is sees


def test_a_project_with_staff_cannot_be_taken_out_of_the_settings(people, store):
    keep([staff("A7")])
    change_settings({"projects": [HOME]})
    admin = people.browser("admin")
    form = NUMBERS | {"company": "示例", "projects": "湖畔花园"}
    assert admin.post("/admin/settings", data=form).status_code == 422
    assert admin.post("/admin/settings", data=form | {"projects": f"湖畔花园\n{HOME}"}).status_code == 302


def test_the_numbers_of_the_settings_are_stored_and_zero_is_one_of_them(people, store):
    admin = people.browser("admin")
    form = NUMBERS | {"company": "示例", "projects": "湖畔花园", "holding_days": "9", "pool_lapsed_days": "0"}
    assert admin.post("/admin/settings", data=form | {"title_days": ""}).status_code == 422
    assert admin.post("/admin/settings", data=form | {"holding_days": "0"}).status_code == 422
    assert (setting("holding_days"), setting("pool_of_leavers")) == (7, True)
    assert admin.post("/admin/settings", data=form).status_code == 302
    assert (setting("holding_days"), setting("pool_lapsed_days")) == (9, 0)
    assert setting("pool_of_leavers") is False
