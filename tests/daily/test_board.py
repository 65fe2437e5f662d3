"""The evening board: a row a person, what needs attention first, each figure a way to its rows."""

import re

from crm.daily.models import Report
from crm.leads.worklist import roll_everyone
from crm.people.models import RosterDay
from tests.daily.floor import EVENING, MONDAY
from tests.daily.floor import at as moment
from tests.people_builders import keep, staff


def rows(html: str) -> dict[str, str]:
    """What each person's row says, in the order of the board."""
    found = re.findall(r'<tr>\s*<th scope="row"><a href="/reports/(\w+)/[^>]+>(.*?)</tr>', html, re.S)
    return {staff_id: re.sub(r"<[^>]+>", " ", rest) for staff_id, rest in found}


def send(app, *staff_ids: str, day: int = 23, hour: int = 18) -> None:
    with app.app_context():
        keep([Report(staff_id=one, date=MONDAY, submitted_at=moment(hour, day=day)) for one in staff_ids])


def test_everyone_of_the_project_has_a_row_and_nobody_else(manager):
    assert list(rows(manager.get("/board").text)) == ["A1", "A2"]


def test_who_has_something_overdue_comes_first_among_those_without_a_report(manager):
    html = manager.get("/board").text
    assert "未交" in rows(html)["A1"]
    assert "逾期 1" in rows(html)["A1"]
    assert "2 人未交日报" in html


def test_a_missing_report_comes_before_a_sent_one(manager, app):
    send(app, "A1")
    found = rows(manager.get("/board").text)
    assert list(found) == ["A2", "A1"]
    assert "18:00 提交" in found["A1"]
    assert "未读" in found["A1"]


def test_a_late_report_is_marked_late(manager, app, later):
    tuesday = later(moment(9, day=24), "M1")
    send(app, "A1", day=24, hour=8)
    assert "迟交" in rows(tuesday.get("/board?date=2026-11-23").text)["A1"]


def test_who_rests_owes_no_report_and_comes_last(manager, app):
    with app.app_context():
        keep([RosterDay(staff_id="A1", date=MONDAY, kind="rest")])
    found = rows(manager.get("/board").text)
    assert list(found) == ["A2", "A1"]
    assert "不用交" in found["A1"]


def test_the_figures_are_the_same_from_kept_duties(manager, app):
    live = rows(manager.get("/board").text)
    with app.app_context():
        roll_everyone(MONDAY)
    assert rows(manager.get("/board").text) == live


def test_a_read_report_is_no_longer_unread(manager, app):
    send(app, "A1")
    manager.get("/reports/A1/2026-11-23")
    assert "未读" not in rows(manager.get("/board").text)["A1"]


def test_each_cell_leads_to_its_rows(manager):
    html = manager.get("/board").text
    for what in ("received", "calls", "followups", "holding", "untracked"):
        assert manager.get(f"/reports/A1/2026-11-23/{what}").status_code == 200
        assert f'href="/reports/A1/2026-11-23/{what}"' in html


def test_an_earlier_day_shows_its_own_people(manager, app):
    with app.app_context():
        keep([staff("A9", hired_on=MONDAY), staff("A8", left_on=moment(0, day=20).date())])
    assert set(rows(manager.get("/board?date=2026-11-20").text)) == {"A1", "A2", "A8"}
    assert set(rows(manager.get("/board").text)) == {"A1", "A2", "A9"}


def test_a_day_to_come_has_no_board(manager):
    assert manager.get("/board?date=2026-11-24").status_code == 404


def test_a_figure_of_another_project_is_not_there(manager):
    assert EVENING.date() == MONDAY
    assert manager.get("/reports/B1/2026-11-23/untracked").status_code == 404
