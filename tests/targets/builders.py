"""A sales office in autumn 2026: two projects, five consultants, a manager each, HR, and deals to count."""

import datetime as dt
import itertools
from decimal import Decimal

from crm.deals.models import Deal, Share
from crm.extensions import db
from crm.people.accounts import Account
from crm.people.models import ParameterValue, Setting
from crm.targets.models import Quota
from tests.people_builders import ELSEWHERE, HOME, customer, keep, staff

TODAY = dt.date(2026, 11, 24)
AT = dt.datetime(2026, 11, 24, 10)
OCTOBER, NOVEMBER = dt.date(2026, 10, 1), dt.date(2026, 11, 1)
WAN = Decimal(10000)
_numbers = itertools.count(1)


def office() -> None:
    """The people; A4 was hired in September and is on probation, B1 is of another project."""
    begin = ParameterValue(
        name="records_begin", from_on=None, value="2026-09-01", set_by="test", set_at=dt.datetime(2026, 9, 1)
    )
    keep(
        [begin, Setting(name="projects", value=[HOME, ELSEWHERE]), Setting(name="company", value="示例公司")]
    )
    keep(staff(staff_id) for staff_id in ("A1", "A2", "A3"))
    keep([staff("A4", hired_on=dt.date(2026, 9, 1)), staff("B1", project=ELSEWHERE)])
    keep([staff("M1", "manager"), staff("S1", "store_manager"), staff("M2", "manager", project=ELSEWHERE)])
    keep([staff("H1", "hr"), staff("N1", "finance"), staff("F1", "front_desk"), customer("C1", "A1")])


def quota(staff_id: str, units: int = 4, month: dt.date = NOVEMBER, amount: int | None = None) -> Quota:
    """What that person should sell in a month."""
    return Quota(
        staff_id=staff_id, month=month, units=units, amount=None if amount is None else Decimal(amount)
    )


def sale(staff_id: str, on: dt.date = TODAY, wan: int = 200, **values: object) -> Deal:
    """A signed flat of so many ten thousand yuan."""
    ordinary: dict[str, object] = {"unit_kind": "residential", "units": 1, "subscription_on": on}
    return Deal(
        deal_id=f"D{next(_numbers):04}",
        customer_id="C1",
        staff_id=staff_id,
        contract_on=on,
        amount=wan * WAN,
        **(ordinary | values),
    )


def shared(deal: Deal, *parts: tuple[str, int]) -> list[object]:
    """The deal with the percents of these people."""
    return [deal, *(Share(deal_id=deal.deal_id, staff_id=who, percent=Decimal(part)) for who, part in parts)]


def account_of(staff_id: str) -> Account:
    """The account of that person."""
    return db.session.query(Account).filter_by(staff_id=staff_id).one()
