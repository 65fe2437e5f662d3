"""The roster: who may write whose days, copying a week, leave asked for and granted."""

import datetime as dt

import pytest
from sqlalchemy import select

from crm.errors import Conflict, Invalid, NotFound
from crm.extensions import db
from crm.people import company_calendar, roster_queries, roster_services
from crm.people.accounts import Account
from crm.people.models import LeaveRequest, RosterDay
from tests.people_builders import ELSEWHERE, keep, staff

AT = dt.datetime(2026, 11, 20, 9)
MONDAY = dt.date(2026, 11, 23)


@pytest.fixture
def team(people, store):
    """Two consultants here, one elsewhere, and their manager's account by `team("M1")`."""
    keep(
        [staff("A1"), staff("A2"), staff("B1", project=ELSEWHERE), staff("M1", "manager"), staff("H1", "hr")]
    )
    accounts = {staff_id: people.account(staff_id) for staff_id in ("A1", "M1", "H1")}
    return lambda staff_id: db.session.get_one(Account, accounts[staff_id])


def kinds():
    return {(row.staff_id, row.date.day): row.kind for row in db.session.scalars(select(RosterDay))}


def day(number):
    return dt.date(2026, 11, number)


def test_a_manager_writes_the_days_of_the_project(team):
    changed = roster_services.set_days(team("M1"), [("A1", day(23)), ("A2", day(24))], "rest", AT)
    assert changed == 2
    assert kinds() == {("A1", 23): "rest", ("A2", 24): "rest"}
    assert roster_services.set_days(team("M1"), [("A1", day(23))], None, AT) == 1
    assert kinds() == {("A2", 24): "rest"}


@pytest.mark.parametrize("user", ["A1", "M1"])
def test_nobody_writes_the_days_of_others(team, user):
    with pytest.raises(NotFound):
        roster_services.set_days(team(user), [("A1", day(23)), ("B1", day(23))], "rest", AT)
    assert kinds() == {}


def test_hr_writes_everyones_days(team):
    assert roster_services.set_days(team("H1"), [("B1", day(23))], "leave", AT) == 1


def test_an_unknown_kind_is_refused(team):
    with pytest.raises(Invalid):
        roster_services.set_days(team("M1"), [("A1", day(23))], "party", AT)


def test_a_week_is_copied_day_by_day_and_leave_stays_where_it_is(team):
    manager = team("M1")
    roster_services.set_days(manager, [("A1", day(17)), ("A2", day(22))], "rest", AT)
    roster_services.set_days(manager, [("A1", day(18))], "leave", AT)
    roster_services.set_days(manager, [("A2", day(29))], "leave", AT)
    roster_services.set_days(manager, [("A1", day(27))], "work", AT)
    assert roster_services.copy_last_week(manager, MONDAY, AT) == 1
    assert {key: kind for key, kind in kinds().items() if key[1] >= 23} == {
        ("A1", 24): "rest",
        ("A2", 29): "leave",
    }


def test_leave_that_is_granted_is_in_the_roster(team):
    roster_services.ask_leave(team("A1"), day(23), day(25), "看病", AT)
    request = db.session.scalar(select(LeaveRequest.request_id))
    roster_services.decide_leave(team("M1"), request, True, "", AT)
    assert kinds() == {("A1", number): "leave" for number in (23, 24, 25)}
    with pytest.raises(Conflict):
        roster_services.decide_leave(team("M1"), request, False, "太忙", AT)


def test_leave_is_refused_only_with_a_reason(team):
    roster_services.ask_leave(team("A1"), day(23), day(23), "看病", AT)
    request = db.session.scalar(select(LeaveRequest.request_id))
    with pytest.raises(Invalid):
        roster_services.decide_leave(team("M1"), request, False, " ", AT)
    roster_services.decide_leave(team("M1"), request, False, "人手不够", AT)
    assert db.session.scalar(select(LeaveRequest.state)) == "refused"
    assert kinds() == {}


@pytest.mark.parametrize(("first", "last"), [(25, 24)])
def test_leave_does_not_end_before_it_begins(team, first, last):
    with pytest.raises(Invalid):
        roster_services.ask_leave(team("A1"), day(first), day(last), "看病", AT)


def test_only_the_own_request_is_withdrawn_and_only_while_it_is_open(team):
    roster_services.ask_leave(team("A1"), day(23), day(23), "看病", AT)
    request = db.session.scalar(select(LeaveRequest.request_id))
    with pytest.raises(NotFound):
        roster_services.withdraw_leave(team("H1"), request, AT)
    roster_services.withdraw_leave(team("A1"), request, AT)
    with pytest.raises(Conflict):
        roster_services.decide_leave(team("M1"), request, True, "", AT)


def test_the_grid_shows_what_is_written_and_what_follows_from_the_calendar(team):
    roster_services.set_days(team("M1"), [("A1", day(22))], "work", AT)
    (line,) = roster_queries.month_grid(team("M1"), day(1), {"A1"})
    shown = {entry.date.day: (entry.kind, entry.written) for entry in line.days}
    assert shown[20] == ("work", False)
    assert shown[21] == ("rest", False)
    assert shown[22] == ("work", True)
    assert len(shown) == 30


def test_outside_the_employment_the_grid_is_empty(team):
    keep([staff("A3", hired_on=day(10), left_on=day(20))])
    (line,) = roster_queries.month_grid(team("M1"), day(1), {"A3"})
    assert [entry.date.day for entry in line.days if entry.kind] == list(range(10, 21))


def test_the_companys_own_day_goes_before_the_official_one(store):
    holiday = dt.date(2026, 10, 1)
    assert company_calendar.workdays(holiday, holiday) == {holiday: False}
    company_calendar.set_company_day(holiday, True, AT, "admin")
    assert company_calendar.workdays(holiday, holiday) == {holiday: True}
    company_calendar.set_company_day(holiday, None, AT, "admin")
    assert company_calendar.workdays(holiday, holiday) == {holiday: False}


def test_a_year_without_an_official_calendar_is_named_until_the_company_settles_it(store):
    first, last = dt.date(2031, 1, 1), dt.date(2031, 12, 31)
    assert company_calendar.guessed_years(first, last) == [2031]
    company_calendar.set_company_day(dt.date(2031, 5, 1), False, AT, "admin")
    assert company_calendar.guessed_years(first, last) == []


def test_the_pages_say_when_a_year_is_only_a_guess(signed_in):
    browser = signed_in("hr")
    assert "2031 年还没有法定节假日安排" in browser.get("/calendar?year=2031").get_data(as_text=True)
    assert "还没有法定节假日安排" not in browser.get("/calendar?year=2026").get_data(as_text=True)
    assert "2031 年还没有法定节假日安排" in browser.get("/roster?month=2031-05").get_data(as_text=True)


def test_ticked_days_are_set_through_the_page(team, people):
    browser = people.browser_of(team("M1").account_id)
    form = {"kind": "rest", "cell": ["A1:2026-11-23", "A2:2026-11-23"], "month": "2026-11"}
    assert browser.post("/roster", data=form).status_code == 302
    db.session.rollback()
    assert kinds() == {("A1", 23): "rest", ("A2", 23): "rest"}
    assert browser.post("/roster", data={"kind": "rest", "cell": ["A1:soon"]}).status_code == 422
