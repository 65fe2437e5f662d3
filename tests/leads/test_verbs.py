"""Changing, consenting, opting out, joining, handing over, waiving."""

import datetime as dt

import pytest
from sqlalchemy import select

from crm.errors import Conflict, Invalid, NotFound, Stale, TooMany
from crm.extensions import db
from crm.leads import handing_over, households, services, waivers
from crm.leads.handing_over import HandOver
from crm.leads.models import CustomerEvent, CustomerTerm, PhoneClaim, Transfer, Waiver, WaiverRequest
from crm.leads.opting_in import opt_in
from crm.leads.page_queries import duty_of, story_of
from crm.leads.reveal import reveal
from crm.leads.services import Change
from crm.leads.timeline import timeline
from crm.people.accounts import AuditRow
from crm.people.models import Setting
from crm.store.history import changes_of
from tests.leads.build import AT, ON, account, known, stored
from tests.people_builders import ELSEWHERE, count, keep

TOMORROW = ON + dt.timedelta(days=1)


def edit(user, **values):
    row = stored()
    ordinary = {
        "version": row.version,
        "name": row.name,
        "channel": row.channel or "",
        "need": row.need or "",
    }
    return services.change(user, "C1", Change(**(ordinary | values)), AT)


def events() -> list[tuple[str, str]]:
    rows = db.session.scalars(select(CustomerEvent).order_by(CustomerEvent.event_id))
    return [(row.kind, row.actor) for row in rows]


@pytest.fixture
def me(store):
    user = account("A01")
    known("C1", phone="13812345678")
    return user


def test_an_edit_keeps_what_was_there_before(me):
    assert edit(me, name="李小姐", need="三房")
    assert (stored().name, stored().version) == ("李小姐", 2)
    (change,) = changes_of("customers", ["C1"])
    assert (change.before, change.after) == (
        {"name": "李先生", "need": None},
        {"name": "李小姐", "need": "三房"},
    )
    assert ("changed", "A01") in events()
    assert db.session.get(CustomerTerm, ("C1", "letters", "lxj"))


def test_an_edit_that_changes_nothing_leaves_no_trace(me):
    assert not edit(me)
    assert (stored().version, events()) == (1, [])


def test_a_stale_edit_is_refused_with_both_versions(me):
    edit(me, name="李小姐")
    with pytest.raises(Stale) as stale:
        edit(me, version=1, name="李太太")
    assert (stale.value.stored["name"], stale.value.typed["name"]) == ("李小姐", "李太太")
    assert stored().name == "李小姐"


def test_numbers_are_added_and_taken_off_without_being_shown(me):
    keep([PhoneClaim(phone="13812345678", customer_id="C1", claimed_by="A01", claimed_at=AT)])
    edit(me, add_phone="021-61234567")
    assert stored().phone == "13812345678;02161234567"
    edit(me, drop_phones=[0])
    assert stored().phone == "02161234567"
    assert count(PhoneClaim) == 0, "a number that was taken off can be registered again"
    with pytest.raises(Invalid) as refused:
        edit(me, add_phone="138")
    assert refused.value.field == "add_phone"


def test_an_odd_imported_number_survives_an_edit_of_something_else(store):
    user = account("A01")
    known("C1", phone="8899 内线 12")
    edit(user, name="王")
    assert stored().phone == "8899 内线 12"


def test_nobody_changes_what_is_not_theirs(me):
    other = account("A02")
    with pytest.raises(NotFound):
        services.change(other, "C1", Change(1, "x"), AT)
    with pytest.raises(NotFound):
        services.opt_out(other, "C1", "x", AT)
    assert stored().name == "李先生"


def test_a_consent_has_a_purpose_and_a_date_and_can_be_withdrawn(me):
    services.give_consent(me, "C1", " 跟进 ", AT)
    row = stored()
    assert (row.consent_purpose, row.consent_at, row.consent_withdrawn_at) == ("跟进", AT, None)
    later = AT + dt.timedelta(days=1)
    services.withdraw_consent(me, "C1", later)
    assert (stored().consent_at, stored().consent_withdrawn_at) == (AT, later)
    with pytest.raises(Conflict):
        services.withdraw_consent(me, "C1", later)
    services.give_consent(me, "C1", "跟进", later)
    assert stored().consent_withdrawn_at is None
    assert events() == [("consent_given", "A01"), ("consent_withdrawn", "A01"), ("consent_given", "A01")]


def test_opting_out_ends_the_duty_from_that_day(me):
    assert duty_of("C1", ON) is not None
    services.opt_out(me, "C1", "说不买了", AT)
    assert stored().opted_out_on == ON
    assert duty_of("C1", ON) is None
    with pytest.raises(Conflict):
        services.opt_out(me, "C1", "again", AT)


def test_on_the_same_day_a_slip_is_mended_by_whoever_may_write(me):
    services.opt_out(me, "C1", "x", AT)
    opt_in(me, "C1", "点错了", AT)
    assert stored().opted_out_on is None
    assert count(Waiver) == 0
    assert duty_of("C1", ON) is not None


def test_later_only_a_manager_resumes_contact_and_the_days_between_are_waived(me):
    manager = account("M01", "manager")
    services.opt_out(me, "C1", "x", AT)
    later = AT + dt.timedelta(days=5)
    with pytest.raises(Conflict):
        opt_in(me, "C1", "又来了", later)
    opt_in(manager, "C1", "又来了", later)
    waiver = db.session.get(Waiver, ("C1", ON))
    assert (waiver.to_on, waiver.signed_by, waiver.reason) == (ON + dt.timedelta(days=4), "M01", "special")


def test_a_reveal_gives_the_numbers_and_is_logged_and_shown_to_managers_only(me):
    manager = account("M01", "manager")
    assert reveal(me, "C1", AT, "10.0.0.1") == ["13812345678"]
    row = db.session.scalars(select(AuditRow).where(AuditRow.action == "customer.revealed")).one()
    assert (row.actor, row.subject, row.address) == ("A01", "C1", "10.0.0.1")

    def titles(user) -> list[str]:
        return [line.title for _, lines in timeline(story_of(user, stored(), ON), user) for line in lines]

    with me_speaks():
        assert "查看完整号码" in titles(manager)
        assert "查看完整号码" not in titles(me)


def test_reveals_have_a_limit_for_each_person_and_hour(me):
    keep([Setting(name="reveals_an_hour", value=2)])
    for _ in range(2):
        reveal(me, "C1", AT)
    with pytest.raises(TooMany):
        reveal(me, "C1", AT)
    reveal(me, "C1", AT + dt.timedelta(hours=1, seconds=1))


def test_a_reveal_of_somebody_elses_number_is_not_found(me):
    with pytest.raises(NotFound):
        reveal(account("A02"), "C1", AT)
    assert count(AuditRow) == 0


class TestHouseholds:
    @pytest.fixture(autouse=True)
    def two(self, me):
        self.me = me
        known("C2", phone="13912345678")

    def test_two_customers_become_one_household_with_a_reason(self):
        households.join(self.me, "C1", "C2", "夫妻", AT)
        assert stored("C1").household == stored("C2").household is not None
        assert events() == [("household_joined", "A01")] * 2
        assert changes_of("customers", ["C1"])[0].before == {"household": None}

    def test_a_third_joins_the_household_there_is(self):
        known("C3", household="H1")
        households.join(self.me, "C1", "C3", "父子", AT)
        assert stored("C1").household == "H1"

    def test_two_households_become_one(self):
        known("C3", household="H1"), known("C4", household="H1"), known("C5", household="H2")
        households.join(self.me, "C5", "C3", "亲戚", AT)
        assert {stored(which).household for which in ("C3", "C4", "C5")} == {"H2"}

    def test_whoever_cannot_see_all_who_move_leaves_it_to_the_manager(self):
        account("A02")
        manager = account("M01", "manager")
        known("C3", household="H1"), known("C4", "A02", household="H1"), known("C5", household="H2")
        with pytest.raises(Conflict):
            households.join(self.me, "C5", "C3", "亲戚", AT)
        households.join(manager, "C5", "C3", "亲戚", AT)
        assert stored("C4").household == "H2"

    def test_nobody_joins_a_colleagues_customer(self):
        account("A02")
        known("C3", "A02")
        with pytest.raises(NotFound):
            households.join(self.me, "C1", "C3", "x", AT)

    def test_joining_itself_or_twice_is_refused(self):
        with pytest.raises(Invalid):
            households.join(self.me, "C1", "C1", "x", AT)
        households.join(self.me, "C1", "C2", "夫妻", AT)
        with pytest.raises(Conflict):
            households.join(self.me, "C2", "C1", "夫妻", AT)

    def test_who_leaves_is_alone_again(self):
        households.join(self.me, "C1", "C2", "夫妻", AT)
        households.leave(self.me, "C1", "弄错了", AT)
        assert stored("C1").household is None
        assert stored("C2").household is not None
        with pytest.raises(Conflict):
            households.leave(self.me, "C1", "x", AT)


class TestHandingOver:
    @pytest.fixture(autouse=True)
    def office(self, me):
        self.manager = account("M01", "manager")
        account("A02")

    def hand_over(self, to="A02", on=ON, ids=("C1",), at=AT):
        return handing_over.hand_over(self.manager, ids, HandOver(to, on, "调整"), at)

    def test_each_change_is_a_transfer_with_who_and_why(self):
        known("C2")
        done = self.hand_over(ids=["C1", "C2", "C1"])
        assert (done.changed, done.same) == (2, 0)
        row = db.session.get(Transfer, ("C1", ON))
        assert (row.to, row.reason, row.made_by, row.made_at) == ("A02", "调整", "M01", AT)

    def test_a_second_transfer_of_the_same_date_takes_the_firsts_place(self):
        self.hand_over()
        self.hand_over(to=None)
        self.hand_over(to="A01")
        assert count(Transfer) == 1
        assert db.session.get(Transfer, ("C1", ON)).to == "A01"
        assert len(changes_of("transfers", ["C1", ON])) == 2

    def test_who_has_the_customer_already_gets_no_row(self):
        done = self.hand_over(to="A01")
        assert (done.changed, done.same, count(Transfer)) == (0, 1, 0)

    def test_a_customer_can_go_to_the_pool_and_come_back(self):
        self.hand_over(to=None)
        self.hand_over(to="A02", on=TOMORROW, at=AT + dt.timedelta(days=1))
        assert [row.to for row in db.session.scalars(select(Transfer).order_by(Transfer.on))] == [None, "A02"]

    @pytest.mark.parametrize(
        ("days", "right"),
        [(-1, False), (0, True), (handing_over.AHEAD_DAYS, True), (handing_over.AHEAD_DAYS + 1, False)],
    )
    def test_the_date_is_from_today_to_a_month_ahead(self, days, right):
        on = ON + dt.timedelta(days=days)
        if right:
            assert self.hand_over(on=on).changed == 1
        else:
            with pytest.raises(Invalid) as refused:
                self.hand_over(on=on)
            assert refused.value.field == "on"

    def test_only_a_consultant_of_the_project_who_is_employed_then_can_receive(self):
        account("B01", project=ELSEWHERE), account("A08", left_on=ON - dt.timedelta(days=1))
        for wrong in ("B01", "A08", "M01", "nobody"):
            with pytest.raises(Invalid) as refused:
                self.hand_over(to=wrong)
            assert refused.value.field == "to"

    def test_one_of_another_project_stops_all(self):
        account("B01", project=ELSEWHERE)
        known("C3", "B01", project=ELSEWHERE)
        with pytest.raises(NotFound):
            self.hand_over(ids=["C1", "C3"])
        assert count(Transfer) == 0

    def test_a_consultant_cannot_reach_customers_that_were_handed_over(self, me):
        self.hand_over()
        with pytest.raises(NotFound):
            services.opt_out(me, "C1", "x", AT)


class TestWaivers:
    @pytest.fixture(autouse=True)
    def office(self, me):
        self.me, self.manager = me, account("M01", "manager")

    def ask(self, from_on=ON, to_on=None, who=None):
        wish = waivers.Wish("special", from_on, to_on, "出国")
        return waivers.ask(who or self.me, "C1", wish, AT)

    def test_a_request_waives_nothing(self):
        self.ask()
        assert (count(WaiverRequest), count(Waiver)) == (1, 0)
        assert duty_of("C1", ON) is not None

    def test_a_signature_makes_the_waiver(self):
        waivers.sign(self.manager, self.ask(to_on=TOMORROW), "", AT)
        row = db.session.get(Waiver, ("C1", ON))
        assert (row.to_on, row.reason, row.signed_by, row.signed_on) == (TOMORROW, "special", "M01", ON)

    def test_a_waiver_for_ever_ends_the_duty(self):
        waivers.sign(self.manager, self.ask(), "", AT)
        assert duty_of("C1", ON) is None

    def test_a_refusal_needs_a_reason_and_makes_no_waiver(self):
        number = self.ask()
        with pytest.raises(Invalid):
            waivers.refuse(self.manager, number, "  ", AT)
        waivers.refuse(self.manager, number, "还要跟", AT)
        row = db.session.get(WaiverRequest, number)
        assert (row.state, row.answer, row.decided_by) == ("refused", "还要跟", "M01")
        assert count(Waiver) == 0

    def test_a_decided_request_is_not_decided_again(self):
        number = self.ask()
        waivers.refuse(self.manager, number, "还要跟", AT)
        with pytest.raises(Conflict):
            waivers.sign(self.manager, number, "", AT)

    def test_one_request_waits_at_a_time(self):
        self.ask()
        with pytest.raises(Conflict):
            self.ask()

    def test_a_second_waiver_of_the_same_beginning_makes_it_longer_never_shorter(self):
        waivers.sign(self.manager, self.ask(to_on=TOMORROW), "", AT)
        waivers.sign(self.manager, self.ask(to_on=ON), "", AT)
        assert db.session.get(Waiver, ("C1", ON)).to_on == TOMORROW
        waivers.sign(self.manager, self.ask(), "", AT)
        assert db.session.get(Waiver, ("C1", ON)).to_on is None

    def test_a_consultant_cannot_sign_and_a_manager_elsewhere_sees_nothing(self):
        number = self.ask()
        with pytest.raises(NotFound):
            waivers.sign(self.me, number, "", AT)
        with pytest.raises(NotFound):
            waivers.sign(account("M02", "manager", project=ELSEWHERE), number, "", AT)
        assert count(Waiver) == 0

    def test_a_consultant_withdraws_only_the_own_request(self):
        number = self.ask()
        with pytest.raises(NotFound):
            waivers.withdraw(account("A02"), number, AT)
        with pytest.raises(NotFound):
            waivers.withdraw(self.manager, number, AT)
        waivers.withdraw(self.me, number, AT)
        assert db.session.get(WaiverRequest, number).state == "withdrawn"

    @pytest.mark.parametrize("to_on", [ON - dt.timedelta(days=1)])
    def test_a_span_that_is_over_or_runs_backwards_is_refused(self, to_on):
        for from_on in (ON, ON - dt.timedelta(days=9)):
            with pytest.raises(Invalid) as refused:
                self.ask(from_on=from_on, to_on=to_on)
            assert refused.value.field == "to_on"


def me_speaks():
    """A request, so that words are in its language."""
    from flask import current_app

    return current_app.test_request_context()
