"""The fixture itself: a test that leaks into another is worse than none."""

import pytest
from sqlalchemy import select, text

from crm.extensions import db
from crm.people.models import Staff
from tests.people_builders import keep, staff


@pytest.mark.parametrize("turn", [1, 2, 3])
def test_every_test_finds_the_tables_empty(store, turn):
    assert db.session.scalars(select(Staff)).all() == []
    keep([staff()])
    assert len(db.session.scalars(select(Staff)).all()) == 1


def test_the_kind_is_the_one_asked_for(store, database_kind):
    assert db.engine.dialect.name == {"sqlite": "sqlite", "postgres": "postgresql"}[database_kind]
    assert db.session.execute(text("SELECT 1")).scalar() == 1
