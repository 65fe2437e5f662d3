"""Today: the order of the list, the reasons in words, and what can be done to a row without leaving it."""

import datetime as dt
import re

import pytest
from sqlalchemy import select

from crm.extensions import db
from crm.leads import worklist as kept
from crm.leads.models import Contact, Transfer, Waiver
from crm.leads.worklist_models import DutyRoll
from crm.leads.worklist_queries import PAGE, counts, worklist
from crm.people.accounts import Account, AuditRow
from crm.people.models import CalendarDay, RosterDay
from crm.transactions import atomic
from tests.people_builders import contact, customer, keep
from tests.worklist.floor import MONDAY, contacts_of, morning

HX = {"HX-Request": "true"}
SAID = {"kind": "follow_up", "effective": "1", "note": "约了周六看房"}


def ids(html: str) -> list[str]:
    return re.findall(r'<li data-customer="([^"]+)"', html)


def row(html: str, customer_id: str) -> str:
    return html.split(f'<li data-customer="{customer_id}"')[1].split("</li>")[0]


def today(browser) -> str:
    answer = browser.get("/today")
    assert answer.status_code == 200
    return answer.text


def top_line(html: str) -> str:
    return re.sub(r"<[^>]+>", "", html.split('id="today-line"')[1].split("</span>")[0]).split(">", 1)[-1]


def me() -> Account:
    return db.session.scalar(select(Account).where(Account.staff_id == "A1"))


def test_overdue_comes_first_then_callers_and_three_day_customers_then_tomorrow(a1):
    assert ids(today(a1)) == ["C-LATE", "C-CALLED", "C-THREE", "C-NEXT"]


def test_a_colleagues_customers_are_not_in_the_list(a1):
    assert "C-OTHER" not in today(a1)


def test_each_row_says_why_since_when_and_what_a_miss_costs(a1):
    html = today(a1)
    assert "昨天来电，尚未到访" in row(html, "C-CALLED")
    assert "周五来访后已 3 天" in row(html, "C-THREE")
    assert "逾期 3 天" in row(html, "C-LATE")
    assert "看了样板间" in row(html, "C-LATE")
    assert "漏一次扣 ¥50" in row(html, "C-THREE")


def test_a_customer_taken_over_says_since_when(a1, app):
    with app.app_context():
        keep([Transfer(customer_id="C-OTHER", on=dt.date(2026, 11, 20), to="A1")])
    assert "周五接手，已 3 天未跟进" in row(today(a1), "C-OTHER")


def test_the_line_on_top_counts_what_is_overdue_due_and_whether_the_report_is_sent(a1):
    html = today(a1)
    assert "11月23日 周一 · 工作日" in html
    assert top_line(html) == "逾期 1 · 今天 2 · 日报未交"


def test_on_a_rest_day_no_report_is_asked_for(a1, app):
    with app.app_context():
        keep([RosterDay(staff_id="A1", date=MONDAY, kind="rest")])
    html = today(a1)
    assert "休息日" in html
    assert top_line(html).endswith("今天不用交日报")


def test_the_list_ends_with_the_daily_report(a1):
    html = today(a1)
    assert html.index("写日报") > html.index('data-customer="C-NEXT"')


def test_the_phone_number_is_not_in_the_page(a1):
    assert "13800138" not in today(a1)


def test_saving_takes_the_row_out_of_the_list(a1):
    answer = a1.post("/customers/C-THREE/record", data=SAID, headers=HX)
    assert answer.status_code == 200
    assert "C-THREE" not in ids(answer.text)
    assert top_line(answer.text) == "逾期 1 · 今天 1 · 日报未交"
    assert ids(today(a1)) == ["C-LATE", "C-CALLED", "C-NEXT"]


def test_no_answer_is_one_tap_and_counts_as_a_record_that_reached_nobody(a1, app):
    answer = a1.post("/today/C-LATE/no-answer", headers=HX)
    assert ids(answer.text) == []
    with app.app_context():
        latest = contacts_of("C-LATE")[-1]
        assert (latest.kind, latest.effective, latest.medium) == ("follow_up", False, "phone")


def test_a_caller_who_was_not_reached_stays_in_the_list_behind_the_others(a1, app):
    with app.app_context():
        keep([customer("C-XCALL", "A1", first_contact_at=morning(22))])
        keep([contact("K-X", "C-XCALL", "A1", happened_at=morning(22))])
    answer = a1.post("/today/C-CALLED/no-answer", headers=HX)
    assert "09:00 打过，未接通" in row(answer.text, "C-CALLED")
    assert ids(today(a1)) == ["C-LATE", "C-XCALL", "C-THREE", "C-CALLED", "C-NEXT"]


def test_a_waiver_for_ever_takes_the_customer_out_of_the_list(a1, app):
    with app.app_context():
        day = dt.date(2026, 11, 1)
        keep([Waiver(customer_id="C-LATE", from_on=day, reason="special", signed_by="M1", signed_on=day)])
    assert "C-LATE" not in ids(today(a1))


def test_a_call_is_logged_and_shows_the_number_this_one_time(a1, app):
    answer = a1.post("/today/C-LATE/call", headers=HX)
    assert 'href="tel:13800138002"' in answer.text
    with app.app_context():
        logged = db.session.scalars(select(AuditRow).where(AuditRow.subject == "C-LATE")).one()
        assert (logged.action, logged.details["why"]) == ("customer.revealed", "call")
    assert "13800138002" not in today(a1)


def test_a_colleagues_customer_cannot_be_called(a1, app):
    assert a1.post("/today/C-OTHER/call", headers=HX).status_code == 404


def test_who_opted_out_is_not_called(a1, app):
    with app.app_context(), atomic() as session:
        session.get_one(kept.Customer, "C-LATE").opted_out_on = MONDAY
    assert a1.post("/today/C-LATE/call", headers=HX).status_code == 409


def test_a_faulty_form_comes_back_in_its_own_place_with_what_was_typed(a1):
    answer = a1.post(
        "/customers/C-THREE/record", data=SAID | {"note": "", "next_step": "发户型图"}, headers=HX
    )
    assert answer.status_code == 422
    assert answer.headers["HX-Retarget"] == "this"
    assert "请写一句谈了什么。" in answer.text
    assert 'value="发户型图"' in answer.text


def test_the_last_phrases_can_be_picked(a1):
    assert 'data-phrase="喜欢南向"' in a1.get("/customers/C-LATE/record", headers=HX).text


def test_after_a_visit_the_viewing_details_are_asked_for_at_once(a1, app):
    answer = a1.post("/customers/C-THREE/record", data=SAID | {"kind": "visit"}, headers=HX)
    form = row(answer.text, "C-THREE")
    assert "看了什么" in form
    address = re.search(r'hx-post="(/contacts/[^"]+/viewing)"', form)[1]
    assert a1.post(address, data={"shown": "A 户型", "liked": "采光"}, headers=HX).text == ""
    with app.app_context():
        latest = contacts_of("C-THREE")[-1]
        assert (latest.shown, latest.liked, latest.objected) == ("A 户型", "采光", None)


def test_a_double_tap_is_one_record(a1, app):
    for _ in range(2):
        assert a1.post("/today/C-LATE/no-answer", data={"idem_key": "k1"}, headers=HX).status_code == 200
    for _ in range(2):
        a1.post("/customers/C-THREE/record", data=SAID | {"idem_key": "k2"}, headers=HX)
    with app.app_context():
        assert [len(contacts_of(one)) for one in ("C-LATE", "C-THREE")] == [2, 2]


def test_a_form_sent_from_the_queue_of_a_lost_connection_is_kept_once(a1, app):
    data = SAID | {"idem_key": "q1"}
    first = a1.post("/customers/C-THREE/record", data=data, headers=HX)
    again = a1.post("/customers/C-THREE/record", data=data, headers={"X-Queued": "1"})
    assert (first.status_code, again.status_code) == (200, 303)
    with app.app_context():
        assert len(contacts_of("C-THREE")) == 2


@pytest.mark.parametrize("rolled", [True, False])
def test_the_list_is_the_same_from_kept_duties_and_computed_now(a1, app, rolled):
    with app.app_context():
        if rolled:
            kept.roll_everyone(MONDAY)
        listed = worklist(db.session(), me(), MONDAY)
        assert [line.duty.customer_id for line in listed.lines] == ["C-LATE", "C-CALLED", "C-THREE", "C-NEXT"]
        assert (listed.overdue, listed.due, listed.upcoming) == (1, 2, 1)
        top = counts(db.session(), me(), MONDAY)
        assert (top.overdue, top.due, top.upcoming) == (1, 2, 1)


def test_looking_at_the_list_writes_nothing_and_the_first_record_of_the_day_keeps_it(a1, app):
    today(a1)
    with app.app_context():
        assert db.session.query(DutyRoll).count() == 0
    a1.post("/today/C-LATE/no-answer", headers=HX)
    with app.app_context():
        assert [(roll.staff_id, roll.on) for roll in db.session.query(DutyRoll)] == [("A1", MONDAY)]
        assert kept.differences(db.session()) == []


def test_the_next_section_is_that_of_the_next_workday(a1, app):
    with app.app_context():
        keep([CalendarDay(date=dt.date(2026, 11, 24), workday=False)])
        listed = worklist(db.session(), me(), MONDAY)
        assert listed.days.next_workday == dt.date(2026, 11, 25)
        assert [line.duty.customer_id for line in listed.lines if line.section == "next"] == ["C-NEXT"]


def test_a_long_list_is_shown_in_parts(a1, app):
    with app.app_context():
        many = [customer(f"X{n:03}", "A1", first_contact_at=morning(22)) for n in range(PAGE)]
        calls = [contact(f"KX{n:03}", f"X{n:03}", "A1", happened_at=morning(22)) for n in range(PAGE)]
        keep([*many, *calls])
    first = today(a1)
    assert len(ids(first)) == PAGE
    rest = a1.get(f"/today?start={PAGE}", headers=HX).text
    assert len(ids(rest)) == 4
    assert not set(ids(first)) & set(ids(rest))
    assert "<html" not in rest


def test_the_empty_list_says_what_will_be_here(signed_in, at):
    at(morning(23))
    assert "该做的都做完了" in signed_in("consultant").get("/today").text


def test_a_record_of_the_past_keeps_its_place_in_time(a1, app):
    past = {"happened_at": "2026-11-21T15:30"}
    a1.post("/customers/C-THREE/record", data=SAID | past, headers=HX)
    with app.app_context():
        latest = db.session.scalars(select(Contact).where(Contact.note == SAID["note"])).one()
        assert latest.happened_at == dt.datetime(2026, 11, 21, 15, 30)
        assert latest.recorded_at == dt.datetime(2026, 11, 23, 9)
        page = a1.get(f"/contacts/{latest.contact_id}").text
    assert "补记" in page
