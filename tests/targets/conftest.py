"""The office, and the browsers of its people."""

import pytest

from tests.people_builders import keep
from tests.targets.builders import AT, OCTOBER, office, quota, sale
from tests.targets.notices import DAY, serve, step

PEOPLE = ("A1", "A2", "A4", "B1", "M1", "M2", "S1", "H1", "N1", "F1")


@pytest.fixture
def home(store, people, at):
    """The office on a Tuesday in November; gives the browsers by staff_id."""
    at(AT)
    office()
    return {staff_id: people.browser_of(people.account(staff_id)) for staff_id in PEOPLE}


@pytest.fixture
def served(home):
    """The address of a notice for A1, made by the manager."""
    keep([quota("A1", 2, OCTOBER), quota("A2", 2, OCTOBER), quota("A3", 2, OCTOBER)])
    keep([sale("A2", OCTOBER), sale("A3", OCTOBER + DAY)])
    return serve(home["M1"])


@pytest.fixture
def failed(served, home):
    """A notice whose training was held and not passed."""
    home["A1"].post(f"{served}/answer/acknowledged")
    step(home["M1"], served, "trained")
    step(home["M1"], served, "failed", evidence="情景考核 62 分")
    return served
