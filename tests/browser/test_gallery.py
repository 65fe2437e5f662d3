"""The parts of the pages in a real browser: seen, reached by keyboard, sent once, and kept without a connection."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.chromium import DESKTOP, PHONE
from tests.browser.conftest import NewPage

pytestmark = [pytest.mark.browser, pytest.mark.slow]

# Every pair of size, theme and language occurs.
LOOKS = (
    (DESKTOP, False, "zh-CN"),
    (DESKTOP, True, "en"),
    (PHONE, False, "en"),
    (PHONE, True, "zh-CN"),
)
PAGES = ("/_gallery/?still=1", "/me", "/today", "/_gallery/error/404")


@pytest.mark.parametrize(("size", "dark", "lang"), LOOKS)
@pytest.mark.parametrize("path", PAGES)
def test_axe_finds_nothing_serious_and_nothing_is_too_wide(
    new_page: NewPage,
    sees_nothing_serious: Callable[[Page], None],
    path: str,
    size: tuple[int, int],
    dark: bool,
    lang: str,
) -> None:
    page = new_page(size, dark, lang)
    page.goto(path)
    sees_nothing_serious(page)


def test_a_stranger_sees_an_error_page_that_axe_accepts(
    new_page: NewPage, sees_nothing_serious: Callable[[Page], None]
) -> None:
    page = new_page(PHONE, cookies={"role": ""})
    page.goto("/_gallery/error/500")
    sees_nothing_serious(page)


def test_the_bar_is_at_the_left_at_a_desk_and_below_on_a_phone(page_desktop: Page, page_phone: Page) -> None:
    page_desktop.goto("/today")
    expect(page_desktop.locator(".rail")).to_be_visible()
    expect(page_desktop.locator(".tabs")).to_be_hidden()
    page_phone.goto("/today")
    expect(page_phone.locator(".rail")).to_be_hidden()
    expect(page_phone.locator(".tabs li")).to_have_count(5)


def test_the_first_tab_leads_past_the_navigation(page_desktop: Page) -> None:
    page_desktop.goto("/today")
    page_desktop.keyboard.press("Tab")
    expect(page_desktop.locator(".skip")).to_be_focused()
    page_desktop.keyboard.press("Enter")
    expect(page_desktop.locator("#main")).to_be_focused()


def test_a_theme_that_was_chosen_holds_on_the_next_page(page_desktop: Page) -> None:
    page_desktop.goto("/today")
    page_desktop.locator(".rail [data-theme-switch]").click()
    expect(page_desktop.locator("html")).to_have_attribute("data-bs-theme", "dark")
    page_desktop.goto("/me")
    expect(page_desktop.locator("html")).to_have_attribute("data-bs-theme", "dark")
    expect(page_desktop.locator('[data-theme-switch="dark"]')).to_have_attribute("aria-pressed", "true")
    page_desktop.locator('[data-theme-switch="system"]').click()
    page_desktop.reload()
    assert page_desktop.locator("html").get_attribute("data-bs-theme") is None


def test_a_dialog_opens_and_closes_by_keyboard(page_desktop: Page) -> None:
    page_desktop.goto("/_gallery/?still=1")
    page_desktop.get_by_role("button", name="Cancel deal").press("Enter")
    expect(page_desktop.locator("dialog#cancel")).to_be_visible()
    page_desktop.keyboard.press("Escape")
    expect(page_desktop.locator("dialog#cancel")).to_be_hidden()


def test_a_menu_closes_when_one_taps_elsewhere(page_desktop: Page) -> None:
    page_desktop.goto("/_gallery/?still=1")
    page_desktop.locator("details.menu summary").click()
    expect(page_desktop.get_by_role("link", name="Export")).to_be_visible()
    page_desktop.locator("h1").click()
    expect(page_desktop.get_by_role("link", name="Export")).to_be_hidden()


def test_a_phrase_is_added_to_what_was_typed(page_desktop: Page) -> None:
    page_desktop.goto("/_gallery/?still=1")
    page_desktop.locator("#sample-note").fill("两房")
    page_desktop.get_by_role("button", name="No answer").click()
    expect(page_desktop.locator("#sample-note")).to_have_value("两房，No answer")


def test_progress_goes_on_by_itself_until_it_is_done(page_desktop: Page) -> None:
    page_desktop.goto("/_gallery/")
    expect(page_desktop.get_by_text("3 / 3")).to_be_visible(timeout=8000)


def test_a_figure_is_drawn_where_there_is_one_and_plotly_stays_away_elsewhere(page_desktop: Page) -> None:
    loaded: list[str] = []
    page_desktop.on("request", lambda request: loaded.append(request.url))
    page_desktop.goto("/today")
    page_desktop.wait_for_load_state("networkidle")
    assert not any("plotly" in url for url in loaded)
    page_desktop.goto("/_gallery/?still=1")
    expect(page_desktop.locator(".figure-box .bars path").first).to_be_visible()


def echo(page: Page) -> None:
    """Open the gallery at its htmx form."""
    page.goto("/_gallery/?still=1")
    page.wait_for_load_state("networkidle")


def test_a_faulty_form_comes_back_with_what_was_typed_and_the_sentence_beside_the_field(
    page_desktop: Page,
) -> None:
    echo(page_desktop)
    form = page_desktop.locator("#echo form")
    form.locator("[name=note]").fill("朝南")
    form.locator("button[type=submit]").click()
    expect(page_desktop.locator("#echo #name-error")).to_be_visible()
    expect(page_desktop.locator("#echo [name=note]")).to_have_value("朝南")
    expect(page_desktop.locator("#echo [name=name]")).to_be_focused()


def test_saving_says_so_in_one_quiet_line(page_desktop: Page) -> None:
    echo(page_desktop)
    page_desktop.locator("#echo form [name=name]").fill("王芳")
    page_desktop.locator("#echo form button[type=submit]").click()
    expect(page_desktop.locator("#quiet .quiet-text")).to_have_text("王芳")


def test_a_double_tap_sends_a_form_once(page_desktop: Page) -> None:
    sent: list[str] = []
    page_desktop.on("request", lambda request: request.method == "POST" and sent.append(request.url))
    echo(page_desktop)
    page_desktop.locator("#echo form [name=name]").fill("王芳")
    page_desktop.locator("#echo form button[type=submit]").dblclick()
    expect(page_desktop.locator("[data-echoed]")).to_be_visible()
    assert len(sent) == 1


def test_a_plain_form_cannot_be_sent_twice(page_desktop: Page) -> None:
    sent: list[str] = []

    def answer(route: Route) -> None:
        sent.append(route.request.url)
        route.fulfill(status=204)  # the page stays, as it does while the server thinks

    page_desktop.goto("/_gallery/?still=1")
    page_desktop.route("**/echo", answer)
    button = page_desktop.get_by_role("button", name="Submit")
    button.click()
    button.click(force=True)
    page_desktop.wait_for_timeout(200)
    assert len(sent) == 1


def test_what_was_typed_is_there_again_after_a_reload_and_gone_after_saving(page_desktop: Page) -> None:
    echo(page_desktop)
    form = page_desktop.locator("#echo form")
    form.locator("[name=name]").fill("欧阳静")
    form.locator("[name=note]").fill("周六再来")
    page_desktop.wait_for_timeout(400)
    key = form.locator("[name=idem_key]").input_value()
    page_desktop.reload()
    expect(form.locator("[name=note]")).to_have_value("周六再来")
    expect(form.locator("[name=idem_key]")).to_have_value(key)
    expect(page_desktop.locator("#quiet")).to_contain_text("已恢复")
    form.locator("button[type=submit]").click()
    expect(page_desktop.locator("[data-echoed]")).to_have_text("欧阳静")
    page_desktop.reload()
    expect(form.locator("[name=note]")).to_have_value("")
    expect(form.locator("[name=idem_key]")).not_to_have_value(key)


def test_the_draft_of_one_person_is_not_shown_to_another(page_desktop: Page) -> None:
    page_desktop.goto("/_gallery/?still=1")
    sample = page_desktop.locator('form[data-draft="gallery"]')
    sample.locator("[name=sample-note]").fill("只给我看")
    page_desktop.wait_for_timeout(400)
    page_desktop.evaluate(
        """Object.keys(localStorage).forEach((key) => {
            localStorage.setItem(key.replace("A01", "B02"), localStorage.getItem(key));
            localStorage.removeItem(key);
        })"""
    )
    page_desktop.reload()
    expect(sample.locator("[name=sample-note]")).to_have_value("")


def test_a_form_without_a_connection_waits_and_is_sent_once_when_there_is_one(page_phone: Page) -> None:
    sent: list[str] = []
    echo(page_phone)
    page_phone.context.set_offline(True)
    page_phone.locator("#echo form [name=name]").fill("李雷")
    key = page_phone.locator("#echo form [name=idem_key]").input_value()
    page_phone.locator("#echo form button[type=submit]").click()
    expect(page_phone.locator("#quiet")).to_contain_text("已存在本机")
    expect(page_phone.locator("#offline")).to_be_visible()
    page_phone.on(
        "request", lambda request: request.method == "POST" and sent.append(request.post_data or "")
    )
    page_phone.context.set_offline(False)
    expect(page_phone.locator("#quiet")).to_contain_text("断网时填写的内容已发送")
    assert len(sent) == 1
    assert f"idem_key={key}" in sent[0]
    expect(page_phone.locator("#offline")).to_be_hidden()


def test_a_queued_form_that_is_refused_is_given_back(page_phone: Page) -> None:
    echo(page_phone)
    page_phone.context.set_offline(True)
    page_phone.locator("#echo form [name=note]").fill("没有姓名")
    page_phone.locator("#echo form button[type=submit]").click()
    expect(page_phone.locator("#offline")).to_be_visible()
    page_phone.context.set_offline(False)
    expect(page_phone.locator("#quiet")).to_contain_text("未能保存")
    stored = page_phone.evaluate(
        "Object.entries(localStorage).find(([k]) => k.endsWith('gallery-echo'))?.[1]"
    )
    assert "没有姓名" in stored


def test_signing_out_forgets_what_was_typed(page_desktop: Page) -> None:
    page_desktop.goto("/_gallery/?still=1")
    page_desktop.locator('form[data-draft="gallery"] [name=sample-note]').fill("客户的话")
    page_desktop.wait_for_timeout(400)
    page_desktop.goto("/me")
    assert "客户的话" in page_desktop.evaluate("JSON.stringify(localStorage)")
    page_desktop.locator("form[data-forgets] button").click()
    page_desktop.wait_for_load_state()
    assert "客户的话" not in page_desktop.evaluate("JSON.stringify(localStorage)")
