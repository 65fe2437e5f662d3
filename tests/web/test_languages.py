"""Which language a page is in, and the switch."""

import pytest
from flask.testing import FlaskClient

from crm.web.views import inside
from tests.web.bare import bare_app


@pytest.fixture
def client() -> FlaskClient:
    return bare_app(role=None, WTF_CSRF_ENABLED=False).test_client()


def language_of(client: FlaskClient, accept: str | None = None) -> str:
    page = client.get("/nowhere", headers={"Accept-Language": accept} if accept else {}).text
    return page.split('<html lang="')[1].split('"')[0]


@pytest.mark.parametrize(
    ("accept", "lang"),
    [
        (None, "zh-CN"),
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh-CN"),
        ("zh", "zh-CN"),
        ("en-US,en;q=0.9", "en"),
        ("en-GB", "en"),
        ("fr-FR,en;q=0.5", "en"),
        ("fr-FR", "zh-CN"),
    ],
)
def test_the_browser_is_heard_and_chinese_comes_first(
    client: FlaskClient, accept: str | None, lang: str
) -> None:
    assert language_of(client, accept) == lang


def test_the_switch_wins_over_the_browser_and_is_remembered(client: FlaskClient) -> None:
    answer = client.post("/language", data={"lang": "en", "next": "/customers?q=1"})
    assert answer.headers["Location"] == "/customers?q=1"
    assert language_of(client, "zh-CN") == "en"


def test_an_unknown_language_changes_nothing(client: FlaskClient) -> None:
    client.post("/language", data={"lang": "xx"})
    assert client.get_cookie("lang") is None


@pytest.mark.parametrize(
    "address",
    [
        "https://elsewhere.example/",
        "//elsewhere.example",
        "/\\elsewhere.example",
        "javascript:x",
        "",
        "/a\nb",
    ],
)
def test_the_switch_sends_nobody_elsewhere(address: str) -> None:
    assert inside(address) == "/"


def test_the_theme_follows_the_cookie_and_is_the_systems_without_one(client: FlaskClient) -> None:
    assert "data-bs-theme" not in client.get("/nowhere").text
    client.set_cookie("theme", "dark")
    assert 'data-bs-theme="dark"' in client.get("/nowhere").text
    client.set_cookie("theme", '"><script>')
    assert "data-bs-theme" not in client.get("/nowhere").text
