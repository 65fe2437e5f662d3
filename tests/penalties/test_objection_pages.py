"""A person sees an entry, objects within the days, and gets an answer; both sides see all of it."""

import datetime as dt

import pytest
from sqlalchemy import func, select

from crm.clock import now
from crm.extensions import db
from crm.penalties.models import LedgerEntry, Objection, ObjectionAnswer, SeenEntry
from crm.penalties.settling import settle_open
from crm.penalties.verifying import look_through
from crm.people.accounts import Account
from crm.people.models import ParameterValue
from tests.people_builders import ELSEWHERE, contact, count, customer, keep, staff

AT = dt.datetime(2026, 11, 10, 9)
LAST = dt.datetime(2026, 11, 15, 23, 59)
SAID = "那天我在医院"


@pytest.fixture
def company(people, store, at):
    at(AT)
    begin = ParameterValue(
        name="records_begin", from_on=None, value="2026-11-02", set_by="test", set_at=dt.datetime(2026, 11, 2)
    )
    keep([begin, staff("A1", name="孙佳怡"), staff("A2"), staff("M1", "manager", name="周建国")])
    keep([staff("M2", "manager", project=ELSEWHERE), staff("H1", "hr")])
    keep([customer("C1", "A1"), contact("K1", "C1", "A1", kind="visit")])
    settle_open(AT, "test")
    return {key: people.browser_of(people.account(key)) for key in ("A1", "A2", "M1", "M2", "H1")}


def text(browser, address, status=200):
    answer = browser.get(address)
    assert answer.status_code == status
    return answer.get_data(as_text=True)


def again(people, who):
    """A browser of somebody who signs in anew, later."""
    return people.browser_of(db.session.scalar(select(Account.account_id).where(Account.staff_id == who)))


def fine():
    query = select(LedgerEntry.entry_id).where(LedgerEntry.rule == "followup-missed")
    return db.session.scalar(query.order_by(LedgerEntry.entry_id))


def objected(company):
    entry = fine()
    text(company["A1"], f"/entries/{entry}")
    answer = company["A1"].post(f"/entries/{entry}/object", data={"words": SAID})
    assert answer.status_code == 303
    return entry, db.session.scalar(select(Objection.objection_id).where(Objection.entry_id == entry))


def test_an_entry_is_seen_when_the_person_first_looks_and_by_nobody_else(company, at, people):
    text(company["M1"], "/entries/people/A1")
    text(company["H1"], f"/entries/{fine()}")
    assert count(SeenEntry) == 0
    text(company["A1"], "/entries")
    seen = count(SeenEntry)
    assert seen == db.session.scalar(
        select(func.count()).select_from(LedgerEntry).where(LedgerEntry.staff_id == "A1")
    )
    at(AT + dt.timedelta(days=2))
    text(again(people, "A1"), "/entries")
    assert count(SeenEntry) == seen
    assert set(db.session.scalars(select(SeenEntry.seen_at))) == {AT}


def test_the_days_to_object_are_shown_and_end(company, at, people):
    page = text(company["A1"], f"/entries/{fine()}")
    assert "11月15日" in page
    assert "提出异议" in page
    at(LAST)
    late = again(people, "A1")
    assert "提出异议" in text(late, f"/entries/{fine()}")
    at(LAST + dt.timedelta(minutes=1))
    assert "异议期到" in text(late, f"/entries/{fine()}")
    answer = late.post(f"/entries/{fine()}/object", data={"words": SAID})
    assert answer.status_code == 422
    assert "已经过了" in answer.get_data(as_text=True)
    assert count(Objection) == 0


def test_an_objection_reaches_the_manager_and_the_answer_the_person(company):
    entry, number = objected(company)
    assert "有 1 条异议等您答复" in text(company["M1"], "/board")
    assert SAID in text(company["M1"], "/objections")
    assert "异议待答复" in text(company["A1"], "/entries")
    answer = company["M1"].post(
        f"/objections/{number}/answer", data={"outcome": "stands", "reason": "当天有同事代班"}
    )
    assert answer.status_code == 303
    page = text(company["A1"], f"/entries/{entry}")
    assert all(words in page for words in (SAID, "当天有同事代班", "周建国", "维持原样"))
    assert "等您答复" not in text(company["M1"], "/board")
    assert look_through(db.session()).faults == []


def test_an_answer_can_lift_the_entry(company):
    entry, number = objected(company)
    company["M1"].post(f"/objections/{number}/answer", data={"outcome": "lifted", "reason": "已看病历"})
    row = db.session.scalar(select(LedgerEntry).where(LedgerEntry.corrects == entry))
    assert (row.kind, row.why_zh, row.actor) == ("lift", "已看病历", "M1")
    assert db.session.scalar(select(ObjectionAnswer.lift_id)) == row.entry_id
    assert "已撤回" in text(company["A1"], f"/entries/{entry}")
    again = settle_open(now() + dt.timedelta(hours=1), "test")
    assert (again.posted, again.reversed) == (0, 0)


def test_an_objection_is_made_once_and_answered_once(company):
    entry, number = objected(company)
    assert company["A1"].post(f"/entries/{entry}/object", data={"words": "再说一次"}).status_code == 409
    for status in (303, 409):
        answer = company["M1"].post(
            f"/objections/{number}/answer", data={"outcome": "stands", "reason": "已核对"}
        )
        assert answer.status_code == status
    assert (count(Objection), count(ObjectionAnswer)) == (1, 1)


def test_a_second_tap_changes_nothing(company):
    entry = fine()
    text(company["A1"], f"/entries/{entry}")
    for _ in range(2):
        answer = company["A1"].post(f"/entries/{entry}/object", data={"words": SAID, "idem_key": "k1"})
        assert answer.status_code == 303
    assert count(Objection) == 1


def test_what_is_typed_comes_back_with_a_sentence(company):
    entry = fine()
    text(company["A1"], f"/entries/{entry}")
    answer = company["A1"].post(f"/entries/{entry}/object", data={"words": "问 13812345678 就知道"})
    assert answer.status_code == 422
    page = answer.get_data(as_text=True)
    assert "13812345678 就知道" in page
    assert "不要写电话号码" in page
    answer = company["M1"].post(f"/entries/{entry}/lift", data={"reason": ""})
    assert answer.status_code == 422


def test_nobody_objects_to_anothers_entry_or_answers_elsewhere(company):
    entry, number = objected(company)
    other = db.session.scalar(
        select(LedgerEntry.entry_id).where(LedgerEntry.staff_id == "A1").limit(1).offset(3)
    )
    assert company["A2"].post(f"/entries/{other}/object", data={"words": SAID}).status_code == 404
    answer = {"outcome": "lifted", "reason": "好"}
    assert company["M2"].post(f"/objections/{number}/answer", data=answer).status_code == 404
    assert company["M2"].post(f"/entries/{entry}/lift", data={"reason": "系统停机"}).status_code == 404
    assert SAID not in text(company["M2"], "/objections")
    assert company["M1"].post("/objections/999/answer", data=answer).status_code == 404
    assert company["A1"].post(f"/objections/{number}/answer", data=answer).status_code == 403


def test_a_manager_lifts_without_being_asked_and_the_person_sees_why(company):
    entry = fine()
    assert company["M1"].post(f"/entries/{entry}/lift", data={"reason": "系统停机"}).status_code == 303
    page = text(company["A1"], "/entries")
    assert "系统停机" in page
    assert "已撤回" in page


def test_the_lists_say_what_will_be_there(company):
    assert "还没有人提出异议" in text(company["M1"], "/objections")
