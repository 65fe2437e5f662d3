"""The floor, and the browser of its consultant."""

import pytest

from tests.worklist.floor import NINE, build


@pytest.fixture
def a1(signed_in, app, at):
    """The browser of A1 on Monday at nine, with the floor built."""
    at(NINE)
    browser = signed_in("consultant", "A1")
    with app.app_context():
        build()
    return browser
