"""Opening, evidence, statements and rulings."""

import datetime as dt
from decimal import Decimal

import pytest
from sqlalchemy import select

from crm.deals import disputes
from crm.deals.dispute_opening import consider, open_by_manager
from crm.deals.dispute_queries import disputes_list, shown
from crm.deals.disputes import AlreadyRuled, Decision, rule
from crm.deals.disputes_models import Dispute, DisputeLook, DisputeStatement, Ruling
from crm.deals.evidence import spans
from crm.deals.models import Deal, Share
from crm.errors import Conflict, Invalid, NotFound, Refused
from crm.extensions import db
from crm.leads.lookups import look_up
from crm.penalties.models import LedgerEntry
from crm.penalties.settling import settle_open
from crm.people.accounts import AuditRow
from tests.disputes.build import AT, claims, deal_of, entered, everybody, user
from tests.people_builders import contact, keep

SECRET = "a secret of tests"
ONE = (("A2", Decimal(100)),)


@pytest.fixture
def disputed(store):
    everybody()
    claims()
    deal_id = entered()
    return db.session.scalar(select(Dispute).where(Dispute.deal_id == deal_id)).dispute_id


def ruled(which, shares=ONE, reason="首访在先", seen=0, by="M1", at=AT):
    return rule(user(by), which, Decision(shares, reason, seen), at, SECRET)


def shares_of(which):
    deal_id = db.session.get_one(Dispute, which).deal_id
    return {
        row.staff_id: row.percent for row in db.session.scalars(select(Share).where(Share.deal_id == deal_id))
    }


# opening


def test_a_deal_entered_for_another_than_the_suggested_opens_a_dispute_and_is_not_touched(disputed):
    row = db.session.get_one(Dispute, disputed)
    assert (row.cause, row.opened_by, row.state) == ("suggestion", None, "open")
    assert deal_of(row.deal_id).staff_id == "A1"
    assert shares_of(disputed) == {}


def test_a_deal_of_the_suggested_without_others_protected_opens_none(store):
    everybody()
    claims()
    keep([])
    db.session.get_one(Deal, entered("M1", staff_id="A2"))
    row = db.session.scalar(select(Dispute))
    assert row.cause == "protected"  # A1 was protected too


def test_a_deal_that_nobody_else_has_a_claim_to_opens_no_dispute(store):
    everybody()
    claims()
    from crm.leads.models import Customer
    from crm.transactions import atomic

    with atomic() as session:
        session.get_one(Customer, "C2").phone = "13800000009"
    from crm.leads.search_terms import rebuild

    rebuild(["C2"])
    entered()
    assert db.session.scalar(select(Dispute)) is None


def test_a_deal_with_shares_opens_no_dispute(store):
    everybody()
    claims()
    deal = Deal(
        deal_id="D9", customer_id="C1", staff_id="A1", unit_kind="residential", subscription_on=AT.date()
    )
    keep([deal, Share(deal_id="D9", staff_id="A1", percent=Decimal(100))])
    consider(db.session.get_one(Deal, "D9"), AT)
    assert db.session.scalar(select(Dispute)) is None


def test_a_manager_opens_one_for_any_deal_of_the_project_and_only_there(store):
    everybody()
    claims()
    keep(
        [Deal(deal_id="D9", customer_id="C1", staff_id="A1", unit_kind="parking", subscription_on=AT.date())]
    )
    which = open_by_manager(user("M1"), "D9", AT)
    assert open_by_manager(user("S1"), "D9", AT) == which
    assert db.session.get_one(Dispute, which).cause == "manager"
    with pytest.raises(NotFound):
        open_by_manager(user("M9"), "D9", AT)
    with pytest.raises(Refused):
        open_by_manager(user("A1"), "D9", AT)


# who sees it


def test_before_the_ruling_managers_of_the_project_see_it_and_nobody_else(disputed):
    sees = {
        key: len(disputes_list(user(key))) for key in ("A1", "A2", "A3", "F1", "N1", "H1", "M9", "M1", "S1")
    }
    assert {key for key, many in sees.items() if many} == {"M1", "S1"}


def test_whom_a_manager_names_sees_it_until_that_is_taken_back(disputed):
    disputes.name_reader(user("M1"), disputed, "N1", AT)
    assert len(disputes_list(user("N1"))) == 1
    with pytest.raises(NotFound):
        disputes.name_reader(user("N1"), disputed, "A1", AT)
    disputes.remove_reader(user("S1"), disputed, "N1", AT)
    assert disputes_list(user("N1")) == []


def test_a_party_never_sees_it_not_even_after_the_ruling(disputed):
    ruled(disputed)
    assert disputes_list(user("A1")) == disputes_list(user("A2")) == []


# evidence


def test_the_page_shows_contacts_protection_links_and_lookups(disputed):
    look_up("13800000001", "A1", AT, SECRET)
    page = shown(user("M1"), db.session.get_one(Dispute, disputed), AT.date(), SECRET)
    evidence = page.evidence
    assert [one["staff_id"] for one in evidence.candidates] == ["A2", "A1"]
    assert evidence.suggested == "A2"
    assert spans(evidence.contacts, "A2") == [(dt.date(2026, 11, 9), dt.date(2026, 11, 24))]
    assert [(one.by, one.with_id) for one in evidence.linked] == [("", ""), ("phone", "C1")]
    assert [(one.actor, one.what, one.customer_id) for one in evidence.lookups] == [("A1", "looked_up", "C1")]


def test_protection_that_touches_is_one_span_and_a_gap_of_a_day_is_two(disputed):
    days = (dt.datetime(2026, 11, 25, 9), dt.datetime(2026, 12, 12, 9))
    keep([contact(f"K{n}", "C2", "A2", happened_at=at) for n, at in enumerate(days, 5)])
    row = db.session.get_one(Dispute, disputed)
    deal_of(row.deal_id)
    from crm.transactions import atomic

    with atomic() as session:
        session.get_one(Deal, row.deal_id).subscription_on = dt.date(2026, 12, 20)
    page = shown(user("M1"), db.session.get_one(Dispute, disputed), AT.date(), SECRET)
    assert spans(page.evidence.contacts, "A2") == [
        (dt.date(2026, 11, 9), dt.date(2026, 12, 10)),
        (dt.date(2026, 12, 12), dt.date(2026, 12, 27)),
    ]


# statements


def test_a_party_answers_the_own_request_once_and_sees_no_other(disputed):
    disputes.ask(user("M1"), disputed, "A1", "16 日的接待经过？", AT)
    which = db.session.scalar(select(DisputeStatement)).statement_id
    with pytest.raises(NotFound):
        disputes.answer(user("A2"), which, "我先接待的", AT)
    disputes.answer(user("A1"), which, "客户自己来的", AT)
    with pytest.raises(Conflict):
        disputes.answer(user("A1"), which, "改一下", AT)
    assert db.session.scalar(select(DisputeStatement)).answer == "客户自己来的"


# rulings


def test_a_ruling_writes_shares_and_whose_the_deal_is(disputed):
    ruled(disputed)
    assert shares_of(disputed) == {"A2": Decimal(100)}
    assert deal_of(db.session.get_one(Dispute, disputed).deal_id).staff_id == "A2"


@pytest.mark.parametrize(
    ("first", "second", "fits"), [("50", "50", 1), ("50", "49.99", 0), ("50", "50.01", 0)]
)
def test_percents_add_up_to_100_exactly(disputed, first, second, fits):
    shares = (("A1", Decimal(first)), ("A2", Decimal(second)))
    if fits:
        ruled(disputed, shares)
        assert shares_of(disputed) == dict(shares)
    else:
        with pytest.raises(Invalid):
            ruled(disputed, shares)
        assert shares_of(disputed) == {}


@pytest.mark.parametrize(
    "shares",
    [
        (),
        (("A1", Decimal(50)), ("A1", Decimal(50))),
        (("A1", Decimal(110)), ("A2", Decimal(-10))),
        (("M1", Decimal(100)),),
    ],
)
def test_a_ruling_for_nobody_twice_one_or_a_manager_is_refused(disputed, shares):
    with pytest.raises(Invalid):
        ruled(disputed, shares)
    assert db.session.scalar(select(Ruling)) is None


def test_a_ruling_needs_a_reason_and_a_manager_of_the_project(disputed):
    with pytest.raises(Invalid):
        ruled(disputed, reason="  ")
    for who in ("M9", "A2", "H1"):
        with pytest.raises(NotFound):
            ruled(disputed, by=who)


def test_a_later_ruling_follows_the_earlier_one_which_stays(disputed):
    ruled(disputed)
    ruled(disputed, (("A1", Decimal(100)),), "有新的证据", seen=1, by="S1")
    rows = db.session.scalars(select(Ruling).order_by(Ruling.number)).all()
    assert [(row.number, row.ruled_by, row.shares) for row in rows] == [
        (1, "M1", [["A2", "100"]]),
        (2, "S1", [["A1", "100"]]),
    ]
    assert shares_of(disputed) == {"A1": Decimal(100)}


def test_a_ruling_made_beside_another_is_told_of_it_and_keeps_nothing(disputed):
    ruled(disputed)
    with pytest.raises(AlreadyRuled, match=r"M1.*ruled at 2026-11-20 12:00.*A2 100%"):
        ruled(disputed, (("A1", Decimal(100)),), by="S1")
    assert shares_of(disputed) == {"A2": Decimal(100)}


def test_the_ruling_corrects_the_ledger_and_what_was_posted_stays(disputed):
    later = AT + dt.timedelta(days=1)
    settle_open(later, "night")
    wanted = (LedgerEntry.rule == "subscription-drought", LedgerEntry.on == AT.date())
    query = select(LedgerEntry).where(*wanted, LedgerEntry.staff_id.in_(("A1", "A2")))
    first = db.session.scalars(query.order_by(LedgerEntry.entry_id)).all()
    assert [(row.staff_id, row.amount) for row in first] == [("A2", Decimal(-40))]
    which = first[0].entry_id
    ruled(disputed, at=later)
    settle_open(later, "M1")
    rows = db.session.scalars(query.order_by(LedgerEntry.entry_id)).all()
    assert [(row.staff_id, row.amount, row.corrects) for row in rows] == [
        ("A2", Decimal(-40), None),
        ("A2", Decimal(40), which),
        ("A1", Decimal(-40), None),
    ]


# silence in the records


def test_before_the_ruling_the_common_logs_do_not_know_of_it(disputed):
    disputes.ask(user("M1"), disputed, "A1", "请说明", AT)
    disputes.name_reader(user("M1"), disputed, "N1", AT)
    actions = set(db.session.scalars(select(AuditRow.action)))
    assert not {one for one in actions if "disput" in one or "rul" in one}
    assert {one.what for one in db.session.scalars(select(DisputeLook))} == {"opened", "asked", "named"}


# pages


def test_the_page_rules_and_tells_a_late_manager(people, at, people_world):
    at(AT)
    which = people_world
    manager, other = (people.browser_of(people.account(key)) for key in ("M1", "S1"))
    page = manager.get(f"/disputes/{which}")
    assert page.status_code == 200
    assert "建议归" in page.text
    form = {"share": ["A2", "", ""], "percent": ["100", "", ""], "reason": "首访在先", "seen": "0"}
    assert manager.post(f"/disputes/{which}/ruling", data=form).status_code == 303
    late = other.post(f"/disputes/{which}/ruling", data=form | {"share": ["A1", "", ""]})
    assert late.status_code == 409
    assert "您的判定没有保存" in late.text
    assert "判定不能修改" in late.text


def test_the_board_tells_the_managers_of_the_project_until_it_is_ruled(app, people, at, people_world):
    at(AT)
    home, elsewhere = (people.browser_of(people.account(key)) for key in ("M1", "M9"))
    assert "1 件成交归属等您判定" in home.get("/board").text
    assert "等您判定" not in elsewhere.get("/board").text
    with app.app_context():
        ruled(people_world)
    assert "等您判定" not in home.get("/board").text


def test_who_looked_is_written_down(app, signed_in, at, people_world):
    at(AT)
    signed_in("manager", "M7").get(f"/disputes/{people_world}")
    with app.app_context():
        assert ("M7", "seen") in {(one.actor, one.what) for one in db.session.scalars(select(DisputeLook))}


def test_the_party_sees_the_question_and_nothing_else(app, people, at, people_world):
    at(AT)
    with app.app_context():
        disputes.ask(user("M1"), people_world, "A1", "16 日的接待经过？", AT)
        which = db.session.scalar(select(DisputeStatement)).statement_id
    browser = people.browser_of(people.account("A1"))
    assert "等您说明" in browser.get("/disputes").text
    page = browser.get(f"/disputes/statements/{which}")
    assert "16 日的接待经过？" in page.text
    assert "王女士" not in page.text
    assert "员工A2" not in page.text
    assert browser.get(f"/disputes/{people_world}").status_code == 404
    assert browser.post(f"/disputes/statements/{which}", data={"answer": "客户自己来的"}).status_code == 303


def test_a_form_that_is_sent_twice_asks_once_and_is_answered_once(app, people, at, people_world):
    at(AT)
    manager, party = (people.browser_of(people.account(key)) for key in ("M1", "A1"))
    question = {"staff_id": "A1", "question": "16 日的接待经过？", "idem_key": "one"}
    for _ in range(2):
        assert manager.post(f"/disputes/{people_world}/statements", data=question).status_code == 303
    with app.app_context():
        (which,) = db.session.scalars(select(DisputeStatement.statement_id))
    answer = {"answer": "客户自己来的", "idem_key": "two"}
    for _ in range(2):
        assert party.post(f"/disputes/statements/{which}", data=answer).status_code == 303
    late = party.post(f"/disputes/statements/{which}", data={"answer": "改一下", "idem_key": "three"})
    assert late.status_code == 409
    assert "已经提交过" in late.text
    assert "改一下" in late.text


@pytest.fixture
def people_world(app):
    with app.app_context():
        everybody()
        claims()
        deal_id = entered()
        return db.session.scalar(select(Dispute).where(Dispute.deal_id == deal_id)).dispute_id
