"""A real browser, Debian's chromium, at the two sizes of screen.

A test module says which application it looks at with a fixture `app` of its own (module scope); without one it
gets the gallery of parts, which needs no database. `sign_in(page, name, password)` goes through the real page.
"""

import os
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, Playwright, sync_playwright
from werkzeug.serving import WSGIRequestHandler, make_server

from crm import clock
from crm.extensions import db
from tests.browser.chromium import ARGUMENTS, CHROMIUM, DESKTOP, PHONE, context_options
from tests.browser.company import EVENING, Company, Office, make_company, open_company
from tests.web.bare import bare_app

ROOT = Path(__file__).resolve().parents[2]
AXE = ROOT / "tests" / "vendor" / "axe" / "axe.min.js"
PICTURES = ROOT / "docs" / "pictures"
NewPage = Callable[..., Page]
# Left out: what Chromium says by itself of a page that is meant to answer an error.
HARMLESS = ("Failed to load resource",)


class _Silent(WSGIRequestHandler):
    """A server that does not write each request into the test's output."""

    def log(self, *_: Any) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def app() -> Flask:
    """The application under test; a module may have its own."""
    return bare_app()


@pytest.fixture(scope="module")
def live_server(app: Flask) -> Iterator[str]:
    """The address of the application, served from this process."""
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=_Silent)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join(timeout=10)
    server.server_close()


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    """Playwright itself."""
    with sync_playwright() as play:
        yield play


@pytest.fixture(scope="session")
def chromium(playwright: Playwright) -> Iterator[Browser]:
    """One browser for all tests; each page has a context of its own."""
    browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
    yield browser
    browser.close()


@pytest.fixture
def new_page(chromium: Browser, live_server: str) -> Iterator[NewPage]:
    """Makes pages: `new_page(size, dark=False, lang="zh-CN", cookies={})`.

    What the browser complains of, such as a breach of the content security policy, fails the test.
    """
    contexts = []
    complaints: list[str] = []

    def make(
        size: tuple[int, int] = DESKTOP,
        dark: bool = False,
        lang: str = "zh-CN",
        cookies: dict[str, str] | None = None,
    ) -> Page:
        context = chromium.new_context(base_url=live_server, **context_options(size, dark, lang))
        context.set_default_timeout(6_000)
        context.add_cookies(
            [{"name": name, "value": value, "url": live_server} for name, value in (cookies or {}).items()]
        )
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: message.type == "error" and complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        return page

    yield make
    for context in contexts:
        context.close()
    assert [text for text in complaints if not text.startswith(HARMLESS)] == []


@pytest.fixture
def page_desktop(new_page: NewPage) -> Page:
    """A page at a desk, in Chinese, light."""
    return new_page(DESKTOP)


@pytest.fixture
def page_phone(new_page: NewPage) -> Page:
    """A page on a telephone 360 pixels wide, in Chinese, light."""
    return new_page(PHONE)


@pytest.fixture
def sign_in() -> Callable[[Page, str, str], None]:
    """Signs in through the page, as a person does."""

    def act(page: Page, login: str, password: str) -> None:
        page.goto("/sign-in")
        page.locator("#login").fill(login)
        page.locator("#password").fill(password)
        page.locator("main form button[type=submit]").first.click()
        page.wait_for_url(lambda url: "/sign-in" not in url)

    return act


@pytest.fixture
def screenshot() -> Callable[[Page, str], None]:
    """Keeps a picture for the README, only with `CRM_TEST_PICTURES=1`."""

    def keep(page: Page, name: str) -> None:
        if os.environ.get("CRM_TEST_PICTURES") == "1":
            PICTURES.mkdir(parents=True, exist_ok=True)
            page.screenshot(path=PICTURES / f"{name}.png")

    return keep


def faults_on(page: Page, rules: str = "") -> list[str]:
    """What axe finds serious or critical on the page as it is shown, and whether it is wider than the screen.

    `rules` names one rule of axe, where the others have been asked already.
    """
    # Playwright's evaluate is exempt from the page's content security policy, a script element is not.
    if not page.evaluate("Boolean(window.axe)"):
        page.evaluate(AXE.read_text(encoding="utf-8"))
    only = f", runOnly: ['{rules}']" if rules else ""
    report = page.evaluate(f"axe.run(document, {{resultTypes: ['violations']{only}}})")
    faults = [
        f"{found['id']}: {node['html'][:160]} {node['failureSummary']}"
        for found in report["violations"]
        if found["impact"] in ("serious", "critical")
        for node in found["nodes"]
    ]
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return faults + ([f"{wide} px wider than the screen"] if wide > 0 else [])


@pytest.fixture
def sees_nothing_serious() -> Callable[[Page], None]:
    """axe-core finds nothing serious or critical, and nothing is wider than the screen."""

    def check(page: Page) -> None:
        page.wait_for_load_state("networkidle")
        assert faults_on(page) == []

    return check


@pytest.fixture(scope="session")
def company(tmp_path_factory: pytest.TempPathFactory) -> Company:
    """The demo company, seeded once."""
    clock.set_clock(lambda: EVENING)
    made = make_company(tmp_path_factory.mktemp("company"))
    clock.set_clock(None)
    return made


@pytest.fixture(scope="module")
def company_app(company: Company, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The application over a module's own copy, in the evening; a module makes it its `app`."""
    clock.set_clock(lambda: EVENING)
    app = open_company(company, tmp_path_factory.mktemp("office"))
    yield app
    with app.app_context():
        db.engine.dispose()
    clock.set_clock(None)


@pytest.fixture
def office(app: Flask, new_page: NewPage) -> Office:
    """Pages of the company's people, signed in."""
    return Office(app, new_page)
