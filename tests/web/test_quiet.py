"""The quiet line, and what the browser is told about forms that were sent."""

import json

import pytest
from flask import Flask, redirect
from flask.testing import FlaskClient

from crm.permissions import public
from crm.web import say
from tests.web.bare import bare_app


@pytest.fixture
def app() -> Flask:
    app = bare_app(WTF_CSRF_ENABLED=False)

    def save() -> object:
        say("已保存。", undo="/undo")
        return redirect("/customers")

    app.add_url_rule("/save", "test.save", public(save), methods=["POST"])
    app.add_url_rule("/away", "test.away", public(lambda: redirect("/password?next=/")), methods=["POST"])
    return app


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


def test_saving_says_so_on_the_next_page_with_an_undo_that_posts(client: FlaskClient) -> None:
    client.post("/save")
    page = client.get("/customers").text
    assert "已保存。" in page
    assert '<form method="post" action="/undo">' in page


def test_the_line_is_said_once(client: FlaskClient) -> None:
    client.post("/save")
    client.get("/customers")
    assert "已保存。" not in client.get("/customers").text


def test_an_htmx_answer_carries_the_line_in_a_header(client: FlaskClient) -> None:
    client.get("/_gallery/?say=hello", headers={"HX-Request": "true"})
    answer = client.post("/_gallery/echo", data={"name": "王芳"}, headers={"HX-Request": "true"})
    assert json.loads(answer.headers["HX-Trigger"]) == {
        "quiet": {"text": "王芳", "undo": None, "kind": "done"}
    }


def test_a_plain_flash_is_a_quiet_line_too(client: FlaskClient) -> None:
    assert "plain words" in client.get("/_gallery/?flash=plain+words").text


def test_the_browser_learns_which_form_was_accepted(client: FlaskClient) -> None:
    client.post("/save", data={"idem_key": "abc_-123"})
    cookie = client.get_cookie("sent")
    assert cookie is not None
    assert cookie.value == "abc_-123"


def test_a_key_that_is_none_of_ours_is_not_echoed(client: FlaskClient) -> None:
    client.post("/save", data={"idem_key": "a;b=<x>"})
    assert client.get_cookie("sent") is None


def test_a_queued_form_takes_a_redirect_for_done_when_signed_in(client: FlaskClient) -> None:
    assert client.post("/save", headers={"X-Queued": "1"}).status_code == 302


def test_a_queued_form_is_not_done_when_the_sign_in_has_ended() -> None:
    app = bare_app(role=None, WTF_CSRF_ENABLED=False)
    app.add_url_rule("/save", "test.save", public(lambda: redirect("/sign-in")), methods=["POST"])
    assert app.test_client().post("/save", headers={"X-Queued": "1"}).status_code == 401


def test_a_queued_form_is_not_done_when_it_is_sent_to_change_the_password(client: FlaskClient) -> None:
    assert client.post("/away", headers={"X-Queued": "1"}).status_code == 401
