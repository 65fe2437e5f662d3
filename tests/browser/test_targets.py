"""A manager sets quotas and serves a training notice, a consultant sees the own month and answers."""

import re

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from crm.extensions import db
from crm.targets.models import Quota
from crm.targets.training_models import TrainingNotice, TrainingStep
from tests.browser.company import EVENING, TWO_LOOKS, Office, words
from tests.browser.training import notice_for

pytestmark = [pytest.mark.browser, pytest.mark.slow]
MONTH = EVENING.date().replace(day=1)


@pytest.fixture(scope="module")
def app(company_app: Flask) -> Flask:
    """The demo company."""
    return company_app


def units_of(app: Flask, staff_id: str) -> int | None:
    """What is stored for this month."""
    with app.app_context():
        row = db.session.get(Quota, (staff_id, MONTH))
        return row.units if row else None


@pytest.mark.parametrize(("size", "lang"), TWO_LOOKS)
def test_a_quota_is_typed_in_place_and_undone(
    app: Flask, office: Office, size: tuple[int, int], lang: str
) -> None:
    page, say, staff_id = office.page("manager", size, lang), words(lang), office.staff_of("consultant")
    before = units_of(app, staff_id)
    page.goto("/targets")
    page.locator(f"[name='units-{staff_id}']").fill("x")
    save(page, say("保存"))
    expect(page.locator(".field-error")).to_have_count(1)
    page.locator(f"[name='units-{staff_id}']").fill("7")
    save(page, say("保存"))
    expect(page.locator("#quiet")).to_contain_text(say("已保存 %(count)s 人的任务。") % {"count": 1})
    assert units_of(app, staff_id) == 7
    page.locator("#quiet").get_by_role("button", name=say("撤销")).click()
    expect(page.locator(f"[name='units-{staff_id}']")).to_have_value(str(before))
    assert units_of(app, staff_id) == before


def save(page: Page, name: str) -> None:
    """Send the sheet."""
    page.get_by_role("button", name=name, exact=True).click()


@pytest.mark.parametrize(("size", "lang"), TWO_LOOKS)
def test_the_manager_sees_everyone_and_the_consultant_only_the_own_place(
    app: Flask, office: Office, size: tuple[int, int], lang: str
) -> None:
    manager, say = office.page("manager", size, lang), words(lang)
    manager.goto("/targets")
    manager.get_by_role("link", name=say("排名")).first.click()
    manager.wait_for_url(re.compile("/targets/ranking"))
    names = manager.locator("main .row-name").all_inner_texts()
    assert len(names) > 3
    page = office.page("consultant", size, lang)
    page.goto("/today")
    page.get_by_role("link", name=say("看任务")).click()
    page.wait_for_url(re.compile("/targets/mine$"))
    expect(page.get_by_role("heading", level=1)).to_have_text(say("我的任务"))
    expect(page.locator("[data-figure] svg").first).to_be_visible()
    mine = office_name(app, office)
    text = page.locator("main").inner_text()
    assert not [name for name in names if name != mine and name in text]


def office_name(app: Flask, office: Office) -> str:
    """The consultant's name."""
    from crm.people.models import Staff

    with app.app_context():
        return db.session.get_one(Staff, office.staff_of("consultant")).name


@pytest.mark.parametrize(("size", "lang"), TWO_LOOKS)
def test_a_notice_is_served_acknowledged_and_answered(
    app: Flask, office: Office, size: tuple[int, int], lang: str
) -> None:
    say, staff_id = words(lang), office.staff_of("consultant")
    manager, page = office.page("manager", size, lang), office.page("consultant", size, lang)
    manager.goto(f"/training/new?staff={staff_id}&month=2026-10")
    for name in ("reason", "help_given", "place", "trainer", "content"):
        manager.locator(f"#{name}").fill(f"{name} {lang}")
    manager.get_by_role("button", name=say("出具"), exact=True).click()
    manager.wait_for_url(re.compile(r"/training/\d+$"))
    address = re.sub("^.*(/training)", r"\1", manager.url)
    page.goto("/today")
    page.locator(f"main a[href='{address}']").click()
    page.locator("textarea").first.fill("当月休假")
    page.get_by_role("button", name=say("我已收到")).click()
    expect(page.locator(".events")).to_contain_text("当月休假")
    manager.reload()
    expect(manager.locator(".events")).to_contain_text("当月休假")
    manager.locator("#step-trained summary").click()
    manager.locator("#trained-note").fill("全天，到场")
    manager.locator("#step-trained button[type=submit]").click()
    expect(manager.locator(".events")).to_contain_text("全天，到场")
    with app.app_context():
        notice_id = int(address.rpartition("/")[2])
        kinds = [
            row.kind
            for row in db.session.query(TrainingStep).filter_by(notice_id=notice_id).order_by("step_id")
        ]
        assert kinds == ["acknowledged", "trained"]
        assert db.session.get_one(TrainingNotice, notice_id).facts["quota"] is not None


@pytest.mark.parametrize(("size", "lang"), TWO_LOOKS)
def test_a_new_post_is_accepted_only_after_a_question(
    app: Flask, office: Office, size: tuple[int, int], lang: str
) -> None:
    say = words(lang)
    with app.app_context():
        notice_id = notice_for(office.staff_of("consultant"), "manager", offered=True)
    page = office.page("consultant", size, lang)
    page.goto(f"/training/{notice_id}")
    page.get_by_role("button", name=say("同意…"), exact=True).click()
    dialog = page.locator("dialog[open]")
    expect(dialog).to_contain_text("案场助理")
    dialog.get_by_role("button", name=say("我同意到新岗位")).click()
    expect(page.locator(".events")).to_contain_text(say("书面同意新岗位"))
    manager = office.page("manager", size, lang)
    manager.goto(f"/training/{notice_id}")
    expect(manager.locator("#step-moved")).to_be_visible()
