"""What goes wrong has a page in the person's language, JSON under /api, and a crash a number that is in the log."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from structlog.testing import capture_logs

from crm.permissions import public
from tests.web.bare import bare_app


@pytest.fixture
def app() -> Flask:
    app = bare_app()

    def crash() -> str:
        raise RuntimeError("telephone 13800138000")

    app.add_url_rule("/api/crash", "test.crash", public(crash))
    app.add_url_rule("/slow", "test.post", public(lambda: "x"), methods=["POST"])
    return app


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.mark.parametrize(
    ("status", "zh", "en"),
    [
        (403, "这里不对您开放", "This is not open to you"),
        (404, "没有这个页面", "There is no such page"),
        (409, "别人先保存了", "Someone else saved first"),
        (413, "内容太大", "Too large"),
        (429, "操作太频繁", "Too often"),
        (500, "程序出错了", "The program failed"),
    ],
)
def test_an_error_has_a_page_in_the_persons_language(
    client: FlaskClient, status: int, zh: str, en: str
) -> None:
    answer = client.get(f"/_gallery/error/{status}", headers={"Accept-Language": "zh-CN"})
    assert answer.status_code == status
    assert zh in answer.text
    english = client.get(f"/_gallery/error/{status}", headers={"Accept-Language": "en"})
    assert en in english.text


def test_an_unknown_address_keeps_the_navigation_of_whoever_is_signed_in(client: FlaskClient) -> None:
    answer = client.get("/nowhere")
    assert answer.status_code == 404
    assert 'class="rail"' in answer.text


def test_an_unknown_address_shows_no_navigation_to_a_stranger() -> None:
    answer = bare_app(role=None).test_client().get("/nowhere")
    assert answer.status_code == 404
    assert 'class="rail"' not in answer.text


def test_a_crash_shows_the_number_that_is_in_the_log_and_nothing_of_the_error(client: FlaskClient) -> None:
    with capture_logs() as lines:
        answer = client.get("/_gallery/error/500")
    number = re.search(r'<b class="num">([0-9a-f]{8})</b>', answer.text)
    assert number
    assert [line["number"] for line in lines if line["log_level"] == "error"] == [number[1]]
    assert "RuntimeError" not in answer.text


def test_two_crashes_have_two_numbers(client: FlaskClient) -> None:
    pages = [client.get("/_gallery/error/500").text for _ in range(2)]
    numbers = {re.search(r"[0-9a-f]{8}</b>", page)[0] for page in pages}  # type: ignore[index]
    assert len(numbers) == 2


def test_the_api_answers_errors_as_json(client: FlaskClient) -> None:
    missing = client.get("/api/nothing", headers={"Accept-Language": "en"})
    assert missing.json == {
        "status": 404,
        "error": "There is no such page",
        "message": missing.json["message"],
    }
    crash = client.get("/api/crash")
    assert crash.status_code == 500
    assert re.fullmatch(r"[0-9a-f]{8}", crash.json["number"])


def test_a_part_of_a_page_gets_a_line_instead_of_a_whole_page(client: FlaskClient) -> None:
    answer = client.get("/_gallery/error/403", headers={"HX-Request": "true"})
    assert "<html" not in answer.text
    assert 'role="alert"' in answer.text


def test_a_form_without_its_csrf_token_is_refused_with_an_explanation(client: FlaskClient) -> None:
    answer = client.post("/slow", headers={"Accept-Language": "en"})
    assert answer.status_code == 400
    assert "open too long" in answer.text


def test_too_many_attempts_say_how_long_to_wait(client: FlaskClient) -> None:
    answer = client.get("/_gallery/error/429", headers={"Accept-Language": "en"})
    assert answer.headers["Retry-After"] == "30"
    assert "30 seconds" in answer.text


def test_a_wrong_method_says_which_are_right(client: FlaskClient) -> None:
    answer = client.get("/slow")
    assert answer.status_code == 405
    assert "POST" in answer.headers["Allow"]
