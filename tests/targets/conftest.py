"""The office, and the browsers of its people."""

import pytest

from tests.targets.builders import AT, office

PEOPLE = ("A1", "A2", "A4", "B1", "M1", "M2", "S1", "H1", "N1", "F1")


@pytest.fixture
def home(store, people, at):
    """The office on a Tuesday in November; gives the browsers by staff_id."""
    at(AT)
    office()
    return {staff_id: people.browser_of(people.account(staff_id)) for staff_id in PEOPLE}
