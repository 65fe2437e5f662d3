"""A furniture store with two consultants, its manager and finance, a price book, and customers."""

import datetime as dt
from decimal import Decimal

import pytest

from crm.extensions import db
from crm.orders import approvals, services, steps
from crm.orders.models import BookPrice
from crm.people.accounts import Account
from tests.people_builders import customer, keep, staff

TODAY = dt.date(2026, 11, 20)
AT = dt.datetime(2026, 11, 20, 10)
ADDRESS = "杭州市西湖区文三路 90 号 3 幢 502 室"
DRAWING = "M10 100 " + " ".join(f"L{10 + 5 * place} {100 + place}" for place in range(30))
PEOPLE = {
    "A1": "consultant",
    "A2": "consultant",
    "S1": "store_manager",
    "M1": "manager",
    "N1": "finance",
    "H1": "hr",
}


def book_price(model: str, price: int, **values: object) -> BookPrice:
    """A sofa of the book."""
    ordinary: dict[str, object] = {
        "product": "沙发",
        "size": "2.8 米",
        "material": "牛皮",
        "origin": "佛山",
        "purpose": "客厅",
        "from_on": dt.date(2026, 1, 1),
        "entered_by": "S1",
        "entered_at": dt.datetime(2026, 1, 1, 9),
    }
    return BookPrice(model=model, price=Decimal(price), **(ordinary | values))


@pytest.fixture
def home(store, people, at):
    """`home("A1")` is the account of that person."""
    at(AT)
    keep(staff(who, role, trade="furniture") for who, role in PEOPLE.items())
    keep([customer("C1", "A1", name="李先生", project="滨江壹号"), customer("C2", "A2", name="王女士")])
    keep([book_price("S-200", 10000), book_price("S-300", 20000)])
    ids = {who: people.account(who) for who in PEOPLE}
    return lambda who: db.session.get_one(Account, ids[who])


@pytest.fixture
def ordered(home):
    """`ordered()` is an order of A1 for C1; `upto` names the last step that is done."""

    def order(upto=None, price=None, who="A1", customer_id="C1", at=AT):
        goods = services.Goods(price_of("S-200"), 1, Decimal(price) if price else None)
        row = services.enter(home(who), customer_id, services.Draft("李先生", ADDRESS, goods), at)
        if price:
            approved(home, row.order_id, who, at)
        for kind in steps.STEPS if upto else ():
            go(home, row.order_id, kind, who, at)
            if kind == upto:
                break
        return row.order_id

    return order


def approved(home, order_id, who="A1", at=AT):
    asked = approvals.ask(home(who), order_id, "样品处理", at)
    approvals.decide(home("S1"), asked.approval_id, True, True, "样品有划痕，我承担", at)


def price_of(model: str) -> int:
    """The number of that model's row in the book."""
    return db.session.query(BookPrice.price_id).filter_by(model=model).order_by(BookPrice.price_id).first()[0]


SAID = {
    "inspected": steps.Done(damaged=True, note="左扶手有划痕"),
    "explained": steps.Done(acknowledged=True, drawing=DRAWING),
    "scheduled": steps.Done(on=TODAY + dt.timedelta(days=3), mode="delivery"),
    "delivered": steps.Done(on=TODAY),
}
DOES = {"signed": "S1", "stamped": "N1"}


def go(home, order_id, kind, who="A1", at=AT, said=None):
    """Let the right person do a step."""
    return steps.do(home(DOES.get(kind, who)), order_id, kind, said or SAID.get(kind, steps.Done()), at)
