"""A1's Monday: calls, a group, a follow-up, a deposit, and two customers still untracked."""

import datetime as dt

from crm.deals.models import Deal
from crm.people.accounts import Account
from tests.people_builders import contact, customer, keep, staff

MONDAY = dt.date(2026, 11, 23)
EVENING = dt.datetime(2026, 11, 23, 18, 30)
TODAY_AT = "/report"


def at(hour: int, minute: int = 0, day: int = 23) -> dt.datetime:
    """A time of November 2026."""
    return dt.datetime(2026, 11, day, hour, minute)


def build() -> None:
    """A1 and A2 of one project, a colleague of another; A1 and the managers exist already."""
    keep([staff("A2"), staff("B1", project="湖畔花园")])
    keep(
        [
            customer("C-CALL", "A1", name="周女士", first_contact_at=at(9)),
            contact("K-CALL", "C-CALL", "A1", happened_at=at(9)),
            customer("C-PAIR1", "A1", name="吴先生", household="H1", first_contact_at=at(10)),
            contact("K-PAIR1", "C-PAIR1", "A1", happened_at=at(10), kind="visit"),
            customer("C-PAIR2", "A1", name="吴太太", household="H1", first_contact_at=at(10, 5)),
            contact("K-PAIR2", "C-PAIR2", "A1", happened_at=at(10, 5), kind="visit"),
            customer("C-BUYER", "A1", name="郑先生", first_contact_at=at(10, day=2)),
            contact("K-BUYER1", "C-BUYER", "A1", happened_at=at(10, day=2), kind="visit"),
            contact("K-BUYER2", "C-BUYER", "A1", happened_at=at(14), kind="visit"),
            _deal("D-OLD", "C-BUYER", holding_deposit_on=dt.date(2026, 11, 10)),
            _deal("D-NEW", "C-PAIR1", holding_deposit_on=MONDAY),
            _deal("D-VOID", "C-PAIR2", holding_deposit_on=MONDAY, cancelled_on=MONDAY),
            customer("C-LATE", "A1", name="李先生", first_contact_at=at(10, day=17)),
            contact("K-LATE1", "C-LATE", "A1", happened_at=at(10, day=17), kind="visit"),
            customer("C-B", "B1", name="外项目客户", first_contact_at=at(10, day=17)),
            contact("K-B", "C-B", "B1", happened_at=at(10, day=17), kind="visit"),
        ]
    )


def _deal(deal_id: str, customer_id: str, **steps: dt.date) -> Deal:
    return Deal(deal_id=deal_id, customer_id=customer_id, staff_id="A1", unit_kind="residential", **steps)


def account(session, staff_id: str) -> Account:
    """The account of that person."""
    return session.query(Account).filter_by(staff_id=staff_id).one()
