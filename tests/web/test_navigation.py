"""The bars show what is open to the person, and no more than eight places."""

import pytest
from flask import Flask

from crm.permissions import Permission, requires
from crm.web.navigation import behind_me, home_url, places, tabs
from tests.web.bare import bare_app


def bars(app: Flask, role: str = "consultant") -> tuple[list[str], list[str]]:
    with app.test_request_context("/customers", headers={"Cookie": f"role={role}"}):
        return [link.key for link in places()], [link.key for link in tabs()]


def test_the_bar_at_the_left_has_at_most_eight_places_and_ends_with_me() -> None:
    left, _ = bars(bare_app())
    assert len(left) == 8
    assert left[-1] == "me"


def test_the_bar_at_the_bottom_is_today_customers_plus_deals_me() -> None:
    _, below = bars(bare_app())
    assert below == ["today", "customers", "plus", "deals", "me"]


def test_a_place_whose_page_does_not_exist_is_not_shown() -> None:
    app = bare_app()
    del app.view_functions["leads.today"]
    left, below = bars(app)
    assert "today" not in left
    assert below == ["customers", "deals", "plus", "arrivals", "me"]


def test_a_place_is_shown_only_to_whom_its_page_is_open() -> None:
    app = bare_app()
    app.view_functions["leads.customers"] = requires(Permission.OWN_CUSTOMERS_READ)(lambda: "")
    assert "customers" in bars(app, "consultant")[0]
    assert "customers" not in bars(app, "hr")[0]


def test_a_page_that_declares_nothing_is_shown_to_nobody() -> None:
    app = bare_app()
    app.view_functions["leads.customers"] = lambda: ""
    assert "customers" not in bars(app)[0]


def test_everything_else_is_behind_me() -> None:
    app = bare_app()
    with app.test_request_context("/"):
        on_phone, more = behind_me()
        shown = {link.key for link in (*tabs(), *on_phone, *more)}
    assert {"report", "stock"} <= {link.key for link in on_phone}
    assert {"board", "audit", "settings"} <= {link.key for link in more}
    assert len(shown) >= 15


@pytest.mark.parametrize(
    ("path", "current"),
    [("/customers", "customers"), ("/customers/C001", "customers"), ("/deals", "deals")],
)
def test_the_place_where_one_is_is_marked(path: str, current: str) -> None:
    app = bare_app()
    with app.test_request_context(path):
        assert [link.key for link in places() if link.current] == [current]


def test_a_person_begins_at_the_first_open_place() -> None:
    app = bare_app()
    with app.test_request_context("/"):
        assert home_url() == "/today"
    app = bare_app()
    del app.view_functions["leads.today"]
    with app.test_request_context("/"):
        assert home_url() == "/customers"


def test_managers_begin_at_the_board_and_the_front_desk_at_the_arrivals() -> None:
    for role, place in (("manager", "/board"), ("store_manager", "/board"), ("front_desk", "/arrivals")):
        app = bare_app(role)
        with app.test_request_context("/"):
            assert home_url() == place
