"""A deal goes forward only, its dates never back; a wrong date is put right the same day, and both are kept."""

import datetime as dt
from decimal import Decimal

import pytest
from sqlalchemy import select

from crm.deals.models import Deal
from crm.deals.services import Content, Draft, advance, change_content, correct_date, enter
from crm.deals.stages import CANCELLED, CONTRACT, HOLDING, SUBSCRIPTION, steps_of
from crm.errors import Conflict, Invalid, NotFound, Refused, Stale
from crm.extensions import db
from crm.people.accounts import Account
from crm.store.history import changes_of
from tests.people_builders import ELSEWHERE, customer, keep, staff

AT = dt.datetime(2026, 11, 20, 15)
TODAY = AT.date()
DAY = dt.timedelta(days=1)


@pytest.fixture
def people_here(people, store):
    keep([staff("A1"), staff("A2"), staff("B1", project=ELSEWHERE), staff("M1", "manager")])
    keep([staff("N1", "finance"), customer("C1", "A1", project="滨江壹号")])
    keep([customer("C2", "A2", project="滨江壹号"), customer("C3", "B1", project=ELSEWHERE)])
    accounts = {key: people.account(key) for key in ("A1", "A2", "M1", "N1")}
    return {key: db.session.get_one(Account, number) for key, number in accounts.items()}


def draft(customer_id="C1", stage=HOLDING, on=TODAY, **rest):
    return Draft(customer_id, stage, on, "residential", **rest)


@pytest.fixture
def deal(people_here):
    return enter(people_here["A1"], draft(amount=Decimal("2860000")), AT)


def test_a_consultant_enters_the_own_deal(people_here, deal):
    row = db.session.get_one(Deal, deal.deal_id)
    assert (row.staff_id, row.holding_deposit_on, row.amount) == ("A1", TODAY, Decimal("2860000.00"))
    assert (row.entered_by, row.entered_at) == ("A1", AT)


@pytest.mark.parametrize("other", ["C2", "C3", "nobody"])
def test_nobody_elses_customer_can_be_sold_to(people_here, other):
    with pytest.raises(NotFound):
        enter(people_here["A1"], draft(other), AT)


def test_a_manager_says_whose_deal_it_is_within_the_project(people_here):
    assert enter(people_here["M1"], draft(staff_id="A2"), AT).staff_id == "A2"
    for wrong in ("B1", "M1", None):
        with pytest.raises(Invalid):
            enter(people_here["M1"], draft(staff_id=wrong), AT)


def test_finance_only_reads(people_here, deal):
    with pytest.raises(Refused):
        enter(people_here["N1"], draft(), AT)
    with pytest.raises(Refused):
        advance(people_here["N1"], deal.deal_id, CONTRACT, TODAY, deal.version, AT)


@pytest.mark.parametrize(("days", "fits"), [(-1, False), (0, True), (3, True), (4, False)])
def test_a_consultant_dates_a_deal_today_or_up_to_three_days_back(people_here, days, fits):
    on = TODAY - dt.timedelta(days=days)
    if fits:
        assert enter(people_here["A1"], draft(on=on), AT).holding_deposit_on == on
    else:
        with pytest.raises(Invalid):
            enter(people_here["A1"], draft(on=on), AT)


def test_a_manager_may_date_it_further_back_but_not_into_the_future(people_here):
    early = dt.date(2026, 9, 1)
    assert enter(people_here["M1"], draft(on=early, staff_id="A1"), AT).holding_deposit_on == early
    with pytest.raises(Invalid):
        enter(people_here["M1"], draft(on=TODAY + DAY, staff_id="A1"), AT)


def test_a_deal_can_begin_at_any_stage_but_not_with_a_cancellation(people_here):
    assert enter(people_here["A1"], draft(stage=CONTRACT), AT).contract_on == TODAY
    with pytest.raises(Invalid):
        enter(people_here["A1"], draft(stage=CANCELLED), AT)


def test_a_deal_goes_forward_through_its_stages(people_here, deal):
    user, version = people_here["A1"], deal.version
    for number, stage in enumerate((SUBSCRIPTION, CONTRACT, CANCELLED), 1):
        row = advance(user, deal.deal_id, stage, TODAY, version, AT)
        version = row.version
        assert len(steps_of(row)) == number + 1


@pytest.mark.parametrize("back", [HOLDING, SUBSCRIPTION])
def test_there_is_no_way_back(people_here, deal, back):
    row = advance(people_here["A1"], deal.deal_id, CONTRACT, TODAY, deal.version, AT)
    with pytest.raises(Conflict):
        advance(people_here["A1"], deal.deal_id, back, TODAY, row.version, AT)


@pytest.mark.parametrize("stage", [HOLDING, SUBSCRIPTION, CONTRACT, CANCELLED])
def test_nothing_comes_after_a_cancellation(people_here, deal, stage):
    row = advance(people_here["A1"], deal.deal_id, CANCELLED, TODAY, deal.version, AT)
    with pytest.raises(Conflict):
        advance(people_here["M1"], deal.deal_id, stage, TODAY, row.version, AT)


@pytest.mark.parametrize("stage", [SUBSCRIPTION, CONTRACT, CANCELLED])
def test_a_stage_is_never_dated_before_the_one_before_it(people_here, deal, stage):
    with pytest.raises(Invalid) as problem:
        advance(people_here["A1"], deal.deal_id, stage, TODAY - DAY, deal.version, AT)
    assert problem.value.field == "on"
    assert getattr(advance(people_here["A1"], deal.deal_id, stage, TODAY, deal.version, AT), stage) == TODAY


def test_a_colleague_cannot_take_it_forward_and_a_manager_can(people_here, deal):
    with pytest.raises(NotFound):
        advance(people_here["A2"], deal.deal_id, CONTRACT, TODAY, deal.version, AT)
    assert advance(people_here["M1"], deal.deal_id, CONTRACT, TODAY, deal.version, AT).contract_on == TODAY


def test_whoever_saves_second_is_told(people_here, deal):
    version = deal.version
    advance(people_here["A1"], deal.deal_id, SUBSCRIPTION, TODAY, version, AT)
    with pytest.raises(Stale):
        advance(people_here["M1"], deal.deal_id, CANCELLED, TODAY, version, AT)
    with pytest.raises(Stale):
        change_content(people_here["M1"], deal.deal_id, Content("parking", 1, None, version), AT)
    with pytest.raises(Stale):
        correct_date(people_here["M1"], deal.deal_id, HOLDING, TODAY - DAY, "x", version, AT)


def test_a_wrong_date_is_corrected_the_same_day_with_a_reason_and_the_history_keeps_both(people_here, deal):
    row = correct_date(people_here["A1"], deal.deal_id, HOLDING, TODAY - DAY, "看错日历", deal.version, AT)
    assert row.holding_deposit_on == TODAY - DAY
    kept = changes_of("deals", [deal.deal_id])[0]
    assert kept.before == {HOLDING: "2026-11-20"}
    assert kept.after == {HOLDING: "2026-11-19", "reason": "看错日历"}


def test_the_next_day_it_is_too_late_to_correct_a_date(people_here, deal):
    evening, morning = AT.replace(hour=23, minute=59), dt.datetime(2026, 11, 21)
    with pytest.raises(Conflict):
        correct_date(people_here["A1"], deal.deal_id, HOLDING, TODAY - DAY, "x", deal.version, morning)
    assert correct_date(people_here["A1"], deal.deal_id, HOLDING, TODAY - DAY, "x", deal.version, evening)


def test_a_step_entered_later_is_corrected_on_its_own_day(people_here, deal):
    later = AT + 2 * DAY
    row = advance(people_here["A1"], deal.deal_id, CONTRACT, later.date(), deal.version, later)
    version = row.version
    with pytest.raises(Conflict):
        correct_date(people_here["A1"], deal.deal_id, HOLDING, TODAY, "x", version, later)
    row = correct_date(people_here["A1"], deal.deal_id, CONTRACT, TODAY + DAY, "x", version, later)
    assert row.contract_on == TODAY + DAY


def test_a_correction_needs_a_reason_and_keeps_the_order_of_the_stages(people_here, deal):
    row = advance(people_here["A1"], deal.deal_id, CONTRACT, TODAY, deal.version, AT)
    for on, reason in ((TODAY - DAY, "  "), (TODAY - DAY, "x"), (TODAY + DAY, "x")):
        with pytest.raises(Invalid):
            correct_date(people_here["A1"], deal.deal_id, CONTRACT, on, reason, row.version, AT)
    assert db.session.get_one(Deal, deal.deal_id).contract_on == TODAY


def test_what_is_sold_can_be_changed_until_the_contract_and_then_by_a_manager(people_here, deal):
    assert change_content(people_here["A1"], deal.deal_id, Content("shopfront", 2, None, 1), AT)
    row = advance(people_here["A1"], deal.deal_id, CONTRACT, TODAY, 2, AT)
    content = Content("residential", 1, Decimal("100.00"), row.version)
    with pytest.raises(Conflict):
        change_content(people_here["A1"], deal.deal_id, content, AT)
    assert change_content(people_here["M1"], deal.deal_id, content, AT)
    assert changes_of("deals", [deal.deal_id])[0].before["unit_kind"] == "shopfront"


@pytest.mark.parametrize(
    "bad", [("castle", 1, None), ("residential", -1, None), ("residential", 1, Decimal(-1))]
)
def test_what_cannot_be_sold_is_refused(people_here, deal, bad):
    with pytest.raises(Invalid):
        change_content(people_here["A1"], deal.deal_id, Content(*bad, deal.version), AT)


def test_an_imported_date_is_not_corrected_by_form(people_here):
    keep([Deal(deal_id="D9", customer_id="C1", staff_id="A1", unit_kind="other", holding_deposit_on=TODAY)])
    with pytest.raises(Conflict):
        correct_date(people_here["A1"], "D9", HOLDING, TODAY - DAY, "x", 1, AT)
    assert db.session.scalar(select(Deal.holding_deposit_on)) == TODAY
