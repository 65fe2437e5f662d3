"""A dispute from opening to the second ruling, in a real browser, at a desk and on a telephone, on either database."""

import datetime as dt
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Page, expect
from sqlalchemy import URL, select

from crm import clock
from crm.app import create_app
from crm.config import Settings
from crm.deals.disputes_models import Dispute, DisputeLook, Ruling
from crm.deals.models import Deal, Share
from crm.extensions import db
from crm.leads.lookups import look_up
from crm.penalties.models import LedgerEntry
from crm.penalties.settling import settle_open
from tests.browser.chromium import DESKTOP, PHONE
from tests.browser.company import KEY, Office
from tests.disputes.build import AT, claims, everybody
from tests.people_builders import People

pytestmark = [pytest.mark.browser, pytest.mark.slow]
EVENING = dt.datetime.combine(AT, dt.time(23, 50))
NEXT_DAY = EVENING + dt.timedelta(minutes=15)  # nobody is signed out meanwhile
QUESTION, ANSWER = "16 日是谁先接待的？", "客户自己来的，说没有来过。"
OUTSIDERS = ("a2", "a3", "f1", "n1", "h1", "m9")


@pytest.fixture(scope="module", params=[DESKTOP, PHONE], ids=["desk", "telephone"])
def size(request: pytest.FixtureRequest) -> tuple[int, int]:
    """The screen that everybody has."""
    return tuple(request.param)  # type: ignore[return-value]


@pytest.fixture(scope="module")
def app(
    size: tuple[int, int],
    template: URL,
    cloned: Callable[[URL], URL],
    dropped: Callable[[URL], None],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Flask]:
    """Two consultants with a claim to one customer, on the kind of database that the run is about."""
    clock.set_clock(lambda: EVENING)
    url = cloned(template)
    settings = Settings(home=tmp_path_factory.mktemp("dispute"), database_url=url, secret_key=KEY)
    app = create_app(settings, {"TESTING": True, "PROPAGATE_EXCEPTIONS": False, "CRM_READY": True})
    with app.app_context():
        everybody()
        claims()
        look_up("138 0000 0001", "A1", dt.datetime(2026, 11, 10, 9), app.config["SECRET_KEY"])
    for staff_id in ("A1", "A2", "A3", "F1", "S1", "M1", "M9", "H1", "N1"):
        People(app).account(staff_id)
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()
    dropped(url)
    clock.set_clock(None)


class Walk:
    """The pages of the people in it, each with the screen of this run."""

    def __init__(self, app: Flask, office: Office, size: tuple[int, int]) -> None:
        self.app, self.office, self.size = app, office, size

    def page(self, login: str, address: str) -> Page:
        """That person's page."""
        page = self.office.page(login, self.size)
        page.goto(address)
        return page

    def status(self, login: str, address: str) -> int:
        """What that person is answered."""
        answer = self.office.page(login, self.size).goto(address)
        assert answer is not None
        return answer.status

    def rows(self, query: Any) -> list[Any]:
        """What the database says."""
        with self.app.app_context():
            return list(db.session.execute(query))


@pytest.fixture
def walk(app: Flask, office: Office, size: tuple[int, int]) -> Walk:
    """This run's people."""
    return Walk(app, office, size)


def test_a_dispute_from_opening_to_the_second_ruling(
    walk: Walk, sees_nothing_serious: Callable[[Page], None]
) -> None:
    deal_id = _deal_is_entered(walk)
    ((which,),) = walk.rows(select(Dispute.dispute_id).where(Dispute.deal_id == deal_id))
    _outsiders_see_nothing(walk, which, deal_id)
    manager = _manager_looks(walk, sees_nothing_serious)
    _somebody_is_let_in(walk, manager, which)
    _party_answers(walk, manager, which, sees_nothing_serious)
    _outsiders_see_nothing(walk, which, deal_id, but=("n1",))
    with walk.app.app_context():
        settle_open(NEXT_DAY, "night")
    clock.set_clock(lambda: NEXT_DAY)
    assert _drought(walk) == [("A2", -40)]
    late = walk.page("s1", f"/disputes/{which}")
    _manager_rules(manager)
    assert _drought(walk) == [("A2", -40), ("A2", 40)]
    _hr_reads_the_file(walk, which, sees_nothing_serious)
    _late_manager_is_told_and_rules_again(late)
    assert _drought(walk) == [("A2", -40), ("A2", 40), ("A1", -40)]
    _everything_is_kept(walk, which, deal_id)
    _others_see_the_ruling_and_not_the_dispute(walk, which, deal_id)


def _deal_is_entered(walk: Walk) -> str:
    page = walk.page("a1", "/deals/new?customer=C1")
    for name, value in (("stage", "subscription_on"), ("unit_kind", "residential")):
        page.locator(f"input[name={name}][value={value}]").check(force=True)
    page.get_by_role("button", name="登记", exact=True).click()
    page.wait_for_url(re.compile("/deals/D"))
    expect(page.locator("main")).not_to_contain_text("判单")
    expect(page.locator("#quiet")).not_to_contain_text("争议")
    ((deal_id,),) = walk.rows(select(Deal.deal_id))
    return str(deal_id)


def _outsiders_see_nothing(walk: Walk, which: str, deal_id: str, but: tuple[str, ...] = ()) -> None:
    for login in OUTSIDERS:
        if login in but:
            continue
        page = walk.page(login, "/disputes")
        expect(page.locator("main")).to_contain_text("没有需要您处理的判单事项")
        assert walk.status(login, f"/disputes/{which}") == 404
    files = walk.page("h1", "/case-files")
    expect(files.locator("main")).to_contain_text("还没有判定过的成交归属")
    assert walk.status("h1", f"/case-files/{which}") == 404
    expect(walk.page("n1", f"/deals/{deal_id}").locator("main")).not_to_contain_text("判单")


def _manager_looks(walk: Walk, sees_nothing_serious: Callable[[Page], None]) -> Page:
    page = walk.page("m1", "/disputes")
    page.get_by_role("link", name="李先生").click()
    main = page.locator("main")
    expect(main).to_contain_text("建议归 员工A2")
    expect(main).to_contain_text("同一电话 138****0001")
    expect(page.locator(".figure-box .bars .point")).to_have_count(2)
    expect(page.locator(".figure-box .scatterlayer .point")).to_have_count(2)
    expect(main).to_contain_text("核对号码：已有 首次接触之前")
    page.locator("figure details summary").click()
    contacts = page.locator("figure table tbody tr")
    expect(contacts).to_have_count(2)
    expect(contacts.first).to_contain_text("2026-11-24")
    sees_nothing_serious(page)
    return page


def _somebody_is_let_in(walk: Walk, manager: Page, which: str) -> None:
    form = manager.get_by_role("form", name="允许查看的人")
    form.locator("select").select_option("N1")
    form.get_by_role("button", name="允许查看").click()
    expect(manager.get_by_role("button", name="取消 员工N1")).to_be_visible()
    reader = walk.page("n1", f"/disputes/{which}")
    expect(reader.locator("main")).to_contain_text("建议归 员工A2")
    expect(reader.get_by_role("button", name="公布判定")).to_have_count(0)


def _party_answers(
    walk: Walk, manager: Page, which: str, sees_nothing_serious: Callable[[Page], None]
) -> None:
    form = manager.get_by_role("form", name="请人说明")
    form.locator("select").select_option("A1")
    form.locator("textarea").fill(QUESTION)
    form.get_by_role("button", name="请他说明").click()
    expect(manager.locator("#quiet")).to_contain_text("对方只看到这一条")
    party = walk.page("a1", "/today")
    party.get_by_role("link", name="有 1 件事请您说明").click()
    party.get_by_role("link", name=QUESTION).click()
    expect(party.locator("main")).to_contain_text(QUESTION)
    for hidden in ("李先生", "王女士", "员工A2", "建议"):
        expect(party.locator("main")).not_to_contain_text(hidden)
    sees_nothing_serious(party)
    party.locator("textarea").fill(ANSWER)
    party.get_by_role("button", name="提交").click()
    expect(party.locator("#quiet")).to_contain_text("说明已提交")
    assert walk.status("a1", f"/disputes/{which}") == 404
    manager.reload()
    expect(manager.locator("main")).to_contain_text(ANSWER)


def _manager_rules(page: Page) -> None:
    form = page.locator("#rule form")
    _fill(page, [("A2", "60"), ("A1", "30")], "A2 首访在先，A1 促成签约。")
    form.get_by_role("button", name="公布判定").click()
    expect(page.locator("#rule")).to_contain_text("比例合计应为 100，现在是 90")
    expect(form.locator("textarea")).to_have_value("A2 首访在先，A1 促成签约。")
    _fill(page, [("A2", "60"), ("A1", "40")], "A2 首访在先，A1 促成签约。")
    form.get_by_role("button", name="公布判定").click()
    expect(page.locator("#quiet")).to_contain_text("奖罚已按新的归属更正")
    expect(page.locator("main")).to_contain_text("员工A2 60%、员工A1 40%")


def _fill(page: Page, shares: list[tuple[str, str]], reason: str) -> None:
    several = page.locator("#rule details")
    if several.get_attribute("open") is None:
        several.locator("summary").click()
    for number in (1, 2, 3):
        who, percent = shares[number - 1] if number <= len(shares) else ("", "")
        page.locator(f"#share-{number}").select_option(who)
        page.locator(f"#percent-{number}").fill(percent)
    page.locator("#rule textarea").fill(reason)


def _hr_reads_the_file(walk: Walk, which: str, sees_nothing_serious: Callable[[Page], None]) -> None:
    page = walk.page("h1", "/case-files")
    sees_nothing_serious(page)
    page.get_by_role("link", name="员工A2 60%、员工A1 40%").click()
    main = page.locator("main")
    for told in ("A1 促成签约", "建议归 员工A2", QUESTION, ANSWER, "首次接触之前"):
        expect(main).to_contain_text(told)
    expect(page.locator(".figure-box .bars .point")).to_have_count(2)
    sees_nothing_serious(page)
    assert walk.status("h1", f"/disputes/{which}") == 404


def _late_manager_is_told_and_rules_again(page: Page) -> None:
    _fill(page, [("A2", "100")], "按首访归 A2。")
    page.get_by_role("button", name="公布判定").click()
    expect(page.get_by_role("alert")).to_contain_text("员工M1 已于 2026-11-21 00:05 作出判定")
    expect(page.locator("#rule textarea")).to_have_value("按首访归 A2。")
    page.get_by_role("button", name="公布判定").click()
    expect(page.locator("main")).to_contain_text("以前的判定 1")
    expect(page.locator("main")).to_contain_text("员工A2 100%")


def _everything_is_kept(walk: Walk, which: str, deal_id: str) -> None:
    rulings = walk.rows(select(Ruling.number, Ruling.ruled_by, Ruling.shares).order_by(Ruling.number))
    assert [tuple(row) for row in rulings] == [
        (1, "M1", [["A2", "60"], ["A1", "40"]]),
        (2, "S1", [["A2", "100"]]),
    ]
    shares = walk.rows(select(Share.staff_id, Share.percent).where(Share.deal_id == deal_id))
    assert [(who, int(percent)) for who, percent in shares] == [("A2", 100)]
    looks = walk.rows(select(DisputeLook.actor, DisputeLook.what).where(DisputeLook.dispute_id == which))
    done = {tuple(row) for row in looks}
    assert {("M1", "seen"), ("S1", "seen"), ("N1", "seen"), ("H1", "seen")} <= done
    assert {("M1", "named"), ("M1", "asked"), ("A1", "answered"), ("M1", "ruled"), ("S1", "ruled")} <= done
    assert "A2" not in {actor for actor, _what in done}


def _others_see_the_ruling_and_not_the_dispute(walk: Walk, which: str, deal_id: str) -> None:
    page = walk.page("a2", f"/deals/{deal_id}")
    expect(page.locator("main")).to_contain_text("员工A2 100%")
    for login in ("a1", "a2", "a3", "f1", "m9"):
        assert walk.status(login, f"/disputes/{which}") == 404


def _drought(walk: Walk) -> list[tuple[str, int]]:
    """The entries about the day without a subscription, as they were posted."""
    of_the_day = (LedgerEntry.rule == "subscription-drought", LedgerEntry.on == AT.date())
    parties = LedgerEntry.staff_id.in_(("A1", "A2"))
    query = select(LedgerEntry.staff_id, LedgerEntry.amount).where(*of_the_day, parties)
    return [(who, int(amount)) for who, amount in walk.rows(query.order_by(LedgerEntry.entry_id))]
