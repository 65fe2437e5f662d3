"""The pages of a working day ask the database a fixed, small number of things, however much there is."""

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from flask.testing import FlaskClient
from sqlalchemy import event

from crm.extensions import db
from crm.leads import worklist
from crm.leads.search_terms import rebuild
from crm.transactions import atomic
from tests.people_builders import contact, customer, keep, staff

NOW = dt.datetime(2026, 11, 23, 9)
HX = {"HX-Request": "true"}
SAID = {"kind": "follow_up", "effective": "1", "note": "已答复", "medium": "phone"}
MANY = 60  # more than a page

PAGES: dict[str, tuple[int, Callable[[FlaskClient], object]]] = {
    "today": (7, lambda browser: browser.get("/today")),
    "list": (7, lambda browser: browser.get("/customers")),
    "name": (7, lambda browser: browser.post("/customers/search", data={"q": "王小"}, headers=HX)),
    "phone": (7, lambda browser: browser.post("/customers/search", data={"q": "0001"}, headers=HX)),
    "record": (25, lambda browser: browser.post("/customers/C01/record", data=SAID, headers=HX)),
}
"""The most statements that each page may take, beginnings of transactions among them."""


@contextmanager
def statements() -> Iterator[list[str]]:
    said: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        said.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield said
    finally:
        event.remove(db.engine, "before_cursor_execute", note)


def stock(numbers: range) -> None:
    """These customers of A1, each of whom called a few days ago."""
    first = NOW - dt.timedelta(days=4)
    keep(
        customer(f"C{n:02}", "A1", name=f"王小{n}", phone=f"1380000{n:02}01", first_contact_at=first)
        for n in numbers
    )
    keep(contact(f"K{n:02}", f"C{n:02}", "A1", happened_at=first) for n in numbers)
    rebuild([f"C{n:02}" for n in numbers])
    with atomic() as session:
        worklist.roll(session, "A1", NOW.date())


def asked_by(app, browser: FlaskClient, page: str) -> list[str]:
    ask = PAGES[page][1]
    ask(browser)
    with app.app_context(), statements() as said:
        answer = ask(browser)
    assert answer.status_code == 200
    return said


@pytest.fixture
def a1(app, at, people) -> FlaskClient:
    at(NOW)
    with app.app_context():
        keep([staff("M1", "manager")])
    return people.browser("consultant", staff_id="A1")


@pytest.mark.parametrize("page", PAGES)
def test_a_page_takes_few_statements_and_no_more_where_there_is_more(app, a1, page):
    with app.app_context():
        stock(range(3))
    few = asked_by(app, a1, page)
    with app.app_context():
        stock(range(3, MANY))
    many = asked_by(app, a1, page)
    assert len(many) <= PAGES[page][0], "\n".join(many)
    assert len(many) <= len(few) + 1  # of more than a page it is counted how many there are
