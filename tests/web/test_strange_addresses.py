"""Whatever somebody writes into the address, the answer is a page and never a crash."""

import pytest

from tests.database_fixtures import SignedIn

HUGE = "9" * 20
STRANGE = (
    ("consultant", f"/today?start={HUGE}"),
    ("consultant", "/today?start=-1"),
    ("consultant", f"/customers?page={HUGE}"),
    ("consultant", f"/deals?page={HUGE}"),
    ("consultant", "/entries?month=9999-12"),
    ("consultant", f"/entries/{HUGE}"),
    ("manager", "/board?date=0001-01-01"),
    ("manager", "/board?date=9999-12-31"),
    ("manager", "/roster?month=0001-01"),
    ("manager", "/roster?month=9999-12"),
    ("manager", "/customers?owner=%00"),
    ("hr", f"/calendar?year={HUGE}"),
    ("admin", f"/admin/accounts/{HUGE}"),
    ("admin", f"/admin/audit?before={HUGE}"),
)


@pytest.mark.parametrize(("role", "address"), STRANGE)
def test_a_strange_address_is_answered(signed_in: SignedIn, role: str, address: str) -> None:
    assert signed_in(role).get(address).status_code in (200, 404)


@pytest.mark.parametrize("monday", ["0001-01-01", "9999-12-31", "x"])
def test_a_week_beyond_the_calendar_is_not_copied(signed_in: SignedIn, monday: str) -> None:
    answer = signed_in("manager").post("/roster/copy", data={"monday": monday})
    assert answer.status_code == 422


@pytest.mark.parametrize("amount", ["9" * 30, "1" + "0" * 12, "1." + "1" * 40])
def test_an_amount_beyond_all_bounds_is_told_so(store: object, amount: str) -> None:
    from crm.deals.amounts import parse_yuan
    from crm.errors import Invalid

    with pytest.raises(Invalid):
        parse_yuan(amount)
