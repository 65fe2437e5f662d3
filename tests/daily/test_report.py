"""The daily report: drafted from the records, sent by the server's clock, late where it is, read and judged."""

import datetime as dt
import re

import pytest

from crm.clock import now
from crm.daily import services
from crm.daily.models import Report, ReportMark, ReportReading
from crm.errors import Conflict, Invalid, Stale
from crm.extensions import db
from crm.people.accounts import AuditRow, RowChange
from tests.daily.floor import EVENING, MONDAY, account
from tests.daily.floor import at as moment
from tests.people_builders import contact, keep

SENT = {"date": "2026-11-23", "remarks": "两批客户，一组小订", "version": ""}
THEIRS = "/reports/A1/2026-11-23"


def report(app, on: dt.date = MONDAY) -> Report | None:
    with app.app_context():
        return db.session.get(Report, ("A1", on))


def figure(html: str, what: str) -> int:
    return int(re.search(rf'href="/reports/A1/2026-11-23/{what}"><b>(\d+)</b>', html)[1])


def test_the_draft_has_each_figure_beside_its_rows(a1):
    html = a1.get("/report").text
    assert [figure(html, what) for what in ("received", "calls", "followups", "holding")] == [1, 1, 0, 1]
    assert 'href="/contacts/K-CALL"' in html
    assert "老客户到访" in html


def test_what_is_untracked_stands_on_top_in_red_one_tap_from_being_done(a1):
    html = a1.get("/report").text
    assert html.index("没有跟踪") < html.index("这一天")
    red = html.split("没有跟踪")[1].split("</ul>")[0]
    assert 'data-customer="C-LATE"' in red
    assert 'hx-get="/customers/C-LATE/record"' in red


def test_a_call_that_was_written_down_late_is_listed(a1, app):
    with app.app_context():
        keep([contact("K-L", "C-CALL", "A1", happened_at=moment(20, day=22), recorded_at=moment(9))])
    assert "没有当天登记" in a1.get("/report?date=2026-11-22").text


def test_sending_stamps_the_servers_time_and_keeps_the_figures(a1, app):
    assert a1.post("/report", data=SENT).status_code == 303
    stored = report(app)
    assert (stored.submitted_at, stored.remarks) == (EVENING, SENT["remarks"])
    assert stored.figures["received"] == 1
    assert stored.figures["untracked"] >= 1
    assert "18:30 提交" in a1.get("/report").text


def test_sent_twice_by_a_double_tap_it_is_sent_once(a1, app):
    for _ in range(2):
        assert a1.post("/report", data=SENT | {"idem_key": "r1"}).status_code == 303
    assert report(app).corrected_at is None


def test_one_second_before_midnight_is_in_time_and_midnight_is_late(later):
    later(dt.datetime(2026, 11, 23, 23, 59, 59)).post("/report", data=SENT)
    browser = later(dt.datetime(2026, 11, 25))
    browser.post("/report", data=SENT | {"date": "2026-11-24"})
    assert "迟交" not in browser.get("/report?date=2026-11-23").text
    assert "迟交" in browser.get("/report?date=2026-11-24").text


def test_yesterdays_missing_report_is_pointed_out_and_can_be_sent(app, later):
    tuesday = later(moment(9, day=24))
    assert "/report?date=2026-11-23" in tuesday.get("/report").text
    assert tuesday.post("/report", data=SENT).status_code == 303
    assert report(app).submitted_at == moment(9, day=24)
    assert "现在补交" not in tuesday.get("/report").text


@pytest.mark.parametrize(("day", "answer"), [("2026-11-20", 303), ("2026-11-19", 422), ("2026-11-24", 422)])
def test_three_days_back_can_be_sent_four_and_tomorrow_cannot(a1, day, answer):
    assert a1.post("/report", data=SENT | {"date": day}).status_code == answer


def test_it_can_be_corrected_until_the_end_of_the_day_it_was_sent_on(a1, app):
    with app.app_context():
        user = account(db.session, "A1")
        services.submit(user, MONDAY, "一", None, EVENING)
        services.submit(user, MONDAY, "二", 1, dt.datetime(2026, 11, 23, 23, 59, 59))
        with pytest.raises(Conflict):
            services.submit(user, MONDAY, "三", 2, dt.datetime(2026, 11, 24))
        stored = db.session.get(Report, ("A1", MONDAY))
        assert (stored.submitted_at, stored.remarks) == (EVENING, "二")
        assert stored.corrected_at == dt.datetime(2026, 11, 23, 23, 59, 59)
        change = db.session.query(RowChange).filter_by(table_name="reports").one()
        assert change.before["remarks"] == "一"


def test_a_form_from_before_someone_saved_shows_both_versions(a1, app):
    a1.post("/report", data=SENT)
    stale = a1.post("/report", data=SENT | {"remarks": "别的说法"})
    assert stale.status_code == 409
    assert "别的说法" in stale.text
    assert SENT["remarks"] in stale.text
    with app.app_context(), pytest.raises(Stale):
        services.submit(account(db.session, "A1"), MONDAY, "x", 7, EVENING)


def test_records_after_sending_are_pointed_out(a1, app):
    a1.post("/report", data=SENT)
    assert "又有新的记录" not in a1.get("/report").text
    with app.app_context():
        keep([contact("K-N", "C-CALL", "A1", kind="follow_up", happened_at=EVENING)])
    assert "又有新的记录" in a1.get("/report").text


def test_reading_marks_it_read_and_the_person_sees_by_whom(a1, manager, app):
    a1.post("/report", data=SENT)
    assert "还没有人读" in a1.get("/report").text
    manager.get(THEIRS)
    manager.get(THEIRS)
    assert "林经理 今天 18:30 已读" in a1.get("/report").text
    with app.app_context():
        assert db.session.query(ReportReading).count() == 1


def test_a_report_that_was_not_sent_cannot_have_been_read(a1, manager, app):
    manager.get(THEIRS)
    with app.app_context():
        assert db.session.query(ReportReading).count() == 0


def test_the_manager_marks_it_false_with_a_reason_that_the_person_sees(a1, manager, app):
    a1.post("/report", data=SENT)
    assert manager.post(f"{THEIRS}/false", data={"reason": "没有这批客户"}).status_code == 303
    stored = report(app)
    assert (stored.false, stored.decided_by, stored.false_reason) == (True, "M1", "没有这批客户")
    seen = a1.get("/report").text
    assert "被认定不实" in seen
    assert "林经理" in seen
    assert "没有这批客户" in seen


def test_the_mark_is_taken_back_with_a_reason_and_both_stay(a1, manager, app):
    a1.post("/report", data=SENT)
    manager.post(f"{THEIRS}/false", data={"reason": "没有这批客户"})
    assert manager.post(f"{THEIRS}/take-back", data={"reason": "核对过了，属实"}).status_code == 303
    stored = report(app)
    assert (stored.false, stored.decided_by) == (False, None)
    seen = a1.get("/report").text
    assert "没有这批客户" in seen
    assert "核对过了，属实" in seen
    with app.app_context():
        assert [mark.false for mark in db.session.query(ReportMark)] == [True, False]
        actions = {row.action for row in db.session.query(AuditRow)}
        assert {"report.marked_false", "report.mark_taken_back"} <= actions


def test_a_mark_needs_a_reason(a1, manager, app):
    a1.post("/report", data=SENT)
    assert manager.post(f"{THEIRS}/false", data={"reason": " "}).status_code == 422
    assert not report(app).false


def test_a_false_report_can_no_longer_be_changed(a1, manager, app):
    a1.post("/report", data=SENT)
    manager.post(f"{THEIRS}/false", data={"reason": "没有这批客户"})
    version = str(report(app).version)
    assert a1.post("/report", data=SENT | {"remarks": "改", "version": version}).status_code == 409
    assert report(app).remarks == SENT["remarks"]


def test_a_missing_report_cannot_be_found_false(a1, manager):
    assert manager.post(f"{THEIRS}/false", data={"reason": "没有交"}).status_code == 404


def test_remarks_of_more_than_4000_characters_come_back(a1, app):
    answer = a1.post("/report", data=SENT | {"remarks": "长" * 4001})
    assert answer.status_code == 422
    assert report(app) is None
    with app.app_context(), pytest.raises(Invalid):
        services.submit(account(db.session, "A1"), MONDAY, "长" * 4001, None, now())


@pytest.mark.parametrize(
    "what", ["calls", "received", "service", "followups", "holding", "late", "untracked"]
)
def test_each_figure_leads_to_its_rows(manager, what):
    assert manager.get(f"{THEIRS}/{what}").status_code == 200


def test_there_are_no_rows_of_something_else_nor_of_tomorrow(manager):
    assert manager.get(f"{THEIRS}/secrets").status_code == 404
    assert manager.get("/reports/A1/2026-11-24/calls").status_code == 404
    assert manager.get("/reports/A1/yesterday/calls").status_code == 404
