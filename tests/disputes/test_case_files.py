"""HR's case files: what was ruled, with what the manager had before him; nothing of what is not ruled."""

import datetime as dt
from decimal import Decimal

import pytest
from sqlalchemy import select

from crm.deals import disputes
from crm.deals.case_files import case_files, evidence_of
from crm.deals.disputes import Decision, rule
from crm.deals.disputes_models import Dispute, DisputeLook, Ruling
from crm.deals.evidence import as_kept, from_kept, gather, spans
from crm.deals.models import Deal
from crm.extensions import db
from crm.leads.lookups import look_up
from crm.leads.models import Contact, Customer
from crm.leads.search_terms import rebuild
from crm.transactions import atomic
from tests.disputes.build import AT, claims, deal_of, entered, everybody, user
from tests.people_builders import contact, keep

SECRET = "a secret of tests"
LATER = AT + dt.timedelta(hours=2)


@pytest.fixture
def disputed(app):
    with app.app_context():
        everybody()
        claims()
        deal_id = entered()
        return db.session.scalar(select(Dispute.dispute_id).where(Dispute.deal_id == deal_id))


@pytest.fixture
def hr(people, disputed):
    return people.browser_of(people.account("H1"))


def ruled(which, seen=0, at=AT, reason="首访在先", shares=(("A2", Decimal(100)),)):
    rule(user("M1"), which, Decision(shares, reason, seen), at, SECRET)


def gathered(which):
    return gather(db.session(), deal_of(db.session.get_one(Dispute, which).deal_id), SECRET)


def test_before_the_ruling_there_is_no_file_and_no_number_of_it(hr, disputed, at):
    at(AT)
    assert "还没有判定过的成交归属" in hr.get("/case-files").text
    unknown = hr.get("/case-files/" + "0" * 32)
    waiting = hr.get(f"/case-files/{disputed}")
    assert (unknown.status_code, waiting.status_code) == (404, 404)
    assert len(unknown.data) == len(waiting.data)


def test_a_refused_look_at_a_waiting_one_is_not_even_logged(app, hr, disputed, at):
    at(AT)
    hr.get(f"/case-files/{disputed}")
    with app.app_context():
        assert "H1" not in set(db.session.scalars(select(DisputeLook.actor)))


def test_hr_reads_who_got_what_why_and_the_statements_once_it_is_ruled(app, hr, disputed, at):
    at(LATER)
    with app.app_context():
        disputes.ask(user("M1"), disputed, "A1", "16 日的接待经过？", AT)
        ruled(disputed, shares=(("A2", Decimal(60)), ("A1", Decimal(40))))
    assert "员工A2 60%、员工A1 40%" in hr.get("/case-files").text
    page = hr.get(f"/case-files/{disputed}").text
    for words in ("首访在先", "16 日的接待经过？", "建议归 员工A2", "同一电话", "经理"):
        assert words in page
    assert "公布判定" not in page
    assert "13800000001" not in page


def test_who_reads_a_file_is_written_down(app, hr, disputed, at):
    at(LATER)
    with app.app_context():
        ruled(disputed)
    hr.get(f"/case-files/{disputed}")
    with app.app_context():
        assert ("H1", "seen", LATER) in {
            (row.actor, row.what, row.at) for row in db.session.scalars(select(DisputeLook))
        }


def test_nobody_else_has_case_files(people, app, disputed):
    with app.app_context():
        ruled(disputed)
    for key in ("M1", "A1", "A2", "N1", "F1"):
        browser = people.browser_of(people.account(key))
        assert browser.get("/case-files").status_code in (403, 404)
        assert browser.get(f"/case-files/{disputed}").status_code in (403, 404)


def test_the_file_keeps_what_the_manager_had_before_him(app, disputed):
    with app.app_context():
        look_up("13800000001", "A1", AT, SECRET)
        then = gathered(disputed)
        ruled(disputed)
        with atomic() as session:
            session.get_one(Customer, "C2").phone = "13800000009"
            session.get_one(Contact, "K2").struck_at = LATER
        keep([contact("K9", "C1", "A3", happened_at=AT - dt.timedelta(days=9))])
        rebuild(["C2"])
        dispute = db.session.get_one(Dispute, disputed)
        kept = evidence_of(dispute, 1, SECRET)
        assert gathered(disputed).suggested != "A2"
        assert (kept.suggested, kept.candidates, kept.contacts, kept.lookups) == (
            "A2",
            then.candidates,
            then.contacts,
            then.lookups,
        )
        assert [(one.customer_id, one.by, one.with_id) for one in kept.linked] == [
            ("C1", "", ""),
            ("C2", "phone", "C1"),
        ]
        assert spans(kept.contacts, "A2") == spans(then.contacts, "A2")


def test_each_ruling_has_the_evidence_of_its_own_moment(app, hr, disputed, at):
    at(LATER)
    with app.app_context():
        ruled(disputed)
        with atomic() as session:
            session.get_one(Contact, "K2").struck_at = AT
        ruled(disputed, 1, LATER, "接触是补写的", (("A1", Decimal(100)),))
    assert "建议归 员工A1" in hr.get(f"/case-files/{disputed}").text
    first = hr.get(f"/case-files/{disputed}?ruling=1").text
    assert "建议归 员工A2" in first
    assert "第 1 次判定时的依据" in first
    assert hr.get(f"/case-files/{disputed}?ruling=3").status_code == 404
    assert hr.get(f"/case-files/{disputed}?ruling=-1").status_code == 404


def test_what_is_kept_names_nobody_by_name_or_number(app, disputed):
    with app.app_context():
        look_up("13800000001", "A1", AT, SECRET)
        kept = as_kept(gathered(disputed))
        assert not {told for told in ("13800000001", "李先生", "王女士") if told in str(kept)}
        assert as_kept(from_kept(kept)) == kept


def test_a_ruling_from_before_evidence_was_kept_shows_it_as_it_is_now(app, disputed):
    with app.app_context():
        ruled(disputed)
        with atomic() as session:
            session.get_one(Ruling, (disputed, 1)).evidence = None
        assert evidence_of(db.session.get_one(Dispute, disputed), 1, SECRET).suggested == "A2"


# an attempt at fraud (§7 五2)


@pytest.mark.parametrize(("minutes", "told"), [(-1, True), (1, False)])
def test_a_party_who_learned_before_the_first_contact_that_the_number_is_registered_is_marked(
    app, disputed, minutes, told
):
    first = dt.datetime(2026, 11, 16, 15)
    with app.app_context():
        look_up("138 0000 0001", "A1", first + dt.timedelta(minutes=minutes), SECRET)
        (found,) = gathered(disputed).lookups
        assert (found.actor, found.found, found.party, found.before_contact) == ("A1", True, True, told)


def test_a_lookup_by_somebody_without_a_claim_is_shown_and_not_marked(app, disputed):
    with app.app_context():
        look_up("13800000001", "A3", dt.datetime(2026, 11, 10), SECRET)
        (found,) = gathered(disputed).lookups
        assert (found.actor, found.party, found.before_contact) == ("A3", False, False)


def test_a_number_that_was_taken_away_from_a_customer_is_still_evidence(app, disputed):
    from crm.leads import services
    from crm.leads.services import Change

    with app.app_context():
        look_up("13800000001", "A1", dt.datetime(2026, 11, 10), SECRET)
        with atomic() as session:
            session.get_one(Customer, "C1").household = session.get_one(Customer, "C2").household = "H1"
        for key, number in (("C1", "13800000011"), ("C2", "13800000012")):
            row = db.session.get_one(Customer, key)
            services.change(
                user("M1"), key, Change(row.version, row.name, add_phone=number, drop_phones=(0,)), AT
            )
        assert [one.actor for one in gathered(disputed).lookups] == ["A1"]


def test_the_dispute_page_marks_it(people, app, disputed, at):
    at(AT)
    with app.app_context():
        look_up("13800000001", "A1", dt.datetime(2026, 11, 10), app.config["SECRET_KEY"])
    page = people.browser_of(people.account("M1")).get(f"/disputes/{disputed}").text
    assert "首次接触之前" in page


def test_the_list_is_of_rulings_that_hold_the_latest_first(app, disputed):
    with app.app_context():
        keep(
            [Deal(deal_id="D9", customer_id="C2", staff_id="A2", unit_kind="parking", contract_on=AT.date())]
        )
        keep([Dispute(dispute_id="other", deal_id="D9", cause="manager", opened_at=AT)])
        ruled("other")
        ruled(disputed)
        ruled(disputed, 1, LATER)
        lines, pages = case_files(user("H1"), 1)
        assert [(one.ruling.dispute_id, one.ruling.number) for one in lines] == [(disputed, 2), ("other", 1)]
        assert pages == 1
