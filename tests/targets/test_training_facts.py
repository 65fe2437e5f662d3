"""What a training notice lists, where it comes from, and for whom one can be made."""

import datetime as dt

import pytest
from sqlalchemy import select, update

from crm.deals.models import Deal
from crm.extensions import db
from crm.penalties.models import LedgerEntry
from crm.penalties.settling import settle_open
from crm.targets import training_services
from crm.targets.training_models import TrainingNotice
from crm.targets.training_services import Plan
from crm.transactions import atomic
from tests.people_builders import HOME, contact, count, customer, keep, staff
from tests.targets.builders import AT, OCTOBER, account_of, quota, sale
from tests.targets.notices import DAY, PLAN, serve, step


def test_the_facts_are_those_of_the_records(home):
    keep([quota("A1", 2, OCTOBER, 5000000), quota("A2", 2, OCTOBER), sale("A2", OCTOBER)])
    keep([sale("A1", OCTOBER + DAY, cancelled_on=OCTOBER + 3 * DAY)])
    keep([customer(one, "A1", project=HOME) for one in ("C2", "C3")])
    visit = dt.datetime(2026, 10, 12, 10)
    keep([contact("K1", "C2", "A1", kind="visit", happened_at=visit)])
    keep([contact("K2", "C3", "A1", kind="visit", happened_at=visit)])
    keep([contact("K3", "C2", "A1", kind="follow_up", happened_at=visit + 2 * DAY)])
    keep([contact("K4", "C3", "A1", kind="call_in", happened_at=visit - 20 * DAY)])
    serve(home["H1"])
    facts = db.session.scalars(select(TrainingNotice)).one().facts
    assert facts == {
        "quota": 2,
        "units": "0",
        "quota_amount": "5000000.00",
        "amount": "0.00",
        "deals": [],
        "place": 2,
        "ranked": 2,
        "workdays": 18,
        "groups": 2,
        "calls": 0,
        "followups": 1,
        "missed": 0,
    }


def test_the_facts_stay_as_they_were_when_the_notice_was_made(served, home):
    before = db.session.scalars(select(TrainingNotice)).one().facts
    keep([sale("A1", OCTOBER + DAY)])
    db.session.rollback()
    assert db.session.scalars(select(TrainingNotice)).one().facts == before
    assert "0 套" in home["A1"].get(served).text


def test_a_notice_is_made_from_the_ledgers_entry_once(home):
    keep([quota("A1", 2, OCTOBER), quota("A2", 2, OCTOBER), sale("A2", OCTOBER)])
    settle_open(AT, "test")
    entry = db.session.scalars(select(LedgerEntry).where(LedgerEntry.rule == "training-notice")).one()
    address = f"/training/new?staff=A1&amp;month=2026-10&amp;entry={entry.entry_id}"
    assert address in home["M1"].get("/training").text
    assert entry.evidence_zh in home["M1"].get(address.replace("&amp;", "&")).text
    assert home["M2"].get(address.replace("&amp;", "&")).status_code == 404
    serve(home["M1"], entry=str(entry.entry_id))
    assert address not in home["M1"].get("/training").text
    again = home["M1"].post("/training/new", data=PLAN | {"entry": str(entry.entry_id)})
    assert again.status_code == 409
    assert count(TrainingNotice) == 1


def test_a_withdrawn_notice_lets_the_entry_wait_again(home):
    keep([quota("A1", 2, OCTOBER), quota("A2", 2, OCTOBER), sale("A2", OCTOBER)])
    settle_open(AT, "test")
    entry_id = str(
        db.session.scalars(select(LedgerEntry.entry_id).where(LedgerEntry.rule == "training-notice")).one()
    )
    address = serve(home["M1"], entry=entry_id)
    step(home["M1"], address, "withdrawn", note="日期写错")
    assert serve(home["M1"], entry=entry_id) != address


def test_an_entry_that_was_reversed_is_said_beside_the_notice(home):
    keep([quota("A1", 2, OCTOBER), quota("A2", 2, OCTOBER), sale("A2", OCTOBER)])
    settle_open(AT, "test")
    entry_id = db.session.scalars(
        select(LedgerEntry.entry_id).where(LedgerEntry.rule == "training-notice")
    ).one()
    address = serve(home["M1"], entry=str(entry_id))
    with atomic() as session:
        session.execute(update(Deal).values(staff_id="A1"))
    settle_open(AT + DAY, "test")
    assert "后来冲销了" in home["M1"].get(address).text
    assert "后来冲销了" in home["A1"].get(address).text


def test_numbers_count_from_one_each_year(home, at):
    for _ in range(2):
        serve(home["M1"])
    at(dt.datetime(2027, 1, 4, 10))
    plan = Plan(*(["x"] * 2), dt.date(2027, 1, 5), dt.date(2027, 1, 6), *(["x"] * 3))
    training_services.serve(account_of("H1"), "A1", OCTOBER, None, plan, dt.datetime(2027, 1, 4, 10))
    rows = db.session.scalars(select(TrainingNotice).order_by(TrainingNotice.notice_id))
    assert [(row.year, row.serial) for row in rows] == [(2026, 1), (2026, 2), (2027, 1)]


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"help_given": " "}, "请填写"),
        ({"reason": ""}, "请填写"),
        ({"from_on": "2026-11-23"}, "不能早于今天"),
        ({"to_on": "2026-11-24"}, "开始日期之后"),
        ({"to_on": "2027-12-01"}, "180 天"),
        ({"month": "2026-12"}, "还没有开始"),
    ],
)
def test_what_is_missing_is_said_and_nothing_typed_is_lost(home, changed, sentence):
    answer = home["M1"].post("/training/new", data=PLAN | changed)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert "二楼会议室" in answer.text
    assert count(TrainingNotice) == 0


@pytest.mark.parametrize(
    ("who", "whom"), [("M2", "A1"), ("M1", "B1"), ("M1", "nobody"), ("M1", "M1"), ("H1", "H1")]
)
def test_nobody_makes_a_notice_for_whom_it_is_not_their_business(home, who, whom):
    assert home[who].get(f"/training/new?staff={whom}&month=2026-10").status_code == 404
    assert home[who].post("/training/new", data=PLAN | {"staff": whom}).status_code == 404
    assert count(TrainingNotice) == 0


def test_who_has_left_gets_no_notice(home):
    keep([staff("A9", left_on=dt.date(2026, 11, 20))])
    assert home["M1"].post("/training/new", data=PLAN | {"staff": "A9"}).status_code == 404
