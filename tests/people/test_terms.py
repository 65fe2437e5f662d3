"""Terms: project, role, trade and pay of a person from a date on."""

from datetime import date, datetime
from decimal import Decimal

import pytest
from sqlalchemy import select

from crm.errors import NotFound
from crm.extensions import db
from crm.people import terms
from crm.people.models import Staff, Term
from tests.people_builders import keep, staff

NOVEMBER = date(2026, 11, 1)
OCTOBER = date(2026, 10, 31)


def test_what_holds_on_a_date_is_the_staff_row_before_the_first_term_and_then_the_latest(store):
    keep([staff("A1", project="江南", monthly_base_pay=Decimal("4200"))])
    keep(
        [
            Term(staff_id="A1", from_on=NOVEMBER, monthly_base_pay=Decimal("4800")),
            Term(staff_id="A1", from_on=date(2026, 12, 1), role="manager", project="江北"),
        ]
    )
    assert terms.terms_on("A1", OCTOBER) == terms.Terms("江南", "consultant", "property", Decimal(4200), None)
    assert terms.terms_on("A1", NOVEMBER).monthly_base_pay == Decimal(4800)
    december = terms.terms_on("A1", date(2026, 12, 1))
    assert (december.role, december.project, december.monthly_base_pay) == ("manager", "江北", Decimal(4800))
    assert not december.subject
    with pytest.raises(NotFound):
        terms.terms_on("nobody", OCTOBER)


def test_a_row_and_a_query_say_what_is_in_force_today_and_change_on_the_very_date(store, at):
    keep([staff("A1", project="江南")])
    keep([Term(staff_id="A1", from_on=NOVEMBER, project="江北", role="manager")])
    in_north = select(Staff.staff_id).where(Staff.project == "江北", Staff.role == "manager")
    for day, project, found in ((OCTOBER, "江南", []), (NOVEMBER, "江北", ["A1"])):
        at(datetime(day.year, day.month, day.day, 9))
        db.session.expire_all()
        row = db.session.get_one(Staff, "A1")
        assert (row.project, row.first_project, row.first_role) == (project, "江南", "consultant")
        assert db.session.scalars(in_north).all() == found
