"""The pages of customers as a browser gets them."""

import datetime as dt
import re

import pytest
from sqlalchemy import select

from crm.extensions import db
from crm.leads.models import Contact, Customer, SavedView, Transfer, WaiverRequest
from crm.people.models import Setting
from tests.leads.build import known
from tests.people_builders import ELSEWHERE, count, keep, staff

NOW = dt.datetime(2026, 11, 20, 18)


@pytest.fixture(autouse=True)
def clock(at):
    at(NOW)


@pytest.fixture
def me(signed_in, app):
    browser = signed_in("consultant", "A01")
    with app.app_context():
        known("C1", name="李小明", phone="13812345678", intent_grade="A", need="三房")
    return browser


@pytest.fixture
def manager(signed_in):
    return signed_in("manager", "M01")


def text(answer) -> str:
    return answer.get_data(as_text=True)


def rows(app, query):
    with app.app_context():
        return db.session.execute(query).all()


def test_a_caller_is_registered_and_the_page_of_the_customer_opens(signed_in, app):
    browser = signed_in("consultant", "A01")
    assert 'inputmode="tel"' in text(browser.get("/customers/new"))
    answer = browser.post(
        "/customers/new", data={"phone": "138 1234 5678", "name": "李先生", "kind": "call_in"}
    )
    assert answer.status_code == 303
    page = text(browser.get(answer.location))
    assert "李先生" in page
    assert "138****5678" in page
    assert "13812345678" not in page


def test_after_a_visit_what_was_shown_is_asked_for_at_once(signed_in, app):
    browser = signed_in("consultant", "A01")
    answer = browser.post("/customers/new", data={"name": "李先生", "kind": "visit"})
    ((contact_id,),) = rows(app, select(Contact.contact_id))
    assert answer.location.endswith(f"?viewing={contact_id}")
    assert f"/contacts/{contact_id}/viewing" in text(browser.get(answer.location))
    browser.post(f"/contacts/{contact_id}/viewing", data={"shown": "样板间", "liked": "南向"})
    page = text(browser.get(answer.location))
    assert "样板间" in page
    assert f"/contacts/{contact_id}/viewing" not in page


def test_what_was_typed_is_kept_beside_the_sentence(signed_in, app):
    browser = signed_in("consultant", "A01")
    answer = browser.post(
        "/customers/new", data={"phone": "1381234", "name": "李先生", "kind": "visit", "need": "三房"}
    )
    page = text(answer)
    assert answer.status_code == 422
    assert "号码不完整" in page
    assert all(typed in page for typed in ('value="1381234"', 'value="李先生"', "三房"))


@pytest.mark.parametrize("typed", ["李\x00先生", "李\u202e先生", "x" * 61, ""])
def test_a_name_that_cannot_be_is_refused(signed_in, app, typed):
    browser = signed_in("consultant", "A01")
    assert browser.post("/customers/new", data={"name": typed, "kind": "visit"}).status_code == 422
    with app.app_context():
        assert count(Customer) == 0


@pytest.mark.parametrize(
    ("number", "word"), [("13812345678", "已登记"), ("13812345679", "新号码"), ("1381", "输完")]
)
def test_the_check_says_one_word_and_never_whose(me, signed_in, number, word):
    other = signed_in("consultant", "B01", project=ELSEWHERE)
    answer = text(other.post("/customers/new/phone", data={"phone": number}))
    assert word in answer
    assert not re.search("A01|李|滨江|C1", answer)


def test_the_check_is_braked(signed_in, app):
    browser = signed_in("consultant", "A01")
    with app.app_context():
        keep([Setting(name="lookups_an_hour", value=1)])
    assert browser.post("/customers/new/phone", data={"phone": "13812345678"}).status_code == 200
    assert browser.post("/customers/new/phone", data={"phone": "13812345679"}).status_code == 429
    answer = browser.post("/customers/new", data={"phone": "13812345679", "name": "x", "kind": "visit"})
    assert answer.status_code == 429


def test_a_front_desk_chooses_the_consultant_and_sees_arrivals_masked(signed_in, app):
    with app.app_context():
        keep([staff("A01")])
        known("C2", name="王秘密", phone="13912345678", first_contact_at=NOW)
    desk = signed_in("front_desk", "F01")
    answer = desk.post(
        "/customers/new", data={"name": "李先生", "kind": "visit", "owner": "A01", "phone": "13812345678"}
    )
    assert answer.location.endswith("/arrivals")
    page = text(desk.get("/arrivals"))
    assert "李先生" in page, "one sees the name that one has just written"
    assert "王**" in page
    assert not re.search("王秘密|13912345678|13812345678", page)
    assert desk.get("/customers").status_code == 403
    assert desk.get("/customers/C2").status_code == 403


def test_a_whole_number_never_stands_in_an_address(me):
    answer = me.post("/customers/search", data={"q": "13812345678"})
    assert answer.status_code == 303
    assert "13812345678" not in answer.location
    assert "李小明" in text(me.get(answer.location))
    answer = me.post("/customers/search", data={"q": "13812345678"}, headers={"HX-Request": "true"})
    assert "李小明" in text(answer)
    assert "1381234" not in answer.headers["HX-Replace-Url"]


def test_a_search_as_one_types_gives_only_the_list(me):
    answer = me.post("/customers/search", data={"q": "lxm", "grade": "A"}, headers={"HX-Request": "true"})
    assert "李小明" in text(answer)
    assert "<html" not in text(answer)
    assert answer.headers["HX-Replace-Url"] == "/customers?grade=A&q=lxm"


def test_filters_and_the_search_go_together(me, app):
    with app.app_context():
        known("C2", name="李大明", intent_grade="B")
    searched = text(
        me.post("/customers/search", data={"q": "13812345678", "grade": "A"}, headers={"HX-Request": "true"})
    )
    assert 'form="filters" name="search" value="on"' in searched
    page = text(me.get("/customers?q=%E6%9D%8E&grade=B"))
    assert "李大明" in page
    assert "李小明" not in page
    assert 'form="filters" name="q" value="李"' in page


def test_a_later_page_leads_back_and_on(me, app):
    with app.app_context():
        for number in range(60):
            known(f"D{number:02d}", name=f"王{number}")
    page = text(me.get("/customers"))
    onward = re.search(r'rel="next" href="([^"]+)"', page)[1].replace("&amp;", "&")
    later = text(me.get(onward))
    assert 'rel="prev" href="/customers"' in later
    assert "李小明" in page + later
    searched = text(me.post("/customers/search", data={"q": "王"}, headers={"HX-Request": "true"}))
    onward = re.search(r'rel="next" href="([^"]+)"', searched)[1].replace("&amp;", "&")
    assert onward.startswith("/customers?")
    assert me.get(onward).status_code == 200


def test_an_empty_list_says_what_will_be_here(signed_in):
    assert "您的客户会列在这里" in text(signed_in("consultant", "A01").get("/customers"))


def test_filters_are_kept_under_a_name_for_oneself(me, signed_in, app):
    me.post("/customers/views", data={"name": "A 级", "grade": "A", "q": "李秘密", "after": "x"})
    ((query,),) = rows(app, select(SavedView.query))
    assert query == {"grade": "A"}, "neither what was searched for nor the place in the list"
    assert "A 级" in text(me.get("/customers"))
    other = signed_in("consultant", "A02")
    assert "A 级" not in text(other.get("/customers"))
    assert other.post("/customers/views/1/delete").status_code == 404
    me.post("/customers/views/1/delete")
    assert rows(app, select(SavedView.view_id)) == []


def test_the_page_tells_everything_newest_first_with_who_and_when_it_was_written_down(me, app):
    with app.app_context():
        keep(
            [
                Contact(
                    contact_id="K2",
                    customer_id="C1",
                    staff_id="A01",
                    kind="visit",
                    happened_at=dt.datetime(2026, 11, 18, 15),
                    recorded_at=dt.datetime(2026, 11, 19, 9, 5),
                    note="看了样板间",
                    liked="南向",
                ),
                Transfer(customer_id="C1", on=dt.date(2026, 11, 10), to="A01", reason="调整"),
            ]
        )
    page = text(me.get("/customers/C1"))
    places = [page.index(word) for word in ("看了样板间", "移交给", "来电</a>")]
    assert places == sorted(places)
    assert "南向" in page
    assert "昨天 09:05 记录" in page


def test_a_number_is_shown_by_one_logged_click(me):
    shown = text(me.post("/customers/C1/reveal", headers={"HX-Request": "true"}))
    assert "138 1234 5678" in shown
    assert "<html" not in shown
    assert "<html" in text(me.post("/customers/C1/reveal"))


def test_an_edit_shows_no_number_and_a_stale_one_both_versions(me, manager, app):
    page = text(me.get("/customers/C1/edit"))
    assert "13812345678" not in page
    assert manager.post("/customers/C1/edit", data={"version": "1", "name": "李大明"}).status_code == 303
    answer = me.post("/customers/C1/edit", data={"version": "1", "name": "李中明"})
    assert answer.status_code == 409
    assert all(name in text(answer) for name in ("李大明", "李中明"))
    version = re.search(r'name="version"[^>]*value="(\d+)"', text(answer))[1]
    assert me.post("/customers/C1/edit", data={"version": version, "name": "李中明"}).status_code == 303
    assert rows(app, select(Customer.name)) == [("李中明",)]


def test_the_history_shows_old_and_new_with_numbers_masked(me):
    me.post("/customers/C1/edit", data={"version": "1", "name": "李中明", "add_phone": "13912345678"})
    page = text(me.get("/customers/C1/history"))
    assert all(part in page for part in ("李小明", "李中明", "139****5678"))
    assert "13912345678" not in page


def test_consent_and_opting_out_stand_on_the_page(me):
    me.post("/customers/C1/consent", data={"purpose": "跟进购房"})
    me.post("/customers/C1/opt-out", data={"reason": "说不买了"})
    page = text(me.get("/customers/C1"))
    assert all(part in page for part in ("跟进购房", "要求不再联系", "说不买了"))
    assert "请填写" in text(me.post("/customers/C1/opt-in", data={"reason": ""}, follow_redirects=True))


def test_a_manager_hands_several_over_in_two_steps(manager, app):
    with app.app_context():
        keep([staff("A01"), staff("A02")])
        known("C1"), known("C2")
    first = manager.post("/customers/hand-over", data={"customer_id": ["C1", "C2"]})
    assert first.status_code == 200
    assert rows(app, select(Transfer.on)) == []
    sent = {"customer_id": ["C1", "C2"], "to": "A02", "on": "2026-11-20", "reason": "调整"}
    assert manager.post("/customers/hand-over", data=sent).status_code == 303
    assert rows(app, select(Transfer.customer_id, Transfer.to)) == [("C1", "A02"), ("C2", "A02")]
    assert manager.post("/customers/hand-over", data={}).status_code == 303
    bad = manager.post("/customers/C1/hand-over", data=sent | {"on": "2026-11-19"})
    assert bad.status_code == 422


def test_a_waiver_is_asked_for_and_answered(me, manager, app):
    asked = {"reason": "special", "from_on": "2026-11-20", "note": "出国"}
    assert me.post("/customers/C1/waiver", data=asked).status_code == 303
    assert me.post("/customers/C1/waiver", data=asked).status_code == 409
    assert "出国" in text(manager.get("/waivers"))
    assert "请写明" not in text(manager.post("/waivers/1/sign", follow_redirects=True))
    assert rows(app, select(WaiverRequest.state)) == [("signed",)]
    assert "免追踪已签字" in text(me.get("/customers/C1"))


def test_a_refusal_without_a_reason_is_not_one(me, manager, app):
    me.post("/customers/C1/waiver", data={"reason": "special", "from_on": "2026-11-20", "note": "出国"})
    assert "请写明不同意的原因" in text(manager.post("/waivers/1/refuse", follow_redirects=True))
    manager.post("/waivers/1/refuse", data={"answer": "还要跟"})
    assert "还要跟" in text(me.get("/waivers"))


def test_two_customers_are_found_and_joined(me, app):
    with app.app_context():
        known("C2", name="陈女士")
    assert "陈女士" in text(me.post("/customers/C1/household/find", data={"q": "陈"}))
    assert "李小明" not in text(me.post("/customers/C1/household/find", data={"q": "李"}))
    me.post("/customers/C1/household", data={"other": "C2", "reason": "夫妻"})
    assert "陈女士" in text(me.get("/customers/C1"))
    me.post("/customers/C1/household/leave", data={"reason": "弄错了"})
    assert "陈女士" not in text(me.get("/customers/C1")).split("经过")[0]


def test_erasing_asks_first_and_leaves_the_number_only(me, manager, app):
    page = text(manager.get("/customers/C1/erase"))
    assert "无法恢复" in page
    assert "<dialog" in page
    assert manager.post("/customers/C1/erase", data={"reason": ""}).status_code == 422
    assert manager.post("/customers/C1/erase", data={"reason": "来信要求"}).status_code == 303
    page = text(manager.get("/customers/C1"))
    assert "李小明" not in page
    assert "资料已按要求抹除" in page
    assert manager.get("/customers/C1/edit").status_code == 409


def test_a_name_that_looks_like_markup_is_only_a_name(signed_in, app):
    browser = signed_in("consultant", "A01")
    answer = browser.post("/customers/new", data={"name": "<script>alert(1)</script>", "kind": "visit"})
    for page in (answer.location, "/customers", "/customers?q=%3Cscript%3E"):
        assert "<script>alert" not in text(browser.get(page))


def test_pages_answer_in_english_too(me):
    me.set_cookie("lang", "en")
    for page, words in (
        ("/customers", "Last contact"),
        ("/customers/C1", "What happened"),
        ("/customers/new", "Came or called"),
    ):
        assert words in text(me.get(page))
