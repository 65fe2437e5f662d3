"""New numbers are tried on the past before they hold, and a second person approves them."""

import datetime as dt
import re
from decimal import Decimal

import pytest
from sqlalchemy import select

from crm.errors import Conflict, Invalid, NotFound
from crm.exchange.services import parameters_in_force, settlement_basis
from crm.extensions import db
from crm.penalties import whatif, whatif_trial
from crm.penalties.reading import compute
from crm.penalties.settling import settle_open
from crm.penalties.whatif_models import RulebookProposal, RulebookTrial
from crm.people.accounts import Account
from crm.people.models import ParameterValue
from crm.rulebook.tables import day_number
from tests.penalties.books import account, begin, entries
from tests.people_builders import count, keep, staff

NOW = dt.datetime(2026, 11, 20, 10)
FROM = dt.date(2026, 12, 1)
FINE = {"followup_fine": "30"}


@pytest.fixture
def office(people, store, at):
    """A consultant who neglects a customer since the fifth of October, a manager, and two of HR."""
    at(NOW)
    begin()
    keep([staff("H2", "hr"), staff("M2", "manager", project="别处")])
    for number, who in ((11, "H2"), (12, "M2")):
        keep(
            [
                Account(
                    account_id=number,
                    login=who,
                    display_name=who,
                    staff_id=who,
                    password_hash="none",
                    must_change=False,
                    created_at=NOW,
                )
            ]
        )
    return people


def propose(given=FINE, from_on=FROM, reason="扣得太多", who="H1"):
    return whatif.propose(account(who), given, from_on, reason, None, NOW)


def tried(proposal, months=3):
    trial, _new = whatif_trial.begin_trial(account("H1"), proposal.proposal_id, months, NOW)
    whatif_trial.work_on(trial.trial_id)
    return db.session.get_one(RulebookTrial, trial.trial_id, populate_existing=True)


def fine_on(day):
    return parameters_in_force(db.session()).at("followup_fine", day_number(day))


def test_a_proposal_changes_nothing_until_somebody_else_approves_it(office):
    proposal = propose()
    tried(proposal)
    assert fine_on(FROM) == Decimal(50)
    with pytest.raises(Conflict, match="Somebody else"):
        whatif.approve(account("H1"), proposal.proposal_id, "", NOW)
    whatif.approve(account("H2"), proposal.proposal_id, "同意", NOW)
    assert (fine_on(FROM - dt.timedelta(days=1)), fine_on(FROM)) == (Decimal(50), Decimal(30))
    assert proposal.rulebook is not None


def test_a_manager_may_be_the_second_person(office):
    proposal = propose()
    tried(proposal)
    whatif.approve(account("M1"), proposal.proposal_id, "", NOW)
    assert fine_on(FROM) == Decimal(30)


def test_the_replay_says_what_each_person_would_have_got(office):
    trial = tried(propose())
    tables, parameters = settlement_basis()
    since, until = dt.date(2026, 10, 5), dt.date(2026, 11, 19)
    missed = compute(tables, parameters, since, until).entries
    missed = missed[missed["rule"] == "followup-missed"]
    assert (trial.state, trial.until_on, len(missed) > 5) == ("done", until, True)
    (person,) = [one for one in trial.result["people"] if one["staff_id"] == "A01"]
    assert person["fen_after"] - person["fen_before"] == 2000 * len(missed)
    assert person["before"] == person["after"]
    changes = trial.result["changes"]
    assert len(changes) == 2 * len(missed)
    assert {(one["new"], one["fen"]) for one in changes} == {(False, -5000), (True, -3000)}


def test_a_replay_of_a_longer_span_between_follow_ups_has_fewer_entries(office):
    trial = tried(propose({"followup_every_days": "10"}))
    (person,) = [one for one in trial.result["people"] if one["staff_id"] == "A01"]
    assert person["after"] < person["before"]


def test_a_replay_writes_nothing_to_the_ledger_and_the_rulebook(office):
    settle_open(NOW, "night")
    before, numbers = [(row.entry_id, row.digest) for row in entries()], count(ParameterValue)
    tried(propose())
    assert [(row.entry_id, row.digest) for row in entries()] == before
    assert count(ParameterValue) == numbers


def test_what_nobody_looked_at_is_not_approved(office):
    proposal = propose()
    with pytest.raises(Conflict, match="Replay the last months"):
        whatif.approve(account("H2"), proposal.proposal_id, "", NOW)


def test_a_replay_that_another_change_has_overtaken_has_to_be_done_again(office):
    first, second = propose(), propose({"callin_fine": "20"})
    tried(first)
    tried(second)
    whatif.approve(account("H2"), second.proposal_id, "", NOW)
    with pytest.raises(Conflict, match="changed since the replay"):
        whatif.approve(account("H2"), first.proposal_id, "", NOW)
    tried(first)
    whatif.approve(account("H2"), first.proposal_id, "", NOW)


@pytest.mark.parametrize(
    ("given", "from_on", "reason", "field"),
    [
        (FINE, NOW.date(), "x", "from_on"),
        (FINE, FROM, " ", "reason"),
        ({"followup_fine": "fifty"}, FROM, "x", "followup_fine"),
        ({"followup_fine": "-1"}, FROM, "x", "followup_fine"),
        ({"followup_fine": "1.005"}, FROM, "x", "followup_fine"),
        ({"followup_every_days": "2.5"}, FROM, "x", "followup_every_days"),
        ({"followup_fine": "50"}, FROM, "x", "reason"),
        ({}, FROM, "x", "reason"),
    ],
)
def test_a_proposal_that_makes_no_sense_is_refused_beside_its_field(office, given, from_on, reason, field):
    with pytest.raises(Invalid) as refusal:
        propose(given, from_on, reason)
    assert refusal.value.field == field
    assert count(RulebookProposal) == 0


def test_a_number_that_there_is_not_cannot_be_proposed(office):
    for name in ("records_begin", "nonsense"):
        with pytest.raises(NotFound):
            propose({name: "1"})


def test_a_refusal_says_why_and_only_the_proposer_withdraws(office):
    proposal = propose()
    with pytest.raises(Invalid):
        whatif.refuse(account("H2"), proposal.proposal_id, " ", NOW)
    with pytest.raises(NotFound):
        whatif.withdraw(account("H2"), proposal.proposal_id, NOW)
    whatif.refuse(account("H2"), proposal.proposal_id, "先讨论", NOW)
    with pytest.raises(Conflict, match="decided already"):
        whatif.withdraw(account("H1"), proposal.proposal_id, NOW)
    assert (proposal.state, proposal.answer) == ("refused", "先讨论")


def test_a_date_that_has_come_meanwhile_is_not_approved(office, at):
    proposal = propose()
    tried(proposal)
    with pytest.raises(Conflict, match="first day has come"):
        whatif.approve(account("H2"), proposal.proposal_id, "", dt.datetime(2026, 12, 1, 8))


def test_a_failed_replay_keeps_its_number_and_can_be_done_again(office, monkeypatch):
    proposal = propose()
    with monkeypatch.context() as broken:
        broken.setattr(whatif_trial, "settlement_basis", lambda: 1 / 0)
        trial = tried(proposal)
    assert trial.state == "failed"
    page = office.browser_of(account("H1").account_id).get(f"/rulebook/proposals/{proposal.proposal_id}")
    assert trial.result["number"] in page.get_data(as_text=True)
    assert tried(proposal).state == "done"


def test_everybody_reads_the_numbers_with_their_clauses_and_only_hr_proposes(office):
    for who, may in (("A01", 403), ("M1", 403), ("H1", 200)):
        browser = office.browser_of(account(who).account_id)
        page = browser.get("/rulebook").get_data(as_text=True)
        assert "至少每几天追踪一次" in page
        assert "§7 二㈢4" in page
        assert browser.get("/rulebook/propose").status_code == may


def test_in_the_browser_a_proposal_is_replayed_shown_and_approved(office, monkeypatch):
    begun = []
    start = whatif_trial.start
    monkeypatch.setattr(whatif_trial, "start", lambda app, number: begun.append(start(app, number)))
    first = office.browser_of(account("H1").account_id)
    form = {"from_on": "2026-12-01", "reason": "扣得太多", "n-followup_fine": "30"}
    answer = first.post("/rulebook/propose", data=form)
    assert answer.status_code == 303
    for thread in begun:
        thread.join(60)
    page = first.get(answer.location).get_data(as_text=True)
    assert "假如当时就是这些数字" in page
    assert "要由您以外的第二人批准" in page
    second = office.browser_of(account("H2").account_id)
    assert second.post(f"{answer.location}/decide", data={"agreed": "1"}).status_code == 303
    assert fine_on(FROM) == Decimal(30)
    assert re.search(r"12月1日[^<]*起 30", second.get("/rulebook").get_data(as_text=True))


def test_a_manager_of_elsewhere_sees_the_proposal_but_nobody_of_another_project(office):
    proposal = propose()
    tried(proposal)
    page = office.browser_of(account("M2").account_id).get(f"/rulebook/proposals/{proposal.proposal_id}")
    assert page.status_code == 200
    assert "A01" not in page.get_data(as_text=True)
    assert "没有一笔奖罚会不同" in page.get_data(as_text=True)


def test_a_faulty_form_comes_back_with_all_that_was_typed(office):
    browser = office.browser_of(account("H1").account_id)
    form = {"from_on": "2026-12-01", "reason": "因为", "n-followup_fine": "abc", "n-callin_fine": "20"}
    answer = browser.post("/rulebook/propose", data=form)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert all(text in page for text in ("请填数字", 'value="abc"', 'value="20"', "因为"))
    assert db.session.scalar(select(RulebookProposal)) is None
